// Revoking certificates, and the CRL that says so, in one commit.
import type { Signer } from '../crypto/sign.ts';
import { formatTime, wholeSeconds } from '../base/clock.ts';
import type { RevocationReason } from '../store/events.ts';
import type { IssuedRecord } from '../store/records.ts';
import type { Issuer } from './issuer.ts';
import { recordCrl, type CrlOptions, type IssuedCrl } from './crl.ts';

export interface RevokeOptions extends CrlOptions {
  readonly reason: RevocationReason;
  /** Since when the certificate is not to be trusted; now unless given. */
  readonly revokedAt?: Date | undefined;
}

/**
 * Revokes certificates and issues the next CRL: both are recorded, or neither. Throws
 * ALREADY_REVOKED, CERT_NOT_FOUND.
 */
export async function revoke(
  authority: Issuer,
  signer: Signer,
  records: readonly IssuedRecord[],
  options: RevokeOptions,
): Promise<IssuedCrl> {
  const revokedAt = wholeSeconds(options.revokedAt ?? options.clock());
  const { reason } = options;
  return authority.store.transaction({ signer, ...options.lock }, async (transaction) => {
    for (const { serial } of records) transaction.revoked({ serial, reason, revokedAt });
    const added = records.map(({ serial, notAfter }) => ({
      serial,
      reason,
      revokedAt: formatTime(revokedAt),
      notAfter,
    }));
    const made = await recordCrl(authority, signer, transaction, added, options);
    await transaction.commit();
    return { ...made, notices: transaction.notices };
  });
}
