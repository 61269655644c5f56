// Public keys, parsed strictly from SubjectPublicKeyInfo, without a look into their arithmetic.
import { MtlsError } from '../base/errors.ts';
import type { SpkiDer } from '../base/bytes.ts';
import { Tag, enterWhole, type DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import * as der from '../asn1/writer.ts';
import type { KeyType } from './key-types.ts';
import { EC_PUBLIC_KEY, P256, P384, P521, curveByOid, curveBySpki } from './curves.ts';
import type { Curve } from './curves.ts';
import { RSASSA_PSS } from './pss.ts';
import { publicKeyMalformed, withPublicKeyErrors } from './key-error.ts';

export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const ED25519 = '1.3.101.112';
const DSA = '1.2.840.10040.4.1';

export interface PublicKey {
  /** The whole SubjectPublicKeyInfo: two keys are one when these bytes are. */
  readonly spki: SpkiDer;
  readonly kind: 'ec' | 'rsa' | 'ed25519' | 'dsa' | 'other';
  /** `P-256`, `secp256k1`, or the OID of a curve without a name here. */
  readonly curve?: string;
  /** RSA: of the modulus; EC: of the field. */
  readonly bits?: number;
  /** Content of subjectPublicKey, which key identifiers are made of. */
  readonly keyBits: Uint8Array;
  /** Where the program makes keys of this type. */
  readonly type?: KeyType;
  readonly algorithmOid: string;
}

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) without any arithmetic: whether a point lies
 * on its curve shows when the key is first used.
 *
 * @throws MtlsError KEY_MALFORMED, or KEY_UNSUPPORTED for explicit curve parameters and
 *   compressed points.
 */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  const known = curveBySpki(spki);
  if (known !== undefined) return ecKey(spki, known);
  return withPublicKeyErrors(() => readPublicKey(spki));
}

function readPublicKey(spki: Uint8Array): PublicKey {
  const fields = enterWhole(spki);
  const algorithm = fields.enter();
  const algorithmOid = readOid(algorithm);
  const keyBits = fields.bitStringBytes();
  fields.end();
  const common = { spki: spki as SpkiDer, keyBits, algorithmOid };
  switch (algorithmOid) {
    case EC_PUBLIC_KEY:
      return { ...common, ...readEc(algorithm, keyBits) };
    case RSA_ENCRYPTION:
      // RFC 3279 §2.3.1: NULL, not absent
      algorithm.null();
      algorithm.end();
      return { ...common, ...readRsa(keyBits, true) };
    case RSASSA_PSS:
      return { ...common, ...readRsa(keyBits, false) };
    case ED25519:
      // RFC 8410 §3
      algorithm.end();
      if (keyBits.length !== 32) throw publicKeyMalformed('Ed25519 key is not 32 bytes');
      return { ...common, kind: 'ed25519', type: 'ed25519' };
    case DSA:
      return { ...common, kind: 'dsa' };
    default:
      return { ...common, kind: 'other' };
  }
}

const EC_TYPES = new Map<Curve, KeyType>([
  [P256, 'ec-p256'],
  [P384, 'ec-p384'],
  [P521, 'ec-p521'],
]);

function ecKey(spki: Uint8Array, curve: Curve): PublicKey {
  const type = EC_TYPES.get(curve);
  return {
    spki: spki as SpkiDer,
    kind: 'ec',
    curve: curve.name,
    bits: curve.bits,
    keyBits: spki.subarray(curve.spkiPrefix.length - 1),
    ...(type === undefined ? {} : { type }),
    algorithmOid: EC_PUBLIC_KEY,
  };
}

