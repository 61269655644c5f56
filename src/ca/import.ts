// A CA that was made elsewhere joins the home: with its key, its chain, and no records yet.
import { bytesEqual } from '../base/bytes.ts';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { signerOf } from '../crypto/sign.ts';
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

export interface ImportedCa {
  readonly home: HomePaths;
  readonly name: CaName;
  /** The CA's certificate and its issuers up to the root, in any order. */
  readonly certificates: readonly Certificate[];
  readonly key: PrivateKey;
  /** Encrypts the key in the home; without it the key lies open, mode 0600. */
  readonly passphrase?: string | Uint8Array | undefined;
  readonly clock: Clock;
  readonly lock?: LockOptions | undefined;
}

/**
 * Takes a CA into the home, once it has shown that what it signs would be believed.
 *
 * @throws MtlsError KEY_MISMATCH, ISSUER_NOT_CA, ISSUER_EXPIRED, CHAIN_INVALID, CA_EXISTS,
 *   TEST_FIXTURE
 */
export async function importCa(wanted: ImportedCa): Promise<Authority> {
  const { home, name, certificates, key, clock, lock } = wanted;
  const path = pathOf(certificates, key);
  checkIssuersSign(path);
  checkDates(path, clock());
  checkPath(path, clock());
  const [certificate, ...issuers] = path;
  const store = await createCaStore(
    home,
    { name, certificate, issuers, keyPem: writePrivateKey(key, wanted.passphrase) },
    { clock, signer: signerOf(key), ...lock },
  );
  return authorityOf(store);
}

/** The certificate of this key, then those above it. */
function pathOf(
  certificates: readonly Certificate[],
  { publicKey }: PrivateKey,
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
