// A CA with a million records: what issuing, lists, CRLs and a new index cost, each as users start it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBundle } from '../../src/codec/bundle.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';
import { fillCa } from '../support/large-ca.ts';
import { readFileSync } from 'node:fs';

const short = process.argv.includes('--short');
const RECORDS = short ? 100_000 : 1_000_000;
const REVOKED = RECORDS / 10;
const ROUNDS = short ? 5 : 21;
const LIMIT = { issue: 1.2, seconds: 3, megabytes: 200, rebuild: 30 };
const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

interface Used {
  readonly seconds: number;
  readonly megabytes: number;
  readonly stdout: string;
}

// Writes down what the process held at the most
const REPORT = `process.on('exit', () => {
  require('node:fs').writeSync(2, 'USED ' + process.resourceUsage().maxRSS);
});`;

function run(home: string, args: readonly string[]): Used {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', join(base, 'report.cjs'), program, ...args, '--home', home],
    { encoding: 'utf8', maxBuffer: 1 << 30, cwd: base },
  );
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`mtls ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds, megabytes: Number(/USED (\d+)/.exec(stderr)?.[1]) / 1024, stdout };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

let over = 0;

function tell(name: string, figures: string, good: boolean): void {
  if (!good) over++;
  console.log(`  ${name.padEnd(44)} ${figures.padEnd(34)} ${good ? 'PASS' : 'over'}`);
}

async function makeHome(records: number, revoked: number): Promise<string> {
  const home = join(base, `home-${records}`);
  run(home, ['ca', 'init', 'large', '--no-passphrase']);
  run(home, ['issue', 'model.example.test', '--out', base, '--force']);
  const store = openCaStore(homePaths(home), parseCaName('large'), { clock: () => new Date() });
  const [certificate] = readBundle(readFileSync(join(base, 'model.example.test.crt'))).certificates;
  const now = Date.now();
  await fillCa(store, signerOf(store.loadKey()), {
    issued: records,
    revoked,
    renewalEvery: 5,
    // As a service issues them that commits what came while it wrote
    commit: 10,
    from: new Date(now - 365 * 86_400_000),
    to: new Date(now - 3_600_000),
    certificate,
    seed: 1,
  });
  return home;
}

// In memory where there is such a folder: a disk would be what is measured
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mtls-bench-'));
try {
  writeFileSync(join(base, 'report.cjs'), REPORT);
  const begun = performance.now();
  const large = await makeHome(RECORDS, REVOKED);
  const small = await makeHome(10, 1);
  const made = (performance.now() - begun) / 1000;
  const paths = join(large, 'ca', 'large');
  const size = (folder: string): number =>
    readdirSync(join(paths, folder)).reduce(
      (sum, name) => sum + statSync(join(paths, folder, name)).size,
      0,
    ) / 1e6;
  console.log(
    `\na CA with ${RECORDS} records, ${REVOKED} of them revoked; node ${process.version}; made in ${made.toFixed(0)} s;`,
    `journal ${size('journal').toFixed(0)} MB, certificates ${size('certs').toFixed(0)} MB`,
  );

  rmSync(join(paths, 'index'), { recursive: true });
  const rebuilt = run(large, ['list', '--name', 'nobody.example.test']);
  tell(
    'index made anew, with a list',
    `${rebuilt.seconds.toFixed(2)} s  ${rebuilt.megabytes.toFixed(0)} MB  (index ${size('index').toFixed(0)} MB)`,
    rebuilt.seconds <= LIMIT.rebuild,
  );

  const expiring = [1, 2, 3].map(() => run(large, ['list', '--expiring', '30d', '--json']));
  const rows = (JSON.parse(expiring[0]?.stdout ?? '') as { certificates: unknown[] }).certificates;
  const listed = Math.min(...expiring.map(({ seconds }) => seconds));
  const held = Math.max(...expiring.map(({ megabytes }) => megabytes));
  tell(
    `list --expiring 30d, ${rows.length} of them`,
    `${listed.toFixed(2)} s  ${held.toFixed(0)} MB`,
    listed <= LIMIT.seconds && held <= LIMIT.megabytes,
  );

  for (const args of [
    ['list', '--name', 'host-7.example.test', '--json'],
    ['list', '--status', 'revoked', '--json'],
    ['list', '--json'],
  ]) {
    const { seconds, megabytes } = run(large, args);
    tell(args.slice(0, -1).join(' '), `${seconds.toFixed(2)} s  ${megabytes.toFixed(0)} MB`, true);
  }

  const crls = [1, 2, 3].map(() => run(large, ['ca', 'crl', '--json']));
  for (const { stdout } of crls)
    if ((JSON.parse(stdout) as { entries: number }).entries !== REVOKED)
      throw new Error('the CRL has other entries than were revoked');
  const crl = Math.min(...crls.map(({ seconds }) => seconds));
  tell(
    `ca crl with ${REVOKED} revoked`,
    `${crl.toFixed(2)} s  ${Math.max(...crls.map(({ megabytes }) => megabytes)).toFixed(0)} MB`,
    crl <= LIMIT.seconds,
  );

  const times: { large: number; small: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const issue = (home: string): number =>
      run(home, ['issue', 'host.example.test', '--out', base, '--force']).seconds;
    times.push({ small: issue(small), large: issue(large) });
  }
  const ratio = median(times.map((time) => time.large / time.small));
  const ms = (which: 'small' | 'large'): string =>
    (median(times.map((time) => time[which])) * 1000).toFixed(1);
  tell(
    'issue, beside a CA with ten',
    `${ratio.toFixed(2)} ×  (${ms('large')} and ${ms('small')} ms)`,
    ratio <= LIMIT.issue,
  );
} finally {
  rmSync(base, { recursive: true, force: true });
}
console.log(
  `at most: issue ${LIMIT.issue} ×, list and CRL ${LIMIT.seconds} s, list ${LIMIT.megabytes} MB, index ${LIMIT.rebuild} s`,
);
if (over > 0 && !short) process.exitCode = 1;
