// docs/verify.md says what verify demands: every rule of the code, and of each what is true.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { FAULT_CODES } from '../../src/verify/fault.ts';
import { requireSvid } from '../../src/verify/svid.ts';
import type { PathFault } from '../../src/verify/fault.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import type { Question } from './questions.ts';
import { CASES } from './verify-cases.ts';

const urlOf = (path: string) => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(urlOf('docs/verify.md'), 'utf8');

/** Rows of the tables, each as its cells by the head of their column. */
const rows = page.split(/\n{2,}/).flatMap((block) => {
  const [head, , ...body] = block
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  return body.map((cells) => new Map(head?.map((name, index) => [name, cells[index] ?? ''])));
});
const rules = rows.filter((row) => row.has('rule'));
const textOf = (row: ReadonlyMap<string, string>, column: string) => row.get(column) ?? '';
const clauses = new Set(rules.map((row) => textOf(row, 'clause')));
const codes = new Set(rules.map((row) => textOf(row, 'code').replaceAll('`', '')));

describe('the page has what the code has', () => {
  const CLAUSE = /^(?:RFC \d|TLS BR |NIST |FIPS |X\.\d|X509-SVID |SPIFFE-ID )/;
  /** Calls that state a fault, and which of their arguments is its clause. */
  const STATING: Readonly<Record<string, number>> = { faultOf: 3, broken: 2, fail: 1 };

  it.each(readdirSync(urlOf('src/verify')))('src/verify/%s', (name) => {
    const missing: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteral(node)) {
        const { text } = node;
        if (name !== 'fault.ts' && FAULT_CODES.some((code) => code === text) && !codes.has(text))
          missing.push(text);
        if (CLAUSE.test(text) && !stands(text)) missing.push(text);
      }
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
        const clause = node.arguments[STATING[node.expression.text] ?? Infinity];
        // So that no clause is passed over for being of a standard that is new here
        if (clause && ts.isStringLiteral(clause)) expect(clause.text).toMatch(CLAUSE);
      }
      ts.forEachChild(node, visit);
    };
    visit(sourceOf(`src/verify/${name}`));
    expect(missing).toEqual([]);
  });

  // One that no table can hold, as no certificate of the command's can break it
  const stands = (clause: string) => clauses.has(clause) || clause === 'RFC 5280 §4.2.1.3';

  it('every irregularity', () => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal))
        found.push(node.literal.text);
      ts.forEachChild(node, visit);
    };
    visit(sourceOf('src/x509/irregularity.ts'));
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('every code of a fault', () => {
    expect([...codes].sort()).toEqual([...FAULT_CODES].sort());
  });

  function sourceOf(path: string): ts.SourceFile {
    return ts.createSourceFile(path, readFileSync(urlOf(path), 'utf8'), ts.ScriptTarget.Latest);
  }
});

/** Faults of the best path under each profile, none where the certificate passes. */
function judge({ svid, ...request }: Question): Readonly<Record<Column, readonly PathFault[]>> {
  const under = (profile: 'internal' | 'webpki') => {
    const judged = verifyCertificate({ ...request, profile });
    const result = svid ? requireSvid(judged) : judged;
    return result.ok ? [] : [result.fault, ...(result.attempts[0]?.faults ?? [])];
  };
  return { '`--internal`': under('internal'), '`--strict`': under('webpki') };
}

type Column = '`--internal`' | '`--strict`';
const COLUMNS: readonly Column[] = ['`--internal`', '`--strict`'];

describe('the page says what is so', () => {
  it('of each rule once', () => {
    const texts = rules.map((row) => textOf(row, 'rule'));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
    expect(Object.keys(CASES.rules).sort()).toEqual(texts.sort());
  });

  it.each(rules.map((row) => [textOf(row, 'rule'), row] as const))('%s', async (rule, row) => {
    const question = await CASES.rules[rule]?.();
    if (!question) throw new Error(`no certificate that breaks the rule: ${rule}`);
    const judged = judge(question);
    for (const column of COLUMNS) {
      // What an option asks for is asked under both
      const [demand, headline] = (row.get(column) ?? 'required').split(', ');
      const found = judged[column];
      const where = `${column}: ${found.map(({ code, clause }) => `${code} ${clause}`).join(', ')}`;
      expect(['required', '–']).toContain(demand);
      if (demand === '–') expect(found, where).toEqual([]);
      else if (headline) expect(found[0]?.code, where).toBe(headline.replaceAll('`', ''));
      else
        expect(
          found.some((fault) => isOf(fault, row, column)),
          where,
        ).toBe(true);
    }
  });

  /** Whether a fault is the one that a row names; what --strict finds by itself comes before --svid. */
  const isOf = ({ code, clause }: PathFault, row: ReadonlyMap<string, string>, column: Column) =>
    textOf(row, 'code') === `\`${code}\`` &&
    ([clause, 'of the extension'].includes(textOf(row, 'clause')) ||
      (column === '`--strict`' && row.get('asked by') === '`--svid`'));

  it.each(Object.entries(CASES.unchecked))('not checked: %s', async (what, question) => {
    expect(rows.map((row) => row.get('what'))).toContain(what);
    expect(judge(await question())).toEqual({ '`--internal`': [], '`--strict`': [] });
  });
});
