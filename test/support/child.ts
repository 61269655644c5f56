// Programs of tests that run in processes of their own: TypeScript, bundled for any Node.
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';

/** Bundles a script that stands beside a test file; answers where Node finds it while tests run. */
export function bundledScript(script: string, testUrl: string): () => string {
  let path = '';
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'mtls-child-'));
    path = join(folder, 'child.mjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL(script, testUrl))],
      outfile: path,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // commander is CommonJS
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
      logLevel: 'error',
    });
    return () => {
      rmSync(folder, { recursive: true, force: true });
    };
  });
  return () => path;
}
