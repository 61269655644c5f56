// What SPIFFE's own library makes of our bundles, and of SVIDs below a CA that we hand to SPIRE.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { MeshSetCase } from '../support/mesh-sets.ts';
import { mtlsOk } from '../support/program.ts';
import { bundleSets } from '../support/spiffe-bundle-sets.ts';
import type { SpiffeCase } from '../support/spiffe-shapes.ts';
import { svidSets } from '../support/spiffe-svid-sets.ts';
import { upstreamSets } from '../support/spire-sets.ts';
import { hasPeer } from './support/peers.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'mtls-spiffe-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** go-spiffe comes through the module proxy, which not every machine reaches. */
function spiffePeer(): string | undefined {
  if (!hasPeer('go', ['version'])) return undefined;
  const program = join(folder, 'go-spiffe');
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('mesh/go-spiffe', import.meta.url)),
    encoding: 'utf8',
    timeout: 280_000,
  });
  if (built.status === 0) return program;
  if (required) throw new Error(`go-spiffe cannot be built: ${built.stderr}`);
  return undefined;
}

const peer = spiffePeer();

type Verdict = readonly [title: string, passes: boolean, said: string | undefined];

/** What the peer says of each set, beside what is expected of it. */
function expectAgreement(
  verb: string,
  sets: readonly MeshSetCase[],
  expected: readonly boolean[],
  file = '',
) {
  const places = sets.map(({ files }, index) => {
    const place = join(folder, `${verb}-${index}`);
    mkdirSync(place);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
    return join(place, file);
  });
  const said = execFileSync(peer ?? '', [verb, ...places], { encoding: 'utf8' });
  const lines = said.trimEnd().split('\n');
  expect(lines).toHaveLength(sets.length);
  const table = sets.map(({ title }, index): Verdict => [
    title,
    expected[index] ?? false,
    lines[index],
  ]);
  expect(table.filter(([, passes, line]) => (line === 'loads') !== passes)).toEqual([]);
}

/** Our check calls an error what the library refuses or the standard forbids, and nothing else. */
function expectErrors(sets: readonly SpiffeCase[]) {
  const wrong = sets.filter(
    ({ says, loads, keeps }) => says.some((one) => one.startsWith('error ')) === (loads && keeps),
  );
  expect(wrong.map(({ title }) => title)).toEqual([]);
}

