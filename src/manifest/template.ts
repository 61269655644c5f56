// The texts under templates/: one file each, that a user may read and copy.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invariant } from '../base/assert.ts';

// The bundle lies one or two folders below the package, the sources two.
const ROOTS = ['../templates/', '../../templates/'].map((path) => new URL(path, import.meta.url));

/** The text of a template, by its path under `templates/`. */
export function readTemplate(path: string): string {
  const root = ROOTS.find((candidate) => existsSync(fileURLToPath(candidate)));
  invariant(root, 'the folder templates/ is missing from the package');
  return readFileSync(new URL(path, root), 'utf8');
}
