import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from '../../../src/diagnose/gather.ts';
import { checkConsul, type ConsulCheck } from '../../../src/diagnose/mesh/consul.ts';
import { agentSets, CLUSTER, connectSets } from '../../support/consul-sets.ts';
import { NOW } from '../../support/graph.ts';

async function check(files: Readonly<Record<string, string>>, more: Partial<ConsulCheck> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-consul-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const path = join(folder, 'ca.json');
    const payloads = new Map<string, unknown>(
      'ca.json' in files ? [[path, JSON.parse(readFileSync(path, 'utf8'))]] : [],
    );
    const trustDomain = `${CLUSTER}.consul`;
    return checkConsul(await gather([folder]), {
      at: NOW,
      domain: 'consul',
      payloads,
      trustDomain,
      ...more,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const said = ({ findings }: Awaited<ReturnType<typeof check>>) =>
  findings.map(({ severity, code }) => `${severity} ${code}`);

describe('configurations of its CA', async () => {
  it.each(await connectSets(NOW))('$title', async ({ files, says }) => {
    const checked = await check(files);
    expect(said(checked)).toEqual(says);
    expect(checked.places).toHaveLength(1);
  });

  it('asks for no cluster when none is named', async () => {
    const [other] = (await connectSets(NOW)).filter(({ title }) => title === 'another cluster');
    expect(said(await check(other?.files ?? {}, { trustDomain: undefined }))).toEqual([]);
  });
});

describe('files of agents', async () => {
  const sets = await agentSets(NOW);

  it.each(sets)('$title', async ({ files, says }) => {
    expect(said(await check(files))).toEqual(says);
  });

  it('takes the datacenter and the domain that it is told', async () => {
    const usual = sets[0]?.files ?? {};
    expect(said(await check(usual, { dc: 'dc2' }))).toEqual(['error HOST_MISMATCH']);
    expect(said(await check(usual, { domain: 'example.org' }))).toEqual(['error HOST_MISMATCH']);
  });

  it('finds roles by the names in certificates, where files have others', async () => {
    const renamed = (title: string) =>
      Object.fromEntries(
        Object.entries(sets.find((one) => one.title === title)?.files ?? {}).map(([name, text]) => [
          name.replace(/^dc1-(\w+)-consul-0/, 'my-$1-cert'),
          text,
        ]),
      );
    expect(said(await check(renamed('a server and a client below the root')))).toEqual([]);
    expect(said(await check(renamed('a server for servers alone')))).toEqual([
      'error EXTENDED_KEY_USAGE',
    ]);
    expect(said(await check(renamed('a server without its name')))).toEqual([
      'error HOST_MISMATCH',
    ]);
  });

  it('looks for nothing where no certificate of an agent is', async () => {
    expect(
      (await check({ 'consul-agent-ca.pem': sets[0]?.files['consul-agent-ca.pem'] ?? '' })).places,
    ).toEqual([]);
  });
});
