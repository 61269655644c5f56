// `node test/interop/differential/start.js [--count 5000] [--seed 1] [--check]`: generated chains
// before us, openssl and Go, and where they differ.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { askGo, askOpenssl } from '../support/judges.ts';
import { askUs, CLASSES, differences, makeCases, unexplained, type Explanations } from './run.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const table = JSON.parse(
  readFileSync(new URL('./differences.json', import.meta.url), 'utf8'),
) as Explanations;

const cases = await makeCases(Number(values.count), Number(values.seed));
const questions = cases.map(({ question }) => question);
const ours = askUs(questions);
const peers = { openssl: await askOpenssl(questions), go: askGo(questions) };

const right = cases.filter(({ of }) => of.right).length;
console.log(
  `${cases.length} chains of ${CLASSES.length} classes, ${right} right, seed ${values.seed}`,
);
const wrong = differences(cases, ours);
const count = (found: typeof wrong) => found.reduce((sum, one) => sum + one.cases, 0);
console.log(`mtls says otherwise in ${count(wrong)}`);
for (const { class: id, cases: some, of, says } of wrong)
  console.log(`  ${id}: ${some} of ${of}: ${says}`);
const faults = wrong.map((one) => one.class);
for (const peer of ['openssl', 'go'] as const) {
  const { version, answers } = peers[peer];
  const found = differences(cases, answers);
  console.log(`${version} says otherwise in ${count(found)}, of ${found.length} classes`);
  for (const { class: id, theirs, cases: some, of, says } of found)
    console.log(`  ${id.padEnd(30)} ${theirs.padEnd(4)} ${some} of ${of}  ${says}`);
  const explained = table[peer];
  if (version !== explained.version)
    console.log(`  explained for ${explained.version}, so the reasons are not checked`);
  else
    for (const fault of unexplained(found, explained.differences)) {
      faults.push(fault);
      console.log(`  UNEXPLAINED ${fault}`);
    }
}
if (values.check && faults.length > 0) process.exitCode = 1;
