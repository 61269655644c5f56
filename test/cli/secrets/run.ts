// One run of the program under watch, in a copy of the world; and what it left of secrets.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Scanner, secretsOfPem } from '../../support/secrets.ts';
import { filesBelow, makeWorld, type Passphrases, type World } from './world.ts';

const program = fileURLToPath(new URL('../../../bin/mtls.js', import.meta.url));
const watch = fileURLToPath(new URL('watch.cjs', import.meta.url));

/** In milliseconds: no command takes so long. */
const PATIENCE = 60_000;

export interface Run {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
  /** A call of Node's that fails, as `watch.cjs` takes it. */
  readonly breaking?: string | undefined;
  /** Sent once the program has said this. */
  readonly signal?: readonly [said: RegExp, signal: NodeJS.Signals];
  /** Done once the program has said this. */
  readonly meanwhile?: readonly [said: RegExp, work: (said: RegExpMatchArray) => Promise<unknown>];
}

/** What `watch.cjs` reports. */
interface Report {
  readonly startedWith: unknown;
  readonly end: unknown;
  readonly writes: readonly {
    readonly path: string | null;
    readonly mode: number;
    readonly content: string;
  }[];
  readonly folders: readonly { readonly path: string; readonly mode: number }[];
  readonly children: readonly unknown[];
}

export interface Left {
  readonly exit: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Names of the secrets in each. */
  readonly found: {
    readonly stdout: readonly string[];
    readonly stderr: readonly string[];
    readonly arguments: readonly string[];
    /** At the end; a passphrase that was read from a variable is gone from it. */
    readonly environment: readonly string[];
    readonly children: readonly string[];
    readonly names: readonly string[];
  };
  /** Files that were made or changed and hold an open secret, with their modes. */
  readonly files: ReadonlyMap<string, number>;
  /** Modes that files had when a secret was written to them. */
  readonly writing: ReadonlySet<number>;
  /** Folders of the home that others could look into. */
  readonly laxFolders: readonly string[];
}

/** Runs the program in the world as it was made. */
export async function runIn(world: World, run: Run): Promise<Left> {
  const { folder, pristine } = world;
  rmSync(folder, { recursive: true, force: true });
  cpSync(pristine, folder, { recursive: true });
  const reportPath = `${folder}.json`;
  rmSync(reportPath, { force: true });
  const said = await start(folder, reportPath, run);
  return judge(world, JSON.parse(readFileSync(reportPath, 'utf8')) as Report, said);
}

/** Worlds of which each has one run at a time. */
export class Worlds {
  readonly #place = mkdtempSync(join(tmpdir(), 'mtls-secrets-'));
  readonly #free: World[] = [];
  readonly #passphrases: Passphrases;
  #made = 0;

  constructor(passphrases: Passphrases) {
    this.#passphrases = passphrases;
  }

  async with(work: (world: World) => Promise<void>): Promise<void> {
    const world = this.#free.pop() ?? this.#make();
    try {
      await work(world);
    } finally {
      this.#free.push(world);
    }
  }

  #make(): World {
    const place = join(this.#place, String(++this.#made));
    mkdirSync(place);
    return makeWorld(place, this.#passphrases);
  }

  remove(): void {
    rmSync(this.#place, { recursive: true, force: true });
  }
}

function start(
  folder: string,
  report: string,
  { args, env, input, breaking, signal, meanwhile }: Run,
): Promise<Pick<Left, 'exit' | 'stdout' | 'stderr'>> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--require', watch, program, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: join(folder, 'user'),
        TMPDIR: join(folder, 'tmp'),
        MTLS_HOME: join(folder, 'home'),
        MTLS_WATCH: report,
        ...(breaking !== undefined && { MTLS_BREAK: breaking }),
        ...env,
      },
    });
    let stdout = '';
    let stderr = '';
    let waiting = true;
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const listen = (): void => {
      const heard = (signal ?? meanwhile)?.[0].exec(stdout + stderr);
      if (!heard || !waiting) return;
      waiting = false;
      if (signal) child.kill(signal[1]);
      meanwhile?.[1](heard).catch(failed);
    };
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      stdout += text;
      listen();
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      stderr += text;
      listen();
    });
    child.stdin.on('error', () => undefined).end(input ?? '');
    child.on('error', failed);
    child.on('close', (code, by) => {
      clearTimeout(patience);
      done({ exit: code ?? by, stdout, stderr });
    });
  });
}

function judge(world: World, report: Report, said: Pick<Left, 'exit' | 'stdout' | 'stderr'>): Left {
  const { folder, pristine } = world;
  const before = filesBelow(pristine);
  const all = [...filesBelow(folder)];
  const changed = all.flatMap(([path, mode]) => {
    const content = readFileSync(join(folder, path));
    const same = before.has(path) && readFileSync(join(pristine, path)).equals(content);
    return same && before.get(path) === mode ? [] : [{ path, mode, content }];
  });
  const passphrases = Object.values(world.passphrases);
  const writes = report.writes.map(({ path, mode, content }) => ({
    path,
    mode,
    content: Buffer.from(content, 'base64'),
  }));
  // Keys that this run made, and would have given up
  const made = [...changed, ...writes].flatMap(({ content }) =>
    secretsOfPem('a key of this run', content, passphrases),
  );
  const scanner = new Scanner([...world.secrets, ...made]);
  const find = (value: unknown) => scanner.find(JSON.stringify(value));
  const holding = changed.filter(({ content }) => scanner.find(content).length > 0);
  return {
    ...said,
    found: {
      stdout: scanner.find(Buffer.from(said.stdout, 'latin1')),
      stderr: scanner.find(Buffer.from(said.stderr, 'latin1')),
      arguments: find(report.startedWith),
      environment: find(report.end),
      children: find(report.children),
      names: find(all.map(([path]) => basename(path))),
    },
    files: new Map(holding.map(({ path, mode }) => [path, mode])),
    writing: new Set(
      writes.flatMap(({ content, mode }) => (scanner.find(content).length > 0 ? [mode] : [])),
    ),
    laxFolders: report.folders
      .filter(({ path, mode }) => /\/(?:home|\.mtls)(?:\/|$)/.test(path) && (mode & 0o077) !== 0)
      .map(({ path }) => path.slice(folder.length)),
  };
}
