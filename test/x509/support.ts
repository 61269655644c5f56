// What the tests of this room share: PEM taken apart without our own reader, files and folders.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function derOf(pem: string): Uint8Array {
  const [first] = dersOf(pem);
  if (!first) throw new Error('no PEM block');
  return first;
}

/** Contents of the blocks with this label, or of all. */
export function dersOf(pem: string, label = '[A-Z0-9 ]+'): readonly Uint8Array[] {
  return [...pem.matchAll(RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END`, 'g'))].map(
    (block) => new Uint8Array(Buffer.from(block[1] ?? '', 'base64')),
  );
}

export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export function der(path: string): Uint8Array {
  return derOf(readFileSync(path, 'latin1'));
}

/** A folder that goes away with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mtls-x509-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Writes files into a folder that goes away with the test, and answers the folder. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = folder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** Files of a tar archive, unpacked where they go away with the test. */
export function unpacked(archive: string): readonly Uint8Array[] {
  const path = folder();
  execFileSync('tar', ['-xzf', archive, '-C', path]);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}
