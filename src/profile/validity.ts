// From when until when: the request, the profile's span, and what the issuers leave of it.
import { formatTime, MINUTE, wholeSeconds } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Source, Sourced } from './plan.ts';

/** Clocks of those who check may be behind ours. */
const BACKDATE = 5 * MINUTE;
/** The years that a certificate's times can say (RFC 5280 §4.1.2.5). */
const EARLIEST = Date.UTC(1950, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

export interface WantedValidity {
  /** Milliseconds from the start, or from now where the start is only backdated. */
  readonly ttl?: number | undefined;
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
}

export interface Validity {
  readonly notBefore: Sourced<Date>;
  readonly notAfter: Sourced<Date>;
  readonly warnings: readonly string[];
}

/**
 * Decides the dates. Both bounds stay inside those of every issuer, with a warning.
 * Throws BAD_OPTION when ttl and not-after are both given, BAD_DURATION, BAD_TIME,
 * ISSUER_EXPIRED.
 *
 * @param span the ttl when nothing is asked, in milliseconds
 * @param issuers issuer first, root last; none for a root
 */
export function resolveValidity(
  wanted: WantedValidity,
  span: Sourced<number>,
  issuers: readonly Certificate[],
  now: Date,
): Validity {
  if (wanted.ttl !== undefined && wanted.notAfter !== undefined)
    throw new MtlsError('BAD_OPTION', 'a ttl and a not-after exclude each other', {
      hint: 'give --ttl or --not-after',
    });
  if (wanted.ttl !== undefined && !(wanted.ttl > 0))
    throw new MtlsError('BAD_DURATION', 'the ttl must be longer than nothing', {
      hint: 'write 24h, 90d, 1y',
    });
  checkIssuersValid(issuers, now);

  const start = wanted.notBefore ?? now;
  const ttl = wanted.ttl ?? span.value;
  const asked = {
    notBefore: wanted.notBefore ?? new Date(now.getTime() - BACKDATE),
    notAfter: wanted.notAfter ?? new Date(start.getTime() + ttl),
  };
  checkOrder(asked.notBefore, asked.notAfter);

  let shortened: string | undefined;
  let delayed: string | undefined;
  let notBefore: Sourced<Date> = {
    value: asked.notBefore,
    source: wanted.notBefore ? 'flag' : 'default',
  };
  let notAfter: Sourced<Date> = {
    value: asked.notAfter,
    source: wanted.notAfter || wanted.ttl !== undefined ? 'flag' : span.source,
  };
  issuers.forEach((issuer, index) => {
    const who = index === 0 ? 'the issuer' : quoteForeign(formatDn(issuer.subject));
    if (issuer.notAfter < notAfter.value) {
      notAfter = { value: issuer.notAfter, source: 'issuer' };
      shortened = `shortened to ${formatTime(issuer.notAfter)}: ${who} expires then`;
    }
    if (issuer.notBefore > notBefore.value) {
      notBefore = { value: issuer.notBefore, source: 'issuer' };
      // the default's five minutes are no promise
      if (wanted.notBefore)
        delayed = `starts at ${formatTime(issuer.notBefore)}: ${who} is not valid before`;
    }
  });
  const from = wholeSeconds(notBefore.value);
  const until = wholeSeconds(notAfter.value);
  checkCalendar(from, until);
  if (from >= until) throw outsideIssuer(asked.notBefore, issuers);
  return {
    notBefore: { value: from, source: notBefore.source },
    notAfter: { value: until, source: notAfter.source },
    warnings: [
      shortened,
      delayed,
      until <= now ? `it has expired already, at ${formatTime(until)}` : undefined,
    ].filter((warning) => warning !== undefined),
  };
}

/** Refuses to issue under a CA, or below one, that is not valid now. */
function checkIssuersValid(issuers: readonly Certificate[], now: Date): void {
  issuers.forEach((issuer, index) => {
    const name = quoteForeign(formatDn(issuer.subject));
    const who = index === 0 ? `the issuer ${name}` : `${name}, above the issuer,`;
    const data = { issuer: formatDn(issuer.subject), now: formatTime(now) };
    if (now > issuer.notAfter)
      throw new MtlsError('ISSUER_EXPIRED', `${who} expired on ${formatTime(issuer.notAfter)}`, {
        hint: 'make a new CA with mtls ca init, or name another with --ca',
        data: { ...data, notAfter: formatTime(issuer.notAfter) },
      });
    if (now < issuer.notBefore)
      throw new MtlsError(
        'ISSUER_EXPIRED',
        `${who} is not valid before ${formatTime(issuer.notBefore)}`,
        {
          hint: 'check this machine’s clock with date -u, or name another CA with --ca',
          data: { ...data, notBefore: formatTime(issuer.notBefore) },
        },
      );
  });
}

function checkOrder(notBefore: Date, notAfter: Date): void {
  if (notAfter > notBefore) return;
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) {
    checkCalendar(notBefore, notAfter);
    return;
  }
  throw new MtlsError(
    'BAD_TIME',
    `the certificate would end at ${formatTime(notAfter)}, before it starts at ${formatTime(notBefore)}`,
    { hint: 'give a later --not-after, or an earlier --not-before' },
  );
}

function checkCalendar(notBefore: Date, notAfter: Date): void {
  // NaN, a date beyond JavaScript's own calendar, fails both comparisons
  if (!(notAfter.getTime() <= LATEST) || !(notBefore.getTime() <= LATEST))
    throw new MtlsError('BAD_TIME', 'certificates cannot be dated beyond the year 9999', {
      hint: 'give a shorter --ttl',
    });
  if (!(notBefore.getTime() >= EARLIEST))
    throw new MtlsError('BAD_TIME', 'certificates cannot be dated before the year 1950', {
      hint: 'give a later --not-before',
    });
}

function outsideIssuer(asked: Date, issuers: readonly Certificate[]): MtlsError {
  const ended = issuers.find((issuer) => wholeSeconds(issuer.notAfter) <= asked);
  if (ended)
    return new MtlsError(
      'ISSUER_EXPIRED',
      `${quoteForeign(formatDn(ended.subject))} expires at ${formatTime(ended.notAfter)}, before the certificate would start`,
      { hint: 'give an earlier --not-before, or name another CA with --ca' },
    );
  const first = issuers[0];
  return new MtlsError(
    'BAD_TIME',
    first
      ? `the certificate would end before its issuer starts at ${formatTime(first.notBefore)}`
      : 'the certificate would end in the second it starts',
    { hint: 'give a later --not-after, or make the CA with an earlier --not-before' },
  );
}

/** Who set the ttl that stands when the command line sets none. */
export function spanOf(
  configured: number | undefined,
  profile: number,
): { readonly value: number; readonly source: Source } {
  return configured === undefined
    ? { value: profile, source: 'profile' }
    : { value: configured, source: 'config' };
}
