// Commander, configured from the data of one command; its complaints become ours.

import { Command, CommanderError, Option } from 'commander';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import {
  argumentSyntax,
  describeOption,
  type ArgumentSpec,
  type ArgumentValues,
  type CommandDefinition,
  type GlobalOptions,
  type OptionSpec,
  type OptionValues,
} from './command.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';
import { GLOBAL_GROUP, GLOBAL_OPTIONS, leadingWords } from './globals.ts';
import { closingHelp, groupHelp, topHelp } from './help.ts';
import { COMMANDS, NOUNS, nounOf, type CommandEntry } from './program.ts';
import type { Style } from './style.ts';
import { VERSION } from './version.ts';

type Specs = Readonly<Record<string, OptionSpec>>;

/** Arguments ready for a command, or help that has been shown in its place. */
export type Parsed =
  | {
      readonly kind: 'run';
      readonly args: ArgumentValues<Readonly<Record<string, ArgumentSpec>>>;
      readonly options: OptionValues<Specs>;
      readonly globals: GlobalOptions;
    }
  | { readonly kind: 'shown'; readonly exit: ExitCode };

export interface Chosen {
  readonly entry: CommandEntry;
  readonly definition: CommandDefinition;
}

/** Parses a command line; without a chosen command only help, the version or a complaint can come. */
export async function parse(
  argv: readonly string[],
  chosen: Chosen | undefined,
  context: Context,
  style: Style,
): Promise<Parsed> {
  const root = createRoot(context, style);
  let parsed: Parsed = { kind: 'shown', exit: 0 };
  if (chosen === undefined) {
    for (const entry of COMMANDS) commandAt(root, entry, style).helpOption(false);
  } else {
    const leaf = commandAt(root, chosen.entry, style);
    configureLeaf(leaf, chosen, style);
    leaf.action(() => {
      parsed = collect(leaf, chosen.definition);
    });
  }
  try {
    await root.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'shown', exit: afterComplaint(error, argv, chosen) };
  }
  return parsed;
}

function createRoot(context: Context, style: Style): Command {
  const root = new Command('mtls')
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
    .version(VERSION, '-V, --version', 'show the version')
    .configureOutput({
      writeOut: (text) => {
        context.stdout.write(text);
      },
      writeErr: (text) => {
        context.stderr.write(text);
      },
      // Complaints are thrown, and rendered where every error is.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(context.columns, 100),
      getErrHelpWidth: () => Math.min(context.columns, 100),
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .configureHelp({ formatHelp: () => topHelp(style) });
  addOptions(root, GLOBAL_OPTIONS);
  return root;
}

/** The commander command of an entry, with the noun above it. */
function commandAt(root: Command, entry: CommandEntry, style: Style): Command {
  const words = [...entry.path];
  const name = words.pop() as string;
  let parent = root;
  words.forEach((noun, depth) => {
    const existing = parent.commands.find((command) => command.name() === noun);
    parent = existing ?? createNoun(parent, words.slice(0, depth + 1), style);
  });
  const command = parent.command(name);
  command.summary(entry.summary);
  return command;
}

/** @param words the noun, with those above it */
function createNoun(parent: Command, words: readonly string[], style: Style): Command {
  const noun = words.join(' ');
  const command = parent
    .command(words.at(-1) as string)
    .description(NOUNS[noun] ?? '')
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({ formatHelp: () => groupHelp(noun, style) });
  addOptions(command, GLOBAL_OPTIONS);
  return command;
}

function configureLeaf(leaf: Command, { entry, definition }: Chosen, style: Style): void {
  leaf.description(definition.description ?? sentence(entry.summary));
  leaf.configureHelp({
    styleTitle: (text) => style.paint('strong', text),
    styleOptionText: (text) => style.paint('accent', text),
    styleArgumentText: (text) => style.paint('accent', text),
  });
  const syntaxes: string[] = [];
  for (const argument of Object.values(definition.arguments ?? {})) {
    const syntax = argumentSyntax(argument);
    syntaxes.push(syntax);
    leaf.argument(syntax, argument.description);
  }
  leaf.usage([...syntaxes, '[options]'].join(' '));
  addOptions(leaf, definition.options ?? {});
  leaf.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GLOBAL_GROUP));
  addOptions(leaf, GLOBAL_OPTIONS);
  leaf.addHelpText('after', () => closingHelp(definition, style));
}

/** A summary as a sentence: help's first line. */
function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function addOptions(command: Command, specs: Specs): void {
  for (const spec of Object.values(specs)) {
    const option = new Option(spec.flags, describeOption(spec));
    if (spec.group !== undefined) option.helpGroup(spec.group);
    // Gathered here rather than as a variadic option, which would swallow the arguments after it.
    if (spec.kind === 'values')
      option.argParser((next: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        next,
      ]);
    command.addOption(option);
  }
}

