// YAML of which each value knows its line, within bounds: no anchors, aliases, tags or second keys.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';

const MAX_TEXT = 256 * 1024;
// Each costs the package about a kilobyte
const MAX_TOKENS = 50_000;

/** A value in the file. */
export interface YamlField {
  /** From 1. */
  readonly line: number;
  /** A mapping's fields: those that must be there, and those that may. */
  fields<const Must extends string, const May extends string = never>(
    must: readonly Must[],
    may?: readonly May[],
  ): Readonly<Record<Must, YamlField>> & Readonly<Partial<Record<May, YamlField>>>;
  /** A list's items: at least one. */
  items(most: number): readonly YamlField[];
  /** Text; a number or a boolean is none. */
  text(): string;
  scalar(): unknown;
  /** Text through a reader whose MtlsError gets the line. */
  read<Value>(reader: (text: string) => Value): Value;
  fail(what: string, hint?: string): MtlsError;
}

/** Opens the one document of a text. Throws YAML_MALFORMED. */
export function openYaml(text: string, where: string): YamlField {
  const lineCounter = new LineCounter();
  const fail = (line: number | undefined, what: string, hint?: string) =>
    new MtlsError(
      'YAML_MALFORMED',
      `${escapeControl(where)}: ${line === undefined ? '' : `line ${line}: `}${what}`,
      { hint, data: { file: where, ...(line !== undefined && { line }) } },
    );
  if (text.length > MAX_TEXT) throw fail(undefined, `a policy over ${MAX_TEXT} characters`);
  if ((text.match(/[[\]{},\n&*!]|[-?:](?=[ \t])/g)?.length ?? 0) > MAX_TOKENS)
    throw fail(undefined, `a policy of over ${MAX_TOKENS} lines and items`);
  const [document, second] = parsed(text, lineCounter, fail);
  if (second) throw fail(lineOf(second.contents, lineCounter), 'a second document');
  const [error] = document?.errors ?? [];
  if (error)
    throw fail(
      lineCounter.linePos(error.pos[0]).line,
      // What follows a colon quotes the text
      `malformed YAML: ${parserSays(error.message)}`,
    );
  if (!document?.contents)
    throw fail(undefined, 'it is empty', 'see docs/policy.md for an example');
  return fieldOf(document.contents, 'the policy', (node, what, hint) =>
    fail(lineOf(node, lineCounter), what, hint),
  );
}

function parsed(
  text: string,
  lineCounter: LineCounter,
  fail: (line: number | undefined, what: string) => MtlsError,
) {
  try {
    const documents = parseAllDocuments(text, {
      prettyErrors: false,
      logLevel: 'silent',
      uniqueKeys: false,
      lineCounter,
    });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError) throw fail(undefined, 'nested too deeply');
    throw error;
  }
}

function parserSays(message: string): string {
  // It reports its own recursion among the errors of the text
  if (message.includes('call stack')) return 'nested too deeply';
  return escapeControl(message.split(/[:\n]/)[0] ?? '').toLowerCase();
}

function lineOf(node: unknown, lineCounter: LineCounter): number {
  const at = (node as Node | null)?.range?.[0] ?? 0;
  return Math.max(1, lineCounter.linePos(at).line);
}

type Fail = (node: unknown, what: string, hint?: string) => MtlsError;

function fieldOf(node: unknown, called: string, fail: Fail): YamlField {
  if (isAlias(node)) throw fail(node, 'an alias', 'write the value out where it is meant');
  const { anchor, tag } = (node ?? {}) as { anchor?: string; tag?: string };
  if (anchor !== undefined) throw fail(node, 'an anchor', 'leave out &');
  if (tag !== undefined) throw fail(node, 'a tag', 'leave out !');
  const self: YamlField = {
    line: Number(fail(node, '').data['line']),
    fail: (what, hint) => fail(node, what, hint),
    scalar: () => {
      if (!isScalar(node)) throw fail(node, `${called} is not a single value`);
      return node.value;
    },
    text: () => {
      const value = self.scalar();
      if (typeof value !== 'string')
        throw fail(
          node,
          `${called} is not text`,
          'put it in quotes: YAML takes it for something else',
        );
      return value;
    },
    read: (reader) => {
      const text = self.text();
      try {
        return reader(text);
      } catch (error) {
        if (!(error instanceof MtlsError)) throw error;
        throw fail(node, error.message, error.hint);
      }
    },
    items: (most) => {
      if (!isSeq(node))
        throw fail(node, `${called} is not a list`, 'begin each item with a hyphen');
      if (node.items.length === 0) throw fail(node, `${called} is empty`);
      if (node.items.length > most) throw fail(node, `${called} has over ${most} items`);
      return node.items.map((item) => fieldOf(item, `an item of ${called}`, fail));
    },
    // The names that are asked for are those of the answer
    fields: (must, may = []) => fieldsOf(node, called, fail, must, may) as never,
  };
  return self;
}

function fieldsOf(
  node: unknown,
  called: string,
  fail: Fail,
  must: readonly string[],
  may: readonly string[],
): Readonly<Record<string, YamlField>> {
  const known = [...must, ...may];
  const hint = `it has ${known.join(', ')}`;
  if (!isMap(node)) throw fail(node, `${called} is not a mapping`, hint);
  const found = new Map<string, YamlField>();
  for (const { key, value } of node.items) {
    const name: unknown = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string') throw fail(key, `${called} has a field without a name`, hint);
    if (!known.includes(name))
      throw fail(key, `${called} has no field ${quoteForeign(name)}`, hint);
    if (found.has(name)) throw fail(key, `${name} stands there twice`);
    if (value === null || (isScalar(value) && value.value === null))
      throw fail(key, `${name} is empty`);
    found.set(name, fieldOf(value, name, fail));
  }
  const missing = must.find((name) => !found.has(name));
  if (missing !== undefined) throw fail(node, `${called} has no ${missing}`, hint);
  return Object.fromEntries(found);
}
