import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/base/errors.ts';
import { CODES, codesIn, codesLike, pageOf } from '../../src/diagnose/explain.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { FAULT_CODES } from '../../src/verify/fault.ts';

const codes = Object.values(CODES).flat();

describe('pages of codes', () => {
  it('are there for every error and every fault', () => {
    expect(codes).toEqual(expect.arrayContaining([...ERROR_CODES, ...FAULT_CODES]));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(codes)('%s says what it means, how it comes about, and what to do', (code) => {
    const page = pageOf(code);
    expect(page?.code).toBe(code);
    for (const text of [page?.means, page?.remedy, page?.example])
      expect(text).toMatch(/^\S.*[^.\s]$/);
  });

  it.each(FAULT_CODES)('%s cites the rule that is broken', (code) => {
    expect(pageOf(code)?.clause).toMatch(/^(?:RFC \d{4}|X509-SVID|SPIFFE-ID|NIST SP) ?[§\d]?/);
  });

  it('show lines whose commands and options there are', async () => {
    const known = new Map(
      await Promise.all(
        COMMANDS.map(async ({ path, load }) => {
          const { command } = await load();
          const flags = [...Object.values(command.options ?? {}), ...Object.values(GLOBAL_OPTIONS)];
          return [path.join(' '), flags.map(({ flags: text }) => text).join(' ')] as const;
        }),
      ),
    );
    for (const code of codes.filter((one) => one !== 'USAGE')) {
      const [line = ''] = (pageOf(code)?.example ?? '').split(', ', 1);
      if (!line.startsWith('mtls ')) continue;
      const words = line.split(' ').slice(1);
      const name = words
        .map((_, index) => words.slice(0, index + 1).join(' '))
        .find((one) => known.has(one));
      const flags = known.get(name ?? '');
      expect(flags, line).toBeDefined();
      for (const word of words.filter((one) => /^--[a-z]/.test(one)))
        expect(flags, line).toContain(word);
    }
  });

  it('are found however they are typed', () => {
    for (const typed of ['EXPIRED', 'expired', ' Expired\n', '[EXPIRED]'])
      expect(pageOf(typed)?.code).toBe('EXPIRED');
    for (const typed of ['key-mismatch', 'key mismatch', 'Key_Mismatch'])
      expect(pageOf(typed)?.code).toBe('KEY_MISMATCH');
    for (const typed of ['', 'toString', '__proto__', 'constructor', 'x'.repeat(1e6)])
      expect(pageOf(typed)).toBeUndefined();
  });
});

describe('codes that are meant', () => {
  it.each([
    ['expird', 'EXPIRED'],
    ['EXIPRED', 'EXPIRED'],
    ['key_missmatch', 'KEY_MISMATCH'],
    ['issuer-not-fond', 'ISSUER_NOT_FOUND'],
    ['untrusted', 'UNTRUSTED_ROOT'],
  ])('%s', (typed, code) => {
    expect(codesLike(typed)).toContain(code);
  });

  it('are not guessed from what is no code', () => {
    for (const typed of ['', 'hello there, world', 'a', '%%%%', 'x'.repeat(100_000)])
      expect(codesLike(typed)).toEqual([]);
  });
});

describe('codes in what mtls printed', () => {
  it('are found in errors and in JSON', () => {
    expect(codesIn('mtls: error: "x" is there [FILE_EXISTS]\nmtls: hint: --force')).toEqual([
      'FILE_EXISTS',
    ]);
    expect(codesIn('{"fault": {"code": "EXPIRED"}, "error": {"code": "NO_SUCH"}}')).toEqual([
      'EXPIRED',
    ]);
    expect(codesIn(`${'['.repeat(100_000)}EXPIRED]`)).toEqual(['EXPIRED']);
  });
});
