import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Tests of the program run what users run: the bundle.
export function setup(): void {
  execFileSync(process.execPath, ['build.js'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
}
