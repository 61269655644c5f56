// The strict checks say no: a field too many or too few, anywhere, is found.
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/manifest/deployment.ts';
import { gateway } from '../../src/manifest/gateway.ts';
import { ingress } from '../../src/manifest/ingress.ts';
import { strictly } from './strict.ts';

const meta = { name: 'api', namespace: 'prod', labels: { tier: 'backend' } };
const MANIFESTS: Readonly<Record<string, string>> = {
  Deployment: deployment({
    ...meta,
    secret: 'api-tls',
    mountPath: '/etc/mtls',
    fsGroup: 1,
    image: 'api',
    port: 8443,
    replicas: 2,
    reloader: true,
    roots: { kind: 'configMap', name: 'roots', key: 'ca.crt' },
  }),
  Ingress: ingress({
    ...meta,
    class: 'nginx',
    hosts: ['api.example.org'],
    secret: 'api-tls',
    service: 'api',
    port: 443,
    path: '/',
    depth: 1,
    clients: { secret: 'roots', verify: 'on', pass: true },
    upstream: { secret: 'client' },
  }),
  Gateway: gateway({
    ...meta,
    class: 'envoy',
    hosts: ['api.example.org'],
    port: 443,
    secret: 'api-tls',
    clientRoots: 'roots',
    clientCertificate: 'client',
    backend: {
      service: 'api',
      port: 'https',
      roots: 'roots',
      host: 'api.prod.svc',
      names: ['a.b'],
    },
  }),
};

type Mapping = Record<string, unknown>;

/** Every mapping below a value, with its path. */
function mappings(value: unknown, path: string): (readonly [path: string, mapping: Mapping])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, one]) => mappings(one, `${path}.${key}`));
  return Array.isArray(value) ? inside : [[path, value as Mapping], ...inside];
}

/** A manifest with one of its mappings changed, for each of them. */
function changed(text: string, change: (mapping: Mapping) => void): (readonly [string, string])[] {
  const count = mappings(strictly(text), '').length;
  return Array.from({ length: count }, (_, index) => {
    const copy = structuredClone(strictly(text));
    const [path, mapping] = mappings(copy, '')[index] as readonly [string, Mapping];
    change(mapping);
    return [path, copy.map((object) => stringify(object)).join('---\n')] as const;
  });
}

describe.each(Object.keys(MANIFESTS))('of a %s', (kind) => {
  const text = MANIFESTS[kind] as string;

  it('an unknown field is found', () => {
    const others = changed(text, (mapping) => {
      mapping['subPath'] = 1;
    });
    expect(others.length).toBeGreaterThan(8);
    for (const [path, other] of others) expect(() => strictly(other), path).toThrow();
  });

  it('a value that is another kind of thing is found', () => {
    for (const [path, other] of changed(text, (mapping) => {
      for (const key of Object.keys(mapping)) mapping[key] = ['%'];
    }))
      expect(() => strictly(other), path).toThrow();
  });
});

it('what is named wrongly, or stands twice, is found', () => {
  const text = MANIFESTS['Ingress'] as string;
  expect(() => strictly(text.replace('name: api', 'name: Api'))).toThrow('metadata.name');
  expect(() =>
    strictly(text.replace('number: 443', 'number: 443\n                  name: x')),
  ).toThrow('not exactly one');
  expect(() => strictly(text.replace('kind: Ingress', 'kind: Egress'))).toThrow('no rules');
  expect(() => strictly(text.replace('secretName: api-tls', 'other: api-tls'))).toThrow();
});
