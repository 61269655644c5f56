import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellLine, shellWord } from '../../../src/cli/render/shell.ts';

const shells = ['/bin/bash', '/bin/sh'].filter((shell) => existsSync(shell));

/** The words as a shell reads them back, by its own printf. */
function readBack(shell: string, line: string): string[] {
  const said = execFileSync(shell, ['-c', `for w in ${line}; do printf '%s\\0' "$w"; done`]);
  return said.toString('utf8').split('\0').slice(0, -1);
}

test('plain words stay plain', () => {
  expect(shellLine(['mtls', 'issue', 'api.internal', '--ttl=24h', '/a/b-c_d.crt'])).toBe(
    'mtls issue api.internal --ttl=24h /a/b-c_d.crt',
  );
});

test.each([
  ['', "''"],
  ['a b', "'a b'"],
  ["Ann's", `'Ann'\\''s'`],
  ['$(id)', "'$(id)'"],
  ['*.x', "'*.x'"],
  ['~root', "'~root'"],
  ['=ls', "'=ls'"],
  ['a\u001b[31m', `$'a\\033[31m'`],
])('quotes %j', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});

test('a first word is never an assignment', () => {
  expect(shellLine(['A=b', 'A=b'])).toBe("'A=b' A=b");
});

describe.skipIf(shells.length === 0)('shells read it back', () => {
  test.each(shells)('%s, printable text', (shell) => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 0 }), { minLength: 1, maxLength: 20 }),
        (words) => {
          // Words without what needs dollar quotes, which only newer shells know.
          const plain = words.map((word) => word.replace(/[\p{C}\u2028-\u202f]/gu, ''));
          expect(readBack(shell, shellLine(['-', ...plain])).slice(1)).toEqual(plain);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.skipIf(!shells.includes('/bin/bash'))('bash, control characters', () => {
    const words = ['a\nb', "\u001b]0;'x'\u0007", 'back\\slash\r', '\u202eabc', '\u00857'];
    const line = shellLine(words);
    // eslint-disable-next-line no-control-regex -- none of these may reach a terminal raw
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(readBack('/bin/bash', line)).toEqual(words);
  });
});
