// A page for each code of ours, whatever kind of code it is.
import { ERROR_CODES } from '../base/errors.ts';
import { FAULT_CODES } from '../verify/fault.ts';
import { AUDIT_CODES, AUDITS, type AuditCode } from './audit-codes.ts';
import { ERRORS, FAULTS, PILE, type Explanation, type FaultExplanation } from './catalogue.ts';
import { PILE_CODES, type FindingCode } from './codes.ts';
import { HANDSHAKE_CODES, HANDSHAKES, type HandshakeCode } from './handshake-codes.ts';
import { CLAUSES, EXAMPLES } from './examples.ts';

export type CodeKind = 'error' | 'fault' | 'finding' | 'rule of lint';

type Code = FindingCode | HandshakeCode | AuditCode;

/** What is known of a code. */
export interface CodePage {
  readonly code: string;
  readonly kind: CodeKind;
  readonly means: string;
  readonly remedy: string;
  /** The remedy where a CA of the chain is at fault. */
  readonly remedyOfCa?: string | undefined;
  /** A line that ends with it, or what happened before. */
  readonly example?: string | undefined;
  /** Where the rule stands that is broken. */
  readonly clause?: string | undefined;
}

/** Every code, by kind, in the order of its table; rules of lint are listed by `mtls lint`. */
export const CODES: Readonly<Record<'error' | 'fault' | 'finding', readonly Code[]>> = {
  error: ERROR_CODES,
  fault: FAULT_CODES,
  finding: [...PILE_CODES, ...HANDSHAKE_CODES, ...AUDIT_CODES],
};

const CLAUSE_OF: Readonly<Record<string, string>> = CLAUSES;
const EXPLANATIONS: Readonly<Record<Code, Explanation | FaultExplanation>> = {
  ...ERRORS,
  ...FAULTS,
  ...PILE,
  ...HANDSHAKES,
  ...AUDITS,
};

const AUDIT_EXAMPLES = Object.fromEntries(
  AUDIT_CODES.map((code) => [code, AUDITS[code].example]),
) as Readonly<Record<AuditCode, string>>;
const EXAMPLE_OF: Readonly<Record<Code, string>> = { ...EXAMPLES, ...AUDIT_EXAMPLES };

/** The page of a code; `key-mismatch` and `Key mismatch` are ways to write KEY_MISMATCH. */
export function pageOf(typed: string): CodePage | undefined {
  const code = codeIn(typed);
  if (code === undefined) return undefined;
  const { means, remedy, ...more } = EXPLANATIONS[code];
  const remedyOfCa = 'remedyOfCa' in more ? more.remedyOfCa : undefined;
  const example = EXAMPLE_OF[code];
  return { code, kind: kindOf(code), means, remedy, remedyOfCa, example, clause: CLAUSE_OF[code] };
}

/** No code is longer. */
const LONGEST = 40;

function codeIn(typed: string): Code | undefined {
  const trimmed = typed.trim();
  if (trimmed.length > LONGEST) return undefined;
  const code = trimmed
    .replace(/^\[|\]$/g, '')
    .toUpperCase()
    .replace(/[\s-]/g, '_');
  return Object.hasOwn(EXPLANATIONS, code) ? (code as Code) : undefined;
}

function kindOf(code: Code): CodeKind {
  const kinds = Object.keys(CODES) as (keyof typeof CODES)[];
  return kinds.find((kind) => CODES[kind].includes(code)) ?? 'finding';
}

/** Codes in the text of mtls itself: `[EXPIRED]`, `"code": "EXPIRED"`. */
export function codesIn(text: string): readonly Code[] {
  const found = new Set<Code>();
  for (const [open, close] of [
    ['[', ']'],
    ['"code": "', '"'],
  ] as const) {
    for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, at + open.length)) {
      const start = at + open.length;
      const word = text.slice(start, start + LONGEST + 1);
      const end = word.indexOf(close);
      const code = end === -1 ? '' : word.slice(0, end);
      if (Object.hasOwn(EXPLANATIONS, code)) found.add(code as Code);
    }
  }
  return [...found];
}

/** Codes that a misspelt one may have meant, the nearest first: at most a third of it is wrong. */
export function codesLike(typed: string): readonly Code[] {
  const word = typed.trim().toUpperCase().replace(/[\s-]/g, '_');
  if (!/^[A-Z0-9_]{3,40}$/.test(word)) return [];
  return Object.values(CODES)
    .flat()
    .map((code) => ({ code, distance: code.startsWith(`${word}_`) ? 1 : distanceOf(word, code) }))
    .filter(({ code, distance }) => distance <= Math.max(2, code.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ code }) => code);
}

/** Letters to insert, drop, change or swap with a neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + same,
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] as number) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
