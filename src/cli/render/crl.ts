// A CRL as people and programs see it.
import type { IssuedCrl } from '../../ca/crl.ts';
import { formatTime as formatRfc3339 } from '../../base/clock.ts';
import { formatTime } from './time.ts';

export function crlJson({ crl, entries }: Omit<IssuedCrl, 'notices'>): Record<string, unknown> {
  return {
    number: crl.number?.toString() ?? null,
    entries,
    thisUpdate: formatRfc3339(crl.thisUpdate),
    nextUpdate: crl.nextUpdate ? formatRfc3339(crl.nextUpdate) : null,
  };
}

/** `CRL 3, 2 revoked, until 2026-04-01 12:00:00 UTC` */
export function crlLine({ crl, entries }: IssuedCrl): string {
  const until = crl.nextUpdate ? `, until ${formatTime(crl.nextUpdate)}` : '';
  return `CRL ${crl.number?.toString() ?? '?'}, ${entries} revoked${until}`;
}
