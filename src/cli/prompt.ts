// Questions: on the terminal, on stderr, and only where somebody can answer. Inquirer lives here.

import type { GlobalOptions } from './command.ts';
import type { Context } from './context.ts';
import { Interrupted } from './exit.ts';

type Asking = Pick<Context, 'stdin' | 'stdinIsTerminal' | 'stderrIsTerminal' | 'env'>;

/** Whether questions may be asked: a person at both ends, and neither `--yes` nor CI. */
export function mayAsk(context: Asking, globals: Pick<GlobalOptions, 'yes'>): boolean {
  const ci = context.env['CI'] ?? '';
  const unattended = globals.yes || (ci !== '' && ci !== 'false' && ci !== '0');
  return context.stdinIsTerminal && context.stderrIsTerminal && !unattended;
}

/** Answers true, or what is wrong with the answer. */
export type Validate = (answer: string) => true | string;

export interface TextQuestion {
  readonly message: string;
  readonly fallback?: string;
  readonly validate?: Validate;
}

/** Asks for a line of text. */
export async function askText(context: Asking, question: TextQuestion): Promise<string> {
  const { message, fallback, validate } = question;
  return ask<string>(context, {
    type: 'input',
    message,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(validate === undefined ? {} : { validate }),
  });
}

/** Asks yes or no. */
export async function askYesNo(
  context: Asking,
  message: string,
  fallback: boolean,
): Promise<boolean> {
  return ask<boolean>(context, { type: 'confirm', message, default: fallback });
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly name: string;
}

/** Asks for one of several values; the first is proposed. */
export async function askChoice<T extends string>(
  context: Asking,
  message: string,
  choices: readonly Choice<T>[],
): Promise<T> {
  return ask<T>(context, { type: 'select', message, choices });
}

/** Asks for a passphrase without showing it. */
export async function askSecret(
  context: Asking,
  message: string,
  validate?: Validate,
): Promise<string> {
  return ask<string>(context, {
    type: 'password',
    message,
    ...(validate === undefined ? {} : { validate }),
  });
}

async function ask<T>(context: Asking, question: Readonly<Record<string, unknown>>): Promise<T> {
  const { createPromptModule } = await import('inquirer');
  const prompt = createPromptModule({ input: context.stdin, output: process.stderr });
  try {
    const answers = await prompt<{ answer: T }>([{ ...question, name: 'answer' } as never]);
    return answers.answer;
  } catch (thrown) {
    // Inquirer's own words for Ctrl-C, and for a terminal that went away.
    if (thrown instanceof Error && thrown.name === 'ExitPromptError') throw new Interrupted(130);
    throw thrown;
  }
}
