// An issued certificate with what happened to it since.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { toHex } from '../base/bytes.ts';
import type { IssuedFacts, RevocationReason } from './events.ts';

/** A certificate's record, folded from its events. */
export interface IssuedRecord extends IssuedFacts {
  readonly issuedAt: string;
  /** Serial of the certificate that this one was issued in place of. */
  readonly replaces?: string;
  /** Serial of the certificate issued in place of this one. */
  readonly renewedBy?: string;
  readonly revoked?: { readonly at: string; readonly reason: RevocationReason };
}

/** `pending` before its validity begins. */
export type RecordStatus = 'valid' | 'pending' | 'expired' | 'revoked';

/** What a record comes to at a moment: revoked outweighs expired. */
export function recordStatus(record: IssuedRecord, at: Date): RecordStatus {
  if (record.revoked !== undefined && Date.parse(record.revoked.at) <= at.getTime())
    return 'revoked';
  if (Date.parse(record.notAfter) < at.getTime()) return 'expired';
  return Date.parse(record.notBefore) > at.getTime() ? 'pending' : 'valid';
}

/** Which records to list; all conditions must hold. */
export interface RecordFilter {
  readonly notAfterFrom?: Date;
  readonly notAfterTo?: Date;
  readonly profile?: string;
  /** A name as records write it, `DNS:api`, or its value alone. */
  readonly name?: string;
  readonly revoked?: boolean;
}

/** Whether an end, in milliseconds, is not one that is asked for. */
export function endsOutside(notAfter: number, { notAfterFrom, notAfterTo }: RecordFilter): boolean {
  return (
    (notAfterFrom !== undefined && notAfter < notAfterFrom.getTime()) ||
    (notAfterTo !== undefined && notAfter > notAfterTo.getTime())
  );
}

/** Whether all conditions hold. */
export function recordMatches(record: IssuedRecord, filter: RecordFilter): boolean {
  const { profile, name, revoked } = filter;
  if (endsOutside(Date.parse(record.notAfter), filter)) return false;
  if (profile !== undefined && record.profile !== profile) return false;
  if (revoked !== undefined && (record.revoked !== undefined) !== revoked) return false;
  return (
    name === undefined ||
    record.names.some((own) => own === name || own.slice(own.indexOf(':') + 1) === name)
  );
}

/** A serial number's content octets as records write it. */
export function serialText(serial: Uint8Array): string {
  const hex = toHex(serial).replace(/^(?:00)+(?=..)/, '');
  return hex === '' ? '00' : hex;
}

/** Reads a serial as openssl, browsers and we print it (colons, `0x`, capitals), or throws USAGE. */
export function parseSerial(text: string): string {
  const digits = text.trim().replace(/^0x/i, '').replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{1,80}$/.test(digits))
    throw new MtlsError('USAGE', `${quoteForeign(text)} is not a serial number`, {
      hint: 'a serial is hexadecimal, as "mtls list" prints it',
    });
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return even.replace(/^(?:00)+(?=..)/, '');
}
