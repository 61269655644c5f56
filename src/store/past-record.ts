// Records of what a CA issued and revoked before it came into the home.
import type { Certificate } from '../x509/certificate.ts';
import type { IssuedFacts, RevocationReason } from './events.ts';
import type { PendingEvent } from './journal-write.ts';

/** A certificate that was issued elsewhere. */
export interface PastIssue {
  readonly facts: Omit<IssuedFacts, 'certificate' | 'outputs'>;
  /** Absent where it is not at hand. */
  readonly certificate?: Certificate | undefined;
  readonly revoked?: { readonly at: Date; readonly reason: RevocationReason } | undefined;
}

/** More in one commit would have to be held and hashed at once. */
const COMMIT_EVENTS = 4096;

/** The events that record a past, in the order of issue, revocations after all; by commits. */
export function* pastCommits(past: readonly PastIssue[], at: Date): Generator<PendingEvent[]> {
  let commit: PendingEvent[] = [];
  for (const event of pastEvents(past, at.toISOString())) {
    commit.push(event);
    if (commit.length < COMMIT_EVENTS) continue;
    yield commit;
    commit = [];
  }
  if (commit.length > 0) yield commit;
}

function* pastEvents(past: readonly PastIssue[], at: string): Generator<PendingEvent> {
  for (const { facts, certificate } of past)
    yield { event: { type: 'issued', at, ...facts, outputs: [] }, certificate: certificate?.der };
  for (const { facts, revoked } of past) {
    if (revoked === undefined) continue;
    const { serial, notAfter } = facts;
    const revokedAt = revoked.at.toISOString();
    const { reason } = revoked;
    yield { event: { type: 'revoked', at, serial, reason, revokedAt, notAfter } };
  }
}
