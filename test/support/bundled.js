// Scripts in TypeScript that start on a Node that does not read it.
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Each file of the bundle still knows where it stood, and finds what stands beside it. */
const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    }));
  },
};

/** Bundles a script, runs it to its end, and leaves nothing behind. */
export async function startBundled(url) {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-script-'));
  try {
    const outfile = join(folder, 'script.mjs');
    await build({
      entryPoints: [fileURLToPath(url)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      plugins: [ownUrls],
    });
    await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
