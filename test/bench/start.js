// How long commands take to start and finish, above a bare node of the same version.
// All rows are measured in turn within one run, for machines drift: only the differences count.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = process.argv.includes('--short') ? 5 : 20;
const WARM_UP = 2;

const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What is measured: its arguments in round n, and how many milliseconds above bare it may take. */
const ROWS = [
  { name: 'node -e 0' },
  { name: 'issue --help', limit: 18, argv: () => ['issue', '--help'] },
  { name: 'inspect', limit: 40, argv: () => ['inspect', 'set/api.internal.crt'] },
  {
    name: 'verify',
    limit: 40,
    argv: () => [
      'verify',
      'set/api.internal.crt',
      '--ca',
      './set/ca.crt',
      '--host',
      'api.internal',
    ],
  },
  {
    name: 'match',
    limit: 40,
    argv: () => ['match', 'set/api.internal.crt', 'set/api.internal.key'],
  },
  { name: 'why', limit: 40, argv: () => ['why', 'set', 'set', '--host', 'api.internal'] },
  {
    name: 'explain',
    limit: 40,
    argv: () => ['explain', 'x509: certificate is valid for localhost, not api.internal'],
  },
  {
    name: 'issue',
    limit: 40,
    argv: (round) => ['issue', `host-${round}.internal`, '--out', 'out'],
  },
  {
    name: 'ca init',
    limit: 100,
    argv: (round) => ['ca', 'init', 'dev', '--no-passphrase', '--home', `home-${round}`],
  },
  { name: 'up', limit: 100, argv: (round) => ['up', `up-${round}`] },
];

const folder = mkdtempSync(join(memory, 'mtls-bench-'));
const options = {
  cwd: folder,
  env: { PATH: process.env.PATH, HOME: folder, MTLS_HOME: join(folder, 'home') },
};

function mtls(argv, stdio = 'ignore') {
  return spawnSync(process.execPath, [program, ...argv], { ...options, stdio });
}

function measure(row, round) {
  const argv = row.argv === undefined ? ['-e', '0'] : [program, ...row.argv(round)];
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, argv, { ...options, stdio: 'ignore' });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  return status === 0 ? milliseconds : undefined;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** Measures all rows in turn; a row that fails once is out. */
function runRounds() {
  const times = new Map(ROWS.map((row) => [row, []]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [row, taken] of times) {
      const time = measure(row, round + WARM_UP);
      if (time === undefined) times.delete(row);
      else if (round >= 0) taken.push(time);
    }
  }
  return times;
}

function report(times) {
  const bare = median(times.get(ROWS[0]));
  console.log(`start, medians of ${ROUNDS} on node ${process.version}, in ${memory}`);
  console.log('command          total    above   limit');
  let over = 0;
  for (const row of ROWS) {
    const taken = times.get(row);
    const name = row.name.padEnd(14);
    if (taken === undefined) {
      console.log(`${name}  failed`);
      over += 1;
      continue;
    }
    const total = median(taken);
    const above = total - bare;
    if (row.limit === undefined) {
      console.log(`${name} ${total.toFixed(1).padStart(7)}`);
      continue;
    }
    const fine = above <= row.limit;
    if (!fine) over += 1;
    const figures = [total.toFixed(1).padStart(7), above.toFixed(1).padStart(8)].join(' ');
    console.log(`${name} ${figures} ${String(row.limit).padStart(7)}  ${fine ? 'PASS' : 'over'}`);
  }
  return over;
}

try {
  mkdirSync(join(folder, 'out'));
  mtls(['ca', 'init', 'bench', '--no-passphrase'], 'inherit');
  mtls(
    ['issue', 'api.internal', '--profile', 'peer', '--out', 'set'],
    ['ignore', 'ignore', 'inherit'],
  );
  const over = report(runRounds());
  // A figure over its limit is a finding, not a failure, unless a script asks for one.
  if (process.argv.includes('--check') && over > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
