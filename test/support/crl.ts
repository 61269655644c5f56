// CRLs of any shape, for tests of what judges them.
import { DAY } from '../../src/base/clock.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { parseCrl, signCrl, type Crl, type CrlEntryInput } from '../../src/x509/crl.ts';
import { NOW, type Holder } from './graph.ts';

/** Days from the moment of the tests. */
export const day = (days: number) => new Date(NOW.getTime() + days * DAY);

type CrlShape = Partial<Omit<Parameters<typeof signCrl>[0], 'entries'>> & {
  /** Whose key signs; absent: the issuer's. */
  readonly by?: Holder;
};

let numbers = 0n;

/** A CRL of this issuer, valid now, that lists these certificates. */
export async function crlOf(
  issuer: Holder,
  revoked: readonly (Holder | CrlEntryInput)[] = [],
  { by = issuer, ...shape }: CrlShape = {},
): Promise<Crl> {
  const input = {
    issuer: issuer.certificate.subjectDer,
    thisUpdate: day(-1),
    nextUpdate: day(6),
    number: ++numbers,
    authorityKeyId: keyIdentifier(issuer.key.publicKey.keyBits),
    ...shape,
    entries: revoked.map((one) =>
      'certificate' in one
        ? { serial: one.certificate.serial, revokedAt: day(-2), reason: 'keyCompromise' as const }
        : one,
    ),
  };
  return parseCrl(await signCrl(input, signerOf(by.key)));
}
