// What is known of the messages of other programs.

/** A program with its arguments; `{host}` and `{target}` stand for what a message names. */
export type CommandLine = readonly string[];

/** A command, and what it shows where this cause is the one. */
export interface Tell {
  readonly command: CommandLine;
  readonly shows: string;
}

/** Why it may be so. All texts are lower case, without a full stop. */
export interface Cause {
  readonly cause: string;
  /** How to find out whether it is this one. */
  readonly tell: readonly [Tell, ...Tell[]];
  /** What to do where it is. */
  readonly fix: string;
  /** The fix, where it can be typed. */
  readonly commands: readonly CommandLine[];
}

/** Something that goes wrong between two sides, whatever words a program has for it. */
export interface Trouble {
  /** The higher, the more it says; in step with FAULT_RANKS. */
  readonly rank: number;
  readonly means: string;
  /** The likeliest first. */
  readonly causes: readonly [Cause, ...Cause[]];
  /** Codes of ours that say the same. */
  readonly codes: readonly string[];
}

/** A message of a program. */
export interface ForeignMessage<Id extends string = string> {
  /**
   * Its words, in any case; what parts words does not count. `{host}` takes one word that stands
   * there, `{names…}` several, or the rest of the line.
   */
  readonly says: readonly [string, ...string[]];
  readonly trouble: Id;
  /** Where it says more, or something else, than the trouble does. */
  readonly means?: string;
  /** Causes that it alone has, likelier than those of the trouble. */
  readonly causes?: readonly Cause[];
  /** Where a server says it of its client: what is beside it is about the client’s certificate. */
  readonly judges?: 'client';
  /** Where the words stand: a file of the program's source, or a page. */
  readonly source: string;
}

/** The messages of one program. */
export interface ForeignProgram<Id extends string = string> {
  readonly program: string;
  readonly messages: readonly ForeignMessage<Id>[];
}

/** Splits a line of ours that needs no quotes. */
export function line(text: string): CommandLine {
  return text.split(' ');
}

export function tell(command: string, shows: string): Tell {
  return { command: line(command), shows };
}

export function cause(
  why: string,
  how: readonly [Tell, ...Tell[]],
  fix: string,
  ...commands: readonly string[]
): Cause {
  return { cause: why, tell: how, fix, commands: commands.map(line) };
}
