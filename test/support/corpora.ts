import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root =
  process.env['MTLS_CORPORA'] ?? fileURLToPath(new URL('../../../shared/corpora', import.meta.url));

/** Path of a suite that the repository does not carry, or undefined where it is absent. */
export function corpus(path: string): string | undefined {
  const whole = join(root, path);
  return existsSync(whole) ? whole : undefined;
}
