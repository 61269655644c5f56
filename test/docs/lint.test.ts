import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { lintReference } from '../../docs/lint-reference.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { LINT_DEMANDS } from '../../src/lint/engine.ts';

const path = fileURLToPath(new URL('../../docs/lint.md', import.meta.url));
const kept = readFileSync(path, 'utf8');

describe('docs/lint.md', () => {
  it('is that of this program; else run `npm run docs`', async () => {
    const style = { ...(await resolveConfig(path)), filepath: path };
    expect(kept).toBe(await format(lintReference(), style));
  });

  it('has every rule once', () => {
    const ids = [...kept.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, id]) => id);
    expect(ids.sort()).toEqual(LINT_DEMANDS.map(({ id }) => id).sort());
  });

  it('says in plain lines what mends, by commands and options that there are', async () => {
    const flags = new Map<string, readonly string[]>();
    for (const { path: words, load } of COMMANDS) {
      const { command } = await load();
      const specs = [...Object.values(command.options ?? {}), ...Object.values(GLOBAL_OPTIONS)];
      flags.set(
        words.join(' '),
        specs.flatMap((spec) => spec.flags.match(/--[a-z-]+/g) ?? []),
      );
    }
    const issue = flags.get('issue') ?? [];
    for (const { id, remedy, what } of LINT_DEMANDS) {
      for (const said of [remedy.text, what]) {
        expect(said, id).toMatch(/^\S.*[^.\s]$/);
        expect(said.length, id).toBeLessThan(110);
      }
      for (const [flag] of remedy.text.matchAll(/(?<!\S)--[a-z][a-z-]*/g))
        expect(issue, `${id}: ${flag}`).toContain(flag);
    }
  });
});

describe('README.md', () => {
  it('counts the rules right', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`${LINT_DEMANDS.length} rules of RFC 5280`);
  });
});
