import { describe, expect, test } from 'vitest';
import {
  argument,
  choice,
  defineCommand,
  flag,
  value,
  values,
  type GlobalOptions,
} from '../../src/cli/command.ts';
import { parse, type Chosen, type Parsed } from '../../src/cli/parser.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { memoryContext, type MemoryContext } from './support.ts';

const definition = defineCommand({
  arguments: {
    name: argument('required', 'name', 'what to make'),
    more: argument('any', 'more', ''),
  },
  options: {
    ttl: value('--ttl <time>', 'how long'),
    dns: values('--dns <name>', 'a further name'),
    profile: choice('--profile <name>', ['server', 'client'], 'what for'),
    force: flag('--force', 'replace files', 'Files:'),
    noPassphrase: flag('--no-passphrase', 'leave it open', 'Files:'),
  },
  examples: [{ line: 'mtls ca make it', does: 'makes it' }],
  exitCodes: [0, [7, 'refused: it exists']],
  run: () => Promise.resolve(0),
});

const chosen: Chosen = {
  entry: {
    path: ['ca', 'make'],
    usage: '<name>',
    summary: 'make something',
    load: () => Promise.resolve({ command: definition }),
  },
  definition,
};

function parsing(line: string, context: MemoryContext = memoryContext()): Promise<Parsed> {
  return parse(line.split(' '), chosen, context, PLAIN);
}

const noGlobals: GlobalOptions = {
  home: undefined,
  json: false,
  quiet: false,
  yes: false,
  debug: false,
};

test('arguments and options arrive under the names of their specs', async () => {
  const parsed = await parsing('ca make a b c --ttl 1d --dns x --dns=y --profile client --force');
  expect(parsed).toEqual({
    kind: 'run',
    args: { name: 'a', more: ['b', 'c'] },
    options: { ttl: '1d', dns: ['x', 'y'], profile: 'client', force: true, noPassphrase: false },
    globals: expect.objectContaining(noGlobals) as unknown,
  });
});

test('a choice is known in any case, as systems write theirs: STRICT, Always', async () => {
  expect(await parsing('ca make a --profile SERVER')).toMatchObject({
    options: { profile: 'server' },
  });
});

test('what was not given is absent, and lists are empty', async () => {
  expect(await parsing('ca make a')).toMatchObject({
    args: { name: 'a', more: [] },
    options: { ttl: undefined, dns: [], profile: undefined, force: false, noPassphrase: false },
  });
  expect(await parsing('ca make a --no-passphrase')).toMatchObject({
    options: { noPassphrase: true },
  });
});

test.each([
  '--json --home h -q ca make a',
  'ca --json --home h -q make a',
  'ca make --home=h a -q --json',
])('global options stand anywhere: %s', async (line) => {
  expect(await parsing(line)).toMatchObject({
    globals: { ...noGlobals, home: 'h', json: true, quiet: true },
  });
});

test('the value of an option may look like a global option', async () => {
  expect(await parsing('ca make a --ttl --json')).toMatchObject({
    options: { ttl: '--json' },
    globals: noGlobals,
  });
  expect(await parsing('ca make a -- --json')).toMatchObject({
    args: { more: ['--json'] },
    globals: noGlobals,
  });
});

describe('complaints', () => {
  test.each([
    ['ca make', 'USAGE', "missing required argument 'name'", 'see mtls ca make --help'],
    ['ca make a --forse', 'USAGE', "unknown option '--forse'", 'did you mean --force?'],
    [
      'ca make a --ttl',
      'USAGE',
      "option '--ttl <time>' argument missing",
      'see mtls ca make --help',
    ],
    [
      'ca make a --profile x',
      'BAD_OPTION',
      '--profile cannot be "x"',
      'choose one of server, client',
    ],
    [
      'ca make a --passphrase=hunter2=3',
      'USAGE',
      'a passphrase is never an argument',
      'give --passphrase-file <file> or --passphrase-env <name>',
    ],
    ['ca make a --x\u001b', 'USAGE', "unknown option '--x\\x1b'", 'see mtls ca make --help'],
  ])('%s', async (line, code, message, hint) => {
    const context = memoryContext();
    await expect(parsing(line, context)).rejects.toMatchObject({ code, message, hint });
    expect(context.printed).toEqual({ out: '', err: '' });
  });
});

test('help ends with examples and exit codes, and fits 80 columns', async () => {
  const context = memoryContext();
  expect(await parsing('ca make --help', context)).toEqual({ kind: 'shown', exit: 0 });
  const { out } = context.printed;
  expect(out).toContain('Usage: mtls ca make <name> [more...] [options]\n\nMake something.\n');
  expect(out.split('Examples:')[1]).toBe(
    '\n  # makes it\n  mtls ca make it\n\nExit codes:\n  0   done, or healthy\n' +
      '  2   wrong usage\n  7   refused: it exists\n',
  );
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
