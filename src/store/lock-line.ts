// The line before a lock: of those who wait on this host, the first to come is the first to go.
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { entryAt, removeFile } from './entry.ts';
import { bestEffort } from './fs-error.ts';
import { readLockFile } from './lock-file.ts';
import { whereabouts } from './process-identity.ts';

/** The name under which a process waits for the lock at a path. */
export function ticketOf(path: string, token: string): string {
  return `${path}.${token}`;
}

/**
 * How many living processes of this host have waited longer; 0 for the first in line. Whether one
 * of another host still waits can not be seen, so that nobody stands behind it. Tickets of the dead
 * are taken away.
 */
export function placeInLine(path: string, ticket: string): number {
  const folder = dirname(path);
  const isTicket = (name: string): boolean =>
    name.startsWith(`${basename(path)}.`) && /\.[0-9a-f]{32}$/.test(name);
  const mine = entryAt(ticket)?.mtimeMs ?? 0;
  let before = 0;
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (!isTicket(name) || other === ticket) continue;
    const since = entryAt(other)?.mtimeMs ?? Infinity;
    if (since > mine || (since === mine && other > ticket)) continue;
    const owner = readLockFile(other);
    if (typeof owner !== 'object') continue;
    const where = whereabouts(owner);
    if (where === 'here') before++;
    else if (where === 'gone')
      bestEffort(() => {
        removeFile(other);
      });
  }
  return before;
}
