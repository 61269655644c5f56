// ca.json: what is known of a CA beyond its certificate and its journal.
import { fromUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { newerFormat } from './home-create.ts';
import { STORE_VERSION } from './layout.ts';
import { readStoreFile } from './store-fault.ts';
import type { CaInfo, NewCa } from './types.ts';

const MAX_INFO = 1024 * 1024;
const SCHEMA = `mtls.ca/${STORE_VERSION}` as const;

/** The content of a new CA's ca.json. */
export function encodeCaInfo(ca: NewCa, createdAt: Date): string {
  const { name, parent, trustDomain, defaults, crlFrom } = ca;
  const info: CaInfo = {
    schema: SCHEMA,
    name,
    createdAt: createdAt.toISOString(),
    ...(parent === undefined ? {} : { parent }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(crlFrom === undefined ? {} : { crlFrom: crlFrom.toString() }),
  };
  return `${JSON.stringify(info, undefined, 2)}\n`;
}

/** Reads ca.json. Throws STORE_CORRUPT, STORE_UNREADABLE, STORE_VERSION for a newer one. */
export function readCaInfo(path: string): CaInfo {
  const text = readStoreFile(path, { max: MAX_INFO }, fromUtf8);
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch (error) {
    throw malformed(path, 'it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw malformed(path, 'it is not an object');
  const { schema, name, createdAt, parent, trustDomain, defaults, crlFrom } = value as Record<
    string,
    unknown
  >;
  const version = typeof schema === 'string' ? /^mtls\.ca\/([1-9][0-9]{0,8})$/.exec(schema) : null;
  if (version !== null && Number(version[1]) > STORE_VERSION)
    throw newerFormat(path, Number(version[1]));
  if (schema !== SCHEMA) throw malformed(path, `"schema" is not "${SCHEMA}"`);
  if (typeof name !== 'string') throw malformed(path, '"name" is missing');
  if (typeof createdAt !== 'string') throw malformed(path, '"createdAt" is missing');
  if (defaults !== undefined && !isTextRecord(defaults))
    throw malformed(path, '"defaults" is not an object of texts');
  if (crlFrom !== undefined && !(typeof crlFrom === 'string' && /^[0-9]{1,49}$/.test(crlFrom)))
    throw malformed(path, '"crlFrom" is no number');
  return {
    schema: SCHEMA,
    name,
    createdAt,
    ...(typeof parent === 'string' ? { parent } : {}),
    ...(typeof trustDomain === 'string' ? { trustDomain } : {}),
    ...(defaults === undefined ? {} : { defaults }),
    ...(crlFrom === undefined ? {} : { crlFrom }),
  };
}

/** A ca.json under another name and with another least CRL number; all else in it stays. */
export function changedCaInfo(
  path: string,
  { name, crlFrom }: { readonly name: string; readonly crlFrom: bigint },
): string {
  readCaInfo(path);
  const text = readStoreFile(path, { max: MAX_INFO }, fromUtf8);
  const value = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
  return `${JSON.stringify({ ...value, name, crlFrom: crlFrom.toString() }, undefined, 2)}\n`;
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((field) => typeof field === 'string')
  );
}

function malformed(path: string, what: string, cause?: unknown): MtlsError {
  return new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} is malformed: ${what}`, {
    hint: 'restore it from a backup',
    data: { path },
    cause,
  });
}
