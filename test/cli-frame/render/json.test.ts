import { expect, test } from 'vitest';
import { jsonDocument, jsonText } from '../../../src/cli/render/json.ts';

test('the schema and the verdict come first', () => {
  expect(jsonDocument('mtls.verify/1', false, { path: [] })).toBe(
    '{\n  "schema": "mtls.verify/1",\n  "ok": false,\n  "path": []\n}\n',
  );
});

test('dates, bytes, sets, maps and big numbers are plain', () => {
  const value = {
    date: new Date('2026-03-01T12:00:00Z'),
    fraction: new Date('2026-03-01T12:00:00.5Z'),
    never: new Date(Number.NaN),
    bytes: new Uint8Array([1, 255]),
    buffer: Buffer.from('ab'),
    set: new Set(['a']),
    map: new Map([['k', 1]]),
    big: 2n ** 64n,
    absent: undefined,
  };
  expect(JSON.parse(jsonText(value))).toEqual({
    date: '2026-03-01T12:00:00Z',
    fraction: '2026-03-01T12:00:00.500Z',
    never: null,
    bytes: '01ff',
    buffer: '6162',
    set: ['a'],
    map: { k: 1 },
    big: '18446744073709551616',
  });
});

test('nothing in it drives a terminal, and nothing is lost', () => {
  const hostile = '\u001b[2J\u009b31m\u202egnp\u2028\ufeff\u200b\u007f';
  const text = jsonText({ hostile });

  expect(text.replaceAll('\n', '')).not.toMatch(/[^\u0020-\u007e]/);
  expect(JSON.parse(text)).toEqual({ hostile });
});
