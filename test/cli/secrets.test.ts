// No command leaves a piece of a key or of a passphrase where it does not belong: not in what it
// prints, as text or as JSON, nor in stacks, arguments, variables, programs that it starts, names of
// files, temporary files, or any file but those that are keys, which are closed to others from the
// first byte on.
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/program.ts';
import { casesOf, type Case } from './secrets/cases.ts';
import { Worlds, runIn, type Left } from './secrets/run.ts';
import { newPassphrases } from './secrets/world.ts';

const posix = process.platform !== 'win32';
const passphrases = newPassphrases();
const worlds = new Worlds(passphrases);
afterAll(() => {
  worlds.remove();
});
const cases = casesOf(passphrases);

test('every command is tried', () => {
  expect(Object.keys(cases).sort()).toEqual(COMMANDS.map(({ path }) => path.join(' ')).sort());
  for (const [command, tried] of Object.entries(cases))
    for (const { args } of tried) expect(args.join(' ')).toMatch(new RegExp(`^${command}`));
});

/** For people, for people who look for a bug, and for programs. */
function waysOf({ exit, breaking, json = true }: Case): readonly (readonly string[])[] {
  if (!json) return [['--debug']];
  return exit === 0 && breaking === undefined ? [['--debug'], ['--json']] : [['--debug', '--json']];
}

function judge(run: Case, left: Left, way: readonly string[]): void {
  const { keys = [], mode = 0o600, prints = [], typed = false, breaking } = run;
  const said = `${left.stdout}\n${left.stderr}`;
  // A signal amid writing is heard when all is written, perhaps not before the end
  const signalled = breaking?.includes(':SIG') === true && left.exit === 0;
  if (!signalled) expect(left.exit, said).toBe(run.exit);
  const { arguments: argv, environment, ...found } = left.found;
  const printed = way.includes('--json') ? [] : prints;
  expect(found, said).toEqual({ stdout: printed, stderr: [], children: [], names: [] });
  if (!typed) expect({ argv, environment }).toEqual({ argv: [], environment: [] });
  const files = [...left.files.keys()].sort();
  // What breaks off may have come so far, or not
  if (breaking === undefined) expect(files).toEqual(keys);
  else expect(keys).toEqual(expect.arrayContaining(files));
  if (!posix) return;
  for (const found of left.files.values()) expect(found).toBe(mode);
  for (const found of left.writing) expect(found).toBe(0o600);
  expect(left.laxFolders).toEqual([]);
}

describe.concurrent.each(Object.entries(cases))('mtls %s', (_command, tried) => {
  const titled = tried.map((one): [string, Case] => [titleOf(one), one]);
  test.concurrent.each(titled)('%s', async (_title, one) => {
    await worlds.with(async (world) => {
      for (const way of waysOf(one))
        judge(one, await runIn(world, { ...one, args: [...one.args, ...way] }), way);
    });
  });
});

function titleOf({ args, breaking }: Case): string {
  const line = args.join(' ').replaceAll(/[^ -~]|p ".*/g, '…');
  return breaking === undefined ? line : `${line} (${breaking})`;
}
