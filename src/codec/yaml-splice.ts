// Fields put into YAML or JSON that somebody else has written: all that stood there stays as it is,
// comments, order and quotes with it. Import this module on demand: YAML is heavy.
import { isCollection, isMap, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';

/** Plain data to be written: text, a list of mappings, or a mapping. */
export type Field = string | readonly Fields[] | Fields;
export interface Fields {
  readonly [key: string]: Field;
}

/** Text that goes where other text stood, or in between. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies splices that do not overlap; of those at one place, the first comes first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const inOrder = splices
    .map((splice, index) => ({ ...splice, index }))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  let at = 0;
  const pieces = inOrder.map(({ start, end, text: piece }) => {
    const before = text.slice(at, start);
    at = end;
    return before + piece;
  });
  return pieces.join('') + text.slice(at);
}

/**
 * The splices by which a mapping gets further fields. A field that is there as a mapping takes in
 * the new ones, a list gets further items; what is empty, null or anything else is replaced.
 */
export function fieldSplices(text: string, mapping: YAMLMap, fields: Fields): readonly Splice[] {
  const fresh: [string, Field][] = [];
  const splices: Splice[] = [];
  for (const [key, field] of Object.entries(fields)) {
    const pair = mapping.items.find((one) => isScalar(one.key) && one.key.value === key);
    if (!pair) fresh.push([key, field]);
    else splices.push(...valueSplices(text, mapping, pair, field));
  }
  if (fresh.length > 0) splices.push(inserted(text, mapping, fresh));
  return splices;
}

type MapPair = YAMLMap['items'][number];

function valueSplices(
  text: string,
  mapping: YAMLMap,
  { key, value }: MapPair,
  field: Field,
): readonly Splice[] {
  if (isMap(value) && value.items.length > 0 && isFields(field))
    return fieldSplices(text, value, field);
  if (isSeq(value) && value.items.length > 0 && Array.isArray(field))
    return [appended(text, value, field as readonly Fields[])];
  const colon = text.indexOf(':', endOf(key)) + 1;
  const [from, end] = placeOf(value) ?? [colon, colon];
  // An anchor or a comment may stand in front of it
  const start = /^[ \t]*$/.test(text.slice(colon, from)) ? colon : from;
  const written =
    mapping.flow === true
      ? ` ${jsonText(field, flowIndent(text, mapping))}`
      : blockValue(field, columnOf(text, startOf(mapping)), newlineOf(text));
  return [{ start, end: Math.max(start, end), text: written }];
}

function inserted(
  text: string,
  mapping: YAMLMap,
  fresh: readonly (readonly [string, Field])[],
): Splice {
  if (mapping.flow === true) {
    const indent = flowIndent(text, mapping);
    return intoFlow(
      text,
      mapping,
      fresh.map(([key, field]) => `${JSON.stringify(key)}: ${jsonText(field, indent)}`),
    );
  }
  const column = columnOf(text, startOf(mapping));
  const lines = fieldLines(Object.fromEntries(fresh), column, newlineOf(text));
  return belowLine(text, endOf(mapping), lines);
}

function appended(text: string, list: YAMLSeq, items: readonly Fields[]): Splice {
  if (list.flow === true) {
    const indent = flowIndent(text, list);
    return intoFlow(
      text,
      list,
      items.map((item) => jsonText(item, indent)),
    );
  }
  const column = columnOf(text, startOf(list));
  return belowLine(text, endOf(list), itemLines(items, column, newlineOf(text)));
}

/** Whole lines below the one on which a position lies: only a comment can follow it there. */
function belowLine(text: string, position: number, lines: string): Splice {
  const newline = newlineOf(text);
  if (text[position - 1] === '\n') return { start: position, end: position, text: lines + newline };
  const feed = text.indexOf('\n', position);
  if (feed < 0) return { start: text.length, end: text.length, text: newline + lines + newline };
  return { start: feed + 1, end: feed + 1, text: lines + newline };
}

/** In front of the bracket that closes a flow collection, each in the way of its first item. */
function intoFlow(text: string, node: YAMLMap | YAMLSeq, pieces: readonly string[]): Splice {
  const indent = flowIndent(text, node);
  const glue = indent === undefined ? ', ' : `,${newlineOf(text)}${' '.repeat(indent)}`;
  const at = endOf(node.items[node.items.length - 1]);
  if (node.items.length > 0)
    return { start: at, end: at, text: pieces.map((piece) => glue + piece).join('') };
  const open = startOf(node) + 1;
  return { start: open, end: open, text: pieces.join(', ') };
}

/** The column of the items of a flow collection that has each on a line of its own. */
function flowIndent(text: string, node: YAMLMap | YAMLSeq): number | undefined {
  const [first] = node.items;
  if (first === undefined) return undefined;
  const at = startOf(isPair(first) ? first.key : first);
  return text.slice(startOf(node), at).includes('\n') ? columnOf(text, at) : undefined;
}

/** JSON, below a key at a column; on one line where that is not known. */
function jsonText(field: Field, column: number | undefined): string {
  if (column === undefined) return JSON.stringify(field);
  const step = column % 4 === 0 ? 4 : 2;
  return JSON.stringify(field, null, step).replaceAll('\n', `\n${' '.repeat(column)}`);
}

/** What follows `key:` in a block mapping at a column. */
function blockValue(field: Field, column: number, newline: string): string {
  if (typeof field === 'string') return ` ${scalarText(field)}`;
  if (isList(field)) return `${newline}${itemLines(field, column, newline)}`;
  return `${newline}${fieldLines(field, column + 2, newline)}`;
}

function fieldLines(fields: Fields, column: number, newline: string): string {
  return Object.entries(fields)
    .map(([key, field]) => `${' '.repeat(column)}${key}:${blockValue(field, column, newline)}`)
    .join(newline);
}

/** A list stands at the column of its key, as kubectl writes it. */
function itemLines(items: readonly Fields[], column: number, newline: string): string {
  return items
    .map((item) => {
      const lines = fieldLines(item, column + 2, newline);
      return `${' '.repeat(column)}- ${lines.slice(column + 2)}`;
    })
    .join(newline);
}

/** PEM in base64 as it is; all else in quotes, which every YAML reads alike. */
function scalarText(text: string): string {
  if (/^LS0tLS1[A-Za-z0-9+/]*=*$/.test(text)) return text;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function columnOf(text: string, position: number): number {
  return position - (text.lastIndexOf('\n', position - 1) + 1);
}

function placeOf(node: unknown): readonly [number, number] | undefined {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range ? [range[0] ?? 0, range[1] ?? 0] : undefined;
}

function startOf(node: unknown): number {
  return placeOf(node)?.[0] ?? 0;
}

/** Where the last token of a node ends; block collections count the comments behind them as theirs. */
function endOf(node: unknown): number {
  if (isPair(node)) return Math.max(endOf(node.key), node.value === null ? 0 : endOf(node.value));
  if (isCollection(node) && node.flow !== true && node.items.length > 0)
    return endOf(node.items[node.items.length - 1]);
  return placeOf(node)?.[1] ?? 0;
}

function isList(field: Field): field is readonly Fields[] {
  return Array.isArray(field);
}

function isFields(field: Field): field is Fields {
  return typeof field !== 'string' && !isList(field);
}
