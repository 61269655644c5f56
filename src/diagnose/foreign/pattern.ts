// The words of a message, made ready to be looked for.
import type { ForeignMessage } from './types.ts';

/** A value that a message carries, and the words after it. */
export interface Slot {
  readonly name: string;
  /** Whether it may be of several words: up to those that follow, or to the end of its line. */
  readonly wide: boolean;
  /** The sign that must stand right before the words, such as the comma of `, not`. */
  readonly lead: string;
  readonly after: readonly number[];
}

export interface Pattern {
  /** The sign that must stand right before it: `×` where a list also tells of what is well. */
  readonly mark: string;
  /** Signs that must stand among its first words: `curl: (7)` is no `curl 7.88`, nor `err` `ERR_`. */
  readonly signs: ReadonlyMap<string, number>;
  readonly message: ForeignMessage;
  readonly program: string;
  readonly slots: readonly Slot[];
}

/** A tree of words: what it leads to begins with them. */
export interface Node {
  readonly next: Map<number, Node>;
  readonly patterns: Pattern[];
}

export interface PatternTree {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly root: Node;
}

const FAILED = '×';

/** Patterns as they are written by those who know them: ours, never foreign. */
const SLOT = /\{(\w+)(\u2026?)\}/;

/** Builds the tree of all patterns. */
export function patternTree(
  programs: readonly {
    readonly program: string;
    readonly messages: readonly ForeignMessage[];
  }[],
): PatternTree {
  const vocabulary = new Map<string, number>();
  const root: Node = { next: new Map(), patterns: [] };
  const idsOf = (text: string): number[] =>
    wordsIn(text).map((word) => {
      const known = vocabulary.get(word) ?? vocabulary.size;
      vocabulary.set(word, known);
      return known;
    });
  for (const { program, messages } of programs)
    for (const message of messages)
      for (const says of message.says) {
        const [head = '', ...rest] = says.split(SLOT);
        const slots: Slot[] = [];
        for (let at = 0; at < rest.length; at += 3) {
          const [name = '', wide, after = ''] = rest.slice(at, at + 3);
          const lead = /^[^\s\w"']/.exec(after)?.[0] ?? '';
          slots.push({ name, wide: wide !== '', lead, after: idsOf(after) });
        }
        let node = root;
        for (const id of idsOf(head)) {
          let below = node.next.get(id);
          if (below === undefined) node.next.set(id, (below = { next: new Map(), patterns: [] }));
          node = below;
        }
        node.patterns.push({
          message,
          program,
          slots,
          signs: signsAmong(head),
          mark: head.startsWith(FAILED) ? FAILED : '',
        });
      }
  return { vocabulary, root };
}

function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** How often each sign stands within a text. */
function signsAmong(head: string): ReadonlyMap<string, number> {
  const inner = /[a-z0-9].*[a-z0-9]/i.exec(head)?.[0] ?? '';
  const counts = ['(', '[', '_'].map((sign) => [sign, inner.split(sign).length - 1] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}
