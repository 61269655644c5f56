import { beforeAll, describe, expect, it } from 'vitest';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import {
  clusterTrustBundle,
  trustBundleName,
  trustManagerBundle,
} from '../../src/manifest/trust-bundle.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { now, root, sign } from '../profile/authorities.ts';
import { strictly } from './strict.ts';

let roots: readonly Certificate[];
let leaf: Certificate;
beforeAll(async () => {
  const top = await root();
  roots = [...top.path, ...(await root()).path];
  const plan = resolveLeaf({ names: [parseIdentityName('api.example.org')] }, top.path, { now });
  leaf = await sign(plan, generateKey('ec-p256'), top);
});

const bundle = (more: Partial<Parameters<typeof clusterTrustBundle>[0]> = {}) =>
  clusterTrustBundle({ name: 'roots', roots, ...more });
const managed = (more: Partial<Parameters<typeof trustManagerBundle>[0]> = {}) =>
  trustManagerBundle({ name: 'roots', roots, target: 'configMap', key: 'ca.crt', ...more });
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe('clusterTrustBundle', () => {
  it('holds the roots, as they are', () => {
    expect(strictly(bundle({ labels: { app: 'api' } }))).toEqual([
      {
        apiVersion: 'certificates.k8s.io/v1beta1',
        kind: 'ClusterTrustBundle',
        metadata: { name: 'roots', labels: { app: 'api' } },
        spec: { trustBundle: encodeBundle(roots) },
      },
    ]);
  });

  // ValidateClusterTrustBundleName of the API server
  it('is named for its signer', () => {
    const wanted = {
      metadata: { name: 'example.org:workloads:roots' },
      spec: { signerName: 'example.org/workloads' },
    };
    const signerName = 'example.org/workloads';
    expect(strictly(bundle({ signerName }))).toMatchObject([wanted]);
    expect(strictly(bundle({ signerName, name: 'example.org:workloads:roots' }))).toMatchObject([
      wanted,
    ]);
    expect(trustBundleName('a', 'b.c/d')).toBe('b.c:d:a');
  });

  it.each([
    ['a:b', undefined, 'BAD_NAME'],
    ['Roots', undefined, 'BAD_NAME'],
    ['', undefined, 'BAD_NAME'],
    ['example.org:workloads:', 'example.org/workloads', 'BAD_NAME'],
    ['other.org:workloads:roots', 'example.org/workloads', 'BAD_NAME'],
    ['roots', 'example/workloads', 'BAD_OPTION'],
    ['roots', 'example.org', 'BAD_OPTION'],
    ['roots', '', 'BAD_OPTION'],
  ])('is not named %j for the signer %j', (name, signerName, wanted) => {
    expect(() => bundle({ name, signerName })).toThrow(code(wanted));
  });

  it('takes what the API server does, and no more', () => {
    const [first] = roots as readonly [Certificate];
    expect(() => bundle({ roots: [first, leaf] })).toThrow(code('CHAIN_INVALID'));
    const many = Math.ceil((1024 * 1024) / encodeBundle([first]).length);
    expect(() => bundle({ roots: Array.from({ length: many - 1 }, () => first) })).not.toThrow();
    expect(() => bundle({ roots: Array.from({ length: many }, () => first) })).toThrow(
      code('BAD_OPTION'),
    );
  });
});

describe('trustManagerBundle', () => {
  it('writes a ConfigMap into every namespace', () => {
    expect(strictly(managed())).toEqual([
      {
        apiVersion: 'trust.cert-manager.io/v1alpha1',
        kind: 'Bundle',
        metadata: { name: 'roots' },
        spec: {
          sources: [{ inLine: encodeBundle(roots) }],
          target: { configMap: { key: 'ca.crt' } },
        },
      },
    ]);
  });

  it('or a Secret into some', () => {
    const text = managed({ target: 'secret', key: 'roots.pem', namespaceLabels: { mtls: 'on' } });
    expect(strictly(text)).toMatchObject([
      {
        spec: {
          target: {
            secret: { key: 'roots.pem' },
            namespaceSelector: { matchLabels: { mtls: 'on' } },
          },
        },
      },
    ]);
    expect(text).toContain('mtls: "on"');
  });

  it.each([['../ca.crt'], ['a b'], [''], ['..']])('takes no key %j', (key) => {
    expect(() => managed({ key })).toThrow(code('BAD_OPTION'));
  });
});
