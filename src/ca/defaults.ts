// A project's defaults, in `<home>/config.yaml`: what stands when the command line is silent.
import { MtlsError } from '../base/errors.ts';
import { parseKeyType } from '../crypto/algorithms.ts';
import { parseLeafProfile } from '../profile/builtin.ts';
import { parseDuration } from '../profile/duration.ts';
import type { IssueDefaults } from '../profile/resolve.ts';
import type { HomePaths } from '../store/layout.ts';
import { configFault, readConfig } from './config.ts';

/**
 * Reads the defaults of a home; none when it has no config.yaml. Throws YAML_MALFORMED for a file
 * that is none, an unknown key or a value that means nothing.
 */
export async function readDefaults(home: HomePaths): Promise<IssueDefaults> {
  const { ttl, keyType, profile } = (await readConfig(home)) ?? {};
  try {
    return {
      ...(ttl !== undefined && { ttl: parseDuration(ttl) }),
      ...(keyType !== undefined && { keyType: parseKeyType(keyType) }),
      ...(profile !== undefined && { profile: parseLeafProfile(profile) }),
    };
  } catch (error) {
    if (error instanceof MtlsError) throw configFault(home, error.message, error.hint, error);
    throw error;
  }
}
