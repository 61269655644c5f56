// What compaction gains and costs: a CA whose certificates are all different, before and after.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';
import { certify } from '../store/support.ts';
import { fillCa } from '../support/large-ca.ts';

const short = process.argv.includes('--short');
const RECORDS = short ? 12_000 : 100_000;
/** How much of the files may be left. */
const LIMIT = { journal: 0.4, certificates: 0.75 };
const ROUNDS = short ? 1 : 3;
const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

// Writes down the time of the processor, which others who work beside us change little
const REPORT = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(2, 'USED ' + (user + system) / 1e6);
});`;

interface Used {
  /** Of the processor. */
  readonly seconds: number;
  readonly stdout: string;
}

function run(home: string, args: readonly string[]): Used {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', join(base, 'report.cjs'), program, ...args, '--home', home],
    { encoding: 'utf8', maxBuffer: 1 << 30, cwd: base },
  );
  if (status !== 0) throw new Error(`mtls ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds: Number(/USED ([0-9.]+)/.exec(stderr)?.[1]), stdout };
}

async function makeHome(): Promise<string> {
  const home = join(base, 'plain');
  run(home, ['ca', 'init', 'large', '--no-passphrase']);
  const store = openCaStore(homePaths(home), parseCaName('large'), { clock: () => new Date() });
  const signer = signerOf(store.loadKey());
  const now = Date.now();
  await fillCa(store, signer, {
    issued: RECORDS,
    revoked: RECORDS / 10,
    renewalEvery: 5,
    commit: 10,
    from: new Date(now - 365 * 86_400_000),
    to: new Date(now - 3_600_000),
    certify: (name, notAfter) => certify('large', name, generateKey('ec-p256'), signer, notAfter),
    seed: 1,
  });
  run(home, ['ca', 'crl']);
  return home;
}

const megabytes = (home: string, folder: string): number => {
  const path = join(home, 'ca/large', folder);
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6;
};

function left(what: string, folder: string, limit: number): void {
  const [before, after] = [megabytes(plain, folder), megabytes(packed, folder)];
  const part = after / before;
  // The last segment stays as it is, and is much of a small journal
  const good = part <= limit || short;
  if (!good) over++;
  tell(what, `${before.toFixed(1)} MB`, `${after.toFixed(1)} MB`, good ? 'PASS' : 'over');
}

function tell(what: string, before: string, after: string, more: string): void {
  console.log(`  ${what.padEnd(28)} ${before.padStart(10)} ${after.padStart(10)}  ${more}`);
}

function time(what: string, argsOf: (round: number) => readonly string[]): void {
  const best = (home: string): number =>
    Math.min(...Array.from({ length: ROUNDS }, (_, round) => run(home, argsOf(round)).seconds));
  tell(what, `${best(plain).toFixed(2)} s`, `${best(packed).toFixed(2)} s`, '');
}

const same =
  (line: string): (() => readonly string[]) =>
  () =>
    line.split(' ');

/** Serials of certificates that were issued early, a different one for each round. */
function earlySerials(): readonly string[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const { stdout } = run(plain, ['list', '--name', `host-${round + 7}.example.test`, '--json']);
    const [found] = (JSON.parse(stdout) as { certificates: { serial: string }[] }).certificates;
    return found?.serial ?? '';
  });
}

let over = 0;
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mtls-bench-'));
const packed = join(base, 'packed');
let plain = '';
try {
  writeFileSync(join(base, 'report.cjs'), REPORT);
  plain = await makeHome();
  run(plain, ['list', '--name', 'nobody.example.test']);
  cpSync(plain, packed, { recursive: true });
  const { seconds } = run(packed, ['ca', 'compact']);
  console.log(
    `\na CA with ${RECORDS} records, each certificate another, compacted in ${seconds.toFixed(1)} s; node ${process.version}`,
  );
  tell('', 'plain', 'compacted', '');
  left('journal', 'journal', LIMIT.journal);
  left('certificates', 'certs', LIMIT.certificates);
  for (const line of [
    'list --expiring 30d --json',
    'list --name host-7.example.test',
    'list --json',
    'ca crl',
    'ca audit',
  ])
    time(line, same(line));
  const serials = earlySerials();
  time('revoke, of an early one', (round) => ['revoke', serials[round] ?? '']);
} finally {
  rmSync(base, { recursive: true, force: true });
}
console.log(
  `at most: of the journal ${LIMIT.journal * 100} %, of the certificates ${LIMIT.certificates * 100} % are left`,
);
if (over > 0) process.exitCode = 1;
