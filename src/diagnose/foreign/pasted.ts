// Text as people paste it: coloured, escaped, wrapped. Made plain once, in one pass over it.

/** What a reader sees of it, and the line of each place. */
export interface Pasted {
  /** Without colours and invisible marks; line feeds are kept. */
  readonly text: string;
  /** The number of the line of an offset, from 1. */
  readonly lineOf: (offset: number) => number;
}

const ESC = 0x1b;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

/** Makes pasted text plain. Takes time in proportion to its length, whatever it holds. */
export function readPasted(raw: string): Pasted {
  const text = withoutColours(raw);
  let lines: number[] | undefined;
  return { text, lineOf: (offset) => rankOf(offset, (lines ??= lineFeeds(text))) + 1 };
}

function lineFeeds(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found.push(at);
  return found;
}

/** How many of these ascending numbers are below. */
function rankOf(offset: number, ascending: readonly number[]): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withoutColours(raw: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < raw.length; at++) {
    const end = endOfMark(raw, at);
    if (end === at) continue;
    parts.push(raw.slice(kept, at), separates(raw, at) ? '\r' : '');
    kept = end;
    at = end - 1;
  }
  return parts.length === 0 ? raw : parts.join('') + raw.slice(kept);
}

/** Where a colour, an escape or an invisible mark that begins here ends; here, where none does. */
function endOfMark(raw: string, at: number): number {
  const code = raw.charCodeAt(at);
  if (code === ESC) return endOfEscape(raw, at + 1);
  if (code === BACKSLASH) return endOfWrittenEscape(raw, at);
  return isInvisible(code) ? at + 1 : at;
}

/** Ends of lines within a string of JSON part words, and count as no lines; colours part nothing. */
function separates(raw: string, at: number): boolean {
  return raw.charCodeAt(at) === BACKSLASH && 'nrt'.includes(raw.charAt(at + 1));
}

/** Escapes as a log of JSON writes them: `\n`, `\u001b[31m`, `\x1b[31m`, `\033[31m`. */
function endOfWrittenEscape(raw: string, at: number): number {
  const next = raw.charAt(at + 1);
  if (next !== '' && 'nrt'.includes(next)) return at + 2;
  for (const written of ['u001b', 'x1b', '033', 'e['])
    if (raw.slice(at + 1, at + 1 + written.length).toLowerCase() === written)
      return endOfEscape(raw, at + 1 + written.length - (written === 'e[' ? 1 : 0));
  return at;
}

/** ECMA-48 §5.4: `ESC [`, parameters, one final byte; §5.6: `ESC ]`, a string, its end. */
function endOfEscape(raw: string, after: number): number {
  const kind = raw.charAt(after);
  let at = after + 1;
  if (kind === '[') {
    while (at < raw.length && isBetween(raw.charCodeAt(at), 0x20, 0x3f)) at++;
    return isBetween(raw.charCodeAt(at), 0x40, 0x7e) ? at + 1 : after;
  }
  if (kind !== ']') return after;
  // It ends at the next escape at the latest, so that no text is looked through twice
  while (at < raw.length && !isBetween(raw.charCodeAt(at), 0, 0x1f)) at++;
  if (raw.charCodeAt(at) === 0x07) return at + 1;
  return raw.charCodeAt(at) === ESC && raw.charAt(at + 1) === '\\' ? at + 2 : after;
}

function isBetween(code: number, first: number, last: number): boolean {
  return code >= first && code <= last;
}

/** Soft hyphens, zero-width and bidirectional marks, byte order marks. */
function isInvisible(code: number): boolean {
  if (code < 0xad) return false;
  return (
    code === 0xad ||
    code === 0x61c ||
    code === 0xfeff ||
    isBetween(code, 0x200b, 0x200f) ||
    isBetween(code, 0x202a, 0x202e) ||
    isBetween(code, 0x2060, 0x206f)
  );
}

/** Words of a text by their number in a vocabulary, with where each begins and ends. */
export interface Words {
  /** -1 for a word that no message has. */
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether a line ended within a word. */
  readonly joined: boolean;
}

/** No word of any message is longer. */
const LONGEST = 64;

/** Terminals, mail and chats break lines no earlier than at this column. */
const NARROWEST = 60;

/**
 * The words of a text: letters and digits, in lower case. Everything else parts them, so that
 * `CERTIFICATE_VERIFY_FAILED` and `certificate verify failed` read the same.
 *
 * @param join reads a word that a full line breaks off as one with what begins the next line
 */
export function wordsOf(
  text: string,
  vocabulary: ReadonlyMap<string, number>,
  join = false,
): Words {
  // No word is shorter than one character and what parts it from the next
  const room = Math.ceil(text.length / 2) + 1;
  const ids = new Int32Array(room);
  const starts = new Int32Array(room);
  const ends = new Int32Array(room);
  let count = 0;
  let joined = false;
  let lineStart = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isWordCode(code)) {
      if (code === LINE_FEED) lineStart = at + 1;
      at++;
      continue;
    }
    const start = at;
    let broken = false;
    for (;;) {
      while (isWordCode(text.charCodeAt(at))) at++;
      const wrapped =
        join &&
        text.charCodeAt(at) === LINE_FEED &&
        at - lineStart >= NARROWEST &&
        isWordCode(text.charCodeAt(at + 1));
      if (!wrapped) break;
      broken = joined = true;
      lineStart = ++at;
    }
    ids[count] = idOf(text, start, at, broken, vocabulary);
    starts[count] = start;
    ends[count] = at;
    count++;
  }
  return {
    ids: ids.subarray(0, count),
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    joined,
  };
}

function idOf(
  text: string,
  start: number,
  end: number,
  broken: boolean,
  vocabulary: ReadonlyMap<string, number>,
): number {
  if (end - start > LONGEST) return -1;
  const word = text.slice(start, end).toLowerCase();
  return vocabulary.get(broken ? word.replaceAll('\n', '') : word) ?? -1;
}

function isWordCode(code: number): boolean {
  return isBetween(code, 0x61, 0x7a) || isBetween(code, 0x41, 0x5a) || isBetween(code, 0x30, 0x39);
}
