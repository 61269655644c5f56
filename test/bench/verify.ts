// What a verification costs, as a ratio to its bare signature checks and to Go's, all in one run.
// Measures take turns in short rounds, for machines drift: the median of the rounds' ratios counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorOf, type VerifyRequest } from '../../src/verify/types.ts';
import { verifierOf, verifyCertificate } from '../../src/verify/verify.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { ca, leaf, NOW } from '../support/graph.ts';

const short = process.argv.includes('--short');
const ROUNDS = short ? 11 : 101;
/** Chains a round, and leaves in all, so that none comes back soon. */
const CHAINS = 100;
const LEAVES = short ? 1_500 : 10_000;
const WARM_UP = short ? 10 : 20;

interface Measure {
  readonly name: string;
  /** Does the work `CHAINS` times and answers microseconds each; undefined where it cannot. */
  readonly run: (round: number) => number | undefined;
}

interface Limit {
  readonly name: string;
  readonly of: string;
  readonly to: string;
  /** Absent: for information. */
  readonly limit?: number;
}

const root = await ca({ subject: 'CN=Root' });
const intermediate = await ca({ subject: 'CN=Issuing', by: root });
/** The same CA, certified again and again: its key is known, its certificate is not. */
const renewed: Uint8Array[] = [];
const { subject, key } = intermediate;
for (let i = 0; i < LEAVES; i++)
  renewed.push((await ca({ subject, key, by: root })).certificate.der);
const leaves: Uint8Array[] = [];
for (let i = 0; i < LEAVES; i++)
  leaves.push((await leaf({ by: intermediate, subject: `CN=host ${i}` })).certificate.der);
const ownIssuers: (readonly [leaf: Uint8Array, issuer: Uint8Array])[] = [];
for (let i = 0; i < (ROUNDS + WARM_UP) * CHAINS && i < LEAVES; i++) {
  const by = await ca({ subject: `CN=Issuing ${i}`, by: root });
  ownIssuers.push([(await leaf({ by })).certificate.der, by.certificate.der]);
}

const settings: Omit<VerifyRequest, 'leaf'> = {
  anchors: [anchorOf(root.certificate)],
  at: NOW,
  purpose: 'server',
  identity: { kind: 'dns', value: 'api.example.org' },
};

function keyOf({ publicKey }: Certificate): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey.spki), format: 'der', type: 'spki' });
}
const intermediateKey = keyOf(intermediate.certificate);
const rootKey = keyOf(root.certificate);

function good(answer: boolean): void {
  if (!answer) throw new Error('a good chain was refused');
}

/** The `count` leaves of a round, beginning where the last one ended. */
function* ofRound<Item>(items: readonly Item[], round: number): Generator<Item> {
  for (let i = 0; i < CHAINS; i++) yield items[(round * CHAINS + i) % items.length] as Item;
}

function timed(items: Iterable<() => void>): number {
  const all = [...items];
  const start = process.hrtime.bigint();
  for (const work of all) work();
  return Number(process.hrtime.bigint() - start) / 1000 / all.length;
}

function* bare(round: number, whole: boolean): Generator<() => void> {
  for (const der of ofRound(leaves, round)) {
    const { tbs, signature } = parseCertificate(der);
    yield () => {
      good(verify('sha256', tbs, intermediateKey, signature));
      if (!whole) return;
      const above = intermediate.certificate;
      good(verify('sha256', above.tbs, rootKey, above.signature));
    };
  }
}

const judge = verifierOf({ ...settings, untrusted: [intermediate.certificate] });
const judgeWithItsChain = verifierOf(settings);

function* underOneIssuer(round: number): Generator<() => void> {
  for (const der of ofRound(leaves, round))
    yield () => {
      good(judge(parseCertificate(der)).ok);
    };
}

function* withNewIssuers(round: number): Generator<() => void> {
  const issuers = ofRound(renewed, round);
  for (const der of ofRound(leaves, round)) {
    const issuer = issuers.next().value as Uint8Array;
    yield () => {
      good(judgeWithItsChain(parseCertificate(der), [parseCertificate(issuer)]).ok);
    };
  }
}

function* fromDer(round: number): Generator<() => void> {
  for (const der of ofRound(leaves, round))
    yield () => {
      const untrusted = [parseCertificate(intermediate.certificate.der)];
      good(judgeWithItsChain(parseCertificate(der), untrusted).ok);
    };
}

function* withOwnIssuers(round: number): Generator<() => void> {
  for (const [end, issuer] of ofRound(ownIssuers, round))
    yield () => {
      good(judgeWithItsChain(parseCertificate(end), [parseCertificate(issuer)]).ok);
    };
}

