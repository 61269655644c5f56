// Manifests of Istio and Linkerd: by the models of the CRDs, and by every field that they have.
import { DestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import { Gateway } from '@kubernetes-models/istio/networking.istio.io/v1/Gateway';
import { PeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, type Document } from 'yaml';
import { cacertsSecret } from '../../src/manifest/istio.ts';
import {
  mutualDestination,
  mutualGateway,
  peerAuthentication,
} from '../../src/manifest/istio-policy.ts';
import { MTLS_MODES } from '../../src/manifest/istio-modes.ts';
import { migrationSteps } from '../../src/manifest/istio-migration.ts';
import { issuerSecret, trustRoots } from '../../src/manifest/linkerd.ts';
import { linkerdValues, vizValues, webhooksOf } from '../../src/manifest/linkerd-webhooks.ts';
import { linkerdIdentity, meshTlsPolicy } from '../../src/manifest/linkerd-policy.ts';
import {
  base64,
  certificates,
  dnsLabel,
  fields,
  list,
  mapOf,
  namespaced,
  oneOf,
  port,
  subdomain,
  text,
} from './strict.ts';
import { istioSets } from '../support/mesh-sets.ts';
import { NOW } from '../support/graph.ts';

type Check = ReturnType<typeof fields>;

/** The documents of a manifest, which say the same in YAML 1.1 and 1.2. */
function objects(yaml: string): readonly Readonly<Record<string, unknown>>[] {
  const [old, current] = (['1.1', '1.2'] as const).map((version) =>
    (parseAllDocuments(yaml, { version }) as Document[]).map(
      (one) => one.toJS() as Readonly<Record<string, unknown>>,
    ),
  );
  expect(old).toEqual(current);
  return current ?? [];
}

interface Model {
  validate(): void;
}

function held(yaml: string, model: (json: never) => Model, check: Check) {
  const [object, ...more] = objects(yaml);
  expect(more).toEqual([]);
  model(object as never).validate();
  check(object, '');
  return object as Readonly<Record<string, unknown>>;
}

const labels = mapOf(/^[\w./-]+$/, text(/^[\w.-]+$/));
const mode = fields({ mode: oneOf('STRICT', 'PERMISSIVE', 'DISABLE') });
const PEER = fields({
  apiVersion: oneOf('security.istio.io/v1'),
  kind: oneOf('PeerAuthentication'),
  metadata: namespaced(),
  spec: fields({
    'selector?': fields({ matchLabels: labels }),
    mtls: mode,
    'portLevelMtls?': mapOf(/^\d+$/, mode),
  }),
});
const peer = (policy: Parameters<typeof peerAuthentication>[0]) =>
  held(peerAuthentication(policy), (json) => new PeerAuthentication(json), PEER);
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe('PeerAuthentication', () => {
  it.each(MTLS_MODES)('%s, of the mesh', (given) => {
    expect(peer({ name: 'default', namespace: 'istio-system', mode: given })['spec']).toEqual({
      mtls: { mode: given.toUpperCase() },
    });
  });

  it('of pods, with another mode for a port', () => {
    const workload = { app: 'api' };
    const ports = { '9090': 'permissive' } as const;
    expect(peer({ name: 'api', mode: 'strict', workload, ports })['spec']).toEqual({
      selector: { matchLabels: workload },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { '9090': { mode: 'PERMISSIVE' } },
    });
  });

  it('is refused where Istio would not heed it', () => {
    const ports = { '9090': 'permissive' } as const;
    expect(() => peer({ name: 'default', mode: 'strict', ports })).toThrow(code('BAD_OPTION'));
    const workload = { app: 'api' };
    for (const bad of ['0', '65536', 'http', '9090: {mode: DISABLE}'])
      expect(() =>
        peer({ name: 'api', mode: 'strict', workload, ports: { [bad]: 'strict' } }),
      ).toThrow(code('BAD_OPTION'));
    expect(() => peer({ name: 'a\nb', mode: 'strict' })).toThrow(code('BAD_NAME'));
    expect(() => peer({ name: 'api', mode: 'strict', workload: { app: 'a: b' } })).toThrow(
      code('BAD_OPTION'),
    );
  });
});

describe('at the edge', () => {
  const host = text(/^(?:[a-z0-9-]+\/|\*\/)?(?:\*|(?:\*\.)?[a-z0-9.-]+)$/);
  const GATEWAY = fields({
    apiVersion: oneOf('networking.istio.io/v1'),
    kind: oneOf('Gateway'),
    metadata: namespaced(),
    spec: fields({
      selector: labels,
      servers: list(
        fields({
          port: fields({ number: port, name: dnsLabel, protocol: oneOf('HTTPS') }),
          hosts: list(host),
          tls: fields({
            mode: oneOf('MUTUAL'),
            credentialName: subdomain,
            minProtocolVersion: oneOf('TLSV1_2'),
          }),
        }),
      ),
    }),
  });
  const RULE = fields({
    apiVersion: oneOf('networking.istio.io/v1'),
    kind: oneOf('DestinationRule'),
    metadata: namespaced(),
    spec: fields({
      host,
      'workloadSelector?': fields({ matchLabels: labels }),
      trafficPolicy: fields({
        tls: fields({
          mode: oneOf('MUTUAL'),
          credentialName: subdomain,
          'subjectAltNames?': list(text()),
          'sni?': host,
        }),
      }),
    }),
  });
  const gateway = {
    name: 'api',
    selector: { istio: 'ingressgateway' },
    port: 443,
    hosts: ['api.example.org', '*.example.org', 'prod/api.example.org', '*'],
    credential: 'api-tls',
  };
  const rule = {
    name: 'bank',
    host: 'bank.example',
    workload: { app: 'pay' },
    credential: 'bank-tls',
    names: ['bank.example', 'spiffe://bank.example/pay'],
  };

  it('a Gateway demands certificates', () => {
    held(mutualGateway(gateway), (json) => new Gateway(json), GATEWAY);
    for (const bad of ['api example', 'a/b/c', 'Prod/api.example.org', 'api.*.org', 'x: y', 'api'])
      expect(() => mutualGateway({ ...gateway, hosts: [bad] })).toThrow(code('BAD_NAME'));
    for (const name of ['api.prod', 'a'.repeat(64)])
      expect(() => mutualGateway({ ...gateway, name })).toThrow(code('BAD_NAME'));
    expect(() => mutualGateway({ ...gateway, port: 0 })).toThrow(code('BAD_OPTION'));
    expect(() => mutualGateway({ ...gateway, credential: 'x\ny' })).toThrow(code('BAD_NAME'));
  });

  it('a DestinationRule shows one', () => {
    held(mutualDestination(rule), (json) => new DestinationRule(json), RULE);
    for (const host of ['prod/bank.example', '*/bank.example', 'bank example'])
      expect(() => mutualDestination({ ...rule, host })).toThrow(code('BAD_NAME'));
    const bare = { ...rule, workload: {}, names: [], host: '*.bank.example' };
    const { spec } = held(mutualDestination(bare), (json) => new DestinationRule(json), RULE);
    expect(spec).toEqual({
      host: '*.bank.example',
      trafficPolicy: { tls: { mode: 'MUTUAL', credentialName: 'bank-tls' } },
    });
  });
});

describe('what CAs are handed over in', async () => {
  const [usual] = await istioSets(NOW);
  const file = (name: string) => usual?.files[name] ?? '';
  const named = (name: string, namespace: string) =>
    fields({ name: oneOf(name), namespace: oneOf(namespace), 'labels?': labels });
  const secret = (metadata: Check, type: string, ...keys: readonly string[]) =>
    fields({
      apiVersion: oneOf('v1'),
      kind: oneOf('Secret'),
      metadata,
      type: oneOf(type),
      data: fields(Object.fromEntries(keys.map((key) => [key, base64]))),
    });
  const cacerts = {
    namespace: 'istio-system',
    certificate: file('ca-cert.pem'),
    above: '',
    key: file('ca-key.pem'),
    roots: file('root-cert.pem'),
    root: file('root-cert.pem'),
  };
  const model = (json: never) => new Secret(json);

  it('cacerts', () => {
    const meta = named('cacerts', 'istio-system');
    const keys = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'];
    const { data } = held(cacertsSecret(cacerts), model, secret(meta, 'Opaque', ...keys));
    for (const key of keys)
      expect(Buffer.from((data as Record<string, string>)[key] ?? '', 'base64').toString()).toBe(
        file(key),
      );
    held(
      cacertsSecret({ ...cacerts, crls: 'lists of all' }),
      model,
      secret(meta, 'Opaque', ...keys, 'ca-crl.pem'),
    );
    held(
      cacertsSecret({ ...cacerts, tls: true }),
      model,
      secret(meta, 'kubernetes.io/tls', 'tls.crt', 'tls.key', 'ca.crt'),
    );
  });

  it('the issuer of Linkerd, in both forms', () => {
    const meta = named('linkerd-identity-issuer', 'linkerd');
    const issuer = {
      namespace: 'linkerd',
      certificates: file('ca-cert.pem'),
      key: file('ca-key.pem'),
    };
    held(issuerSecret(issuer), model, secret(meta, 'Opaque', 'crt.pem', 'key.pem'));
    held(
      issuerSecret({ ...issuer, roots: file('root-cert.pem') }),
      model,
      secret(meta, 'kubernetes.io/tls', 'tls.crt', 'tls.key', 'ca.crt'),
    );
  });

  it('the anchors of Linkerd', () => {
    const { data } = held(
      trustRoots({ namespace: 'linkerd', roots: file('root-cert.pem') }),
      (json) => new ConfigMap(json),
      fields({
        apiVersion: oneOf('v1'),
        kind: oneOf('ConfigMap'),
        metadata: named('linkerd-identity-trust-roots', 'linkerd'),
        data: fields({ 'ca-bundle.crt': certificates }),
      }),
    );
    // Linkerd says "not a PEM certificate" of a blank line behind the last one
    expect(data).toEqual({ 'ca-bundle.crt': file('root-cert.pem') });
  });
});

describe('who may call, by Linkerd', () => {
  const domain = { controlPlane: 'linkerd', trustDomain: 'cluster.local' };
  const POLICY = [
    fields({
      apiVersion: oneOf('policy.linkerd.io/v1beta3'),
      kind: oneOf('Server'),
      metadata: namespaced(),
      spec: fields({
        podSelector: fields({ matchLabels: labels }),
        port: (value, path) => {
          if (typeof value === 'number') port(value, path);
          else text(/^[a-z0-9-]{1,15}$/)(value, path);
        },
        'proxyProtocol?': text(),
      }),
    }),
    fields({
      apiVersion: oneOf('policy.linkerd.io/v1alpha1'),
      kind: oneOf('MeshTLSAuthentication'),
      metadata: namespaced(),
      spec: fields({ identities: list(text()) }),
    }),
    fields({
      apiVersion: oneOf('policy.linkerd.io/v1alpha1'),
      kind: oneOf('AuthorizationPolicy'),
      metadata: namespaced(),
      spec: fields({
        targetRef: fields({
          group: oneOf('policy.linkerd.io'),
          kind: oneOf('Server'),
          name: subdomain,
        }),
        requiredAuthenticationRefs: list(
          fields({
            group: oneOf('policy.linkerd.io'),
            kind: oneOf('MeshTLSAuthentication'),
            name: subdomain,
          }),
        ),
      }),
    }),
  ];
  const policy = {
    name: 'orders',
    namespace: 'shop',
    workload: { app: 'orders' },
    port: 'http',
    identities: ['web.shop.serviceaccount.identity.linkerd.cluster.local'],
  };

  it.each([policy, { ...policy, port: '8080', protocol: 'HTTP/2' as const }])(
    'three objects that name each other: $port',
    (given) => {
      const made = objects(meshTlsPolicy(given));
      expect(made).toHaveLength(3);
      made.forEach((object, index) => {
        POLICY[index]?.(object, '');
        expect(object['metadata']).toEqual({ name: 'orders', namespace: 'shop' });
      });
    },
  );

  it('writes identities as proxies have them', () => {
    expect(linkerdIdentity('shop/web', domain)).toBe(policy.identities[0]);
    expect(linkerdIdentity('*', domain)).toBe('*');
    expect(linkerdIdentity('*.shop.serviceaccount.identity.linkerd.cluster.local', domain)).toMatch(
      /^\*\.shop/,
    );
    for (const bad of [
      '',
      'a/b/c',
      'Shop/web',
      'shop/',
      'x y',
      '*x.shop',
      'shop/we b',
      'shop/web.v2',
      'web',
    ])
      expect(() => linkerdIdentity(bad, domain), bad).toThrow(code('BAD_NAME'));
  });

  it('refuses ports that there are not', () => {
    for (const bad of ['0', '65536', '-1', 'Http', 'a--b', 'longer-than-fifteen', ''])
      expect(() => meshTlsPolicy({ ...policy, port: bad }), bad).toThrow(code('BAD_OPTION'));
  });
});

describe('what Helm is told of Linkerd', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const hook = { externalSecret: true, caBundle: pem };
  const issuer = { scheme: 'kubernetes.io/tls' };

  // The keys of charts/linkerd-control-plane/values.yaml and of its viz
  it('anchors, issuer and webhooks', () => {
    expect(objects(linkerdValues({ anchors: pem, webhookRoots: pem }))).toEqual([
      {
        identityTrustAnchorsPEM: pem,
        identity: { issuer },
        proxyInjector: hook,
        profileValidator: hook,
        policyValidator: hook,
      },
    ]);
    expect(objects(linkerdValues({}))).toEqual([{ identity: { externalCA: true, issuer } }]);
    expect(objects(vizValues(pem))).toEqual([{ tap: hook, tapInjector: hook }]);
  });

  it('the names that the API server calls', () => {
    expect(webhooksOf('linkerd', false)).toContainEqual({
      secret: 'linkerd-policy-validator-k8s-tls',
      host: 'linkerd-policy-validator.linkerd.svc',
    });
    expect(webhooksOf('linkerd-viz', true).map(({ host }) => host)).toEqual([
      'tap.linkerd-viz.svc',
      'tap-injector.linkerd-viz.svc',
    ]);
  });
});

it('the way to strict goes over permissive, each step with its check', () => {
  const steps = migrationSteps('prod');
  const lines = steps.flatMap(({ run }) => run);
  const first = (part: string) => lines.findIndex((line) => line.includes(part));
  expect(first('--mode permissive')).toBe(0);
  expect(first('--mode strict')).toBeGreaterThan(first('istio-injection'));
  expect(lines.at(-1)).toBe('mtls mesh istio policy --mode strict | kubectl apply -f -');
  for (const { check } of steps) expect(check.run + check.shows).toMatch(/\S{10}/);
});
