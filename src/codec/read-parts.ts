// From bytes of one kind to the parts they hold.
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { hideLongWords, quoteForeign } from '../base/text.ts';
import { enterWhole, Tag, DerReader } from '../asn1/reader.ts';
import { parsePublicKey, spkiOfRsa } from '../crypto/public-key.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import { parseCsr } from '../x509/csr.ts';
import { detectDer, detectKind, readText, unwrapBase64, type BytesKind } from './detect.ts';
import { readJwks } from './jwks.ts';
import { readAt, type Origin } from './origin.ts';
import type { BundlePart, FoundParts, SkippedPart } from './part.ts';
import { parsePem, type PemBlock } from './pem.ts';
import { readStoreParts } from './pkcs12-parts.ts';
import {
  isEncryptedKey,
  isPrivateKeyLabel,
  privateKeyForm,
  readPrivateKey,
  type PassphraseSource,
} from './pkcs8.ts';

const NOTHING: FoundParts = { parts: [], skipped: [] };

/**
 * Reads what PEM, DER, PKCS#12 or base64 holds; other kinds of bytes hold nothing. The passphrase
 * is that of key stores: one that stays closed is passed over. Throws what is malformed, and
 * PASSPHRASE_WRONG, with its place in front.
 */
export function readParts(
  bytes: Uint8Array,
  origin: Origin,
  passphrase?: PassphraseSource,
): FoundParts {
  const kind = detectKind(bytes);
  switch (kind) {
    case 'pem':
      return readPemParts(bytes, origin);
    case 'base64': {
      const inner = unwrapBase64(readText(bytes) ?? '');
      return inner ? readParts(inner, origin, passphrase) : NOTHING;
    }
    case 'pkcs12':
      return readStoreParts(bytes, origin, passphrase);
    case 'jwks':
      return readJwks(readText(bytes) ?? '', origin);
    case 'yaml':
    case 'json':
    case 'unknown':
      return NOTHING;
    default: {
      const part = readAt(origin, () => readDer(kind, bytes, origin));
      return part
        ? { parts: [part], skipped: [] }
        : { parts: [], skipped: [skipped(kind, origin)] };
    }
  }
}

function skipped(kind: BytesKind, origin: Origin): SkippedPart {
  if (kind === 'jks')
    return {
      origin,
      what: 'a Java key store',
      code: 'KEY_UNSUPPORTED',
      hint: 'convert it: keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12',
    };
  return { origin, what: NOUNS[kind], hint: PKCS7_HINT.replace('-in', '-inform DER -in') };
}

const PKCS7_HINT = 'take the certificates out: openssl pkcs7 -print_certs -in FILE -out FILE.pem';

function readPemParts(bytes: Uint8Array, origin: Origin): FoundParts {
  const parts: BundlePart[] = [];
  const left: SkippedPart[] = [];
  readAt(origin, () => parsePem(bytes)).forEach((block, index) => {
    const place: Origin = { ...origin, block: index + 1, line: block.line };
    const part = readAt(place, () => readBlock(block, place));
    if (part) parts.push(part);
    else left.push(skippedBlock(block, place));
  });
  return { parts, skipped: left };
}

function skippedBlock({ label }: PemBlock, origin: Origin): SkippedPart {
  return {
    origin,
    what: `a block ${quoteForeign(hideLongWords(label))}`,
    hint: label === 'PKCS7' || label === 'CMS' ? PKCS7_HINT : undefined,
  };
}

// Labels of RFC 7468, and those that OpenSSL and Windows write beside them.
const LABELS: Readonly<Record<string, BytesKind>> = {
  CERTIFICATE: 'der-certificate',
  'X509 CERTIFICATE': 'der-certificate',
  'TRUSTED CERTIFICATE': 'der-certificate',
  'X.509 CERTIFICATE': 'der-certificate',
  'CERTIFICATE REQUEST': 'der-csr',
  'NEW CERTIFICATE REQUEST': 'der-csr',
  'X509 CRL': 'der-crl',
  'PUBLIC KEY': 'der-spki',
  'RSA PUBLIC KEY': 'der-rsa-public-key',
};

