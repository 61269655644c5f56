// docs/cli.md and docs/errors.md, from what the program itself is made of.
import { ERROR_CODES, MtlsError, type ErrorCode } from '../src/base/errors.ts';
import { AUDIT_CODES, AUDITS } from '../src/diagnose/audit-codes.ts';
import { ERRORS, FAULTS, PILE } from '../src/diagnose/catalogue.ts';
import {
  argumentSyntax,
  describeOption,
  type CommandDefinition,
  type OptionSpec,
} from '../src/cli/command.ts';
import { exitCodeOf, EXIT_MEANINGS } from '../src/cli/exit.ts';
import { GLOBAL_OPTIONS } from '../src/cli/globals.ts';
import { exitTable } from '../src/cli/help.ts';
import { COMMAND_GROUPS, commandId, type CommandEntry } from '../src/cli/program.ts';
import { PILE_CODES } from '../src/diagnose/codes.ts';
import { HANDSHAKE_CODES, HANDSHAKES } from '../src/diagnose/handshake-codes.ts';
import { FAULT_CODES } from '../src/verify/fault.ts';
import { block, MADE, table, text } from './markdown.ts';

export { lintReference } from './lint-reference.ts';
export { zooReference } from './zoo-reference.ts';

/** docs/cli.md: every command with its arguments, options, examples and exit codes. */
export async function cliReference(): Promise<string> {
  const parts = [
    '# Commands',
    MADE,
    'As `mtls <command> --help` shows them. What a code in an error means is in [errors.md](errors.md).',
    '## Everywhere',
    'These options stand before or after any command:',
    optionTable(Object.values(GLOBAL_OPTIONS)),
    'With `--json` a command prints one document, `{"schema": "mtls.<command>/1", "ok": …}`, whether it worked or not. Exit codes:',
    table(
      ['code', 'meaning'],
      Object.entries(EXIT_MEANINGS).map(([code, meaning]) => [`\`${code}\``, text(meaning)]),
    ),
  ];
  for (const group of COMMAND_GROUPS) {
    parts.push(`## ${group.title}`);
    for (const entry of group.commands) {
      const { command } = await entry.load();
      parts.push(...commandPage(entry, command));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

function commandPage(entry: CommandEntry, definition: CommandDefinition): readonly string[] {
  const name = `mtls ${entry.path.join(' ')}`;
  const given = Object.values(definition.arguments ?? {});
  const options = Object.values(definition.options ?? {});
  const groups = [...new Set(options.map(({ group }) => group))];
  const lines = definition.examples.flatMap(({ line, does }) => [`# ${does}`, line, '']);
  return [
    `### ${name}`,
    text(definition.description ?? `${entry.summary}.`),
    block([name, ...given.map(argumentSyntax), '[options]'].join(' ')),
    ...(given.length > 0
      ? [
          table(
            ['argument', 'what it is'],
            given.map((one) => [`\`${argumentSyntax(one)}\``, text(one.description)]),
          ),
        ]
      : []),
    ...groups.flatMap((group) => [
      ...(group === undefined ? [] : [text(group)]),
      optionTable(options.filter((option) => option.group === group)),
    ]),
    block(lines.slice(0, -1).join('\n')),
    `Schema \`mtls.${commandId(entry)}/1\`. Exit codes: ${exitTable(definition)
      .map(([code, meaning]) => `\`${code}\` ${text(meaning)}`)
      .join(' · ')}.`,
  ];
}

function optionTable(options: readonly OptionSpec[]): string {
  return table(
    ['option', 'what it does'],
    options.map((option) => [`\`${option.flags}\``, text(describeOption(option))]),
  );
}

/** docs/errors.md: every code, with its exit code, what it means and what to do. */
export function errorReference(): string {
  const rows = (codes: readonly ErrorCode[]) =>
    codes.map((code) => [`\`${code}\``, text(ERRORS[code].means), text(ERRORS[code].remedy)]);
  const byExit = new Map<number, ErrorCode[]>();
  for (const code of ERROR_CODES) {
    const exit = exitCodeOf(new MtlsError(code, ''));
    byExit.set(exit, [...(byExit.get(exit) ?? []), code]);
  }
  const exits = [...byExit].sort(([a], [b]) => a - b);
  return `${[
    '# Codes of errors and faults',
    MADE,
    'An error says that `mtls` could not do its work: `mtls: error: … [CODE]`, and `error.code` under `--json`. A fault is an answer, the bad one, of `mtls verify`: `fault.code` under `--json`. Codes are stable; messages may get better.',
    '## Errors',
    ...exits.flatMap(([exit, codes]) => [
      `### Exit code ${exit}: ${EXIT_MEANINGS[exit as keyof typeof EXIT_MEANINGS]}`,
      table(['code', 'meaning', 'what to do'], rows(codes)),
    ]),
    '## Faults',
    '`mtls verify` ends with exit code 1 and names the fault that says most. “It” is the certificate at fault; another remedy may hold where that is a CA of the chain.',
    table(
      ['code', 'meaning', 'what to do', 'where a CA is at fault'],
      FAULT_CODES.map((code) => {
        const { means, remedy, remedyOfCa = '' } = FAULTS[code];
        return [`\`${code}\``, text(means), text(remedy), text(remedyOfCa)];
      }),
    ),
    '## Findings',
    '`mtls doctor` and `mtls why` answer with findings: faults, errors of what cannot be read, and what only a look at several things shows.',
    table(
      ['code', 'meaning', 'what to do'],
      PILE_CODES.map((code) => [`\`${code}\``, text(PILE[code].means), text(PILE[code].remedy)]),
    ),
    '`mtls connect` adds what only a handshake shows.',
    table(
      ['code', 'meaning', 'what to do'],
      HANDSHAKE_CODES.map((code) => {
        const { means, remedy } = HANDSHAKES[code];
        return [`\`${code}\``, text(means), text(remedy)];
      }),
    ),
    '`mtls ca audit` names what is wrong with the folder of a CA.',
    table(
      ['code', 'meaning', 'what to do'],
      AUDIT_CODES.map((code) => {
        const { means, remedy } = AUDITS[code];
        return [`\`${code}\``, text(means), text(remedy)];
      }),
    ),
  ].join('\n\n')}\n`;
}
