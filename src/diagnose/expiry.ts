// What ends when: certificates, and chains, which end with the first of theirs.
import { DAY } from '../base/clock.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { copiesOf } from './copies.ts';
import { placeOf } from './evidence.ts';
import type { CertificateNode, Pile } from './pile.ts';
import { renewed } from './rules/time.ts';

/** `soon` and `critical` are to be acted on; `replaced` is old beside its successor. */
export type ExpiryState = 'ok' | 'soon' | 'critical' | 'expired' | 'pending' | 'replaced';

export interface Thresholds {
  /** Milliseconds; a third of the lifetime where that is less. */
  readonly warn: number;
  /** Milliseconds; a tenth of the lifetime where that is less. */
  readonly critical: number;
  /** They were asked for, and hold for short lives too. */
  readonly exact: boolean;
}

export const THRESHOLDS: Thresholds = { warn: 30 * DAY, critical: 7 * DAY, exact: false };

/** One that ends. */
export interface Ending {
  readonly title: string;
  /** Where it lies: a file, a Secret's value, `host:port`, or `CA dev` for the records of a CA. */
  readonly place: string;
  /** Other folders and objects that it lies in too. */
  readonly copies?: readonly string[] | undefined;
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly state: ExpiryState;
  readonly isIssuer: boolean;
  /** Another certificate of its chain, which ends before it. */
  readonly weakest?: { readonly title: string; readonly notAfter: Date } | undefined;
}

/** How it stands with dates at a moment. */
export function stateOf(
  dates: { readonly notBefore: Date; readonly notAfter: Date },
  at: Date,
  { warn, critical, exact }: Thresholds,
): ExpiryState {
  const left = dates.notAfter.getTime() - at.getTime();
  if (left < 0) return 'expired';
  if (dates.notBefore > at) return 'pending';
  const life = dates.notAfter.getTime() - dates.notBefore.getTime();
  if (left < (exact ? critical : Math.min(critical, life / 10))) return 'critical';
  return left < (exact ? warn : Math.min(warn, life / 3)) ? 'soon' : 'ok';
}

/** Every certificate of a pile once, each with what ends first above it. */
export function endingsOf(pile: Pile, at: Date, thresholds: Thresholds): readonly Ending[] {
  return pile.certificates.map((node) => {
    const { certificate, isIssuer } = node;
    const own = stateOf(certificate, at, thresholds);
    const weakest = isIssuer ? undefined : weakestAbove(certificate, pile, at);
    const state = weakest && own !== 'expired' ? worse(own, stateOf(weakest, at, thresholds)) : own;
    return {
      title: certificateTitle(certificate),
      place: placeOf(node),
      copies: isIssuer ? [] : copiesOf(node),
      serial: Buffer.from(certificate.serial).toString('hex'),
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      state: isReplaced(node, pile, at, own) ? 'replaced' : state,
      isIssuer,
      weakest: weakest && { title: certificateTitle(weakest), notAfter: weakest.notAfter },
    };
  });
}

function isReplaced(node: CertificateNode, pile: Pile, at: Date, state: ExpiryState): boolean {
  return state !== 'ok' && state !== 'pending' && renewed(node, pile, at);
}

const ORDER: readonly ExpiryState[] = ['expired', 'critical', 'soon', 'pending', 'ok', 'replaced'];

function worse(a: ExpiryState, b: ExpiryState): ExpiryState {
  return ORDER.indexOf(b) < ORDER.indexOf(a) ? b : a;
}

/** Longer chains are no chains. */
const MOST_ISSUERS = 16;

/** The issuer that ends first, if before the certificate itself; of several of a name the last to end. */
function weakestAbove(certificate: Certificate, pile: Pile, at: Date): Certificate | undefined {
  let weakest: Certificate | undefined;
  let below = certificate;
  for (let steps = 0; steps < MOST_ISSUERS; steps++) {
    const [issuer] = pile
      .named(below.issuerDer)
      .filter(({ certificate: one, isIssuer }) => isIssuer && one !== below && one.notBefore <= at)
      .map(({ certificate: one }) => one)
      .sort((a, b) => b.notAfter.getTime() - a.notAfter.getTime());
    if (!issuer) break;
    if (issuer.notAfter < (weakest ?? certificate).notAfter) weakest = issuer;
    below = issuer;
  }
  return weakest;
}

/** The first to end first; what is replaced last. */
export function byUrgency(a: Ending, b: Ending): number {
  const last = (ending: Ending) => (ending.state === 'replaced' ? 1 : 0);
  return last(a) - last(b) || effectiveEnd(a).getTime() - effectiveEnd(b).getTime();
}

/** When it stops being believed. */
export function effectiveEnd({ notAfter, weakest }: Ending): Date {
  return weakest && weakest.notAfter < notAfter ? weakest.notAfter : notAfter;
}
