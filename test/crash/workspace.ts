// A folder in which commands run in this process, and whose whole content can be taken and put back.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createInterruption } from '../../src/cli/interruption.ts';
import { main } from '../../src/cli/main.ts';
import { memoryContext } from '../cli-frame/support.ts';
import type { Image } from './disk.ts';

export interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Workspace {
  readonly root: string;
  /** Runs a command line as users type it; `@/` begins a path in the folder. */
  readonly run: (...argv: readonly string[]) => Promise<Outcome>;
  /** As `run`, and throws what was said when it fails. */
  readonly must: (...argv: readonly string[]) => Promise<string>;
  readonly image: () => Image;
  /** Puts content in place of all that is there; processes that held locks are dead. */
  readonly put: (image: Image) => void;
  readonly remove: () => void;
}

/** Where one is made: in memory where there is such a folder, since thousands are written. */
const PLACE = process.platform === 'linux' ? '/dev/shm' : tmpdir();

let dead: number | undefined;

/** The number of a process that has ended. */
function deadPid(): number {
  dead ??= spawnSync(process.execPath, ['-e', '']).pid;
  return dead;
}

/** @param place where it lies; in memory, where that can be, unless given */
export function makeWorkspace(place: string = placeFor()): Workspace {
  const root = realpathSync(mkdtempSync(join(place, 'mtls-crash-')));
  return workspaceIn(root);
}

/** The workspace in a folder that is there. */
export function workspaceIn(root: string): Workspace {
  const run = async (...argv: readonly string[]): Promise<Outcome> => {
    const interruption = createInterruption(() => undefined);
    const context = memoryContext({
      cwd: root,
      userHome: root,
      env: { MTLS_HOME: join(root, '.mtls') },
      uid: process.getuid?.(),
      interruption,
    });
    // Nobody else is at work: whoever waits for a lock would wait in vain
    const { stderr } = context;
    const impatient = Object.create(context, {
      stderr: {
        value: {
          write(data: string | Uint8Array): void {
            stderr.write(data);
            if (String(data).includes('waiting for another')) interruption.interrupt(130);
          },
        },
      },
    }) as typeof context;
    const exit = await main(
      argv.map((word) => word.replace(/^@(?=\/)/, root)),
      impatient,
    );
    return { exit, out: context.printed.out, err: context.printed.err };
  };
  return {
    root,
    run,
    must: async (...argv) => {
      const { exit, out, err } = await run(...argv);
      if (exit !== 0) throw new Error(`mtls ${argv.join(' ')} exited ${exit}: ${err}${out}`);
      return out;
    },
    image: () => imageOf(root),
    put: (image) => {
      empty(root);
      for (const [path, { mode, bytes }] of image) {
        const whole = join(root, path);
        if (bytes === undefined) mkdirSync(whole);
        else writeFileSync(whole, isLock(path) ? ofTheDead(bytes) : bytes);
        chmodSync(whole, mode);
      }
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function placeFor(): string {
  return lstatSync(PLACE, { throwIfNoEntry: false }) === undefined ? tmpdir() : PLACE;
}

function empty(folder: string): void {
  for (const name of readdirSync(folder))
    rmSync(join(folder, name), { recursive: true, force: true });
}

function isLock(path: string): boolean {
  return /^\.?lock(\.|$)/.test(basename(path));
}

/** What wrote it was this very process, which lives on. */
function ofTheDead(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/"pid":\d+/, `"pid":${deadPid()}`);
}

function imageOf(root: string): Image {
  const image = new Map<string, { readonly mode: number; readonly bytes?: Uint8Array }>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const stats = lstatSync(path);
      const mode = stats.mode & 0o7777;
      if (!stats.isDirectory())
        image.set(relative(root, path), { mode, bytes: readFileSync(path) });
      else {
        image.set(relative(root, path), { mode });
        walk(path);
      }
    }
  };
  walk(root);
  return image;
}
