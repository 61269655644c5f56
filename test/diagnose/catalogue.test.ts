import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { ERRORS, FAULTS, type FaultExplanation } from '../../src/diagnose/catalogue.ts';

const all = Object.entries<FaultExplanation>({ ...ERRORS, ...FAULTS });
const remedies = all.flatMap(([code, { remedy, remedyOfCa }]) =>
  [remedy, remedyOfCa].flatMap((text) => (text === undefined ? [] : [[code, text] as const])),
);

describe('the catalogue', () => {
  it('tells errors from faults', () => {
    expect(all).toHaveLength(Object.keys(ERRORS).length + Object.keys(FAULTS).length);
  });

  it.each(all)('%s is said in plain lines', (_code, { means, remedy, remedyOfCa = 'none' }) => {
    for (const text of [means, remedy, remedyOfCa]) {
      expect(text).toMatch(/^\S.*[^.\s]$/);
      expect(text).not.toMatch(/^[A-Z][a-z]/);
      expect(text.length).toBeLessThan(110);
    }
  });

  it('names commands and options that there are', async () => {
    const definitions = await Promise.all(
      COMMANDS.map(async ({ path, load }) => {
        const { command } = await load();
        const flags = [...Object.values(command.options ?? {}), ...Object.values(GLOBAL_OPTIONS)]
          .flatMap(({ flags: text }) => text.match(/--[a-z-]+/g) ?? [])
          .concat('--help');
        return { name: path.join(' '), flags };
      }),
    );
    const known = new Set(definitions.flatMap(({ flags }) => flags));
    for (const [code, text] of remedies) {
      // The flags after a command are its own; those that stand alone are somebody's
      for (const [, rest = ''] of text.matchAll(/\bmtls ((?:<?[a-z0-9-]+>?\s?)+)/g)) {
        const words = rest.trim().split(' ');
        const [first = ''] = words;
        if (first.startsWith('-') || first === '<command>') continue;
        const command = definitions.find(({ name }) =>
          `${words.join(' ')} `.startsWith(`${name} `),
        );
        // `mtls on a terminal`, `mtls gives`: a sentence about the program
        if (!command && /^(?:as|on|gives|issues)$/.test(first)) continue;
        expect(command, `${code}: mtls ${rest}`).toBeDefined();
        for (const word of words.filter((one) => one.startsWith('--')))
          expect(command?.flags, `${code}: mtls ${rest}`).toContain(word);
      }
      for (const [flag] of text.matchAll(/(?<!\S)--[a-z][a-z-]*/g))
        expect(known, `${code}: ${flag}`).toContain(flag);
    }
  });
});
