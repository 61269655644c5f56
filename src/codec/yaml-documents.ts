// YAML and JSON text to plain values, within bounds. Import this module on demand: YAML is heavy,
// and a command that reads no manifest does without.
import { LineCounter, isScalar, parseAllDocuments, visit, type Document } from 'yaml';
import { MtlsError } from '../base/errors.ts';
import { escapeControl } from '../base/text.ts';
import { formatOrigin, type Origin } from './origin.ts';

/** All Secrets of a large cluster take some ten megabytes. */
const MAX_TEXT = 32 * 1024 * 1024;
/**
 * Lines and indicators together. Each costs the package about a kilobyte and five microseconds, so
 * that a few megabytes of brackets would take all memory there is.
 */
const MAX_TOKENS = 1_000_000;
/** JSON costs a tenth of that. */
const MAX_JSON_TOKENS = 8_000_000;
/** References to one anchor; more would let a small text stand for a huge one. */
const MAX_ALIASES = 100;

/**
 * Reads a JSON document, or the documents of a YAML text; empty ones are left out.
 *
 * @throws MtlsError YAML_MALFORMED with the line, FILE_TOO_LARGE.
 */
export function parseDocuments(text: string, origin: Origin): readonly unknown[] {
  boundText(text, origin);
  boundTokens(text, origin, MAX_JSON_TOKENS);
  const json = parseJson(text);
  if (json !== undefined) return [json];
  return parseYaml(text, origin).flatMap(({ value }): unknown[] =>
    value === null || value === undefined ? [] : [value],
  );
}

/** A document as it is written, with the place of each node, and what it says. */
export interface YamlDocument {
  readonly document: Document.Parsed;
  readonly value: unknown;
}

/**
 * Reads the documents of a YAML text, or one of JSON, which is YAML too; empty ones among them.
 *
 * @throws MtlsError YAML_MALFORMED with the line, FILE_TOO_LARGE.
 */
export function parseYaml(text: string, origin: Origin): readonly YamlDocument[] {
  boundText(text, origin);
  boundTokens(text, origin, MAX_TOKENS);
  const lineCounter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      // pretty errors quote the text, which may be a key
      prettyErrors: false,
      logLevel: 'silent',
      // the package compares every key with every other
      uniqueKeys: false,
      lineCounter,
    });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      const [error] = document.errors;
      if (error) throw malformed(origin, error.message, lineCounter.linePos(error.pos[0]).line);
      visit(document, {
        Map(_, { items }) {
          const keys = new Set<unknown>();
          for (const { key } of items) {
            if (!isScalar(key)) continue;
            const line = lineCounter.linePos(key.range?.[0] ?? 0).line;
            if (keys.has(key.value)) throw malformed(origin, 'a key stands there twice', line);
            keys.add(key.value);
          }
        },
      });
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return { document, value };
    });
  } catch (error) {
    if (error instanceof MtlsError) throw error;
    // too many aliases, or a nesting that the parser's recursion does not reach
    if (error instanceof Error) throw malformed(origin, error.message);
    throw error;
  }
}

function boundText(text: string, origin: Origin): void {
  if (text.length > MAX_TEXT)
    throw new MtlsError(
      'FILE_TOO_LARGE',
      located(origin, `a manifest over ${MAX_TEXT} characters`),
    );
}

/** Counts what may begin something new; in quotes and blocks too, where it does not. */
function boundTokens(text: string, origin: Origin, most: number): void {
  if (text.length <= most) return;
  const token = /[[\]{},\n&*!]|[-?:](?=[ \t])/g;
  for (let count = 0; token.test(text);)
    if (++count > most)
      throw new MtlsError(
        'FILE_TOO_LARGE',
        located(origin, `a manifest of over ${most} lines and items`),
        { hint: 'read it in parts, or in JSON: kubectl get … -o json' },
      );
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // YAML's flow style begins alike, and its parser names the line
    return undefined;
  }
}

function malformed(origin: Origin, message: string, line?: number): MtlsError {
  // what follows a colon quotes the text, and no word of the parser's own is this long
  const said = (message.split(/[:\n]/)[0] ?? '').replace(/\S{21,}/g, '…');
  const what = said.includes('call stack') ? 'nested too deeply' : lowerCase(escapeControl(said));
  const at = line === undefined ? '' : `line ${line}: `;
  return new MtlsError('YAML_MALFORMED', located(origin, `malformed YAML: ${at}${what}`), {
    data: { ...origin, line },
  });
}

function lowerCase(sentence: string): string {
  return sentence.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
}

function located(origin: Origin, what: string): string {
  const where = formatOrigin(origin);
  return where === '' ? what : `${where}: ${what}`;
}
