import { execFileSync, spawnSync } from 'node:child_process';

/** Whether the openssl program is there; tests that need it are skipped visibly where it is not. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Runs openssl in a folder and answers what it wrote; throws with its own words where it fails. */
export function openssl(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string | Uint8Array } = {},
): Buffer {
  return execFileSync('openssl', args, {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
}