const folder = mkdtempSync(join(tmpdir(), 'mtls-bench-verify-'));

function buildGo(): string | undefined {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).error) return undefined;
  const program = join(folder, 'go-bench');
  const cwd = fileURLToPath(new URL('./go', import.meta.url));
  execFileSync('go', ['build', '-o', program, '.'], { cwd, stdio: 'inherit' });
  writeFileSync(join(folder, 'root.der'), root.certificate.der);
  writeFileSync(join(folder, 'intermediate.der'), intermediate.certificate.der);
  writeFileSync(join(folder, 'leaves.der'), Buffer.concat(leaves));
  return program;
}

const goFigures: { readonly version: string; readonly whole: number; readonly bare: number }[] = [];

function goRound(program: string | undefined): number | undefined {
  if (!program) return undefined;
  const said = execFileSync(program, ['verify', folder, String(CHAINS)], { encoding: 'utf8' });
  const figures = JSON.parse(said) as (typeof goFigures)[number];
  goFigures.push(figures);
  return figures.whole;
}

function median(values: readonly number[]): number {
  const sound = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sound[Math.floor(sound.length / 2)] ?? NaN;
}

function measureAll(measures: readonly Measure[]): Map<string, number[]> {
  const taken = new Map(measures.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS + WARM_UP; round++)
    for (const { name, run } of measures) {
      const value = run(round);
      if (round >= WARM_UP && value !== undefined) taken.get(name)?.push(value);
    }
  return taken;
}

const ONE = 'bare: one signature check';
const TWO = 'bare: both signature checks of a chain';
const PREPARED = 'leaf under one intermediate, prepared';
const CHAIN = 'chain from DER, its CA certificate seen before';
const NEW = 'chain from DER, its CA certificate new';
const OWN = 'chain from DER, its CA and its key new';
const GO = 'Go: ParseCertificate + Verify';
const GO_BARE = 'Go: bare, both signature checks';

const LIMITS: readonly Limit[] = [
  { name: 'a chain, all checks made, to the bare checks', of: NEW, to: TWO, limit: 1.3 },
  { name: 'a leaf under one intermediate to one check', of: PREPARED, to: ONE, limit: 1.2 },
  { name: 'a chain, its CA certificate known, to Go', of: CHAIN, to: GO, limit: 1 },
  { name: 'a chain, all checks made, to Go', of: NEW, to: GO },
];

try {
  const first = timed(firstChain());
  const program = buildGo();
  const taken = measureAll([
    { name: ONE, run: (round) => timed(bare(round, false)) },
    { name: PREPARED, run: (round) => timed(underOneIssuer(round)) },
    { name: TWO, run: (round) => timed(bare(round, true)) },
    { name: NEW, run: (round) => timed(withNewIssuers(round)) },
    { name: CHAIN, run: (round) => timed(fromDer(round)) },
    { name: OWN, run: (round) => timed(withOwnIssuers(round)) },
    { name: GO, run: () => goRound(program) },
    { name: GO_BARE, run: () => goFigures.at(-1)?.bare },
  ]);
  report(taken, first);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function* firstChain(): Generator<() => void> {
  const [der] = leaves as [Uint8Array];
  yield () => {
    const untrusted = [parseCertificate(intermediate.certificate.der)];
    good(verifyCertificate({ ...settings, untrusted, leaf: parseCertificate(der) }).ok);
  };
}

function report(taken: ReadonlyMap<string, readonly number[]>, first: number): void {
  const { node, openssl } = process.versions;
  const go = goFigures[0]?.version ?? 'no Go here';
  console.log(
    `\nverify, P-256, medians of ${ROUNDS} rounds of ${CHAINS}: node ${node}, OpenSSL ${openssl}, ${go}`,
  );
  const line = (name: string, ...cells: readonly string[]) => {
    console.log([name.padEnd(48), ...cells].join('  '));
  };
  for (const [name, values] of taken)
    if (values.length > 0) line(name, `${median(values).toFixed(1).padStart(7)} µs`);
  line('the first chain of this process', `${first.toFixed(1).padStart(7)} µs`);
  let over = 0;
  for (const { name, of, to, limit } of LIMITS) {
    const base = taken.get(to) ?? [];
    const ratio = median((taken.get(of) ?? []).map((value, i) => value / (base[i] ?? NaN)));
    if (Number.isNaN(ratio)) line(name, 'skipped: no Go here');
    else if (limit === undefined) line(name, ratio.toFixed(2));
    else {
      if (ratio > limit) over++;
      line(name, ratio.toFixed(2), `at most ${limit}`, ratio <= limit ? 'PASS' : 'over');
    }
  }
  if (process.argv.includes('--check') && over > 0) process.exitCode = 1;
}
