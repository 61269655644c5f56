import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  goString,
  jsonLiteral,
  literalPattern,
  nginxString,
  withRules,
} from '../../src/manifest/policy/literals.ts';
import { writeDocuments } from '../../src/manifest/policy/documents.ts';
import { hasPeer } from '../interop/support/peers.ts';
import { thrown } from '../support/thrown.ts';

/** Text that tries to leave its quotes. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\n',
      "'",
      '`',
      '$',
      '{',
      '}',
      ';',
      '#',
      '*/',
      '\u2028',
      'é',
      '😀',
      '\0',
    ),
  }),
);

describe('hostile text stays one literal', () => {
  it('of JSON, JavaScript and Rego', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const literal = jsonLiteral(text);
        expect(literal).toMatch(/^"[\x20-\x7e]*"$/);
        expect(JSON.parse(literal)).toBe(text);
        expect((0, eval)(literal)).toBe(text);
      }),
    );
  });

  it('of YAML', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(parse(writeDocuments('a comment', [{ key: [text] }]))).toEqual({ key: [text] });
      }),
    );
  });

  it('of a regular expression', () => {
    fc.assert(
      fc.property(hostile, fc.string(), (text, other) => {
        const found = RegExp(`^(?:${literalPattern(text)})$`, 'u');
        expect(found.test(text)).toBe(true);
        expect(found.test(other)).toBe(other === text);
      }),
    );
  });

  it('of nginx, which has room for printable ASCII alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const literal = nginxString(text);
        // as ngx_conf_read_token undoes it
        expect(literal.slice(1, -1).replace(/\\(["'\\])/g, '$1')).toBe(text);
        expect(literal).toMatch(/^"(?:[^"\\]|\\["\\])*"$/);
      }),
    );
    expect(thrown(() => nginxString('a\nb')).code).toBe('INTERNAL');
  });

  it.skipIf(!hasPeer('go', ['version']))('of Go', () => {
    const texts = fc
      .sample(fc.string({ unit: 'grapheme', maxLength: 30 }), 200)
      .concat(['"; panic("x") //', '`${x}`\\', '\0\u2028\ufeff😀']);
    const folder = mkdtempSync(join(tmpdir(), 'mtls-go-literals-'));
    try {
      const lines = texts.map((text) => `\t${goString(text)},`).join('\n');
      writeFileSync(
        join(folder, 'main.go'),
        `package main\n\nimport (\n\t"encoding/json"\n\t"os"\n)\n\nfunc main() {\n\tjson.NewEncoder(os.Stdout).Encode([]string{\n${lines}\n\t})\n}\n`,
      );
      const said = execFileSync('go', ['run', 'main.go'], { cwd: folder }).toString();
      expect(JSON.parse(said)).toEqual(texts);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('rules in a template', () => {
  it('take the place of their line, whatever they hold', () => {
    expect(withRules('a\n  // mtls:rules\nb', ['$&', '$1'])).toBe('a\n  $&\n  $1\nb');
  });
});
