// What Consul's own code makes of the sets that our check judges, and of what our commands hand over.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, type Document } from 'yaml';
import { agentSets, CLUSTER, connectSets, type ConsulSetCase } from '../support/consul-sets.ts';
import { mtls, mtlsOk } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'mtls-consul-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Consul's module comes through the module proxy, which not every machine reaches. */
function consulPeer(): string | undefined {
  if (!hasPeer('go', ['version'])) return undefined;
  const program = join(folder, 'go-consul');
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('mesh/go-consul', import.meta.url)),
    encoding: 'utf8',
    timeout: 580_000,
  });
  if (built.status === 0) return program;
  if (required) throw new Error(`Consul's module cannot be built: ${built.stderr}`);
  return undefined;
}

const peer = consulPeer();

describe.skipIf(peer === undefined)("Consul's own code", () => {
  const path = (name: string) => join(folder, name);
  const run = (...args: string[]) => mtlsOk([...args, '--quiet'], { cwd: folder });
  const go = (...args: string[]) =>
    execFileSync(peer ?? '', args, { encoding: 'utf8' })
      .trimEnd()
      .split('\n');

  function write(sets: readonly ConsulSetCase[], stem: string): readonly string[] {
    return sets.map(({ files }, index) => {
      const place = path(`${stem}-${index}`);
      mkdirSync(place);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
      return place;
    });
  }

  /** Of sets that one check alone judges otherwise; both verdicts stand in what is expected. */
  function expectAgreement(sets: readonly ConsulSetCase[], said: readonly string[]) {
    expect(said).toHaveLength(sets.length);
    const verdicts = said.map((line) => /^(?:loads$|(?:alone|last)(?=: ))/.exec(line)?.[0]);
    const wrong = sets.flatMap(({ title, consul }, index) =>
      (verdicts[index] ?? 'refuses') === consul ? [] : [[title, consul, said[index]]],
    );
    expect(wrong).toEqual([]);
    for (const { title, consul, says, documented = false } of sets) {
      const refused = says.some((one) => one.startsWith('error '));
      const strict = refused || says.includes('warning HOST_MISMATCH');
      expect([title, strict]).toEqual([title, documented || consul === 'refuses']);
      if (consul === 'alone' || consul === 'last') expect([title, says.length]).toEqual([title, 1]);
    }
  }

  beforeAll(() => {
    run('ca', 'init', 'root', '--no-passphrase');
    run('ca', 'init', 'next', '--no-passphrase');
    run('ca', 'intermediate', 'below', '--ca', 'root', '--no-passphrase');
  });

  it('agrees on every configuration of a CA', async () => {
    const sets = await connectSets(new Date());
    const files = write(sets, 'connect').map((place) => join(place, 'ca.json'));
    expectAgreement(sets, go('connect', CLUSTER, ...files));
  }, 60_000);

  it('agrees on the files of agents, in real handshakes', async () => {
    const sets = await agentSets(new Date());
    expectAgreement(sets, go('agents', ...write(sets, 'agents')));
  }, 60_000);

  it('signs with the CA that we hand over, for two datacenters, after one CA and before another', () => {
    const ca = ['mesh', 'consul', 'connect-ca'];
    run(...ca, '--ca', 'root', '--no-passphrase', '--cluster-id', CLUSTER, '--file', 'ec.json');
    run('ca', 'init', 'rsa', '--key-type', 'rsa-2048', '--no-passphrase');
    const rsa = ['--ca', 'rsa', '--key-type', 'rsa-2048', '--no-passphrase'];
    run(...ca, 'second', ...rsa, '--cluster-id', CLUSTER, '--file', 'rsa.json');
    expect(go('connect', CLUSTER, path('ec.json'), path('rsa.json'))).toEqual(['loads', 'loads']);
    run('mesh', 'consul', 'check', 'ec.json', 'rsa.json', '--cluster-id', CLUSTER);
  });

  it('would fail to be followed by another, below a key of another kind', () => {
    const made = mtls(
      ['mesh', 'consul', 'connect-ca', 'third', '--ca', 'rsa', '--cluster-id', CLUSTER],
      { cwd: folder },
    );
    expect(made.status).toBe(2);
    expect(made.stderr).toContain('Consul would fail to sign the one that takes over');
  });

  it.each([
    ['root', 'dc1', 'consul'],
    ['below', 'fra-1', 'consul.example.org'],
  ])(
    'connects agents that we issue for below %s, by the settings beside them',
    (ca, dc, domain) => {
      const out = path(`made-${dc}`);
      const where = ['--ca', ca, '--dc', dc, '--domain', domain, '--out', out, '--files-at', out];
      run('mesh', 'consul', 'agent', 'server', '--node', 'a', '--node', 'b', ...where);
      run('mesh', 'consul', 'agent', 'client', ...where);
      expect(go('agents', out)).toEqual(['loads']);
      run('mesh', 'consul', 'check', out, '--dc', dc, '--domain', domain);
    },
  );

  it('connects agents of two roots, while one takes over', () => {
    const out = path('both');
    const agent = (role: string, ca: string, also: string) =>
      run(
        ...['mesh', 'consul', 'agent', role, '--ca', ca, '--also-trust', also],
        ...['--out', out, '--files-at', out, '--force'],
      );
    agent('server', 'root', 'next');
    agent('client', 'next', 'root');
    expect(go('agents', out)).toEqual(['loads']);
  });

  it('takes what the chart is handed, as files', () => {
    const place = path('chart');
    mkdirSync(place);
    const secrets = parseAllDocuments(
      run('mesh', 'consul', 'secrets', '--ca', 'below'),
    ) as Document[];
    const [roots, server] = secrets.map((one) => {
      const { data } = one.toJS() as { data: Record<string, string> };
      return (name: string) => Buffer.from(data[name] ?? '', 'base64').toString();
    });
    const file = (name: string, text = '') => {
      writeFileSync(join(place, name), text);
    };
    file('consul-agent-ca.pem', roots?.('tls.crt'));
    file('dc1-server-consul-0.pem', server?.('tls.crt'));
    file('dc1-server-consul-0-key.pem', server?.('tls.key'));
    expect(go('agents', place)).toEqual(['loads']);
    expect(readFileSync(join(place, 'consul-agent-ca.pem'), 'utf8')).toBe(
      run('ca', 'export', 'root'),
    );
  });
});
