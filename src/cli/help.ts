// Help: the list of commands, and what every command's own help ends with.

import type { CommandDefinition } from './command.ts';
import { EXIT_MEANINGS, type ExitCode } from './exit.ts';
import { COMMANDS, COMMAND_GROUPS, NOUNS, type CommandEntry } from './program.ts';
import type { Style } from './style.ts';

const INTRODUCTION = `Certificates for mutual TLS: a CA of your own, what it issues, and plain answers
when a handshake fails.`;

const CLOSING = `mtls <command> --help shows options and examples.
All take --json, --quiet, --yes, --home <folder>, --no-color and --debug.`;

/** A command, or the noun of several, as lists show it. */
interface Row {
  readonly usage: string;
  readonly summary: string;
}

/** Commands in their order; those of three words as one row for each noun, unless it is asked for. */
function rowsOf(entries: readonly CommandEntry[], asked = ''): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { path, usage, summary } of entries) {
    const noun = path.slice(0, -1).join(' ');
    if (path.length > 2 && noun !== asked)
      rows.set(noun, { usage: `${noun} <command>`, summary: NOUNS[noun] ?? '' });
    else {
      const words = [...path, ...(usage === '' ? [] : [usage])].join(' ');
      rows.set(words, { usage: words, summary });
    }
  }
  return [...rows.values()];
}

/** A terminal's width. */
const COLUMNS = 80;

/** Of the first column of the long list: most groups stand in line, and long usages widen their own. */
const NARROWEST = 23;

function listing(rows: readonly Row[], width: number, style: Style): readonly string[] {
  return rows.flatMap(({ usage, summary }) => {
    const [first = '', ...more] = wrapped(summary, COLUMNS - width - 4);
    return [
      `  ${style.paint('accent', usage)}${' '.repeat(width - usage.length)}  ${first}`,
      ...more.map((line) => `${' '.repeat(width + 4)}${line}`),
    ];
  });
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function widest(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(({ usage }) => usage.length));
}

/** `mtls --help`. */
export function topHelp(style: Style): string {
  const groups = COMMAND_GROUPS.filter((group) => group.commands.length > 0).map(
    ({ title, commands }) => {
      const rows = rowsOf(commands);
      const lines = listing(rows, Math.max(NARROWEST, widest(rows)), style);
      return [style.paint('strong', `${title}:`), ...lines].join('\n');
    },
  );
  const usage = `${style.paint('strong', 'Usage:')} mtls <command> [options]`;
  return `${[usage, INTRODUCTION, ...groups, CLOSING].join('\n\n')}\n`;
}

/** `mtls ca --help`, `mtls mesh istio --help`. */
export function groupHelp(noun: string, style: Style): string {
  const entries = COMMANDS.filter(({ path }) => path.join(' ').startsWith(`${noun} `));
  const rows = rowsOf(entries, noun);
  return `${[
    `${style.paint('strong', 'Usage:')} mtls ${noun} <command> [options]`,
    `mtls ${noun}: ${NOUNS[noun] ?? ''}.`,
    [style.paint('strong', 'Commands:'), ...listing(rows, widest(rows), style)].join('\n'),
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
