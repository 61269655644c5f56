// CAs and certificates for the store's tests, small and quick to make.
import { join } from 'node:path';
import { generateKey } from '../../src/crypto/generate.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf, type LocalSigner } from '../../src/crypto/sign.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { createCaStore, openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName, type HomePaths } from '../../src/store/layout.ts';
import type { CaStore } from '../../src/store/types.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { signCertificate } from '../../src/x509/tbs.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const clock = (): Date => NOW;

export async function certify(
  issuer: string,
  subject: string,
  key: PrivateKey,
  signer: LocalSigner,
  notAfter = new Date('2026-06-01T00:00:00Z'),
): Promise<Certificate> {
  const der = await signCertificate(
    {
      serial: randomSerial(),
      issuer: encodeDn(parseDn(`CN=${issuer}`)),
      subject: encodeDn(parseDn(`CN=${subject}`)),
      notBefore: new Date('2026-03-01T00:00:00Z'),
      notAfter,
      spki: key.publicKey.spki,
      extensions: [
        {
          value: { kind: 'subjectAltName', names: [{ kind: 'dns', value: subject }] },
          critical: false,
        },
      ],
    },
    signer,
  );
  return parseCertificate(der);
}

export interface TestCa {
  readonly home: HomePaths;
  readonly store: CaStore;
  readonly signer: LocalSigner;
  readonly key: PrivateKey;
  /** Makes a certificate without recording it. */
  readonly leaf: (name: string, notAfter?: Date) => Promise<Certificate>;
}

/** A CA in a fresh home below a folder. */
export async function makeCa(folder: string, name = 'dev'): Promise<TestCa> {
  const home = homePaths(join(folder, '.mtls'));
  const key = generateKey('ec-p256');
  const signer = signerOf(key);
  const certificate = await certify(name, name, key, signer);
  await createCaStore(
    home,
    { name: parseCaName(name), certificate, issuers: [], keyPem: writePrivateKey(key) },
    { clock, signer },
  );
  return openTestCa(folder, name);
}

/** The CA that `makeCa` made in a folder. */
export function openTestCa(folder: string, name = 'dev'): TestCa {
  const home = homePaths(join(folder, '.mtls'));
  const store = openCaStore(home, parseCaName(name), { clock });
  const key = store.loadKey();
  const leafKey = generateKey('ec-p256');
  const signer = signerOf(key);
  return {
    home,
    store,
    signer,
    key,
    leaf: (leaf, notAfter) => certify(name, leaf, leafKey, signer, notAfter),
  };
}

export const onPosix = process.platform !== 'win32';
/** Root may read and write everything: tests of refusals are skipped. */
export const isRoot = process.getuid?.() === 0;
