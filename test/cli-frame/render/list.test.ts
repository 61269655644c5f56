import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../src/cli/render/csv.ts';
import { jsonDocument, jsonPieces } from '../../../src/cli/render/json.ts';
import { renderTable, tableLines } from '../../../src/cli/render/table.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { PLAIN } from '../../../src/cli/style.ts';
import { memoryContext } from '../support.ts';

describe('a JSON document in pieces', () => {
  it.each([
    ['no items', [], {}],
    ['one', [{ a: 1, b: ['x', 'y'] }], {}],
    [
      'several, with what stands after',
      [{ a: 1 }, { a: { b: null } }, 'text'],
      { warnings: ['w'] },
    ],
    ['none, with what stands after', [], { warnings: ['w', 'v'] }],
    ['what a terminal would obey', ['\u009b2J'], {}],
  ])('is the document as a whole: %s', (_, items, after) => {
    const whole = jsonDocument('mtls.list/1', true, { rows: items, ...after });
    const pieces = jsonPieces({ schema: 'mtls.list/1', ok: true }, 'rows', items, after);
    expect([...pieces].join('')).toBe(whole);
  });
});

describe('a table line by line', () => {
  const rows = (count: number): string[][] =>
    Array.from({ length: count }, (_, row) => [`row ${row}`, 'x'.repeat(row % 7), 'end']);

  it.each([1, 2, 999])('is the table as a whole: %i rows', (count) => {
    const lines = [...tableLines(['a', 'b', 'c'], rows(count), PLAIN, 'none')].join('');
    expect(lines).toBe(`${renderTable(['a', 'b', 'c'], rows(count), PLAIN)}\n`);
  });

  it('is printed before its end is known, and each row once', () => {
    let asked = 0;
    const endless = (function* () {
      for (;;) yield [`row ${asked++}`, 'x'];
    })();
    const lines = tableLines(['a', 'b'], endless, PLAIN, 'none');
    const first = Array.from({ length: 3000 }, () => lines.next().value as string);
    expect(asked).toBeLessThan(3001);
    expect(first.map((line) => line.split('  ')[0]?.trim())).toEqual([
      'a',
      ...Array.from({ length: 2999 }, (_, row) => `row ${row}`),
    ]);
  });

  it('says when there is nothing', () => {
    expect([...tableLines(['a'], [], PLAIN, 'no certificates')]).toEqual(['no certificates\n']);
  });
});

// RFC 4180 §2, rules 5 to 7
it.each([
  [['a', 'b'], 'a,b\n'],
  [['', ''], ',\n'],
  [['CN=a,O=b'], '"CN=a,O=b"\n'],
  [['say "hi"'], '"say ""hi"""\n'],
  [['two\nlines\u001b[2J'], 'two\\nlines\\x1b[2J\n'],
])('a line of comma-separated values: %j', (fields, line) => {
  expect(csvLine(fields)).toBe(line);
});

it('ends when the reader has left', async () => {
  let written = 0;
  const context = memoryContext({
    stdout: {
      write: (data) => {
        written += data.length;
      },
      drained: () => Promise.resolve(written < 200_000),
    },
  });
  const output = createOutput({
    context,
    schema: 'mtls.list/1',
    json: true,
    quiet: false,
    style: PLAIN,
    errorStyle: PLAIN,
  });
  let asked = 0;
  const endless = (function* () {
    for (;;) yield asked++;
  })();
  await output.list({
    rows: endless,
    key: 'rows',
    json: (row) => ({ row }),
    headings: ['row'],
    cells: (row) => [String(row)],
    none: '',
  });
  expect(written).toBeGreaterThan(200_000);
  expect(written).toBeLessThan(400_000);
});
