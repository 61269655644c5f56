// A CA that was made elsewhere joins the home: with its key, its chain, and the records it brings.
import { bytesEqual } from '../base/bytes.ts';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import { describeKey, type PrivateKey } from '../crypto/key.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { chainOrder } from '../verify/chain-order.ts';
import { anchorOf } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import { checkIssuersSign } from '../profile/issuer.ts';
import { createCaStore } from '../store/ca-store.ts';
import type { CaName, HomePaths } from '../store/layout.ts';
import type { LockOptions } from '../store/lock.ts';
import { isSelfIssued, type Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { authorityOf, type Authority } from './authority.ts';
import type { ForeignBooks } from './foreign/books.ts';

/** MD5 and SHA-1 with RSA, SHA-1 with ECDSA and with DSA. */
const BROKEN_HASHES: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10045.4.1',
  '1.2.840.10040.4.3',
]);

export interface ImportedCa {
  readonly home: HomePaths;
  readonly name: CaName;
  /** The CA's certificate and its issuers up to the root, in any order. */
  readonly certificates: readonly Certificate[];
  /** The CA's key, or who signs with it where it is elsewhere. */
  readonly key: PrivateKey | Signer;
  /** Encrypts the key in the home; without it the key lies open, mode 0600. */
  readonly passphrase?: string | Uint8Array | undefined;
  /** What it issued and revoked elsewhere, as `readBooks` reads it, once the CA is known. */
  readonly books?: ((ca: Certificate) => ForeignBooks) | undefined;
  readonly clock: Clock;
  readonly lock?: LockOptions | undefined;
}

export interface ImportResult {
  readonly authority: Authority;
  /** Records that it brought. */
  readonly issued: number;
  readonly revoked: number;
  readonly warnings: readonly string[];
}

/**
 * Takes a CA into the home, once it has shown that what it signs would be believed: with all that
 * is on its books, or not at all.
 *
 * @throws MtlsError KEY_MISMATCH, ISSUER_NOT_CA, ISSUER_EXPIRED, KEY_TOO_WEAK, CHAIN_INVALID,
 *   CA_EXISTS, TEST_FIXTURE, INDEX_MALFORMED
 */
export async function importCa(wanted: ImportedCa): Promise<ImportResult> {
  const { home, name, certificates, key, clock, lock } = wanted;
  const path = pathOf(certificates, key);
  checkIssuersSign(path);
  checkKeys(path);
  checkDates(path, clock());
  checkPath(path, clock());
  const [certificate, ...issuers] = path;
  const { past, crlFrom, warnings } = wanted.books?.(certificate) ?? { past: [], warnings: [] };
  const store = await createCaStore(
    home,
    {
      name,
      certificate,
      issuers,
      ...('sign' in key ? {} : { keyPem: writePrivateKey(key, wanted.passphrase) }),
      past,
      ...(crlFrom !== undefined && { crlFrom }),
    },
    { clock, signer: 'sign' in key ? key : signerOf(key), ...lock },
  );
  return {
    authority: authorityOf(store),
    issued: past.length,
    revoked: past.filter(({ revoked }) => revoked).length,
    warnings: [...oddities(path), ...warnings],
  };
}

/** What some programs will not take, and others do. */
function oddities(path: readonly [Certificate, ...Certificate[]]): readonly string[] {
  const found: string[] = [];
  const [{ keyUsage }] = path;
  if (keyUsage === undefined) found.push('the CA has no key usage: strict programs refuse it');
  else if (!keyUsage.has('cRLSign'))
    found.push('the CA’s key usage lacks cRLSign: programs that check will not believe its CRLs');
  const root = path[path.length - 1] as Certificate;
  if (BROKEN_HASHES.has(root.signatureOid))
    found.push(
      `the root ${quoteForeign(certificateTitle(root))} is signed with MD5 or SHA-1: no program needs that signature, and some refuse it`,
    );
  return found;
}

/** The certificate of this key, then those above it. */
function pathOf(
  certificates: readonly Certificate[],
  { publicKey }: Pick<PrivateKey, 'publicKey'>,
): readonly [Certificate, ...Certificate[]] {
  const own = certificates.find((one) => bytesEqual(one.publicKey.spki, publicKey.spki));
  const [first] = certificates;
  invariant(first, 'a CA to import has a certificate');
  if (!own)
    throw new MtlsError(
      'KEY_MISMATCH',
      `the key is not the key of ${quoteForeign(certificateTitle(first))}`,
      { hint: 'see what belongs together with mtls match' },
    );
  const rest = chainOrder([own, ...certificates.filter((one) => one !== own)]);
  const at = rest.indexOf(own);
  const path: Certificate[] = [own];
  for (const next of rest.slice(at + 1)) {
    const end = path[path.length - 1] as Certificate;
    if (isSelfIssued(end) || !bytesEqual(end.issuerDer, next.subjectDer)) break;
    path.push(next);
  }
  return path as [Certificate, ...Certificate[]];
}

/** Programs refuse whatever stands below a smaller one, ours too. */
const SMALLEST_RSA = 2048;

function checkKeys(path: readonly Certificate[]): void {
  const weak = path.find(
    ({ publicKey: { kind, bits } }) => kind === 'rsa' && bits !== undefined && bits < SMALLEST_RSA,
  );
  if (!weak) return;
  throw new MtlsError(
    'KEY_TOO_WEAK',
    `the key of ${quoteForeign(certificateTitle(weak))} is ${describeKey(weak.publicKey)}, too weak`,
    { hint: 'make a new CA with mtls ca init' },
  );
}

function checkDates(path: readonly Certificate[], now: Date): void {
  const out = path.find(({ notBefore, notAfter }) => now < notBefore || now > notAfter);
  if (!out) return;
  throw new MtlsError(
    'ISSUER_EXPIRED',
    `${quoteForeign(certificateTitle(out))} ${now > out.notAfter ? 'has expired' : 'is not valid yet'}`,
    { hint: 'make a new CA with mtls ca init' },
  );
}

function checkPath(path: readonly [Certificate, ...Certificate[]], at: Date): void {
  const root = path[path.length - 1] as Certificate;
  if (!isSelfIssued(root))
    throw new MtlsError(
      'CHAIN_INVALID',
      `the issuer of ${quoteForeign(certificateTitle(root))} is missing`,
      { hint: 'give the CAs above it up to the root with --chain' },
    );
  const result = verifyCertificate({
    leaf: path[0],
    anchors: [anchorOf(root)],
    untrusted: path.slice(1, -1),
    at,
  });
  if (result.ok || path.length === 1) return;
  throw new MtlsError('CHAIN_INVALID', result.fault.message, {
    hint: 'see why with mtls verify',
  });
}
