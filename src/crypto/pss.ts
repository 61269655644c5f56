// RSASSA-PSS parameters (RFC 4055 §3.1), as certificates carry them.
import { Tag, contextConstructed, type DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import type { HashName } from './digest.ts';

export const RSASSA_PSS = '1.2.840.113549.1.1.10';

const MGF1 = '1.2.840.113549.1.1.8';

const HASHES: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

export interface PssParameters {
  readonly hash: HashName;
  readonly saltLength: number;
}

/**
 * Reads the fields of RSASSA-PSS-params; undefined where the mask is not MGF1 with the same hash
 * (RFC 4055 §3.1 recommends it, and nothing else verifies anywhere) or the trailer is not 1.
 *
 * @throws MtlsError DER_MALFORMED
 */
export function readPssParameters(fields: DerReader): PssParameters | undefined {
  let hash: HashName | undefined = 'sha1';
  let maskHash: HashName | undefined = 'sha1';
  let saltLength = 20;
  let trailer = 1;
  if (fields.peek() === contextConstructed(0)) {
    const inner = fields.enter(contextConstructed(0));
    hash = readHash(inner);
    inner.end();
  }
  if (fields.peek() === contextConstructed(1)) {
    const inner = fields.enter(contextConstructed(1));
    const mask = inner.enter();
    inner.end();
    maskHash = readOid(mask) === MGF1 ? readHash(mask) : undefined;
    if (maskHash !== undefined) mask.end();
  }
  if (fields.peek() === contextConstructed(2)) {
    const inner = fields.enter(contextConstructed(2));
    saltLength = inner.smallInteger();
    inner.end();
  }
  if (fields.peek() === contextConstructed(3)) {
    const inner = fields.enter(contextConstructed(3));
    trailer = inner.smallInteger();
    inner.end();
  }
  fields.end();
  // The largest modulus that OpenSSL takes is 16,384 bits; no salt is longer.
  if (hash === undefined || hash !== maskHash || trailer !== 1 || saltLength > 2048)
    return undefined;
  return { hash, saltLength };
}

/** AlgorithmIdentifier of a hash; parameters NULL or absent (RFC 4055 §2.1). */
function readHash(reader: DerReader): HashName | undefined {
  const fields = reader.enter();
  const oid = readOid(fields);
  if (fields.peek() === Tag.Null) fields.null();
  fields.end();
  return HASHES[oid];
}
