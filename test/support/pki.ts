// A small PKI in memory for tests, made by our own writer: fast, and of any shape.
import { encodeBundle } from '../../src/codec/bundle.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { tbsOf } from '../../src/profile/plan.ts';
import { resolveLeaf, resolveRoot } from '../../src/profile/resolve.ts';
import type { LeafProfileName } from '../../src/profile/profile.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { signCertificate } from '../../src/x509/tbs.ts';

export interface Pair {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  readonly pem: string;
  readonly keyPem: string;
}

async function pairOf(
  plan: Parameters<typeof tbsOf>[0],
  key: PrivateKey,
  issuerKey: PrivateKey,
): Promise<Pair> {
  const signer = signerOf(issuerKey);
  const tbs = tbsOf(plan, {
    publicKey: key.publicKey,
    serial: randomSerial(),
    algorithm: signer.algorithm,
  });
  const certificate = parseCertificate(await signCertificate(tbs, signer));
  return { certificate, key, pem: encodeBundle([certificate]), keyPem: writePrivateKey(key) };
}

/** A root. */
export function makeRoot(subject = 'CN=test root', now = new Date()): Promise<Pair> {
  const key = generateKey('ec-p256');
  return pairOf(resolveRoot({ subject: parseDn(subject) }, { now }), key, key);
}

/** A leaf below a root. */
export function makeLeaf(
  root: Pair,
  names: readonly string[],
  options: { readonly profile?: LeafProfileName; readonly ttl?: number; readonly now?: Date } = {},
): Promise<Pair> {
  const { now = new Date(), profile, ttl } = options;
  const plan = resolveLeaf(
    { names: names.map(parseIdentityName), profile, ttl },
    [root.certificate],
    { now },
  );
  return pairOf(plan, generateKey('ec-p256'), root.key);
}
