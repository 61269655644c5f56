// Finds the messages of other programs in pasted text, in time linear in its length.
import type { Node, Pattern, PatternTree, Slot } from './pattern.ts';
import { wordsOf, type Words } from './pasted.ts';

/** A message where it stands. */
export interface Hit {
  readonly pattern: Pattern;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** What the message names, such as `host`; as it stands there, not escaped. */
  readonly values: Readonly<Record<string, string>>;
}

/** A certificate of a hundred names has its last one so many words after its first. */
const MAX_GAP = 700;

/** A name, a path or a moment has fewer. */
const MAX_NARROW_GAP = 40;

/** Words that may be looked through for the ends of messages, in all of a text. */
const GAP_BUDGET = 1_000_000;

/** As many as stand in what `mtls explain` reads, so that the last of them is not missed. */
const MAX_HITS = 500_000;

/** The messages in a text, in its order. One that stands within another is not said twice. */
export function recognise(text: string, tree: PatternTree): readonly Hit[] {
  const words = wordsOf(text, tree.vocabulary);
  const hits = scan(text, words, tree);
  const joined = wordsOf(text, tree.vocabulary, true);
  if (!joined.joined) return hits;
  return [...hits, ...apartFrom(hits, scan(text, joined, tree))]
    .sort((a, b) => a.start - b.start)
    .slice(0, MAX_HITS);
}

/** Those that share no place with the first; both are in the order of the text. */
function apartFrom(hits: readonly Hit[], others: readonly Hit[]): readonly Hit[] {
  let next = 0;
  return others.filter(({ start, end }) => {
    while (next < hits.length && (hits[next] as Hit).end <= start) next++;
    const hit = hits[next];
    return hit === undefined || hit.start >= end;
  });
}

function scan(text: string, words: Words, { root }: PatternTree): Hit[] {
  const hits: Hit[] = [];
  const budget = { left: GAP_BUDGET };
  let covered = 0;
  for (let at = 0; at < words.ids.length && hits.length < MAX_HITS; at++) {
    const hit = longestAt(text, words, at, root, budget);
    if (hit === undefined || hit.end <= covered) continue;
    covered = hit.end;
    hits.push(hit);
  }
  return hits;
}

interface Budget {
  left: number;
}

function longestAt(
  text: string,
  words: Words,
  from: number,
  root: Node,
  budget: Budget,
): Hit | undefined {
  let longest: Hit | undefined;
  let node: Node | undefined = root;
  for (let at = from; node !== undefined; at++) {
    for (const pattern of node.patterns) {
      const start = words.starts[from] as number;
      if (pattern.mark !== '' && signBefore(text, start) !== pattern.mark) continue;
      if (!hasSigns(text, start, words.ends[at - 1] ?? 0, pattern.signs)) continue;
      const found = fill(text, words, at, pattern, budget);
      if (found === undefined || (longest !== undefined && found.end <= longest.end)) continue;
      longest = { pattern, start, ...found };
    }
    const id = words.ids[at];
    node = id === undefined || id < 0 ? undefined : node.next.get(id);
  }
  return longest;
}

/** Reads the values of a pattern whose first words end before a word. */
function fill(
  text: string,
  words: Words,
  from: number,
  { slots }: Pattern,
  budget: Budget,
): Pick<Hit, 'end' | 'values'> | undefined {
  const values: Record<string, string> = {};
  let at = from;
  for (const slot of slots) {
    const after = words.ends[at - 1] as number;
    if (slot.after.length === 0) {
      const { value, end } = lastValue(text, after, slot.wide);
      if (value !== '') values[slot.name] = value;
      return { end, values };
    }
    const found = findAfter(text, words, at, slot, budget);
    if (found === undefined) return undefined;
    const value = between(text, after, words.starts[found] as number, slot.lead);
    if (!slot.wide && value.includes(' ')) return undefined;
    values[slot.name] = value;
    at = found + slot.after.length;
  }
  return { end: words.ends[at - 1] as number, values };
}

/** The first place of a slot's following words, with at least one word before it. */
function findAfter(
  text: string,
  { ids, starts }: Words,
  from: number,
  { after, lead, wide }: Slot,
  budget: Budget,
): number | undefined {
  const last = Math.min(ids.length - after.length, from + (wide ? MAX_GAP : MAX_NARROW_GAP));
  for (let at = from + 1; at <= last; at++) {
    if (budget.left-- <= 0) return undefined;
    if (!after.every((id, offset) => ids[at + offset] === id)) continue;
    if (lead === '' || signBefore(text, starts[at] as number) === lead) return at;
  }
  return undefined;
}

function signBefore(text: string, offset: number): string {
  let at = offset - 1;
  while (at >= 0 && offset - at < 16 && isSpace(text.charAt(at))) at--;
  return text.charAt(at);
}

/** No value that is of use is longer. */
const MAX_VALUE = 400;

const AROUND = ` \t\r\n:,;="'\`()[]<>“”‘’\\`;

function between(text: string, start: number, end: number, lead: string): string {
  let first = start;
  let last = Math.min(end, start + 4 * MAX_VALUE);
  while (first < last && AROUND.includes(text.charAt(first))) first++;
  while (last > first && AROUND.includes(text.charAt(last - 1))) last--;
  if (lead !== '' && text.charAt(last - 1) === lead) last--;
  return onOneLine(text.slice(first, last)).slice(0, MAX_VALUE);
}

const OPENING = ` \t\r\n="'\`(<[“‘\\`;
const QUOTES = `"'\`“‘`;
const CLOSING = `"'\`”’\\\n\r`;
const ENDING = `${CLOSING} \t\r<>(),;`;

/** Whether this sign stands before a value; a colon may be of an address as well. */
function opens(text: string, at: number): boolean {
  const sign = text.charAt(at);
  return sign === ':' ? isSpace(text.charAt(at + 1)) : OPENING.includes(sign);
}

/** A value with no words after it: up to its quote, else a word, or the rest of the line. */
function lastValue(
  text: string,
  after: number,
  wide: boolean,
): { readonly value: string; readonly end: number } {
  let start = after;
  while (start < after + 8 && start < text.length && opens(text, start)) start++;
  const quoted = QUOTES.includes(text.charAt(start - 1)) && start > after;
  const ends = quoted ? CLOSING : wide ? '\n\r' : ENDING;
  let end = start;
  while (end < text.length && end - start < MAX_VALUE && !ends.includes(text.charAt(end))) end++;
  let last = end;
  while (last > start && ` \t\r.:]),;"'`.includes(text.charAt(last - 1))) last--;
  return { value: onOneLine(text.slice(start, last)), end: last };
}

function onOneLine(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('\r', ' ');
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function hasSigns(
  text: string,
  start: number,
  end: number,
  signs: ReadonlyMap<string, number>,
): boolean {
  if (signs.size === 0) return true;
  const said = text.slice(start, end);
  return [...signs].every(([sign, count]) => said.split(sign, count + 1).length > count);
}
