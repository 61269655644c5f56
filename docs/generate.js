// Writes docs/cli.md, docs/errors.md, docs/lint.md and docs/zoo.md: `npm run docs`, after a change of their source.
import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

const docs = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'mtls-docs-'));
try {
  // The source is TypeScript, and Node 20 reads none
  const outfile = join(folder, 'reference.mjs');
  await build({
    entryPoints: [join(docs, 'reference.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // CommonJS packages require() Node's own modules
    banner: { js: 'const require=process.getBuiltinModule;' },
    logLevel: 'error',
  });
  const { cliReference, errorReference, lintReference, zooReference } = await import(
    pathToFileURL(outfile).href
  );
  const pages = {
    'cli.md': await cliReference(),
    'errors.md': errorReference(),
    'lint.md': lintReference(),
    'zoo.md': zooReference(),
  };
  for (const [name, text] of Object.entries(pages)) {
    const path = join(docs, name);
    const style = { ...(await resolveConfig(path)), filepath: path };
    writeFileSync(path, await format(text, style));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
