// Good inputs to start from: of our own making, always the same, and the corpora where they are.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateKeyFromPkcs8, type PrivateKey } from '../../src/crypto/key.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { corpus } from '../support/corpora.ts';

/** Of the keys that are encrypted. */
export const PASSPHRASE = 'fuzz';

export interface Seeds {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** What a fuzzer has made of certificates and of CRLs before. */
  readonly wildCertificates: readonly Uint8Array[];
  readonly wildCrls: readonly Uint8Array[];
  readonly keys: readonly Uint8Array[];
  readonly requests: readonly Uint8Array[];
  readonly texts: readonly Uint8Array[];
  /** PKCS#12, under the passphrase. */
  readonly stores: readonly Uint8Array[];
  /** A chain that is good, for the verifier. */
  readonly chain: {
    readonly root: Certificate;
    readonly issuing: Certificate;
    readonly end: Certificate;
  };
  /** Sign as the first two of the chain do. */
  readonly signers: { readonly root: Signer; readonly issuing: Signer };
}

/** As make-seeds.ts writes them; everything but texts is base64. */
type Made = Readonly<
  Record<'chain' | 'issuers' | 'crls' | 'keys' | 'requests' | 'stores' | 'texts', readonly string[]>
>;

export function loadSeeds(): Seeds {
  const made = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as Made;
  const [root, issuing, end] = made.chain.map(bytesOf) as [Uint8Array, Uint8Array, Uint8Array];
  const [rootKey, issuingKey] = made.issuers.map(bytesOf).map(privateKeyFromPkcs8) as [
    PrivateKey,
    PrivateKey,
  ];
  const pkits = ofSuite('pkits/pkits.json');
  return {
    certificates: [root, issuing, end, ...linted(), ...pkits('CERTIFICATE')],
    crls: [...made.crls.map(bytesOf), ...pkits('X509 CRL')],
    wildCertificates: unpacked('fuzz-x509.tar.gz'),
    wildCrls: unpacked('fuzz-crl.tar.gz'),
    keys: made.keys.map(bytesOf),
    requests: made.requests.map(bytesOf),
    stores: made.stores.map(bytesOf),
    texts: made.texts.map((text) => Uint8Array.from(Buffer.from(text))),
    chain: {
      root: parseCertificate(root),
      issuing: parseCertificate(issuing),
      end: parseCertificate(end),
    },
    signers: { root: signerOf(rootKey), issuing: signerOf(issuingKey) },
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

/** Files of an archive of the corpora; none where it is absent. */
function unpacked(name: string): readonly Uint8Array[] {
  const archive = corpus(name);
  if (!archive) return [];
  const folder = mkdtempSync(join(tmpdir(), 'mtls-seeds-'));
  try {
    execFileSync('tar', ['-xzf', archive, '-C', folder]);
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => Uint8Array.from(readFileSync(path)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linted(): readonly Uint8Array[] {
  const folder = corpus('zlint/testdata');
  if (!folder) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'latin1');
      const base64 = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(text)?.[1];
      return base64 === undefined ? [] : [bytesOf(base64)];
    });
}

/** Every PEM block with this label in a suite's cases, each once. */
function ofSuite(name: string): (label: string) => readonly Uint8Array[] {
  const path = corpus(name);
  const text = path ? readFileSync(path, 'utf8') : '';
  return (label) => {
    const found = text.matchAll(new RegExp(`-BEGIN ${label}-----([^-]*)-----END`, 'g'));
    const unique = new Set(Array.from(found, ([, base64 = '']) => base64.replaceAll('\\n', '')));
    return [...unique].map(bytesOf);
  };
}
