// A folder of thousands of certificates and keys: how long the doctor takes, and how much room.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestPki } from '../../src/testing/index.ts';

const short = process.argv.includes('--short');
const FILES = short ? 1_000 : 10_000;
const LIMIT = { seconds: 5, megabytes: 300 };
const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

/** Half of them certificates, each with its key beside it. */
function fill(folder: string, expired: boolean): void {
  const past = new Date(Date.now() - 400 * 86_400_000);
  const pki = createTestPki({ ttl: '90d', intermediate: true, ...(expired && { now: past }) });
  mkdirSync(folder);
  writeFileSync(join(folder, 'ca.crt'), pki.ca.cert);
  for (let index = 0; index < FILES / 2; index++) {
    const { cert, key } = pki.issue({ names: `host-${index}.example.test`, profile: 'server' });
    writeFileSync(join(folder, `host-${index}.crt`), cert);
    writeFileSync(join(folder, `host-${index}.key`), key, { mode: 0o600 });
  }
}

// Writes down what the process used: beside others on the machine, the clock tells less
const REPORT = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(2, 'USED ' + maxRSS + ' ' + (userCPUTime + systemCPUTime));
});`;

console.log(`\ndoctor, a folder of ${FILES} certificates and keys, node ${process.version}`);
const home = mkdtempSync(join(tmpdir(), 'mtls-bench-'));
let over = 0;
try {
  for (const [name, expired] of [
    ['healthy', false],
    ['all of them expired', true],
  ] as const) {
    const folder = join(home, expired ? 'expired' : 'healthy');
    fill(folder, expired);
    const runs = [1, 2, 3].map(() => measure(folder));
    const seconds = Math.min(...runs.map((run) => run.seconds));
    const megabytes = Math.max(...runs.map((run) => run.megabytes));
    const busy = Math.min(...runs.map((run) => run.busy));
    const good = Math.min(seconds, busy) <= LIMIT.seconds && megabytes <= LIMIT.megabytes;
    if (!good) over++;
    console.log(
      `${seconds.toFixed(2).padStart(6)} s (${busy.toFixed(2)} s busy)  ${megabytes.toFixed(0).padStart(4)} MB  ${good ? 'PASS' : 'over'}  ${name}`,
    );
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
console.log(`at most ${LIMIT.seconds} s and ${LIMIT.megabytes} MB each`);
if (over > 0 && !short) process.exitCode = 1;

interface Used {
  readonly seconds: number;
  /** Of processors. */
  readonly busy: number;
  readonly megabytes: number;
}

function measure(folder: string): Used {
  const preload = join(home, 'report.cjs');
  writeFileSync(preload, REPORT);
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', preload, program, 'doctor', folder],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: home, MTLS_HOME: join(home, 'none') },
    },
  );
  const seconds = (performance.now() - start) / 1000;
  const [, kilobytes, microseconds] = /USED (\d+) (\d+)/.exec(stderr) ?? [];
  if (status === null || status > 1 || kilobytes === undefined) throw new Error(stderr);
  return { seconds, busy: Number(microseconds) / 1e6, megabytes: Number(kilobytes) / 1024 };
}
