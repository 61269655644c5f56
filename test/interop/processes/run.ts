// Many processes of the built program on one CA: writers in lanes, readers beside them, and what
// the books say at the end against what each process said that it had done.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../bin/mtls.js', import.meta.url));

export interface Rush {
  /** Processes that write at one time. */
  readonly processes: number;
  /** Certificates that each lane issues, one process after another. */
  readonly each: number;
  /** Whether they also renew, revoke and make CRLs, while two more lanes read. */
  readonly mixed: boolean;
}

/** How long runs of one command took, in milliseconds, the longest last. */
type Times = ReadonlyMap<string, readonly number[]>;

export interface Outcome {
  readonly seconds: number;
  readonly times: Times;
  /** Runs that said that they waited for another, which they do after half a second. */
  readonly waited: number;
  /** What went wrong, in words; nothing should. */
  readonly faults: readonly string[];
}

interface Said {
  readonly certificates?: readonly { readonly serial: string }[];
  readonly serial?: string;
  readonly revoked?: readonly { readonly serial: string }[];
  readonly crl?: { readonly number: string };
  readonly number?: string;
}

interface Listed {
  readonly certificates: readonly { readonly serial: string; readonly status: string }[];
}

class Race {
  readonly times = new Map<string, number[]>();
  readonly faults: string[] = [];
  waited = 0;
  readonly #cwd: string;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Runs `mtls … --json` and answers its document; a failure is a fault. */
  run(...args: string[]): Promise<unknown> {
    const name = args[0] === 'ca' ? args.slice(0, 2).join(' ') : String(args[0]);
    const begun = performance.now();
    const child = spawn(process.execPath, [entry, ...args, '--json', '--home', 'home'], {
      cwd: this.#cwd,
      env: { PATH: process.env['PATH'], HOME: this.#cwd },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += String(data)));
    child.stderr.on('data', (data) => (stderr += String(data)));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        this.times.set(name, [...(this.times.get(name) ?? []), performance.now() - begun]);
        if (stderr.includes('waiting for another mtls')) this.waited++;
        if (status !== 0) this.faults.push(`mtls ${args.join(' ')}: ${String(status)} ${stderr}`);
        resolve(status === 0 ? JSON.parse(stdout) : {});
      });
    });
  }
}

/** What the processes were told. */
interface Books {
  readonly issued: string[];
  readonly revoked: string[];
  readonly crls: string[];
}

async function write(race: Race, books: Books, lane: number, { each, mixed }: Rush): Promise<void> {
  const out = `lane-${lane}`;
  const serialsIn = (said: Said) =>
    (said.certificates ?? [said]).flatMap(({ serial }) => serial ?? []);
  for (let turn = 0; turn < each; turn++) {
    const name = `p${lane}-${turn}.internal`;
    const file = join(out, `${name}.crt`);
    books.issued.push(...serialsIn((await race.run('issue', name, '--out', out)) as Said));
    if (!mixed) continue;
    // Lanes stand at different steps, so that all kinds meet
    const step = (turn + lane) % 10;
    if (step === 3) books.issued.push(...serialsIn((await race.run('renew', file)) as Said));
    if (step % 4 === 1) {
      const { revoked = [], crl } = (await race.run('revoke', file)) as Said;
      books.revoked.push(...revoked.map(({ serial }) => serial));
      if (crl) books.crls.push(crl.number);
    }
    if (step === 7) {
      const { number } = (await race.run('ca', 'crl', '--out', join(out, 'crl.pem'))) as Said;
      if (number !== undefined) books.crls.push(number);
    }
  }
}

/** Reads until the writers are done: what is listed never becomes less. */
async function read(race: Race, isOver: () => boolean): Promise<void> {
  for (let seen = 0; !isOver();) {
    const { certificates = [] } = (await race.run('list')) as Partial<Listed>;
    if (certificates.length < seen)
      race.faults.push(`list had ${seen}, and then ${certificates.length}`);
    seen = certificates.length;
    await race.run('ca', 'show', 'dev');
    await race.run('ca', 'audit', 'dev');
  }
}

/** Lets them run, and holds the books against what each said. */
export async function rush(wanted: Rush): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'mtls-processes-'));
  try {
    const race = new Race(cwd);
    const books: Books = { issued: [], revoked: [], crls: [] };
    await race.run('ca', 'init', 'dev', '--no-passphrase');
    const begun = performance.now();
    let over = false;
    const readers = Array.from({ length: wanted.mixed ? 2 : 0 }, () => read(race, () => over));
    const lanes = Array.from({ length: wanted.processes }, (_, lane) =>
      write(race, books, lane, wanted),
    );
    await Promise.all(lanes);
    const seconds = (performance.now() - begun) / 1000;
    over = true;
    await Promise.all(readers);
    await judge(race, books, wanted);
    for (const times of race.times.values()) times.sort((a, b) => a - b);
    const { times, waited, faults } = race;
    return { seconds, times, waited, faults };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function judge(race: Race, books: Books, { processes, each }: Rush): Promise<void> {
  const differ = (what: string, told: readonly string[], kept: readonly string[]): void => {
    const [a, b] = [new Set(told), new Set(kept)];
    if (a.size < told.length) race.faults.push(`${what}: given out twice`);
    if (b.size < kept.length) race.faults.push(`${what}: recorded twice`);
    for (const one of a) if (!b.has(one)) race.faults.push(`${what}: ${one} has no record`);
    for (const one of b) if (!a.has(one)) race.faults.push(`${what}: nobody was told of ${one}`);
  };
  const { certificates = [] } = (await race.run('list')) as Partial<Listed>;
  const serials = certificates.map(({ serial }) => serial);
  differ('serials', books.issued, serials);
  if (serials.length < processes * each) race.faults.push(`only ${serials.length} certificates`);
  const revoked = certificates.filter(({ status }) => status === 'revoked');
  differ(
    'revocations',
    books.revoked,
    revoked.map(({ serial }) => serial),
  );
  const numbers = Array.from({ length: books.crls.length }, (_, index) => String(index + 1));
  differ('CRL numbers', books.crls, numbers);
  const audit = (await race.run('ca', 'audit', 'dev')) as { readonly findings?: unknown };
  if (JSON.stringify(audit.findings) !== '[]')
    race.faults.push(`audit: ${JSON.stringify(audit.findings)}`);
}