function collect(leaf: Command, definition: CommandDefinition): Parsed {
  const args: Record<string, string | undefined | readonly string[]> = {};
  const given: unknown[] = leaf.processedArgs;
  Object.entries(definition.arguments ?? {}).forEach(([key, spec], position) => {
    const found = given[position] as string | readonly string[] | undefined;
    args[key] = spec.kind === 'some' || spec.kind === 'any' ? (found ?? []) : found;
  });
  const levels: Command[] = [];
  for (let at: Command | null = leaf; at !== null; at = at.parent) levels.push(at);
  return {
    kind: 'run',
    // The specs that name these values also shape them.
    args: args as ArgumentValues<Readonly<Record<string, ArgumentSpec>>>,
    options: readOptions(definition.options ?? {}, [leaf]),
    globals: readOptions(GLOBAL_OPTIONS, levels) as unknown as GlobalOptions,
  };
}

/** Option values by the names of their specs; the first of the commands that was given one wins. */
function readOptions(specs: Specs, commands: readonly Command[]): OptionValues<Specs> {
  const read: Record<string, boolean | string | undefined | readonly string[]> = {};
  for (const [key, spec] of Object.entries(specs)) {
    const option = new Option(spec.flags);
    const name = option.attributeName();
    const holder = commands.find((command) => command.getOptionValueSource(name) === 'cli');
    const found = holder?.getOptionValue(name) as string | boolean | readonly string[] | undefined;
    refuseEmptyPath(spec, found);
    if (spec.kind === 'flag') read[key] = holder !== undefined && found === !option.negate;
    else if (spec.kind === 'values') read[key] = found ?? [];
    else read[key] = spec.kind === 'choice' ? chosenOf(spec.choices, spec.flags, found) : found;
  }
  return read;
}

/** An empty path comes from a variable that is not set, and would mean the current folder. */
function refuseEmptyPath({ flags }: OptionSpec, given: unknown): void {
  const empty = Array.isArray(given) ? given.includes('') : given === '';
  if (!empty || !/<(?:file|folder|source)>$/.test(flags)) return;
  const name = /--[a-z-]+/.exec(flags)?.[0] ?? flags;
  throw new MtlsError('BAD_OPTION', `${name} is empty`, {
    hint: 'check the variable that it comes from, or leave the option out',
  });
}

function chosenOf(
  choices: readonly string[],
  flags: string,
  given: string | boolean | readonly string[] | undefined,
): string | undefined {
  if (given === undefined) return undefined;
  // As the system that it is for writes it, too: STRICT, deployment and Deployment
  const typed = String(given).toLowerCase();
  const meant = choices.find((one) => one.toLowerCase() === typed);
  if (meant !== undefined) return meant;
  const [name] = flags.split(/[ =]/);
  throw new MtlsError('BAD_OPTION', `${name ?? flags} cannot be ${quoteForeign(given as string)}`, {
    hint: `choose one of ${choices.join(', ')}`,
  });
}

/** The exit code after help or the version was shown; any other complaint is thrown as ours. */
function afterComplaint(
  error: CommanderError,
  argv: readonly string[],
  chosen: Chosen | undefined,
): ExitCode {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0;
  // Help in place of a command that was not named.
  if (error.code === 'commander.help') return 2;
  // What was typed may hold line feeds of its own.
  const [, said = '', suggestion] =
    /^(?:error: )?(.*?)(?:\n(\(Did you mean .*))?$/s.exec(error.message) ?? [];
  const message = said
    // Nor may a value that no option takes be a passphrase in a log
    .replace(/^(unknown option '-[^=]*)=.*'$/s, "$1'")
    .replace('. Expected', ': expected')
    .replace(/\.$/, '');
  if (message.startsWith("unknown option '--pass"))
    throw new MtlsError('USAGE', 'a passphrase is never an argument', {
      hint: 'give --passphrase-file <file> or --passphrase-env <name>',
    });
  throw new MtlsError('USAGE', escapeControl(message), {
    hint: suggestion === undefined ? helpHint(argv, chosen) : didYouMean(suggestion),
  });
}

function didYouMean(suggestion: string): string {
  return escapeControl(suggestion.replace(/^\(Did/, 'did').replace(/\)$/, ''));
}

function helpHint(argv: readonly string[], chosen: Chosen | undefined): string {
  if (chosen !== undefined) return `see mtls ${chosen.entry.path.join(' ')} --help`;
  const noun = nounOf(leadingWords(argv));
  return noun === '' ? 'see mtls --help' : `see mtls ${noun} --help`;
}
