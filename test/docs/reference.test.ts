import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { cliReference, errorReference, zooReference } from '../../docs/reference.ts';
import { ERROR_CODES } from '../../src/base/errors.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { AUDIT_CODES } from '../../src/diagnose/audit-codes.ts';
import { PILE_CODES } from '../../src/diagnose/codes.ts';
import { ZOO_NAMES } from '../../src/testing/zoo/index.ts';
import { HANDSHAKE_CODES } from '../../src/diagnose/handshake-codes.ts';
import { FAULT_CODES } from '../../src/verify/fault.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const kept = (name: string) => readFileSync(pathOf(name), 'utf8');

async function asWritten(name: string, text: string): Promise<string> {
  const path = pathOf(name);
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

describe('the reference is that of this program; else run `npm run docs`', () => {
  it('docs/cli.md', async () => {
    expect(kept('cli.md')).toBe(await asWritten('cli.md', await cliReference()));
  });

  it('docs/errors.md', async () => {
    expect(kept('errors.md')).toBe(await asWritten('errors.md', errorReference()));
  });

  it('docs/zoo.md', async () => {
    expect(kept('zoo.md')).toBe(await asWritten('zoo.md', zooReference()));
  });
});

describe('the reference is whole', () => {
  it('has every command with all its options', async () => {
    const text = kept('cli.md');
    const pages = new Map(
      text
        .split(/^### mtls /m)
        .slice(1)
        .map((page) => [page.slice(0, page.indexOf('\n')), page]),
    );
    expect([...pages.keys()]).toEqual(COMMANDS.map(({ path }) => path.join(' ')));
    for (const { path, load } of COMMANDS) {
      const { command } = await load();
      const page = pages.get(path.join(' '));
      for (const { flags } of Object.values(command.options ?? {}))
        expect(page).toContain(`| \`${flags}\``);
      for (const { line } of command.examples) expect(page).toContain(`\n${line}\n`);
    }
  });

  it('has every code once', () => {
    const codes = [...kept('errors.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(
      [...ERROR_CODES, ...FAULT_CODES, ...PILE_CODES, ...HANDSHAKE_CODES, ...AUDIT_CODES].sort(),
    );
  });

  it('has every bad certificate once, with what each of five validators says', () => {
    const rows = [...kept('zoo.md').matchAll(/^\| `(\w+)`(.*)$/gm)].map(([, name, rest]) => [
      name,
      // A pipe that is escaped parts no cells
      rest?.split(/(?<!\\)\|/).filter((cell) => cell.trim() !== '').length,
    ]);
    expect(rows.sort()).toEqual(ZOO_NAMES.map((name) => [name, 7]).sort());
  });
});
