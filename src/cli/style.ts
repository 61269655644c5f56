// Colour: decided here, and chalk is loaded only once it is on.

/** What a piece of text means to the reader; how that looks is decided in one place. */
export type Tone = 'plain' | 'good' | 'bad' | 'caution' | 'faint' | 'strong' | 'accent';

export interface Style {
  /** Paints text that has been escaped already. */
  paint(tone: Tone, text: string): string;
}

export const PLAIN: Style = { paint: (_tone, text) => text };

interface ColourQuestion {
  /** Whether the stream ends at a terminal. */
  readonly terminal: boolean;
  /** False under `--no-color`. */
  readonly wanted: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether to colour a stream: no-color.org before force-color.org, then only a terminal. */
export function colourOn({ terminal, wanted, env }: ColourQuestion): boolean {
  if (!wanted || (env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return terminal && env['TERM'] !== 'dumb';
}

/** The style of a stream. Level 1 (sixteen colours) follows the reader's own theme. */
export async function loadStyle(on: boolean): Promise<Style> {
  if (!on) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    good: chalk.green,
    bad: chalk.red,
    caution: chalk.yellow,
    faint: chalk.dim,
    strong: chalk.bold,
    accent: chalk.cyan,
  };
  return { paint: (tone, text) => paints[tone](text) };
}
