// Bundles the runner and starts it, so that it runs on a Node that does not read TypeScript.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const outfile = fileURLToPath(
  new URL('../../node_modules/.cache/conformance.mjs', import.meta.url),
);
await build({
  entryPoints: [fileURLToPath(new URL('./run.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
await import(outfile);
