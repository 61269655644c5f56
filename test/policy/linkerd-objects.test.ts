// What Linkerd is handed, held to the schemas of its CRDs (charts/linkerd-crds, templates/policy) and
// to what its policy controller asks on admission (policy-controller/src/admission.rs).
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { meshTlsPolicy } from '../../src/manifest/linkerd-policy.ts';
import { PROXY_PROTOCOLS } from '../../src/manifest/linkerd-protocols.ts';
import { LINKERD } from '../../src/manifest/policy/linkerd.ts';
import { exportPolicy, inexpressible } from '../../src/manifest/policy/target.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { fields, list, namespaced, oneOf, port, subdomain, text } from '../manifest/strict.ts';
import { SeededRandom } from '../support/random.ts';
import { thrown } from '../support/thrown.ts';
import { policyText } from './cases.ts';

const GROUP = 'policy.linkerd.io';
// DNS_LIKE_IDENTITY_REGEX; the CRD has no pattern
const identity = text(/^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
const reference = (...kinds: readonly string[]) =>
  fields({ group: oneOf(GROUP), kind: oneOf(...kinds), name: subdomain });
const one =
  (check: ReturnType<typeof text>): typeof check =>
  (value, path) => {
    list(check)(value, path);
    expect(value).toHaveLength(1);
  };

const OBJECTS: Readonly<Record<string, ReturnType<typeof text>>> = {
  Server: fields({
    apiVersion: oneOf(`${GROUP}/v1beta3`),
    kind: oneOf('Server'),
    metadata: namespaced(),
    spec: fields({
      // accessPolicy is deny where it is left out
      podSelector: fields({ matchLabels: fields({ app: text() }) }),
      port: (value, path) => {
        if (typeof value === 'number') port(value, path);
        else text(/^(?=.*[a-z])[a-z0-9](?:-?[a-z0-9]){0,14}$/)(value, path);
      },
      'proxyProtocol?': oneOf('unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'),
    }),
  }),
  HTTPRoute: fields({
    apiVersion: oneOf(`${GROUP}/v1beta3`),
    kind: oneOf('HTTPRoute'),
    metadata: namespaced(),
    spec: fields({
      // The kind of a parent is Gateway where it is left out; a Server has neither port nor section
      parentRefs: one(reference('Server')),
      rules: one(
        fields({
          matches: one(
            fields({
              path: fields({ type: oneOf('Exact', 'PathPrefix'), value: text(/^\/.{0,1023}$/) }),
              'method?': oneOf(
                ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
              ),
            }),
          ),
        }),
      ),
    }),
  }),
  MeshTLSAuthentication: fields({
    apiVersion: oneOf(`${GROUP}/v1alpha1`),
    kind: oneOf('MeshTLSAuthentication'),
    metadata: namespaced(),
    spec: fields({ identities: list(identity) }),
  }),
  AuthorizationPolicy: fields({
    apiVersion: oneOf(`${GROUP}/v1alpha1`),
    kind: oneOf('AuthorizationPolicy'),
    metadata: namespaced(),
    spec: fields({
      targetRef: reference('Server', 'HTTPRoute'),
      // Admission refuses a second MeshTLSAuthentication
      requiredAuthenticationRefs: one(reference('MeshTLSAuthentication')),
    }),
  }),
};

interface Referring {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Reference {
  readonly kind: string;
  readonly name: string;
}

/** Every object by its schema, and every reference to one that is there. */
function expectTaken(yaml: string): readonly Referring[] {
  const objects = parseAllDocuments(yaml).map((document) => document.toJS() as Referring);
  for (const object of objects) OBJECTS[object.kind]?.(object, object.kind);
  const called = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(called.filter((name, at) => called.indexOf(name) !== at)).toEqual([]);
  expect(objects.filter(({ kind }) => !(kind in OBJECTS))).toEqual([]);
  const references = objects.flatMap(({ spec }) =>
    ['parentRefs', 'targetRef', 'requiredAuthenticationRefs'].flatMap(
      (field) => (spec[field] ?? []) as Reference | readonly Reference[],
    ),
  );
  for (const { kind, name } of references) expect(called).toContain(`${kind} ${name}`);
  return objects;
}

const OPTIONS = { name: 'orders', namespace: 'shop', selector: { app: 'orders' }, port: '8080' };
const policyOf = (what: string) =>
  readPolicy(
    `version: 1\nrules:\n  - {name: odd, effect: allow, who: [{dns: web.svc}], what: [{${what}}]}\n`,
    'p',
  );

describe('what Linkerd is handed', () => {
  it('of generated policies, object by object', () => {
    const random = new SeededRandom(21);
    let taken = 0;
    for (let count = 0; count < 60; count++) {
      const policy = readPolicy(policyText(random, 'linkerd'), 'generated');
      if (inexpressible(LINKERD, policy).length > 0) continue;
      const objects = expectTaken(exportPolicy(LINKERD, policy, OPTIONS));
      // A Server without a route lets pass what is allowed for all of it
      expect(objects.map(({ kind }) => kind)).toContain('HTTPRoute');
      taken++;
    }
    expect(taken).toBeGreaterThan(30);
  });

  it('of a policy with every method that its routes have', () => {
    const methods = 'GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH';
    const policy = policyOf(`methods: [${methods}], paths: [/orders]`);
    expect(expectTaken(exportPolicy(LINKERD, policy, { ...OPTIONS, port: 'http' }))).toHaveLength(
      1 + 3 * 9,
    );
  });

  it('is nothing where a route has no such method', () => {
    const policy = policyOf('methods: [GET, PURGE], paths: [/orders]');
    const error = thrown(() => exportPolicy(LINKERD, policy, OPTIONS));
    expect(error.code).toBe('POLICY_INEXPRESSIBLE');
    expect(error.message).toContain('PURGE');
  });

  it.each(PROXY_PROTOCOLS)('by mtls mesh linkerd policy, spoken as %s', (protocol) => {
    const yaml = meshTlsPolicy({
      name: 'orders',
      namespace: 'shop',
      workload: { app: 'orders' },
      port: 'http',
      protocol,
      identities: ['*', '*.svc', 'web.shop.serviceaccount.identity.linkerd.cluster.local'],
    });
    expect(expectTaken(yaml).map(({ kind }) => kind)).toEqual([
      'Server',
      'MeshTLSAuthentication',
      'AuthorizationPolicy',
    ]);
  });
});
