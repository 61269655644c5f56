// When seeded certificates are made, and how long they last, where nothing else is said.
import { YEAR } from '../../base/clock.ts';

/** Their present moment. */
export const SEEDED_AT = new Date('2026-01-01T00:00:00Z');

/** The last second that a certificate writes as UTCTime (RFC 5280 §4.1.2.5). */
const LEAVES_END = Date.parse('2049-12-31T23:59:59Z');

/** Lifetime of a leaf, in milliseconds. */
export function seededTtl(now: Date): number {
  return Math.max(LEAVES_END - now.getTime(), YEAR);
}
