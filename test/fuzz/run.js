// `node test/fuzz/run.js [--count 2000000] [--seed 1] [--from 0] [--target NAME] [--show]`
// Starts the fuzzer in a process of its own, and ends it where one input takes no end.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startBundled } from '../support/bundled.js';

const PATIENCE = 20_000;

if (process.env.MTLS_FUZZ_CHILD === '1') await startBundled(new URL('./main.ts', import.meta.url));
else watch();

function watch() {
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, MTLS_FUZZ_CHILD: '1' },
    },
  );
  let reached = 'the start';
  const give = () => {
    console.log(`no end within the hundred inputs from ${reached} on: a hang`);
    process.exitCode = 1;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(give, 3 * PATIENCE);
  child.stdio[3].on('data', (data) => {
    reached = data.toString().trimEnd().split('\n').at(-1);
    clearTimeout(timer);
    timer = setTimeout(give, PATIENCE);
  });
  child.on('exit', (code) => {
    clearTimeout(timer);
    process.exitCode ||= code ?? 1;
  });
}
