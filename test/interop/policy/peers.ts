// Programs of Go that decide by policies: asked in JSON, they answer in JSON.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program of Go, built; undefined where its modules are not to be had. */
export function buildPeer(module: 'opa' | 'rbac'): string | undefined {
  const peer = join(mkdtempSync(join(tmpdir(), `mtls-${module}-`)), 'peer');
  const cwd = fileURLToPath(new URL(module, import.meta.url));
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', peer, '.'], {
    cwd,
    encoding: 'utf8',
  });
  if (built.status === 0) return peer;
  if (process.env['MTLS_REQUIRE_PEERS'] === '1')
    throw new Error(`${module} does not build, and peers are required:\n${built.stderr}`);
  return undefined;
}

export function answerOf(program: string, input: object): unknown {
  const said = execFileSync(program, { input: JSON.stringify(input), maxBuffer: 2 ** 28 });
  return JSON.parse(said.toString());
}
