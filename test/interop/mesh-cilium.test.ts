// What Cilium's own code and chart, and Go as Hubble and etcd use it, make of the Secrets and
// policies that our check judges, and of what our commands hand over.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ciliumPolicyCases } from '../support/cilium-policies.ts';
import { ciliumCaSets, ciliumSets, CLUSTER } from '../support/cilium-sets.ts';
import { mtlsOk } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'mtls-cilium-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const source = fileURLToPath(new URL('mesh/go-cilium', import.meta.url));

/** Cilium's module comes through the module proxy, which not every machine reaches. */
function ciliumPeer(): string | undefined {
  if (!hasPeer('go', ['version'])) return undefined;
  const program = join(folder, 'go-cilium');
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: source,
    encoding: 'utf8',
    timeout: 280_000,
  });
  if (built.status === 0) return program;
  if (required) throw new Error(`Cilium's module cannot be built: ${built.stderr}`);
  return undefined;
}

const peer = ciliumPeer();

/** Where the chart stands, which the module brings along. */
function chartFolder(): string {
  const listed = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', 'github.com/cilium/cilium'];
  const module = execFileSync('go', listed, { cwd: source, encoding: 'utf8' }).trim();
  return join(module, 'install/kubernetes/cilium');
}

describe.skipIf(peer === undefined)('Cilium', () => {
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    writeFileSync(path(name), text);
    return path(name);
  };
  const run = (...args: readonly string[]) => mtlsOk([...args, '--quiet'], { cwd: folder });
  const verdicts = (...args: readonly string[]) =>
    execFileSync(peer ?? '', args, { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
  const chart = chartFolder();
  /** What the chart issues with a Secret cilium-ca, and whether Hubble believes it. */
  const issued = (file: string) => {
    const made = spawnSync(peer ?? '', ['chart', chart, CLUSTER, file], { encoding: 'utf8' });
    if (made.status !== 0) return { verdict: `refuses: ${made.stderr}`, made: '' };
    const all = write('chart.yaml', made.stdout);
    return { verdict: verdicts('hubble', CLUSTER, all)[0] ?? '', made: made.stdout };
  };

  it('shakes hands, or does not, as our check says', async () => {
    const sets = await ciliumSets(new Date());
    const files = sets.map(({ yaml }, index) => write(`set-${index}.yaml`, yaml));
    const said = verdicts('hubble', CLUSTER, ...files);
    const table = sets.map(({ title, works }, index) => [title, works, said[index]] as const);
    expect(table.filter(([, works, line]) => (line === 'works') !== works)).toEqual([]);
  });

  it('issues with its chart below a CA as our check says', async () => {
    const sets = await ciliumCaSets(new Date());
    const table = sets.map(
      ({ title, yaml, works }) => [title, works, issued(write('ca.yaml', yaml)).verdict] as const,
    );
    expect(table.filter(([, works, line]) => (line === 'works') !== works)).toEqual([]);
  });

  it('takes policies, by its CRD and its own code, as our check says', () => {
    const files = ciliumPolicyCases.map(({ policy }, index) =>
      write(`policy-${index}.yaml`, stringify(policy)),
    );
    const said = verdicts('policy', ...files);
    const table = ciliumPolicyCases.map(
      ({ title, takes }, index) => [title, takes, said[index]] as const,
    );
    expect(table.filter(([, takes, line]) => (line === 'takes') !== takes)).toEqual([]);
  });

  describe('takes what we hand over', () => {
    beforeAll(() => {
      run('ca', 'init', 'root', '--no-passphrase');
      run('ca', 'init', 'next', '--key-type', 'rsa-2048', '--no-passphrase');
      run('ca', 'intermediate', 'between', '--ca', 'root', '--no-passphrase');
    });
    const cilium = (...args: readonly string[]) => run('mesh', 'cilium', ...args);
    const named = ['--cluster-name', CLUSTER];

    it('for Hubble and the mesh of clusters, while roots change', () => {
      const sets = [
        cilium('hubble', '--ca', 'root', '--relay-tls', '--metrics', ...named),
        cilium('hubble', '--ca', 'between', '--relay-tls', ...named),
        cilium('hubble', '--ca', 'next', '--also-trust', 'root', ...named),
        cilium('hubble', '--ca', 'root', '--key-type', 'rsa-2048', ...named),
        cilium('clustermesh', '--ca', 'between', ...named),
      ].map((yaml, index) => write(`made-${index}.yaml`, yaml));
      expect(verdicts('hubble', CLUSTER, ...sets)).toEqual(sets.map(() => 'works'));
      const [east] = verdicts('hubble', 'east', sets[0] ?? '');
      expect(east).toContain(`valid for *.${CLUSTER}.hubble-grpc.cilium.io, not node-1.east`);
    });

    it('who has the old root and who has the new one believe each other in between', () => {
      const step = (ca: string, also: readonly string[]) => {
        const trust = also.flatMap((one) => ['--also-trust', one]);
        return cilium('hubble', '--ca', ca, ...trust, ...named).split('---\n');
      };
      const [old, both, turned, alone] = [
        step('root', []),
        step('root', ['next']),
        step('next', ['root']),
        step('next', []),
      ];
      const pair = (server: readonly string[], relay: readonly string[], name: string) =>
        write(name, [server[0], relay[1]].join('---\n'));
      const steps = [old, both, turned, alone];
      // Each part is at the step before or after, whichever comes first
      const mixed = steps.slice(1).flatMap((after, index) => {
        const before = steps[index] ?? [];
        return [pair(before, after, `m${index}a.yaml`), pair(after, before, `m${index}b.yaml`)];
      });
      expect(verdicts('hubble', CLUSTER, ...mixed)).toEqual(mixed.map(() => 'works'));
      expect(verdicts('hubble', CLUSTER, pair(old, alone, 'jump.yaml'))[0]).toMatch(/^refuses/);
    });

    it('as its CA: its chart issues below an intermediate, and our check finds nothing', () => {
      for (const args of [
        [],
        ['other', '--key-type', 'rsa-2048'],
        ['third', '--key-type', 'ed25519'],
      ]) {
        const ca = write(
          'cilium-ca.yaml',
          cilium('ca', ...args, '--ca', 'root', '--no-passphrase'),
        );
        const { verdict, made } = issued(ca);
        expect(verdict).toBe('works');
        expect(made.match(/^kind: Secret$/gm)).toHaveLength(9);
        run('mesh', 'cilium', 'check', write('by-chart.yaml', made), ...named);
      }
    });

    it('as policies', () => {
      const policies = [
        ['api', '-n', 'shop', '--workload', 'app=api', '--from', 'app=web', '--port', '8080'],
        ['api', '--from', '*', '--from', 'prod:*', '--from', '*:app=web', '--port', 'http'],
        ['api', '--from', 'prod:app=web,tier=front', '--from', '*:*', '--port', '53/udp'],
      ].map((args, index) => write(`ours-${index}.yaml`, cilium('policy', ...args)));
      expect(verdicts('policy', ...policies)).toEqual(policies.map(() => 'takes'));
    });

    it('as values: each is one of its chart, and of the same kind', () => {
      const ours = parse(
        cilium('values', '--relay-tls', '--metrics', '--clustermesh', '--ca-bundle'),
      ) as object;
      const theirs = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as object;
      const strangers: string[] = [];
      const look = (mine: unknown, other: unknown, at: string): void => {
        if (typeof mine !== typeof other) strangers.push(at);
        else if (typeof mine === 'object' && mine !== null)
          for (const [name, one] of Object.entries(mine))
            look(one, (other as Record<string, unknown>)[name], `${at}.${name}`);
      };
      look(ours, theirs, '');
      expect(strangers).toEqual([]);
      expect(Object.keys(ours)).toEqual(['hubble', 'clustermesh', 'tls']);
    });
  });
});
