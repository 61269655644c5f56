import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { yamlMapping, yamlScalar, yamlText } from '../../src/manifest/yaml.ts';

// kubectl reads YAML 1.1, most others 1.2
const VERSIONS = ['1.1', '1.2'] as const;
const tricky = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from('\n\r\t :#{}[]&*!|>\'"%@`,?-=~0.eE_+xoyn\u0085\u2028\u00a0\ufeff\0\\'),
    ),
  }),
  fc.constantFrom(
    ...[
      '',
      'null',
      '~',
      'yes',
      'No',
      'ON',
      'true',
      'False',
      '.inf',
      '.NaN',
      'NaN',
      '1',
      '0x1f',
      '0o7',
    ],
    ...[
      '1e3',
      '1_000',
      '1:30',
      '2001-01-01',
      '=',
      '<<',
      '---',
      '...',
      '- a',
      'a: b',
      '#',
      'a #b',
      'y',
      'n',
    ],
    ...['Infinity', '0b1', '-', '?', '!!str', '"', "'", '\\u0041', 'LS0tLS1CRUdJTg==', 'true'],
  ),
);

describe('a scalar', () => {
  it('is read back as it was, on one line', () => {
    fc.assert(
      fc.property(tricky, (text) => {
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

describe('text and mappings', () => {
  it('of several lines are blocks that nothing leaves', () => {
    const text = fc.oneof(
      tricky,
      fc.array(tricky).map((lines) => `${lines.join('\n')}\n`),
    );
    fc.assert(
      fc.property(text, (value) => {
        for (const version of VERSIONS)
          expect(parse(`d:\n  a: ${yamlText(value, '    ')}\n  b: 1\n`, { version })).toEqual({
            d: { a: value, b: 1 },
          });
      }),
      { numRuns: 2000 },
    );
    expect(yamlText('a\nb\n', '  ')).toBe('|\n  a\n  b');
  });

  it('keep keys and values apart, in one order', () => {
    expect(yamlMapping({ b: '1', a: 'x', 'c: d': 'y\nz' }, '  ')).toBe(
      '\n  a: x\n  b: "1"\n  "c: d": "y\\nz"',
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          tricky.filter((key) => key !== '__proto__'),
          tricky,
          { minKeys: 1, maxKeys: 4 },
        ),
        (entries) => {
          expect(parse(`a:${yamlMapping(entries, '  ')}\n`)).toEqual({ a: { ...entries } });
        },
      ),
    );
  });
});
