// The program: argv in, exit code out.

import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';
import { showFailure } from './failure.ts';
import { glance, type Glance } from './globals.ts';
import { clearPassphrases, withholdPassphrases } from './held-passphrases.ts';
import { createInterruption } from './interruption.ts';
import { createOutput } from './output.ts';
import { parse } from './parser.ts';
import { processContext } from './process-context.ts';
import { COMMANDS, commandId, nounOf, type CommandEntry } from './program.ts';
import { colourOn, loadStyle, PLAIN, type Style } from './style.ts';

/**
 * Runs one command line.
 *
 * @param typed the arguments after the program's name
 */
export async function main(typed: readonly string[], context: Context): Promise<ExitCode> {
  const asked = withoutHelpWord(typed);
  const seen = glance(asked);
  const entry = findCommand(seen.words);
  const argv = entry === undefined && !isNoun(seen.words) ? withoutHelp(asked) : asked;
  const schema = `mtls.${entry === undefined ? 'mtls' : commandId(entry)}/1`;
  let errorStyle = PLAIN;
  try {
    const style = await styleFor(context, seen, context.stdoutIsTerminal);
    errorStyle = await styleFor(context, seen, context.stderrIsTerminal);
    const chosen =
      entry === undefined ? undefined : { entry, definition: (await entry.load()).command };
    const parsed = await parse(argv, chosen, context, style);
    if (parsed.kind === 'shown' || chosen === undefined)
      return parsed.kind === 'shown' ? parsed.exit : 2;
    const { args, options, globals } = parsed;
    withholdPassphrases(options, context);
    const { json, quiet } = globals;
    const output = createOutput({ context, schema, json, quiet, style, errorStyle });
    return await chosen.definition.run({ args, options, globals, context, output });
  } catch (thrown) {
    const { json, debug } = seen;
    return showFailure(thrown, context, { schema, json, debug, style: errorStyle });
  } finally {
    clearPassphrases(context);
  }
}

/** `mtls help ca init` means `mtls ca init --help`. */
function withoutHelpWord(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}

/** Whether nothing but nouns was typed, or nothing at all. */
function isNoun(words: readonly string[]): boolean {
  return nounOf(words) === words.join(' ');
}

/** There is no help for what does not exist. */
function withoutHelp(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => word !== '--help' && word !== '-h');
}

function findCommand(words: readonly string[]): CommandEntry | undefined {
  return COMMANDS.find(({ path }) => path.every((word, position) => word === words[position]));
}

function styleFor(context: Context, seen: Glance, terminal: boolean): Promise<Style> {
  return loadStyle(colourOn({ terminal, wanted: seen.color, env: context.env }));
}

/**
 * Runs the command line of this process and leaves its exit code.
 *
 * @param replaced parts of the context that a test chooses, such as the clock
 */
export async function run(replaced: Partial<Context> = {}): Promise<void> {
  const interruption = createInterruption((exit) => process.exit(exit));
  process.on('SIGINT', () => {
    interruption.interrupt(130);
  });
  const terminate = () => {
    interruption.interrupt(143);
  };
  process.on('SIGTERM', terminate);
  // A terminal that is closed; Node heeds it under nohup too
  process.on('SIGHUP', terminate);
  const context = replacing(processContext(interruption), replaced);
  const argv = process.argv.slice(2);
  process.on('uncaughtException', (thrown) => {
    const { debug } = glance(argv);
    process.exit(showFailure(thrown, context, { schema: '', json: false, debug, style: PLAIN }));
  });
  // Node would end with 0 if everything that it waits for went away before the command was done.
  process.exitCode = 70;
  process.exitCode = await main(argv, context);
}

/** A context with some parts replaced; the others stay lazy. */
function replacing(context: Context, replaced: Partial<Context>): Context {
  return Object.create(context, Object.getOwnPropertyDescriptors(replaced)) as Context;
}
