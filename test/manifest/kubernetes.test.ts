import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from 'kubernetes-models/v1/Secret';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parse } from 'yaml';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { readSource } from '../../src/codec/source.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { toUtf8 } from '../../src/base/bytes.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { caConfigMap, tlsSecret, type TlsSecret } from '../../src/manifest/kubernetes.ts';
import { below, now, root, sign } from '../profile/authorities.ts';

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

interface Manifest {
  readonly data: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

let secret: TlsSecret;
beforeAll(async () => {
  const top = await root();
  const issuer = await below(top);
  const key = generateKey('ec-p256');
  const plan = resolveLeaf({ names: [parseIdentityName('api.example.org')] }, issuer.path, { now });
  const leaf = await sign(plan, key, issuer);
  secret = {
    name: 'api-tls',
    certificates: encodeBundle([leaf, issuer.path[0]]),
    key: writePrivateKey(key),
    roots: encodeBundle(top.path),
  };
});

const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe('tlsSecret', () => {
  it('holds chain, key and roots', () => {
    const manifest = parse(tlsSecret(secret)) as Manifest;
    expect(manifest).toMatchObject({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'api-tls' },
    });
    expect(Object.keys(manifest.metadata)).toEqual(['name']);
    expect(Object.keys(manifest.data)).toEqual(['tls.crt', 'tls.key', 'ca.crt']);
    expect(decoded(manifest.data['tls.crt'] ?? '')).toBe(secret.certificates);
    expect(decoded(manifest.data['tls.key'] ?? '')).toBe(secret.key);
    expect(decoded(manifest.data['ca.crt'] ?? '')).toBe(secret.roots);
  });

  it('carries namespace and labels, and the type of the tutorials', () => {
    const labels = { tier: 'backend', app: 'api', 'example.org/on': 'true' };
    const text = tlsSecret({ ...secret, namespace: 'prod', labels, opaque: true });
    expect(parse(text)).toMatchObject({ type: 'Opaque', metadata: { namespace: 'prod', labels } });
    expect(text).toContain(
      '\n  labels:\n    app: api\n    example.org/on: "true"\n    tier: backend\n',
    );
    expect(tlsSecret({ ...secret, labels: {} })).not.toContain('labels');
  });

  it('has no ca.crt where there are no roots', () => {
    for (const roots of [undefined, '']) {
      const manifest = parse(tlsSecret({ ...secret, roots })) as Manifest;
      expect(Object.keys(manifest.data)).toEqual(['tls.crt', 'tls.key']);
    }
  });

  it('keeps each value on one line, and is the same every time', () => {
    const text = tlsSecret(secret);
    expect(text.split('\n')).toHaveLength(10);
    expect(text.endsWith('\n')).toBe(true);
    expect(tlsSecret(secret)).toBe(text);
  });

  it('ends each file with one newline', () => {
    const text = tlsSecret({ ...secret, certificates: `${secret.certificates}\n \n` });
    expect(text).toBe(tlsSecret(secret));
  });

  it('passes the schema of Kubernetes', () => {
    const text = tlsSecret({ ...secret, namespace: 'prod', labels: { app: 'api' } });
    const model = new Secret(parse(text) as ConstructorParameters<typeof Secret>[0]);
    expect(() => {
      model.validate();
    }).not.toThrow();
    // the oracle can say no
    const bad = new Secret({ data: { 'tls.crt': 'not base64!' } });
    expect(() => {
      bad.validate();
    }).toThrow();
  });

  it('is read back as it was', async () => {
    const bundle = await readSource(toUtf8(tlsSecret({ ...secret, namespace: 'prod' })));
    expect(encodeBundle(bundle.certificates)).toBe(secret.certificates + (secret.roots ?? ''));
    expect(bundle.keys.map((key) => writePrivateKey(key.decode()))).toEqual([secret.key]);
    expect(bundle.parts.map(({ origin }) => origin.entry)).toEqual([
      'Secret prod/api-tls: tls.crt',
      'Secret prod/api-tls: tls.crt',
      'Secret prod/api-tls: tls.key',
      'Secret prod/api-tls: ca.crt',
    ]);
  });

  it('refuses what Kubernetes would', () => {
    expect(() => tlsSecret({ ...secret, name: 'API' })).toThrow(code('BAD_NAME'));
    expect(() => tlsSecret({ ...secret, namespace: 'a.b' })).toThrow(code('BAD_NAME'));
    expect(() => tlsSecret({ ...secret, labels: { 'a b': 'c' } })).toThrow(code('BAD_OPTION'));
    const certificates = 'x'.repeat(1024 * 1024);
    expect(() => tlsSecret({ ...secret, certificates })).toThrow(code('BAD_OPTION'));
  });

  it('lets no name or label out of its field', () => {
    const hostile = fc.oneof(
      fc.string({ unit: fc.constantFrom(...Array.from('a1-.\n:{}[]#"\'&*!|> \t\\,/=')) }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'a\nkind: Pod',
        'a\n---\nkind: Pod',
        '${key}',
        '!!binary a',
        '*a',
        '1e3',
        'null',
        'true',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, namespace, value) => {
        let text: string;
        try {
          text = tlsSecret({ ...secret, name, namespace, labels: { app: value } });
        } catch (error) {
          expect(error).toBeInstanceOf(MtlsError);
          return;
        }
        expect(parse(text)).toEqual({
          ...(parse(tlsSecret(secret)) as object),
          metadata: { name, namespace, labels: { app: value } },
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('fills a template of the user’s', () => {
    const own =
      'kind: Secret\nmetadata:\n  name: ${name}\n  annotations:\n    owner: me\ndata:\n  client.pem: ${certificates}\n';
    const text = tlsSecret(secret, { title: 'own.yaml', text: own });
    expect(parse(text)).toMatchObject({ metadata: { annotations: { owner: 'me' } } });
    expect(text).not.toContain('${');
    expect(() => tlsSecret(secret, { title: 'own.yaml', text: 'a: ${b}\n' })).toThrow(
      'template own.yaml: line 1: nothing is known as "b"',
    );
  });
});

describe('caConfigMap', () => {
  it('holds the roots as text', () => {
    const text = caConfigMap({ name: 'roots', namespace: 'prod', roots: secret.roots ?? '' });
    const manifest = parse(text) as ConstructorParameters<typeof ConfigMap>[0];
    expect(manifest).toMatchObject({ kind: 'ConfigMap', data: { 'ca.crt': secret.roots } });
    expect(text).toContain('\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n');
    expect(() => {
      new ConfigMap(manifest).validate();
    }).not.toThrow();
  });
});

describe.skipIf(!kubectl)('beside kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-kubectl-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (...args: string[]) =>
    execFileSync('kubectl', [...args, '--dry-run=client', '-o', 'yaml'], {
      cwd: folder,
      stdio: 'pipe',
      encoding: 'utf8',
    });
  const files = () => {
    writeFileSync(join(folder, 'tls.crt'), secret.certificates);
    writeFileSync(join(folder, 'tls.key'), secret.key);
    writeFileSync(join(folder, 'ca.crt'), secret.roots ?? '');
  };

  it('the Secret is the one of `kubectl create secret tls`', () => {
    files();
    const theirs = parse(
      run('create', 'secret', 'tls', 'api-tls', '--cert=tls.crt', '--key=tls.key', '-n', 'prod'),
    ) as Manifest;
    const ours = parse(tlsSecret({ ...secret, namespace: 'prod', roots: undefined })) as Manifest;
    const metadata = { ...theirs.metadata, creationTimestamp: undefined };
    expect({ ...theirs, metadata }).toEqual(ours);
  });

  it('the Opaque one is that of `kubectl create secret generic`', () => {
    files();
    const args = [
      '--type=Opaque',
      '--from-file=tls.crt',
      '--from-file=tls.key',
      '--from-file=ca.crt',
    ];
    const theirs = parse(run('create', 'secret', 'generic', 'api-tls', ...args)) as Manifest;
    const ours = parse(tlsSecret({ ...secret, opaque: true })) as Manifest;
    expect(ours).toMatchObject({ type: 'Opaque', data: theirs.data });
  });

  it('the ConfigMap is that of `kubectl create configmap`', () => {
    files();
    const theirs = parse(run('create', 'configmap', 'roots', '--from-file=ca.crt')) as Manifest;
    const ours = parse(caConfigMap({ name: 'roots', roots: secret.roots ?? '' })) as Manifest;
    expect(ours.data).toEqual(theirs.data);
  });

  it('its Secrets are read, in YAML and in JSON', async () => {
    files();
    const text = run('create', 'secret', 'tls', 'api-tls', '--cert=tls.crt', '--key=tls.key');
    for (const bytes of [toUtf8(text), toUtf8(JSON.stringify(parse(text)))]) {
      const bundle = await readSource(bytes);
      expect(encodeBundle(bundle.certificates)).toBe(secret.certificates);
      expect(bundle.keys).toHaveLength(1);
    }
  });

  it('`kubectl kustomize` takes what we write', () => {
    writeFileSync(join(folder, 'secret.yaml'), tlsSecret({ ...secret, labels: { app: 'api' } }));
    writeFileSync(
      join(folder, 'roots.yaml'),
      caConfigMap({ name: 'roots', roots: secret.roots ?? '' }),
    );
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [secret.yaml, roots.yaml]\n');
    const built = execFileSync('kubectl', ['kustomize', '.'], { cwd: folder, encoding: 'utf8' });
    expect(built).toContain('kind: Secret');
    expect(built).toContain('kind: ConfigMap');
  });
});
