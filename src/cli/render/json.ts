// The one place where JSON is printed.

import { toHex } from '../../base/bytes.ts';

/** Dates as ISO 8601 without milliseconds, bytes as hexadecimal, sets and maps as JSON knows them. */
function plain(this: unknown, key: string, shown: unknown): unknown {
  // JSON.stringify has called toJSON already; the value itself is still on its holder.
  const raw = (this as Record<string, unknown>)[key];
  if (raw instanceof Date) {
    return Number.isNaN(raw.getTime()) ? null : raw.toISOString().replace('.000Z', 'Z');
  }
  if (raw instanceof Uint8Array) return toHex(raw);
  if (raw instanceof Set) return [...(raw as Set<unknown>)];
  if (raw instanceof Map) return Object.fromEntries(raw as Map<string, unknown>);
  if (typeof raw === 'bigint') return raw.toString();
  return shown;
}

// A JSON string may hold these raw, and a terminal that shows it would obey them.
const HIDDEN =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** JSON text, indented, safe to show: what could drive a terminal is written as `\uXXXX`. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, plain, 2).replace(
    HIDDEN,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The document of a command: its schema, whether all is well, then its body. */
export function jsonDocument(
  schema: string,
  ok: boolean,
  body: Readonly<Record<string, unknown>>,
): string {
  return `${jsonText({ schema, ok, ...body })}\n`;
}

/**
 * The same document in pieces, for an array that is too long to be held: what stands before it,
 * its items, what stands after it.
 */
export function* jsonPieces(
  before: Readonly<Record<string, unknown>>,
  key: string,
  items: Iterable<unknown>,
  after: Readonly<Record<string, unknown>>,
): Generator<string> {
  const opening = jsonText({ ...before, [key]: [] });
  yield opening.slice(0, -']\n}'.length);
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n    ${jsonText(item).replaceAll('\n', '\n    ')}`;
    isFirst = false;
  }
  const closing = isFirst ? ']' : '\n  ]';
  const rest = Object.keys(after).length > 0 ? `,${jsonText(after).slice(1, -2)}` : '';
  yield `${closing}${rest}\n}\n`;
}
