// What a command is: data that help is printed from, and one function that does the work.

import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';
import type { Output } from './output.ts';

interface Described {
  readonly description: string;
  /** Heading in the help; 'Options:' where absent. */
  readonly group?: string;
}

/** `--force` */
export interface FlagOption extends Described {
  readonly kind: 'flag';
  readonly flags: string;
}

/** `--ttl <time>` */
export interface ValueOption extends Described {
  readonly kind: 'value';
  readonly flags: string;
}

/** `--dns <name>`, as often as wanted. */
export interface ValuesOption extends Described {
  readonly kind: 'values';
  readonly flags: string;
}

/** `--profile <name>`, one of a closed list. */
export interface ChoiceOption<T extends string = string> extends Described {
  readonly kind: 'choice';
  readonly flags: string;
  readonly choices: readonly T[];
}

export type OptionSpec = FlagOption | ValueOption | ValuesOption | ChoiceOption;

export type ArgumentKind = 'required' | 'optional' | 'some' | 'any';

/** A word after the command: one, perhaps one, at least one, or any number. */
export interface ArgumentSpec<K extends ArgumentKind = ArgumentKind> {
  readonly kind: K;
  /** As help shows it, such as `identity`. */
  readonly name: string;
  readonly description: string;
}

type OptionSpecs = Readonly<Record<string, OptionSpec>>;
type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;

type OptionValue<S extends OptionSpec> = S extends FlagOption
  ? boolean
  : S extends ChoiceOption<infer T>
    ? T | undefined
    : S extends ValuesOption
      ? readonly string[]
      : string | undefined;

type ArgumentValue<S extends ArgumentSpec> = S['kind'] extends 'required'
  ? string
  : S['kind'] extends 'optional'
    ? string | undefined
    : readonly string[];

/** What `run` receives for a set of options. */
export type OptionValues<O extends OptionSpecs> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** What `run` receives for a set of arguments. */
export type ArgumentValues<A extends ArgumentSpecs> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>;
};

/** The options that every command takes. */
export interface GlobalOptions {
  readonly home: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly yes: boolean;
}

export interface Invocation<
  A extends ArgumentSpecs = ArgumentSpecs,
  O extends OptionSpecs = OptionSpecs,
> {
  readonly args: ArgumentValues<A>;
  readonly options: OptionValues<O>;
  readonly globals: GlobalOptions;
  readonly context: Context;
  readonly output: Output;
}

/** A line to copy, and what it does. */
interface Example {
  readonly line: string;
  readonly does: string;
}

interface Definition<A extends ArgumentSpecs, O extends OptionSpecs> {
  /** More than the summary, for the command's own help. */
  readonly description?: string;
  readonly arguments?: A;
  readonly options?: O;
  readonly examples: readonly Example[];
  /** The codes it may end with, with what they mean here where the general meaning is too vague. */
  readonly exitCodes: readonly (ExitCode | readonly [ExitCode, string])[];
  readonly run: (invocation: Invocation<A, O>) => Promise<ExitCode>;
}

/** A command whose own argument and option types are no longer needed. */
export type CommandDefinition = Definition<ArgumentSpecs, OptionSpecs>;

type NoSpecs = Readonly<Record<string, never>>;

/** Types `run` by the arguments and options beside it. */
export function defineCommand<
  const A extends ArgumentSpecs = NoSpecs,
  const O extends OptionSpecs = NoSpecs,
>(definition: Definition<A, O>): CommandDefinition {
  // The parser fills an invocation from these very specs, so the narrower type holds.
  return definition as unknown as CommandDefinition;
}

export function flag(flags: string, description: string, group?: string): FlagOption {
  return { kind: 'flag', flags, description, ...(group === undefined ? {} : { group }) };
}

export function value(flags: string, description: string, group?: string): ValueOption {
  return { kind: 'value', flags, description, ...(group === undefined ? {} : { group }) };
}

export function values(flags: string, description: string, group?: string): ValuesOption {
  return { kind: 'values', flags, description, ...(group === undefined ? {} : { group }) };
}

export function choice<const T extends string>(
  flags: string,
  choices: readonly T[],
  description: string,
  group?: string,
): ChoiceOption<T> {
  return { kind: 'choice', flags, choices, description, ...(group === undefined ? {} : { group }) };
}

export function argument<K extends ArgumentKind>(
  kind: K,
  name: string,
  description: string,
): ArgumentSpec<K> {
  return { kind, name, description };
}

/** An argument as usage shows it. */
export function argumentSyntax({ kind, name }: ArgumentSpec): string {
  if (kind === 'required') return `<${name}>`;
  if (kind === 'some') return `<${name}...>`;
  return kind === 'any' ? `[${name}...]` : `[${name}]`;
}

/** What an option does, with what it takes. */
export function describeOption(spec: OptionSpec): string {
  return spec.kind === 'choice'
    ? `${spec.description} (${spec.choices.join(', ')})`
    : spec.description;
}
