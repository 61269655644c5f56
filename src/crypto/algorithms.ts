// Signature algorithms: one table of OID, hash, scheme and exact encoding; and the key types.
import { MtlsError } from '../base/errors.ts';
import { enterWhole } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import * as der from '../asn1/writer.ts';
import type { HashName } from './digest.ts';
import { KEY_TYPES, parseKeyType, type KeyType } from './key-types.ts';
import { describeKey, type PublicKey } from './public-key.ts';
import { RSASSA_PSS, readPssParameters } from './pss.ts';

export { KEY_TYPES, parseKeyType, type KeyType };

export type SignatureName =
  | `ecdsa-${HashName}`
  | `rsa-${HashName}`
  | `rsa-pss-${HashName}`
  | 'ed25519'
  | 'dsa-sha1'
  | 'dsa-sha256';

type SignatureScheme = 'ecdsa' | 'rsa-pkcs1' | 'rsa-pss' | 'ed25519' | 'dsa';

export interface SignatureAlgorithm {
  readonly name: SignatureName;
  readonly oid: string;
  /** Null where the scheme hashes by itself. */
  readonly hash: HashName | null;
  readonly scheme: SignatureScheme;
  /** Octets of salt, for RSA-PSS alone. */
  readonly saltLength?: number;
  /** The whole AlgorithmIdentifier, as it is written (RSA-PSS: as it was read). */
  readonly identifier: Uint8Array;
}

type Row = readonly [name: SignatureName, oid: string, hash: HashName | null, SignatureScheme];

// Read from everywhere, written with SHA-2 and Ed25519 alone.
const ROWS: readonly Row[] = [
  // RFC 5758 §3.2
  ['ecdsa-sha256', '1.2.840.10045.4.3.2', 'sha256', 'ecdsa'],
  ['ecdsa-sha384', '1.2.840.10045.4.3.3', 'sha384', 'ecdsa'],
  ['ecdsa-sha512', '1.2.840.10045.4.3.4', 'sha512', 'ecdsa'],
  // RFC 4055 §5
  ['rsa-sha256', '1.2.840.113549.1.1.11', 'sha256', 'rsa-pkcs1'],
  ['rsa-sha384', '1.2.840.113549.1.1.12', 'sha384', 'rsa-pkcs1'],
  ['rsa-sha512', '1.2.840.113549.1.1.13', 'sha512', 'rsa-pkcs1'],
  // RFC 8410 §3
  ['ed25519', '1.3.101.112', null, 'ed25519'],
  // RFC 3279 §2.2, RFC 5758 §3.1
  ['ecdsa-sha1', '1.2.840.10045.4.1', 'sha1', 'ecdsa'],
  ['rsa-sha1', '1.2.840.113549.1.1.5', 'sha1', 'rsa-pkcs1'],
  ['dsa-sha1', '1.2.840.10040.4.3', 'sha1', 'dsa'],
  ['dsa-sha256', '2.16.840.1.101.3.4.3.2', 'sha256', 'dsa'],
];

const ALGORITHMS: readonly SignatureAlgorithm[] = ROWS.map(([name, oid, hash, scheme]) => ({
  name,
  oid,
  hash,
  scheme,
  // RSA carries NULL (RFC 4055 §5), the others nothing (RFC 5758 §3, RFC 8410 §3).
  identifier:
    scheme === 'rsa-pkcs1'
      ? der.sequence(der.oid(oid), der.nullValue())
      : der.sequence(der.oid(oid)),
}));

const BY_NAME = new Map(ALGORITHMS.map((known) => [known.name, known]));
const BY_IDENTIFIER = new Map(ALGORITHMS.map((known) => [latin1(known.identifier), known]));

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A signature algorithm by name; RSA-PSS, which has parameters, is only read. */
export function signatureAlgorithm(
  name: Exclude<SignatureName, `rsa-pss-${HashName}`>,
): SignatureAlgorithm {
  return BY_NAME.get(name) as SignatureAlgorithm;
}

/** Reads a whole AlgorithmIdentifier of a signature; undefined when unknown or malformed. */
export function readSignatureAlgorithm(
  algorithmIdentifier: Uint8Array,
): SignatureAlgorithm | undefined {
  return (
    BY_IDENTIFIER.get(latin1(algorithmIdentifier)) ?? readUnusualAlgorithm(algorithmIdentifier)
  );
}

function readUnusualAlgorithm(algorithmIdentifier: Uint8Array): SignatureAlgorithm | undefined {
  try {
    const fields = enterWhole(algorithmIdentifier);
    const oid = readOid(fields);
    // RFC 4055 §5: absent parameters mean the same as NULL.
    if (fields.done)
      return ALGORITHMS.find((known) => known.oid === oid && known.scheme === 'rsa-pkcs1');
    if (oid !== RSASSA_PSS) return undefined;
    const parameters = readPssParameters(fields.enter());
    fields.end();
    if (parameters === undefined) return undefined;
    const { hash, saltLength } = parameters;
    const identifier = algorithmIdentifier.slice();
    return { name: `rsa-pss-${hash}`, oid, hash, scheme: 'rsa-pss', saltLength, identifier };
  } catch (error) {
    if (error instanceof MtlsError) return undefined;
    throw error;
  }
}

/**
 * The algorithm that a key signs with: the hash fits the curve, RSA takes SHA-256.
 *
 * @throws MtlsError KEY_UNSUPPORTED for a key that the program does not sign with.
 */
export function signatureAlgorithmFor(key: PublicKey): SignatureAlgorithm {
  switch (key.kind) {
    case 'ec': {
      const bits = key.bits ?? 0;
      return signatureAlgorithm(
        bits <= 256 ? 'ecdsa-sha256' : bits <= 384 ? 'ecdsa-sha384' : 'ecdsa-sha512',
      );
    }
    case 'ed25519':
      return signatureAlgorithm('ed25519');
    case 'rsa':
      if (key.algorithmOid !== RSASSA_PSS) return signatureAlgorithm('rsa-sha256');
      break;
    case 'dsa':
    case 'other':
      break;
  }
  throw new MtlsError('KEY_UNSUPPORTED', `cannot sign with a key of type ${describeKey(key)}`, {
    hint: `use a key of one of these types: ${KEY_TYPES.join(', ')}`,
  });
}
