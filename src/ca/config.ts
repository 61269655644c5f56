// `<home>/config.yaml`, as what it says; each part is read by whoever goes by it.
import type { Stats } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { fromUtf8 } from '../base/bytes.ts';
import type { HomePaths } from '../store/layout.ts';
import { readBoundedFile } from '../store/read.ts';

const TEXTS = ['ttl', 'keyType', 'profile'] as const;
type TextKey = (typeof TEXTS)[number];

const MAX_CONFIG = 64 * 1024;

export interface HomeConfig extends Readonly<Partial<Record<TextKey, string>>> {
  /** By the name of the CA, as they are written. */
  readonly signers: Readonly<Record<string, unknown>>;
  /** Of the file that was read: who may have written it. */
  readonly stats: Stats;
}

/**
 * Reads the configuration of a home; undefined when it has none. Throws YAML_MALFORMED for a file
 * that is none, an unknown key, or a value of another kind.
 */
export async function readConfig(home: HomePaths): Promise<HomeConfig | undefined> {
  let stats: Stats | undefined;
  let bytes: Uint8Array;
  try {
    bytes = readBoundedFile(home.config, {
      max: MAX_CONFIG,
      what: 'the configuration',
      check: (found) => (stats = found),
    });
  } catch (error) {
    if (error instanceof MtlsError && ['FILE_NOT_FOUND', 'FILE_EMPTY'].includes(error.code))
      return undefined;
    throw error;
  }
  const text = fromUtf8(bytes);
  if (text === undefined) throw configFault(home, 'it is not UTF-8');
  // YAML is loaded where there is a file to read
  const { parseDocuments } = await import('../codec/yaml-documents.ts');
  const documents = parseDocuments(text, { source: home.config });
  const [values] = documents;
  if (values === undefined) return undefined;
  if (documents.length > 1)
    throw configFault(home, `it holds ${documents.length} documents, where one counts`);
  if (!isMapping(values)) throw configFault(home, 'it is no mapping');
  const { signers = {}, ...texts } = values;
  for (const [key, value] of Object.entries(texts)) {
    if (!TEXTS.includes(key as TextKey))
      throw configFault(home, `unknown key ${quoteForeign(key)}`);
    if (typeof value !== 'string') throw configFault(home, `${key} is no text`);
  }
  if (!isMapping(signers)) throw configFault(home, 'signers is no mapping of CAs');
  return { ...(texts as Partial<Record<TextKey, string>>), signers, stats: stats as Stats };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a configuration. */
export function configFault(
  home: HomePaths,
  what: string,
  hint = `it may say ${TEXTS.join(', ')}, such as "ttl: 30d", and signers`,
  cause?: unknown,
): MtlsError {
  return new MtlsError('YAML_MALFORMED', `${quoteForeign(home.config)}: ${what}`, { hint, cause });
}
