// A finding on its way: with what it is about, so that what has one cause becomes one finding.
import type { FindingCode } from './codes.ts';
import { bySeverity, type Evidence, type Finding, type Remedy, type Severity } from './finding.ts';
import type { CertificateNode } from './pile.ts';

export interface Draft {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly subject: string;
  readonly cause: string;
  readonly clause?: string | undefined;
  readonly evidence: readonly Evidence[];
  readonly remedy?: Remedy | undefined;
  /** What to do about it by hand, where that is better known than what its code says. */
  readonly hint?: string | undefined;
  /** The certificate, document or CRL that is to blame: drafts of one code about one thing merge. */
  readonly about: unknown;
  /** The leaf to issue again, where the trouble is about something else of its set. */
  readonly leaf?: CertificateNode | undefined;
  /** How near the root: what stands lower is told first. */
  readonly depth: number;
  /** Whom it hits besides: told under it. */
  readonly hits?: readonly Hit[] | undefined;
}

/** One that is wrong only because of another. */
export interface Hit {
  readonly subject: string;
  readonly cause: string;
}

/** What is looked at first: a clock makes everything late, an unreadable file hides what is in it. */
export const DEPTH = {
  clock: 0,
  unreadable: 10,
  root: 20,
  intermediate: 30,
  revocation: 40,
  key: 50,
  leaf: 60,
  presentation: 70,
  manifest: 80,
  hygiene: 90,
} as const;

/**
 * One finding for each cause, the worst and deepest first.
 *
 * @param mend gives a draft its remedy
 */
export function findingsOf(
  drafts: readonly Draft[],
  mend: (draft: Draft) => Remedy | undefined,
): readonly Finding<FindingCode>[] {
  const byCause = new Map<unknown, Map<string, Draft[]>>();
  for (const draft of drafts) {
    let ofThing = byCause.get(draft.about);
    if (!ofThing) byCause.set(draft.about, (ofThing = new Map<string, Draft[]>()));
    const same = ofThing.get(draft.code);
    if (same) same.push(draft);
    else ofThing.set(draft.code, [draft]);
  }
  const merged = [...byCause.values()].flatMap((ofThing) => [...ofThing.values()].map(merge));
  return merged
    .sort((a, b) => bySeverity(a, b) || a.depth - b.depth)
    .map((draft) => toFinding({ ...draft, remedy: draft.remedy ?? mend(draft) }));
}

function merge(drafts: readonly Draft[]): Draft {
  const [first] = drafts as readonly [Draft, ...Draft[]];
  if (drafts.length === 1) return first;
  const worst = drafts.reduce((a, b) => (bySeverity(b, a) < 0 ? b : a));
  return { ...worst, hits: drafts.flatMap(({ hits = [] }) => hits) };
}

function toFinding(draft: Draft): Finding<FindingCode> {
  const { code, severity, subject, cause, clause, evidence, remedy, hits = [] } = draft;
  const told = new Map(hits.map((hit) => [`${hit.subject}\n${hit.cause}`, hit]));
  return {
    code,
    severity,
    subject,
    cause,
    clause,
    evidence,
    remedy,
    consequences: [...told.values()].map((hit) => ({
      ...hit,
      code,
      severity,
      evidence: [],
      consequences: [],
    })),
  };
}
