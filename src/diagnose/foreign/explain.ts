// Pasted text, explained: every message that is known, the one that says most first.
import { adviceOf, endpointOf, namedIn, type Advice } from './advice.ts';
import { readPasted, type Pasted } from './pasted.ts';
import { patternTree, type PatternTree } from './pattern.ts';
import { PROGRAMS } from './programs/index.ts';
import { recognise, type Hit } from './recognise.ts';
import { OF_CLIENT } from './troubles/of-client.ts';
import { TROUBLES, type TroubleId } from './troubles/index.ts';
import type { ForeignMessage } from './types.ts';

/** Where a message stands. */
export interface Place {
  readonly program: string;
  /** From 1. */
  readonly line: number;
  /** The message and what stands around it, on one line; not escaped. */
  readonly excerpt: string;
}

/** One trouble that the text tells of. */
export interface Explained extends Place {
  readonly trouble: TroubleId;
  readonly means: string;
  readonly causes: readonly Advice[];
  /** What the messages name; not escaped. */
  readonly values: Readonly<Record<string, string>>;
  /** Codes of ours that say the same. */
  readonly codes: readonly string[];
  /** Where the words of the message stand. */
  readonly source: string;
  /** How often it is told, in these words and in others. */
  readonly count: number;
  /** The other words for it in the text. */
  readonly also: readonly Place[];
}

let tree: PatternTree | undefined;

/** Explains a text of any size in time linear in it; nothing known in it: an empty list. */
export function explainText(raw: string): readonly Explained[] {
  const pasted = readPasted(raw);
  const hits = recognise(pasted.text, (tree ??= patternTree(PROGRAMS)));
  const groups = new Map<TroubleId, Hit[]>();
  for (const hit of hits) {
    const trouble = troubleOf(hit);
    const group = groups.get(trouble);
    if (group === undefined) groups.set(trouble, [hit]);
    else group.push(hit);
  }
  return [...groups]
    .map(([trouble, group]) => explained(trouble, group, { pasted, hits }))
    .sort((a, b) => TROUBLES[b.trouble].rank - TROUBLES[a.trouble].rank || a.line - b.line);
}

function troubleOf({ pattern }: Hit): TroubleId {
  return pattern.message.trouble as TroubleId;
}

interface Whole {
  readonly pasted: Pasted;
  readonly hits: readonly Hit[];
}

/** So near to each other, two messages are of one event. */
const NEAR = 500;

/** What is said after so many times is no longer put in other words. */
const MAX_PLACES = 200;

/** More ways to say one thing are counted only. */
const MAX_ALSO = 5;

function explained(trouble: TroubleId, hits: readonly Hit[], whole: Whole): Explained {
  const { pasted } = whole;
  const best = hits.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const ofClient = whole.hits.some(
    ({ pattern, start }) =>
      pattern.message.judges === 'client' && Math.abs(start - best.start) < NEAR,
  );
  const { codes } = TROUBLES[trouble];
  const told = ofClient ? OF_CLIENT[trouble] : undefined;
  const { means, causes } = told ?? TROUBLES[trouble];
  const { message } = best.pattern;
  const values = valuesOf([best, ...hits]);
  const near = addressIn(pasted.text, whole.hits, best);
  const named = namedIn({ ...near, ...values }, ofClient && told === undefined);
  const own: ForeignMessage['causes'] = message.causes ?? [];
  const places = [best, ...hits.slice(0, MAX_PLACES)].map((hit) => placeOf(hit, pasted));
  const [first] = places as [Place];
  const seen = new Set([first.excerpt]);
  const also = places.filter(({ excerpt }) => !seen.has(excerpt) && seen.add(excerpt));
  return {
    ...first,
    trouble,
    means: message.means ?? means,
    causes: [...own, ...causes].map((one) => adviceOf(one, named)),
    values,
    codes,
    source: message.source,
    count: hits.length,
    also: also.slice(0, MAX_ALSO),
  };
}

/** Of several messages for one trouble, the one that adds most to it. */
function worth({ pattern: { message }, values }: Hit): number {
  const own = (message.causes === undefined ? 0 : 2) + (message.means === undefined ? 0 : 1);
  return 4 * Object.keys(values).length + own;
}

function valuesOf(hits: readonly Hit[]): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const hit of hits)
    for (const [name, value] of Object.entries(hit.values)) values[name] ??= value;
  return values;
}

/** So much of a line is searched, and shown, around a message. */
const AROUND = 120;

/** `https://host:port` near the message, or the address that another message names. */
function addressIn(
  text: string,
  hits: readonly Hit[],
  { start }: Hit,
): Readonly<Record<string, string>> {
  const near = text.slice(Math.max(0, start - 4 * AROUND), start);
  const scheme = near.lastIndexOf('https://');
  if (scheme !== -1) {
    const [authority = ''] = near.slice(scheme + 'https://'.length).split(/[/"'\s?#\\]/, 1);
    const endpoint = endpointOf(authority);
    if (endpoint?.port !== undefined) return { target: authority };
  }
  const { target, host, port } = valuesOf(hits);
  return {
    ...(target !== undefined && { target }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
  };
}

function placeOf({ pattern, start, end }: Hit, { text, lineOf }: Pasted): Place {
  // A text may be one line of megabytes: no more of it is looked at than is shown
  const before = text.slice(Math.max(0, start - AROUND / 2), start);
  const after = text.slice(start, start + AROUND);
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const feed = after.indexOf('\n', end - start);
  const lineAfter = after.slice(0, feed === -1 ? AROUND : feed);
  // Words are not cut in two
  const cut = lineBefore.length < AROUND / 2 ? -1 : lineBefore.indexOf(' ');
  const excerpt = lineBefore.slice(cut + 1) + lineAfter;
  return {
    program: pattern.program,
    line: lineOf(start),
    excerpt: excerpt.replaceAll('\n', ' ').replaceAll('\r', ' ').trim(),
  };
}
