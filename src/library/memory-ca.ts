// A CA in memory: made there, or brought there as PEM.
import { bytesEqual } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { authorIntermediateCa, authorRootCa } from '../ca/author.ts';
import { issuerOf } from '../ca/issuer.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { signerOf } from '../crypto/sign.ts';
import { verifySignature } from '../crypto/verify.ts';
import { formatDn } from '../name/dn.ts';
import { serialText, type IssuedRecord } from '../store/records.ts';
import { issuersAmong } from '../verify/chain-order.ts';
import { sameName } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { actionsOf } from './actions.ts';
import { clockOf, listOf, readData, readKey, refuseUnknown, type Data } from './input.ts';
import type { Now, Secret } from './input.ts';
import { memoryLedger, type MemoryLedger } from './ledger.ts';
import { recordIn } from './record-of.ts';
import { caRequest } from './requests.ts';
import type { CaOptions, CertificateAuthority } from './types.ts';

/** A CA whose key and records are in memory, and gone with the process. */
export interface MemoryCa extends CertificateAuthority {
  /**
   * The CA's private key, PEM: PKCS#8, encrypted where a passphrase is given. With `chain`, what
   * `loadCa` takes.
   *
   * @example
   * import { createCa, loadCa } from 'mtls-toolkit';
   *
   * const ca = await createCa({ name: 'kept' });
   * const saved = { cert: ca.chain, key: ca.exportKey('correct horse') };
   * const again = loadCa({ ...saved, passphrase: 'correct horse' });
   * again.certificate.sha256 === ca.certificate.sha256; // → true
   */
  exportKey(passphrase?: Secret): string;

  /**
   * Makes a CA below this one. By default no CA can follow below it, and it lives for five years.
   *
   * @throws MtlsError BAD_SUBJECT, BAD_OPTION, PATH_LENGTH, NAME_NOT_PERMITTED, ISSUER_EXPIRED …
   * @example
   * import { createCa, verify } from 'mtls-toolkit';
   *
   * const root = await createCa({ name: 'root' });
   * const workloads = await root.intermediate({ name: 'workloads' });
   * const { cert } = await workloads.issue('api.example.internal');
   * const { path } = verify(cert, { ca: root.roots });
   * path.map(({ subject }) => subject); // → ['CN=api.example.internal', 'CN=workloads', 'CN=root']
   */
  intermediate(options?: CaOptions): Promise<MemoryCa>;
}

export interface CreateCaOptions extends CaOptions {
  /** The present moment, here and for all that this CA issues; the system's clock where absent. */
  readonly now?: Now | undefined;
}

/**
 * Makes a root CA in memory: P-256, ten years, unless asked otherwise.
 *
 * @throws MtlsError BAD_SUBJECT, BAD_NAME, BAD_SPIFFE_ID, BAD_DURATION, BAD_TIME, BAD_OPTION
 * @example
 * import { createCa } from 'mtls-toolkit';
 *
 * const ca = await createCa({ subject: 'CN=Lab Root,O=Example', permit: ['lab.example.org'] });
 * ca.certificate.permitted; // → ['DNS:lab.example.org']
 *
 * const { cert, key, ca: roots } = await ca.issue('api.lab.example.org');
 * // for https.createServer({ cert, key, ca: roots, requestCert: true })
 */
export async function createCa(options: CreateCaOptions = {}): Promise<MemoryCa> {
  const { now, ...asked } = options;
  const clock = clockOf(now);
  const name = asked.name ?? 'root';
  const made = await authorRootCa(caRequest(asked, name, clock()), { clock });
  return memoryCa({ name, chain: [made.certificate], key: made.key, clock });
}

export interface LoadCaOptions {
  /** The CA's certificate; its issuers may follow. PEM or DER. */
  readonly cert: Data;
  /** Its private key, PEM or DER. */
  readonly key: Data;
  /** Opens the key. */
  readonly passphrase?: Secret | undefined;
  /** Its issuers up to the root, where they are not in `cert`. */
  readonly chain?: Data | readonly Data[] | undefined;
  /** What to call it; its subject where absent. */
  readonly name?: string | undefined;
  readonly now?: Now | undefined;
}

