import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from '../../../src/diagnose/gather.ts';
import { checkSpire, type SpireRequest } from '../../../src/diagnose/mesh/spire.ts';
import { NOW } from '../../support/graph.ts';
import { bundleSets } from '../../support/spiffe-bundle-sets.ts';
import { svidSets } from '../../support/spiffe-svid-sets.ts';
import { upstreamSets } from '../../support/spire-sets.ts';

async function check(files: Readonly<Record<string, string>>, request: Partial<SpireRequest> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-spire-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { findings, places } = checkSpire(await gather([folder]), { at: NOW, ...request });
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

describe('an X509-SVID', async () => {
  const sets = await svidSets(NOW);

  it.each(sets)('$title', async ({ files, says }) => {
    expect((await check(files, { as: 'svid' })).said).toEqual(says);
  });

  const { files } = sets[0] as (typeof sets)[number];

  it('is told by its SPIFFE ID, from a CA by its path', async () => {
    expect((await check(files)).said).toEqual([]);
    const ca = sets.find(({ title }) => title === 'a CA') as (typeof sets)[number];
    expect((await check(ca.files)).said).toEqual(ca.says);
    expect((await check(files, { as: 'upstream' })).said).toEqual(['error NOT_A_CA']);
  });

  it('is of the trust domain that is meant', async () => {
    expect((await check(files, { trustDomain: 'example.org' })).said).toEqual([]);
    expect((await check(files, { trustDomain: 'example.com' })).said).toEqual([
      'error SPIFFE_MISMATCH',
    ]);
  });
});

describe('a trust bundle', async () => {
  const sets = await bundleSets(NOW);

  it.each(sets)('$title', async ({ files, says }) => {
    const { said, places } = await check(files);
    expect(said).toEqual(says);
    expect(places).toHaveLength(1);
  });

  it('is of the trust domain that is meant', async () => {
    const { files } = sets[0] as (typeof sets)[number];
    expect((await check(files, { trustDomain: 'example.com' })).said).toEqual([
      'error SPIFFE_MISMATCH',
    ]);
  });
});
