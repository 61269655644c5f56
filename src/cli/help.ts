// Help: the list of commands, and what every command's own help ends with.

import type { CommandDefinition } from './command.ts';
import { EXIT_MEANINGS, type ExitCode } from './exit.ts';
import { COMMANDS, COMMAND_GROUPS, NOUNS, type CommandEntry } from './program.ts';
import type { Style } from './style.ts';

const INTRODUCTION = `Certificates for mutual TLS: a CA of your own, what it issues, and plain answers
when a handshake fails.`;

const CLOSING = `mtls <command> --help shows options and examples.
All take --json, --quiet, --yes, --home <folder>, --no-color and --debug.`;

function usageOf(entry: CommandEntry): string {
  return [...entry.path, ...(entry.usage === '' ? [] : [entry.usage])].join(' ');
}

function listing(entries: readonly CommandEntry[], width: number, style: Style): readonly string[] {
  return entries.map((entry) => {
    const usage = usageOf(entry);
    return `  ${style.paint('accent', usage)}${' '.repeat(width - usage.length)}  ${entry.summary}`;
  });
}

function widest(entries: readonly CommandEntry[]): number {
  return Math.max(0, ...entries.map((entry) => usageOf(entry).length));
}

/** `mtls --help`. */
export function topHelp(style: Style): string {
  const width = widest(COMMANDS);
  const groups = COMMAND_GROUPS.filter((group) => group.commands.length > 0).map((group) =>
    [style.paint('strong', `${group.title}:`), ...listing(group.commands, width, style)].join('\n'),
  );
  const usage = `${style.paint('strong', 'Usage:')} mtls <command> [options]`;
  return `${[usage, INTRODUCTION, ...groups, CLOSING].join('\n\n')}\n`;
}

/** `mtls ca --help`, `mtls mesh istio --help`. */
export function groupHelp(noun: string, style: Style): string {
  const entries = COMMANDS.filter(({ path }) => path.join(' ').startsWith(`${noun} `));
  return `${[
    `${style.paint('strong', 'Usage:')} mtls ${noun} <command> [options]`,
    `mtls ${noun}: ${NOUNS[noun] ?? ''}.`,
    [style.paint('strong', 'Commands:'), ...listing(entries, widest(entries), style)].join('\n'),
    `mtls ${noun} <command> --help shows options and examples.`,
  ].join('\n\n')}\n`;
}

/** Examples and exit codes of one command. */
export function closingHelp(definition: CommandDefinition, style: Style): string {
  const examples = definition.examples.map(
    ({ line, does }) => `  ${style.paint('faint', `# ${does}`)}\n  ${line}`,
  );
  const codes = exitTable(definition).map(
    ([code, meaning]) => `  ${style.paint('accent', String(code).padEnd(3))} ${meaning}`,
  );
  return [
    '',
    style.paint('strong', 'Examples:'),
    examples.join('\n\n'),
    '',
    style.paint('strong', 'Exit codes:'),
    ...codes,
  ].join('\n');
}

/** Codes with their meaning, in order; wrong usage is possible everywhere. */
export function exitTable(definition: CommandDefinition): readonly (readonly [ExitCode, string])[] {
  const table = new Map<ExitCode, string>([[2, EXIT_MEANINGS[2]]]);
  for (const item of definition.exitCodes) {
    if (typeof item === 'number') table.set(item, EXIT_MEANINGS[item]);
    else table.set(item[0], item[1]);
  }
  return [...table].sort(([a], [b]) => a - b);
}
