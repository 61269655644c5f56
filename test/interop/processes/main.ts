// `node test/interop/processes/start.js [--processes 16] [--each 250] [--mixed]`: as many processes
// at one time issue under one CA, and with --mixed renew, revoke and make CRLs, while others read.
import { parseArgs } from 'node:util';
import { rush } from './run.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '16' },
    each: { type: 'string', default: '250' },
    mixed: { type: 'boolean', default: false },
  },
});
const [processes, each] = [Number(values.processes), Number(values.each)];
const { seconds, times, waited, faults } = await rush({ processes, each, mixed: values.mixed });

const all = [...times.values()].flat().length;
console.log(
  `${processes} processes × ${each} issue${values.mixed ? ', with renew, revoke and ca crl, and two that read' : ''}: ` +
    `${all} runs in ${seconds.toFixed(0)} s, ${(all / seconds).toFixed(1)} a second`,
);
for (const [name, some] of times) {
  const at = (share: number) =>
    `${(some[Math.floor(share * (some.length - 1))] ?? 0).toFixed(0)} ms`;
  console.log(
    `  ${name.padEnd(10)} ${String(some.length).padStart(5)} runs, half within ${at(0.5)}, 99 of 100 within ${at(0.99)}, the longest ${at(1)}`,
  );
}
console.log(`  ${waited} waited longer than half a second for another`);
console.log(
  faults.length === 0 ? '  no fault' : faults.map((fault) => `  FAULT ${fault}`).join('\n'),
);
if (faults.length > 0) process.exitCode = 1;
