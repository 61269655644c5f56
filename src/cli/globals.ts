// The options that every command takes, before it or after it.

import { flag, value, type GlobalOptions, type OptionSpec } from './command.ts';

export const GLOBAL_GROUP = 'Everywhere:';

export const GLOBAL_OPTIONS = {
  home: value('--home <folder>', 'where the CAs are kept (also MTLS_HOME)', GLOBAL_GROUP),
  json: flag('--json', 'print one JSON document', GLOBAL_GROUP),
  quiet: flag('-q, --quiet', 'print nothing but errors and what was asked for', GLOBAL_GROUP),
  yes: flag('-y, --yes', 'ask nothing, take the safe default', GLOBAL_GROUP),
  noColor: flag('--no-color', 'no colours (also NO_COLOR)', GLOBAL_GROUP),
  debug: flag('--debug', 'show where an internal error came from', GLOBAL_GROUP),
} satisfies Record<string, OptionSpec>;

/** What must be known before, or without, a full parse: how to fail, and in which colours. */
export interface Glance extends Omit<GlobalOptions, 'home' | 'yes'> {
  readonly color: boolean;
  /** The words before the first option of a command: candidates for its name. */
  readonly words: readonly string[];
}

const FLAGS = new Set(['--json', '-q', '--quiet', '-y', '--yes', '--no-color', '--debug']);

/** Looks over the arguments without judging them. */
export function glance(argv: readonly string[]): Glance {
  const end = argv.indexOf('--');
  const options = new Set(end === -1 ? argv : argv.slice(0, end));
  return {
    json: options.has('--json'),
    quiet: options.has('--quiet') || options.has('-q'),
    debug: options.has('--debug'),
    color: !options.has('--no-color'),
    words: leadingWords(argv),
  };
}

/** The words before the first option of a command. */
export function leadingWords(argv: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--home') i += 1;
    else if (FLAGS.has(word) || word.startsWith('--home=')) continue;
    else if (word.startsWith('-')) break;
    else words.push(word);
  }
  return words;
}
