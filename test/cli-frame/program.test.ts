import { expect, test } from 'vitest';
import { COMMANDS, NOUNS, commandId } from '../../src/cli/program.ts';
import { closingHelp, groupHelp, topHelp } from '../../src/cli/help.ts';
import { main } from '../../src/cli/main.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { memoryContext } from './support.ts';

const tooWide = (text: string): string[] => text.split('\n').filter((line) => line.length > 80);

test('the list of commands fits a terminal', () => {
  expect(tooWide(topHelp(PLAIN))).toEqual([]);
  for (const noun of Object.keys(NOUNS)) expect(tooWide(groupHelp(noun, PLAIN))).toEqual([]);
});

test('every noun is explained', () => {
  for (const { path } of COMMANDS)
    for (let length = 1; length < path.length; length++)
      expect(Object.keys(NOUNS)).toContain(path.slice(0, length).join(' '));
});

test.each(COMMANDS.map((entry) => [entry.path.join(' '), entry] as const))(
  'mtls %s --help',
  async (words, entry) => {
    const context = memoryContext();
    expect(await main([...words.split(' '), '--help'], context)).toBe(0);
    expect(tooWide(context.printed.out)).toEqual([]);
    const { command } = await entry.load();
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) expect(line).toContain(`mtls ${words}`);
    expect(context.printed.out.endsWith(`${closingHelp(command, PLAIN)}\n`)).toBe(true);
  },
);

test('schemas are named by the command', () => {
  const ids = COMMANDS.map(commandId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