function readBlock(block: PemBlock, origin: Origin): BundlePart | undefined {
  const { label, bytes } = block;
  if (isPrivateKeyLabel(label)) {
    refuseOtherThanKey(block);
    return keyPart(block, origin);
  }
  const expected = Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (!expected) return undefined;
  const held = label === 'TRUSTED CERTIFICATE' ? withoutTrust(bytes) : bytes;
  try {
    return readDer(expected, held, origin);
  } catch (error) {
    const found = detectDer(held);
    if (!(error instanceof MtlsError) || found === 'unknown' || found === expected) throw error;
    throw mislabelled(error.code, label, found, error);
  }
}

const KEYS: ReadonlySet<BytesKind> = new Set([
  'der-pkcs8',
  'der-encrypted-pkcs8',
  'der-sec1',
  'der-pkcs1',
]);

/** Something known that is no private key; what is encrypted shows nothing. */
function refuseOtherThanKey({ label, bytes, headers }: PemBlock): void {
  const found = headers.size > 0 ? 'unknown' : detectDer(bytes);
  if (found !== 'unknown' && !KEYS.has(found)) throw mislabelled('KEY_MALFORMED', label, found);
}

function mislabelled(code: ErrorCode, label: string, found: BytesKind, cause?: unknown): MtlsError {
  return new MtlsError(
    code,
    `labelled ${quoteForeign(hideLongWords(label))}, but it holds ${NOUNS[found]}`,
    {
      hint: 'mend the BEGIN and END lines, or look for the right block',
      cause,
    },
  );
}

/** OpenSSL appends its own trust settings to the certificate. */
function withoutTrust(bytes: Uint8Array): Uint8Array {
  return new DerReader(bytes).next(Tag.Sequence).whole;
}

function keyPart(input: PemBlock | Uint8Array, origin: Origin): BundlePart {
  const encrypted = isEncryptedKey(input);
  const form = privateKeyForm(input instanceof Uint8Array ? input : input.bytes);
  return {
    kind: 'key',
    origin,
    key: {
      encrypted,
      locked: encrypted,
      origin,
      traditional: form === 'pkcs1' || form === 'sec1',
      decode: (passphrase) => readAt(origin, () => readPrivateKey(input, passphrase)),
    },
  };
}

function readDer(kind: BytesKind, bytes: Uint8Array, origin: Origin): BundlePart | undefined {
  switch (kind) {
    case 'der-certificate':
      return { kind: 'certificate', origin, certificate: parseCertificate(bytes) };
    case 'der-csr':
      return { kind: 'request', origin, request: parseCsr(bytes) };
    case 'der-crl':
      return { kind: 'crl', origin, crl: parseCrl(bytes) };
    case 'der-spki':
      return { kind: 'publicKey', origin, publicKey: parsePublicKey(bytes) };
    case 'der-rsa-public-key':
      enterWhole(bytes);
      return { kind: 'publicKey', origin, publicKey: parsePublicKey(spkiOfRsa(bytes)) };
    case 'der-pkcs8':
    case 'der-encrypted-pkcs8':
    case 'der-sec1':
    case 'der-pkcs1':
      return keyPart(bytes, origin);
    default:
      return undefined;
  }
}

const NOUNS: Readonly<Record<BytesKind, string>> = {
  pem: 'PEM',
  'der-certificate': 'a certificate',
  'der-crl': 'a CRL',
  'der-csr': 'a certificate request',
  'der-pkcs8': 'a private key',
  'der-encrypted-pkcs8': 'an encrypted private key',
  'der-sec1': 'a private key',
  'der-pkcs1': 'a private key',
  'der-spki': 'a public key',
  'der-rsa-public-key': 'a public key',
  pkcs7: 'PKCS#7',
  pkcs12: 'PKCS#12',
  jks: 'a Java key store',
  yaml: 'a manifest',
  json: 'a manifest',
  jwks: 'a JWK Set',
  base64: 'base64',
  unknown: 'something unknown',
};
