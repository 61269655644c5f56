// Counts that each head carries.
import type { JournalEvent, Totals } from './events.ts';

export const NO_TOTALS: Totals = { issued: 0, revoked: 0, crl: '0' };

/** The counts after one more event. */
export function addToTotals(totals: Totals, event: JournalEvent): Totals {
  switch (event.type) {
    case 'issued':
    case 'renewed':
      return { ...totals, issued: totals.issued + 1 };
    case 'revoked':
      return { ...totals, revoked: totals.revoked + 1 };
    case 'crl':
      return { ...totals, crl: event.number };
    case 'created':
    case 'rotated':
      return totals;
  }
}
