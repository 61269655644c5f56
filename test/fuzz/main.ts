// The long form; run.js starts it and watches over it.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inputsOf, tryInput } from './fuzz.ts';
import { loadSeeds } from './seeds.ts';

const SLOW = 1000;
const HEAP_GROWTH = 32 * 1024 * 1024;
const WARM_UP = 50_000;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    target: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const from = Number(values.from);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heapAfterCollection(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

const seeds = loadSeeds();
const input = inputsOf(seeds, seed, values.target);
const tally = new Map<string, { inputs: number; refused: number; slowest: number; at: number }>();
const bugs: string[] = [];
let heapBefore = 0;
let heapMost = 0;

for (let number = from; number < from + count; number++) {
  // The watcher knows by this line which input does not end.
  if (number % 100 === 0) writeSync(3, `${number}\n`);
  if (number - from === Math.min(WARM_UP, Math.floor(count / 2)))
    heapBefore = heapAfterCollection();
  if (number % 100_000 === 0) heapMost = Math.max(heapMost, heapAfterCollection());
  const { target, bytes, random } = input(number);
  const start = performance.now();
  const { refused, bug } = tryInput({ target, bytes }, seeds, random);
  const took = performance.now() - start;
  const row = tally.get(target.name) ?? { inputs: 0, refused: 0, slowest: 0, at: 0 };
  row.inputs++;
  if (refused) row.refused++;
  if (took > row.slowest) Object.assign(row, { slowest: took, at: number });
  tally.set(target.name, row);
  const what = bug ?? (took > SLOW ? new Error(`took ${took.toFixed(0)} ms`) : undefined);
  if (!what) continue;
  const base64 = Buffer.from(bytes).toString('base64');
  const short = base64.length > 400 ? `${bytes.length} octets, --from ${number} --show` : base64;
  const stack = (what.stack ?? what.message).split('\n').slice(0, 4).join('\n');
  bugs.push(`#${number} ${target.name}: ${stack}\n  input ${values.show ? base64 : short}`);
  if (bugs.length === 20) break;
}

const heapAfter = heapAfterCollection();
heapMost = Math.max(heapMost, heapAfter);
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
console.log(`seed ${seed}, inputs ${from} to ${from + count - 1}, node ${process.version}`);
console.log('target                           inputs    refused   slowest');
for (const [name, { inputs, refused, slowest, at }] of [...tally].sort())
  console.log(
    `${name.padEnd(30)} ${String(inputs).padStart(8)} ${String(refused).padStart(10)} ` +
      `${slowest.toFixed(1).padStart(7)} ms (#${at})`,
  );
const grown = heapAfter - heapBefore;
console.log(
  `heap after collection: ${mebibytes(heapBefore)} warm, ${mebibytes(heapMost)} at most, ` +
    `${mebibytes(heapAfter)} at the end`,
);
if (grown > HEAP_GROWTH) bugs.push(`the heap grew by ${mebibytes(grown)}`);
for (const bug of bugs) console.log(bug);
console.log(bugs.length === 0 ? 'no bug found' : `${bugs.length} bugs`);
if (bugs.length > 0) process.exitCode = 1;