describe.skipIf(peer === undefined)('go-spiffe', () => {
  const path = (name: string) => join(folder, name);
  const run = (...args: string[]) => mtlsOk(args, { cwd: folder });
  const go = (...args: string[]) => execFileSync(peer ?? '', args, { encoding: 'utf8' });
  const refused = (...args: string[]) => spawnSync(peer ?? '', args, { encoding: 'utf8' }).stderr;

  beforeAll(() => {
    for (const [name, type] of [
      ['root', 'ec-p256'],
      ['wide', 'ec-p521'],
      ['rsa', 'rsa-2048'],
      ['ed', 'ed25519'],
    ] as const)
      run('ca', 'init', name, '--key-type', type, '--no-passphrase');
    writeFileSync(
      path('bundle.json'),
      run('mesh', 'spire', 'bundle', '--ca', 'root', '--sequence', '7', '--refresh-hint', '5m'),
    );
  });

  it('reads the bundle, with what it says of itself', () => {
    expect(go('bundle', 'example.org', path('bundle.json'))).toBe('7 5m0s\nCN=root\n');
  });

  it('reads roots of every kind of key, in both forms', () => {
    const cas = ['root', 'wide', 'rsa', 'ed'];
    const named = cas.flatMap((name) => ['--ca', name]);
    writeFileSync(path('all.json'), run('mesh', 'spire', 'bundle', ...named));
    writeFileSync(path('all.pem'), run('mesh', 'spire', 'bundle', ...named, '--format', 'pem'));
    const subjects = cas.map((name) => `CN=${name}\n`).join('');
    expect(go('bundle', 'example.org', path('all.json'))).toBe(`1 0s\n${subjects}`);
    expect(go('pem', 'example.org', path('all.pem'))).toBe(subjects);
  });

  it('would refuse a bundle with two certificates in one key', () => {
    const bundle = JSON.parse(readFileSync(path('bundle.json'), 'utf8')) as {
      keys: { x5c: string[] }[];
    };
    for (const key of bundle.keys) key.x5c.push(...key.x5c);
    writeFileSync(path('two.json'), JSON.stringify(bundle));
    expect(refused('bundle', 'example.org', path('two.json'))).toContain('got 2');
  });

  it('agrees on every set for the disk plugin, by the rules of SPIRE', async () => {
    const sets = await upstreamSets(new Date());
    expectAgreement(
      'disk',
      sets,
      sets.map(({ loads }) => loads),
    );
  });

  it('agrees on every SVID, and so does the standard', async () => {
    const sets = await svidSets(new Date());
    expectErrors(sets);
    expectAgreement(
      'svids',
      sets,
      sets.map(({ loads }) => loads),
    );
    expectAgreement(
      'svid-rules',
      sets,
      sets.map(({ keeps }) => keeps),
    );
  });

  it('agrees on every bundle, and so does the standard', async () => {
    const sets = await bundleSets(new Date());
    expectErrors(sets);
    expectAgreement(
      'bundles',
      sets,
      sets.map(({ loads }) => loads),
      'bundle.json',
    );
    expectAgreement(
      'bundle-rules',
      sets,
      sets.map(({ keeps }) => keeps),
      'bundle.json',
    );
  });

  it('reads the settings of server.conf as SPIRE does, by the same HCL', () => {
    const url = 'https://spire.example.com:8443/bundle';
    const of = (...args: string[]) => {
      writeFileSync(
        path('federation.conf'),
        run('mesh', 'spire', 'federation', 'example.com', '--url', url, ...args, '--quiet'),
      );
      return go('federation', path('federation.conf'));
    };
    expect(of('--bundle', path('bundle.json'))).toBe(
      `0.0.0.0 8443  https_spiffe\nexample.com ${url} spiffe://example.com/spire/server\n`,
    );
    const web = ['--profile', 'https_web', '--serve-cert', '/a b/c', '--serve-key', '/d'];
    expect(of(...web, '--port', '9443', '--address', '::', '--refresh-hint', '5m')).toBe(
      `:: 9443 300s https_web /a b/c /d\nexample.com ${url} https_web\n`,
    );
    run('mesh', 'spire', 'upstream', 'conf', '--ca', 'root', '--no-passphrase', '--out', 'conf');
    expect(go('plugin', path('conf/upstream.conf'))).toBe(
      ['crt', 'key']
        .map((end) => `/etc/spire-server/upstream/upstream.${end} `)
        .join('')
        .concat('/etc/spire-server/upstream/bundle.crt\n'),
    );
  });

  it('reads the settings of spiffe-helper as it does, by the same HCL', () => {
    const of = (...args: string[]) => {
      writeFileSync(path('helper.conf'), run('mesh', 'spire', 'helper', ...args));
      return go('helper', path('helper.conf'));
    };
    const usual = '/tmp/spire-agent/public/api.sock /etc/mtls tls.crt tls.key ca.crt 644 600 false';
    expect(of()).toBe(`${usual} false\n "" "" \n`);
    expect(of('--federated', '--renew-signal', 'SIGHUP', '--pid-file', '/run/a b.pid')).toBe(
      `${usual} true\n "" "/run/a b.pid" SIGHUP\n`,
    );
    expect(of('--renew-signal', 'SIGHUP', '--cmd', 'nginx', '--cmd-args', "-g 'daemon off;'")).toBe(
      `${usual} false\nnginx "-g 'daemon off;'" "" SIGHUP\n`,
    );
  });

  it('reads the bundle of an object for spire-controller-manager, from either form', () => {
    const named = ['--ca', 'root', '--ca', 'rsa'];
    writeFileSync(path('theirs.json'), run('mesh', 'spire', 'bundle', ...named, '--sequence', '9'));
    writeFileSync(path('theirs.pem'), run('mesh', 'spire', 'bundle', ...named, '--format', 'pem'));
    const sequences = ['theirs.json', 'theirs.pem'].map((name) => {
      const yaml = run(
        ...['mesh', 'spire', 'federation', 'example.com', '--url', 'https://example.com'],
        ...['--bundle', path(name), '--format', 'kubernetes'],
      );
      const { spec } = parse(yaml) as { spec: { trustDomainBundle: string } };
      writeFileSync(path('object.json'), spec.trustDomainBundle);
      return go('bundle', 'example.com', path('object.json'));
    });
    expect(sequences).toEqual(['9 0s\nCN=root\nCN=rsa\n', '0 0s\nCN=root\nCN=rsa\n']);
  });

  it('believes an SVID below SPIRE’s own CA, below the one that it is handed', () => {
    run(
      'mesh',
      'spire',
      'upstream',
      '--ca',
      'root',
      '--trust-domain',
      'example.org',
      '--no-passphrase',
      '--out',
      path('up'),
    );
    // As SPIRE makes its own
    run(
      'ca',
      'intermediate',
      'server',
      '--ca',
      'spire',
      '--trust-domain',
      'example.org',
      '--no-passphrase',
    );
    run(
      'issue',
      'spiffe://example.org/ns/a/sa/b',
      '--ca',
      'server',
      '--out',
      path('svid'),
      '--name',
      'one',
    );
    const files = [path('svid/one.crt'), path('svid/one.key')];
    const id = 'spiffe://example.org/ns/a/sa/b\n';
    expect(go('svid', ...files, 'example.org', path('bundle.json'))).toBe(id);
    writeFileSync(path('other.json'), run('mesh', 'spire', 'bundle', '--ca', 'wide'));
    expect(refused('svid', ...files, 'example.org', path('other.json'))).toContain(
      'certificate signed by unknown authority',
    );
  });
});
