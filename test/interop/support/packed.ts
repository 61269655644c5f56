// The package as npm would publish it, installed in a project that has nothing else.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../support/program.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export interface Packed {
  /** The project's folder. */
  readonly project: string;
  /** The package in its node_modules. */
  readonly installed: string;
  /** The tarball. */
  readonly archive: string;
  remove(): void;
}

/** Packs, and unpacks as `npm install` would without any dependency. */
export function packed(): Packed {
  const project = mkdtempSync(join(tmpdir(), 'mtls-packed-'));
  const { status, stdout, stderr } = runProgram(
    'npm',
    ['pack', '--json', '--silent', '--pack-destination', project],
    { cwd: repository },
  );
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const [name = ''] = /mtls-toolkit-[^"]*\.tgz/.exec(stdout) ?? [];
  const archive = join(project, name);
  const unpacked = runProgram('tar', ['-xzf', archive, '-C', project]);
  if (unpacked.status !== 0) throw new Error(`tar failed: ${unpacked.stderr}`);
  const installed = join(project, 'node_modules/mtls-toolkit');
  mkdirSync(join(project, 'node_modules'));
  renameSync(join(project, 'package'), installed);
  return {
    project,
    installed,
    archive,
    remove: () => {
      rmSync(project, { recursive: true, force: true });
    },
  };
}

/** Gives the project what TypeScript users of Node have. */
export function addNodeTypes({ project }: Packed): void {
  for (const name of ['@types/node', 'undici-types'])
    cpSync(join(repository, 'node_modules', name), join(project, 'node_modules', name), {
      recursive: true,
    });
}

/** What the compiler says of a project's files; empty where it has nothing to say. */
export function compile(folder: string, args: readonly string[]): string {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  return runProgram(process.execPath, [compiler, ...args], { cwd: folder }).stdout;
}
