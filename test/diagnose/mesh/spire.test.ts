import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from '../../../src/diagnose/gather.ts';
import { checkSpire } from '../../../src/diagnose/mesh/spire.ts';
import { NOW } from '../../support/graph.ts';
import { upstreamSets } from '../../support/spire-sets.ts';

async function check(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-spire-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { findings, places } = checkSpire(await gather([folder]), NOW);
    return { places, said: findings.map(({ severity, code }) => `${severity} ${code}`) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the files of the disk plugin', async () => {
  const sets = await upstreamSets(NOW);

  it.each(sets)('$title', async ({ files, says }) => {
    const { said, places } = await check(files);
    expect(said).toEqual(says);
    expect(places).toHaveLength(1);
  });

  const { 'upstream.crt': certificate = '', 'upstream.key': key = '' } = sets[0]?.files ?? {};

  it('wants a certificate, and looks for nothing where no key is', async () => {
    expect((await check({ 'a.key': key })).said).toEqual(['error MESH_FILE_MISSING']);
    expect((await check({ 'a.crt': certificate })).places).toEqual([]);
  });
});
