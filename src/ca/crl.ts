// Certificate revocation lists of a CA (RFC 5280 §5).
import { fromHex, type CrlDer } from '../base/bytes.ts';
import { invariant } from '../base/assert.ts';
import { DAY, wholeSeconds, type Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { keyIdentifier } from '../crypto/digest.ts';
import type { Signer } from '../crypto/sign.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { LockOptions } from '../store/lock.ts';
import type { Revocation, StoreNotice } from '../store/types.ts';
import { parseCrl, signCrl, type Crl } from '../x509/crl.ts';
import type { Issuer, LedgerTransaction } from './issuer.ts';

/** How long a CRL holds unless said otherwise: consumers fail closed on a stale one. */
const CRL_TTL = 30 * DAY;

export interface CrlOptions {
  readonly clock: Clock;
  /** Milliseconds until nextUpdate. */
  readonly ttl?: number | undefined;
  readonly lock?: LockOptions | undefined;
}

export interface IssuedCrl {
  readonly crl: Crl;
  readonly entries: number;
  readonly notices: readonly StoreNotice[];
}

/** Issues a CRL of all that is revoked and has not expired. */
export async function issueCrl(
  authority: Issuer,
  signer: Signer,
  options: CrlOptions,
): Promise<IssuedCrl> {
  return authority.store.transaction({ signer, ...options.lock }, async (transaction) => {
    const made = await recordCrl(authority, signer, transaction, [], options);
    await transaction.commit();
    return { ...made, notices: transaction.notices };
  });
}

/** Writes a CRL within a transaction, with revocations that it has not committed yet. */
export async function recordCrl(
  authority: Issuer,
  signer: Signer,
  transaction: LedgerTransaction,
  added: readonly Revocation[],
  options: CrlOptions,
): Promise<{ crl: Crl; entries: number }> {
  const thisUpdate = wholeSeconds(options.clock());
  const nextUpdate = nextUpdateOf(authority, thisUpdate, options.ttl ?? CRL_TTL);
  const revoked: { serial: Uint8Array; revokedAt: Date; reason: Revocation['reason'] }[] = [];
  const add = ({ serial, reason, revokedAt }: Revocation): void => {
    const bytes = fromHex(serial);
    invariant(bytes !== undefined, 'a recorded serial is hexadecimal');
    revoked.push({ serial: positive(bytes), revokedAt: new Date(revokedAt), reason });
  };
  // What was recorded stood on the CRL before: once that came after the certificate's expiry, the
  // entry may go (RFC 5280 §3.3)
  const last = authority.store.lastCrl();
  const before = last === undefined ? -Infinity : Date.parse(last.thisUpdate);
  for (const known of authority.store.revocations())
    if (known.notAfter === undefined || Date.parse(known.notAfter) >= before) add(known);
  for (const one of added) add(one);
  const number = transaction.nextCrlNumber();
  const { certificate } = authority;
  const der: CrlDer = await signCrl(
    {
      issuer: certificate.subjectDer,
      thisUpdate,
      nextUpdate,
      number,
      authorityKeyId: certificate.subjectKeyId ?? keyIdentifier(certificate.publicKey.keyBits),
      entries: revoked,
    },
    signer,
  );
  const crl = parseCrl(der);
  if (!verifySignature(signer.algorithm, certificate.publicKey, crl.tbs, crl.signature))
    throw new MtlsError('CHAIN_INVALID', 'the new CRL does not verify with the CA’s key', {
      hint: 'nothing was published; mtls match on ca.crt and ca.key says whether they belong together',
    });
  transaction.crl({ number, thisUpdate, nextUpdate, entries: revoked.length, der });
  return { crl, entries: revoked.length };
}

/** Content octets of a serial whose records leave out leading zeros: ours have no high bit, others do. */
function positive(serial: Uint8Array): Uint8Array {
  return (serial[0] ?? 0) < 0x80 ? serial : Uint8Array.of(0, ...serial);
}

/** A CRL outlives its signer for nobody: nextUpdate stays within the CA's validity. */
function nextUpdateOf(authority: Issuer, thisUpdate: Date, ttl: number): Date {
  const { notAfter } = authority.certificate;
  const next = new Date(thisUpdate.getTime() + ttl);
  if (thisUpdate >= notAfter)
    throw new MtlsError('ISSUER_EXPIRED', 'the CA has expired: nobody would believe its CRL', {
      hint: 'revocation ends with the CA; remove it from trust stores instead',
    });
  return next < notAfter ? next : notAfter;
}