/** What curveBySpki did not take: a curve without a row, or something wrong. */
function readEc(algorithm: DerReader, point: Uint8Array): Pick<PublicKey, 'kind' | 'curve'> {
  // Explicit parameters let a foreign generator pass for the curve's own (CVE-2020-0601).
  if (algorithm.peek() === Tag.Sequence)
    throw new MtlsError('KEY_UNSUPPORTED', 'the key spells out its curve instead of naming it', {
      hint: 'make the key with a named curve: openssl ecparam -name prime256v1 -genkey -param_enc named_curve',
    });
  const oid = readOid(algorithm);
  algorithm.end();
  const curve = curveByOid(oid);
  const form = point[0];
  if (form === 2 || form === 3)
    throw new MtlsError('KEY_UNSUPPORTED', 'the key is a compressed point', {
      hint: 'rewrite it: openssl ec -conv_form uncompressed',
    });
  if (form !== 4 || point.length % 2 === 0) throw publicKeyMalformed('not an uncompressed point');
  if (curve !== undefined)
    throw publicKeyMalformed(`point of ${point.length} bytes on ${curve.name}`);
  return { kind: 'ec', curve: oid };
}

function readRsa(keyBits: Uint8Array, plain: boolean): Pick<PublicKey, 'kind' | 'bits' | 'type'> {
  const { modulus, exponent } = readRsaPublicKey(keyBits);
  if ((exponent.at(-1) as number) % 2 === 0 || (exponent.length === 1 && exponent[0] === 1))
    throw publicKeyMalformed('RSA exponent is even or 1');
  const bits = bitLength(modulus);
  const type = plain ? RSA_TYPES.get(bits) : undefined;
  return { kind: 'rsa', bits, ...(type === undefined ? {} : { type }) };
}

const RSA_TYPES = new Map<number, KeyType>([
  [2048, 'rsa-2048'],
  [3072, 'rsa-3072'],
  [4096, 'rsa-4096'],
]);

/** RSAPublicKey (RFC 8017 A.1.1): both numbers positive, without their sign octet. */
export function readRsaPublicKey(bytes: Uint8Array): {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
} {
  const fields = enterWhole(bytes);
  const modulus = positive(fields.integerBytes(), 'modulus');
  const exponent = positive(fields.integerBytes(), 'exponent');
  fields.end();
  return { modulus, exponent };
}

function positive(content: Uint8Array, what: string): Uint8Array {
  const first = content[0] as number;
  if (first >= 0x80 || (first === 0 && content.length === 1))
    throw publicKeyMalformed(`RSA ${what} is not positive`);
  return first === 0 ? content.subarray(1) : content;
}

function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - (Math.clz32(magnitude[0] as number) - 24);
}

/** `ECDSA P-256`, `RSA 2048 bits`, `Ed25519`. */
export function describeKey(key: PublicKey): string {
  switch (key.kind) {
    case 'ec':
      return `ECDSA ${key.curve ?? 'on an unknown curve'}`;
    case 'rsa':
      return `RSA${key.algorithmOid === RSASSA_PSS ? '-PSS' : ''} ${key.bits ?? 0} bits`;
    case 'ed25519':
      return 'Ed25519';
    case 'dsa':
      return 'DSA';
    case 'other':
      return nameOfAlgorithm(key.algorithmOid);
  }
}

/** `X25519`, or `of algorithm 1.2.3` for a key algorithm without a name here. */
export function nameOfAlgorithm(oid: string): string {
  return ALGORITHM_NAMES[oid] ?? `of algorithm ${oid}`;
}

const ALGORITHM_NAMES: Readonly<Record<string, string>> = {
  [DSA]: 'DSA',
  [RSASSA_PSS]: 'RSA-PSS',
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.113': 'Ed448',
  '1.2.840.10046.2.1': 'Diffie-Hellman',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
};

/** SubjectPublicKeyInfo of an RSAPublicKey (RFC 3279 §2.3.1). */
export function spkiOfRsa(rsaPublicKey: Uint8Array): Uint8Array {
  return der.sequence(
    der.sequence(der.oid(RSA_ENCRYPTION), der.nullValue()),
    der.bitString(rsaPublicKey),
  );
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4). */
export function spkiOfEd25519(publicKey: Uint8Array): Uint8Array {
  return der.sequence(der.sequence(der.oid(ED25519)), der.bitString(publicKey));
}
