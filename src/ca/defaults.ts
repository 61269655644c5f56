// A project's defaults, `<home>/config.yaml`: what stands when the command line is silent.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { fromUtf8 } from '../base/bytes.ts';
import { parseKeyType } from '../crypto/algorithms.ts';
import { parseLeafProfile } from '../profile/builtin.ts';
import { parseDuration } from '../profile/duration.ts';
import type { IssueDefaults } from '../profile/resolve.ts';
import type { HomePaths } from '../store/layout.ts';
import { readBoundedFile } from '../store/read.ts';

const KEYS = ['ttl', 'keyType', 'profile'] as const;
const MAX_CONFIG = 64 * 1024;

/**
 * Reads the defaults of a home; none when it has no config.yaml. Throws YAML_MALFORMED for a file
 * that is none, an unknown key or a value that means nothing.
 */
export async function readDefaults(home: HomePaths): Promise<IssueDefaults> {
  let bytes: Uint8Array;
  try {
    bytes = readBoundedFile(home.config, { max: MAX_CONFIG, what: 'the configuration' });
  } catch (error) {
    if (error instanceof MtlsError && ['FILE_NOT_FOUND', 'FILE_EMPTY'].includes(error.code))
      return {};
    throw error;
  }
  const fail = (what: string, hint?: string, cause?: unknown) =>
    new MtlsError('YAML_MALFORMED', `${quoteForeign(home.config)}: ${what}`, {
      hint: hint ?? `it may say ${KEYS.join(', ')}, such as "ttl: 30d"`,
      cause,
    });
  const text = fromUtf8(bytes);
  if (text === undefined) throw fail('it is not UTF-8');
  // YAML is loaded where there is a file to read
  const { parseDocuments } = await import('../codec/yaml-documents.ts');
  const documents = parseDocuments(text, { source: home.config });
  const [values] = documents;
  if (values === undefined) return {};
  if (documents.length > 1) throw fail(`it holds ${documents.length} documents, where one counts`);
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw fail('it is no mapping');
  for (const [key, value] of Object.entries(values)) {
    if (!KEYS.includes(key as (typeof KEYS)[number]))
      throw fail(`unknown key ${quoteForeign(key)}`);
    if (typeof value !== 'string') throw fail(`${key} is no text`);
  }
  const { ttl, keyType, profile } = values as Partial<Record<(typeof KEYS)[number], string>>;
  try {
    return {
      ...(ttl !== undefined && { ttl: parseDuration(ttl) }),
      ...(keyType !== undefined && { keyType: parseKeyType(keyType) }),
      ...(profile !== undefined && { profile: parseLeafProfile(profile) }),
    };
  } catch (error) {
    if (error instanceof MtlsError) throw fail(error.message, error.hint, error);
    throw error;
  }
}
