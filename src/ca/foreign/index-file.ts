// index.txt, the database of `openssl ca`: six fields between tabs, a certificate on each line.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseSerial } from '../../store/records.ts';
import type { RevocationReason } from '../../store/events.ts';
import { REVOCATION_REASONS } from '../../x509/extensions.ts';

/** A line of index.txt. */
export interface IndexLine {
  /** From 1. */
  readonly line: number;
  readonly serial: string;
  readonly notAfter: Date;
  readonly revoked?: { readonly at: Date; readonly reason: RevocationReason };
  /** Name of a file below the folder, where openssl noted one. */
  readonly file: string | undefined;
  /** OpenSSL's `/C=DE/CN=api`. */
  readonly subject: string;
}

/** Reads all lines. Throws INDEX_MALFORMED with the first that can not be read. */
export function readIndex(text: string, path: string): readonly IndexLine[] {
  const lines: IndexLine[] = [];
  text.split('\n').forEach((raw, index) => {
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    // openssl passes over comments and empty lines too
    if (content === '' || content.startsWith('#')) return;
    lines.push(readLine(content, index + 1, path));
  });
  return lines;
}

function readLine(content: string, line: number, path: string): IndexLine {
  const fail = (what: string): MtlsError => badLine(path, line, what);
  const fields = content.split('\t');
  if (fields.length !== 6) throw fail(`${fields.length} fields between tabs where 6 belong`);
  const [status, expiry, revocation, serial, file, subject] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (status !== 'V' && status !== 'R' && status !== 'E')
    throw fail(`the status ${quoteForeign(status)} is none of V, R and E`);
  const notAfter = readTime(expiry);
  if (notAfter === undefined) throw fail(`the expiry ${quoteForeign(expiry)} is no time`);
  if (!/^[0-9A-Fa-f]{1,80}$/.test(serial))
    throw fail(`the serial ${quoteForeign(serial)} is not hexadecimal`);
  if ((status === 'R') !== (revocation !== ''))
    throw fail(
      status === 'R' ? 'revoked without a time' : `a revocation, and the status ${status}`,
    );
  const known = { line, serial: parseSerial(serial), notAfter, file: fileOf(file), subject };
  return status === 'R' ? { ...known, revoked: readRevocation(revocation, fail) } : known;
}

function fileOf(field: string): string | undefined {
  return field === '' || field === 'unknown' ? undefined : field;
}

/** `260301120000Z,keyCompromise`; some reasons are followed by more (OpenSSL's make_revocation_str). */
function readRevocation(
  text: string,
  fail: (what: string) => MtlsError,
): NonNullable<IndexLine['revoked']> {
  const [time = '', reason] = text.split(',');
  const at = readTime(time);
  if (at === undefined) throw fail(`the revocation ${quoteForeign(text)} has no time`);
  return { at, reason: reason === undefined ? 'unspecified' : readReason(reason, fail) };
}

/** OpenSSL's words that are not those of RFC 5280; case does not count there. */
const OTHER_REASONS: Readonly<Record<string, RevocationReason>> = {
  // With when the key was lost, or what is held: a date of its own, which no record has
  keytime: 'keyCompromise',
  cakeytime: 'cACompromise',
  holdinstruction: 'certificateHold',
  // Of delta CRLs only: on a whole one it is still revoked
  removefromcrl: 'unspecified',
};

function readReason(text: string, fail: (what: string) => MtlsError): RevocationReason {
  const lower = text.toLowerCase();
  const other = OTHER_REASONS[lower];
  if (other !== undefined) return other;
  const found = REVOCATION_REASONS.find((reason) => reason?.toLowerCase() === lower);
  if (found !== undefined && found !== 'removeFromCRL') return found;
  throw fail(`the reason ${quoteForeign(text)} is not known`);
}

/** YYMMDDHHMMSSZ of this century or the last (RFC 5280 §4.1.2.5.1), or YYYYMMDDHHMMSSZ. */
function readTime(text: string): Date | undefined {
  const found = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (found === null) return undefined;
  const [, year = '', month, day, hour, minute, second] = found;
  const century = year.length === 4 ? '' : Number(year) < 50 ? '20' : '19';
  const iso = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(iso);
  // The 31st of February rolls over: then it was none
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso ? date : undefined;
}

/** A line that can not be read, or contradicts another. */
export function badLine(path: string, line: number, what: string): MtlsError {
  return new MtlsError('INDEX_MALFORMED', `${quoteForeign(path)}, line ${line}: ${what}`, {
    hint: 'nothing was imported; mend the line in a copy of the folder',
    data: { path, line },
  });
}
