// A program at a terminal: util-linux's script(1) gives it one, and what it says is answered.

import { spawn, spawnSync } from 'node:child_process';

const probe = spawnSync('script', ['--version'], { encoding: 'utf8' });

/** Whether that program is there; other systems' script(1) takes other options. */
export const hasTerminal = probe.error === undefined && probe.stdout.includes('util-linux');

/** What to type, or to do with all that was shown, once a text has shown up after the last reply. */
export type Reply = readonly [after: string, reply: string | ((shown: string) => void)];

export interface TerminalRun {
  /** All that was shown, as the terminal got it. */
  readonly raw: string;
  /** The same without escape sequences. */
  readonly shown: string;
  readonly exit: number | null;
}

export const KEYS = { enter: '\r', ctrlC: '\u0003', ctrlD: '\u0004', down: '\u001b[B' } as const;

// eslint-disable-next-line no-control-regex -- the sequences that move cursors and set colours
const ESCAPES = /\u001b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])/g;

export function atTerminal(
  line: string,
  replies: readonly Reply[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<TerminalRun> {
  return new Promise((done, failed) => {
    const child = spawn('script', ['-qfec', line, '/dev/null'], {
      ...options,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let raw = '';
    let shown = '';
    let read = 0;
    let next = 0;
    const answer = (): void => {
      const reply = replies[next];
      if (reply === undefined) return;
      const at = shown.indexOf(reply[0], read);
      if (at === -1) return;
      read = at + reply[0].length;
      next += 1;
      if (typeof reply[1] === 'string') child.stdin.write(reply[1]);
      else reply[1](shown);
      answer();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      raw += text;
      shown = raw.replace(ESCAPES, '');
      answer();
    });
    child.on('error', failed);
    child.on('close', (exit) => {
      done({ raw, shown: shown.replaceAll('\r', ''), exit });
    });
  });
}