/**
 * Opens a CA from PEM or DER, whoever made it. It knows nothing of what was issued before: those
 * certificates can be revoked by themselves, not by their serial numbers, and its first CRL has
 * number 1.
 *
 * @throws MtlsError KEY_MISMATCH where the key is that of no certificate given, PASSPHRASE_NEEDED,
 * PASSPHRASE_WRONG, NOTHING_FOUND, and what is malformed
 * @example
 * import { createCa, loadCa } from 'mtls-toolkit';
 *
 * const { chain, ...made } = await createCa({ name: 'dev' });
 * const ca = loadCa({ cert: chain, key: made.exportKey() });
 * ca.name; // → 'CN=dev'
 */
export function loadCa(options: LoadCaOptions): MemoryCa {
  refuseUnknown(options, {
    cert: true,
    key: true,
    passphrase: true,
    chain: true,
    name: true,
    now: true,
  });
  const key = readKey(options.key, options.passphrase, 'key');
  const { spki } = key.publicKey;
  const given = readData(options.cert, 'cert', options.passphrase).certificates;
  const own = given.find((certificate) => bytesEqual(certificate.publicKey.spki, spki));
  if (!own)
    throw new MtlsError('KEY_MISMATCH', 'the key is that of no certificate given', {
      hint: 'match() says what belongs together',
      data: { certificates: given.map(({ subject }) => formatDn(subject)) },
    });
  const above = listOf(options.chain).flatMap(
    (data) => readData(data, 'chain', options.passphrase).certificates,
  );
  const issuers = issuersAmong([...new Set([...given, ...above])]);
  const chain = new Set<Certificate>();
  for (let at: Certificate | undefined = own; at && !chain.has(at); at = issuers.get(at))
    chain.add(at);
  const name = options.name ?? certificateTitle(own);
  return memoryCa({ name, chain: [...chain], key, clock: clockOf(options.now) });
}

interface Held {
  readonly name: string;
  /** The CA's certificate first, its root last. */
  readonly chain: readonly Certificate[];
  readonly key: PrivateKey;
  readonly clock: Clock;
}

function memoryCa({ name, chain, key, clock }: Held): MemoryCa {
  const ledger = memoryLedger(clock);
  const issuer = issuerOf(ledger, chain);
  const signer = signerOf(key);
  const finding = {
    name,
    bySerial: ledger.find,
    byCertificate: (certificate: Certificate) => recorded(certificate, issuer.certificate, ledger),
  };
  return {
    ...actionsOf({
      name,
      issuer,
      clock,
      signer: () => signer,
      defaults: () => Promise.resolve({}),
      recordOf: (what) => recordIn(finding, what),
    }),
    exportKey: (passphrase) => writePrivateKey(key, passphrase),
    async intermediate(options = {}) {
      const below = options.name ?? 'intermediate';
      const request = caRequest(options, below, clock());
      const made = await authorIntermediateCa(request, issuer.path, signer, { clock });
      await ledger.transaction({ signer }, (transaction) => {
        const { certificate, plan } = made;
        transaction.issued({ certificate, profile: plan.profile.name, outputs: [] });
        return Promise.resolve();
      });
      const path = [made.certificate, ...chain];
      return memoryCa({ name: below, chain: path, key: made.key, clock });
    },
  };
}

/** The record of a certificate that this CA has signed, here or elsewhere. */
function recorded(
  certificate: Certificate,
  ca: Certificate,
  ledger: MemoryLedger,
): IssuedRecord | undefined {
  const { issuerDer, signatureAlgorithm, tbs, signature } = certificate;
  const own =
    sameName(issuerDer, ca.subjectDer) &&
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, ca.publicKey, tbs, signature);
  return own
    ? (ledger.find(serialText(certificate.serial)) ?? ledger.adopt(certificate))
    : undefined;
}
