import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { blockLines, yamlScalar } from '../../src/manifest/yaml.ts';
import { hostileText } from './hostile-values.ts';

// kubectl reads YAML 1.1, most others 1.2
const VERSIONS = ['1.1', '1.2'] as const;

describe('a scalar', () => {
  it('is read back as it was, on one line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = yamlScalar(text);
        expect(written).not.toMatch(/[^\x20-\x7e]/);
        for (const version of VERSIONS)
          expect(parse(`a: ${written}\nb: 1\n`, { version })).toEqual({ a: text, b: 1 });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['api', 'api'],
    ['kubernetes.io/tls', 'kubernetes.io/tls'],
    ['LS0tLS1CRUdJTg==', 'LS0tLS1CRUdJTg=='],
    ['true', '"true"'],
    ['8443', '"8443"'],
    ['E0', '"E0"'],
    ['e-1', '"e-1"'],
    ['edge', 'edge'],
    ['a\nb: c', '"a\\nb: c"'],
    ['Zürich 🔑', '"Z\\u00fcrich \\U0001f511"'],
  ])('%j is written %s', (text, written) => {
    expect(yamlScalar(text)).toBe(written);
  });
});

it('a block is for lines that nothing leaves', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const lines = blockLines(text);
      if (!lines) return;
      const block = lines.map((line) => `    ${line}\n`).join('');
      for (const version of VERSIONS)
        expect(parse(`d:\n  a: |\n${block}  b: 1\n`, { version })).toEqual({
          d: { a: text, b: 1 },
        });
    }),
    { numRuns: 2000 },
  );
  expect(blockLines('a\nb\n')).toEqual(['a', 'b']);
  for (const text of ['a\n', 'a\nb', 'a\n\nb\n', ' a\nb\n', 'a\tb\nc\n', 'ä\nb\n'])
    expect(blockLines(text)).toBeUndefined();
});
