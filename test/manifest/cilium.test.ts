// Manifests for Cilium and Kiali: by the models of Kubernetes, and by every field that they have.
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, type Document } from 'yaml';
import { ciliumCaSecret, ciliumValues } from '../../src/manifest/cilium.ts';
import { ciliumPolicy, parseCallers } from '../../src/manifest/cilium-policy.ts';
import {
  checkClusterName,
  clusterMeshSecrets,
  hubbleSecrets,
} from '../../src/manifest/cilium-secrets.ts';
import { kialiCabundle } from '../../src/manifest/kiali.ts';
import { cabundleName, KIALI_KEYS } from '../../src/manifest/kiali-names.ts';
import { base64, certificates, fields, list, mapOf, namespaced, oneOf, text } from './strict.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** The one document of a manifest, which says the same in YAML 1.1 and 1.2. */
function objectOf(yaml: string): Mapping {
  const [old, current] = (['1.1', '1.2'] as const).map((version) =>
    (parseAllDocuments(yaml, { version }) as Document[]).map((one) => one.toJS() as Mapping),
  );
  expect(old).toEqual(current);
  expect(current).toHaveLength(1);
  return current?.[0] as Mapping;
}

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

describe('cilium-ca', () => {
  const ca = { namespace: 'kube-system', certificates: pem, key: 'KEY\n' };
  const of = (metadata: ReturnType<typeof fields>) =>
    fields({
      apiVersion: oneOf('v1'),
      kind: oneOf('Secret'),
      metadata,
      type: oneOf('Opaque'),
      data: fields({ 'ca.crt': base64, 'ca.key': base64 }),
    });

  it('has the CA and its key', () => {
    const object = objectOf(ciliumCaSecret({ ...ca, labels: { team: 'net' } }));
    new Secret(object).validate();
    of(namespaced(oneOf('cilium-ca')))(object, '');
    expect(object['data']).toEqual({ 'ca.crt': btoa(pem), 'ca.key': btoa('KEY\n') });
  });

  // Helm: invalid ownership metadata, unless all three are there
  it('is Helm’s where a release is named', () => {
    const { metadata, ...rest } = objectOf(
      ciliumCaSecret({ ...ca, labels: { team: 'net' }, release: 'cilium' }),
    );
    new Secret({ metadata, ...rest } as never).validate();
    expect(metadata).toEqual({
      name: 'cilium-ca',
      namespace: 'kube-system',
      labels: { 'app.kubernetes.io/managed-by': 'Helm', team: 'net' },
      annotations: {
        'meta.helm.sh/release-name': 'cilium',
        'meta.helm.sh/release-namespace': 'kube-system',
      },
    });
  });

  it('takes no name that Kubernetes does not', () => {
    expect(() => ciliumCaSecret({ ...ca, namespace: 'a\nb' })).toThrow(code('BAD_NAME'));
    expect(() => ciliumCaSecret({ ...ca, release: 'a: b' })).toThrow(code('BAD_NAME'));
    expect(() => ciliumCaSecret({ ...ca, labels: { a: 'b: c' } })).toThrow(code('BAD_OPTION'));
  });
});

describe('certificates of the chart', () => {
  // templates/hubble/tls-helm and Documentation/observability/hubble/configuration/tls.rst
  it('name the cluster, its dots as dashes', () => {
    const all = hubbleSecrets('east.prod', { relayTls: true, metrics: true });
    expect(all.map(({ secret, profile, names }) => [secret, profile, names[0]])).toEqual([
      ['hubble-server-certs', 'peer', '*.east-prod.hubble-grpc.cilium.io'],
      ['hubble-relay-client-certs', 'client', '*.hubble-relay.cilium.io'],
      ['hubble-relay-server-certs', 'server', '*.hubble-relay.cilium.io'],
      ['hubble-ui-client-certs', 'client', '*.hubble-ui.cilium.io'],
      ['hubble-metrics-server-certs', 'server', 'east-prod.hubble-metrics.cilium.io'],
    ]);
    expect(hubbleSecrets('a', { relayTls: false, metrics: false })).toHaveLength(2);
  });

  // templates/clustermesh-apiserver/_helpers.tpl
  it('are users of etcd by their common names', () => {
    const names = (authMode: 'migration' | 'cluster') =>
      clusterMeshSecrets('east', { namespace: 'cilium', authMode }).map(({ names: all }) => all);
    expect(names('migration')).toEqual([
      ['clustermesh-apiserver.cilium.svc', '*.mesh.cilium.io', '127.0.0.1', '::1'],
      ['admin-east'],
      ['remote'],
      ['local-east'],
    ]);
    expect(names('cluster')[2]).toEqual(['remote-east']);
  });

  it('are of a cluster whose name Cilium takes', () => {
    for (const good of ['a', 'default', 'east-1', 'a'.repeat(32), 'east.prod'])
      expect(() => {
        checkClusterName(good);
      }, good).not.toThrow();
    for (const bad of ['', 'A', '-a', 'a-', 'a..b', 'a'.repeat(33), 'a b', 'a\nb', '*'])
      expect(() => {
        checkClusterName(bad);
      }, bad).toThrow(code('BAD_NAME'));
  });
});

describe('CiliumNetworkPolicy', () => {
  const labels = mapOf(/^[\w./:-]+$/, text(/^[\w.-]*$/));
  const selector = fields({
    'matchLabels?': labels,
    'matchExpressions?': list(
      fields({ key: oneOf('k8s:io.kubernetes.pod.namespace'), operator: oneOf('Exists') }),
    ),
  });
  const POLICY = fields({
    apiVersion: oneOf('cilium.io/v2'),
    kind: oneOf('CiliumNetworkPolicy'),
    metadata: namespaced(),
    spec: fields({
      endpointSelector: selector,
      ingress: list(
        fields({
          fromEndpoints: list(selector),
          authentication: fields({ mode: oneOf('required', 'disabled') }),
          'toPorts?': list(
            fields({
              ports: list(
                fields({
                  port: text(/^[a-z0-9-]+$/),
                  protocol: oneOf('TCP', 'UDP', 'SCTP', 'ANY'),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
  });
  const policy = {
    name: 'api',
    namespace: 'shop',
    workload: { app: 'api' },
    callers: ['app=web', 'prod:app=web,tier=front', 'prod:*', '*:*', '*:a=b', '*'].map(
      parseCallers,
    ),
    ports: ['8080', 'http', '53/udp'],
    mode: 'required',
  } as const;
  const ingressOf = (given: Parameters<typeof ciliumPolicy>[0]) => {
    const object = objectOf(ciliumPolicy(given));
    POLICY(object, '');
    const { spec } = object as { spec: { endpointSelector: Mapping; ingress: readonly Mapping[] } };
    return { ...spec.ingress[0], endpointSelector: spec.endpointSelector } as Mapping;
  };

  it('demands a proof of those who are named', () => {
    const namespace = 'k8s:io.kubernetes.pod.namespace';
    const any = [{ key: namespace, operator: 'Exists' }];
    expect(ingressOf(policy)).toEqual({
      endpointSelector: { matchLabels: { app: 'api' } },
      fromEndpoints: [
        { matchLabels: { app: 'web' } },
        { matchLabels: { app: 'web', tier: 'front', [namespace]: 'prod' } },
        { matchLabels: { [namespace]: 'prod' } },
        { matchExpressions: any },
        { matchLabels: { a: 'b' }, matchExpressions: any },
        {},
      ],
      authentication: { mode: 'required' },
      toPorts: [
        {
          ports: [
            { port: '8080', protocol: 'TCP' },
            { port: 'http', protocol: 'TCP' },
            { port: '53', protocol: 'UDP' },
          ],
        },
      ],
    });
  });

  it('is of the whole namespace and of all ports unless told otherwise', () => {
    expect(ingressOf({ ...policy, workload: {}, ports: [], mode: 'disabled' })).toMatchObject({
      endpointSelector: {},
      authentication: { mode: 'disabled' },
    });
    expect(ingressOf({ ...policy, ports: [] })).not.toHaveProperty('toPorts');
  });

  it('takes nobody and no port that there is not', () => {
    for (const bad of ['', 'prod:', 'Prod:*', 'a b', 'app', 'app=x y', 'a:b:c=d', 'app=x,', '\n'])
      expect(() => parseCallers(bad), bad).toThrow();
    for (const bad of ['0', '65536', '-1', 'Http', '80/ICMP', '80/tcp/x', '', '8 0'])
      expect(() => ciliumPolicy({ ...policy, ports: [bad] }), bad).toThrow();
    expect(() =>
      ciliumPolicy({ ...policy, ports: Array.from({ length: 41 }, (_, port) => String(port + 1)) }),
    ).toThrow(code('BAD_OPTION'));
  });
});

describe('what Helm is told of Cilium', () => {
  const none = { relayTls: false, metrics: false, clusterMesh: undefined, bundle: false };
  it('is what was asked for, and nothing else', () => {
    expect(objectOf(ciliumValues({ ...none, hubble: true }))).toEqual({
      hubble: {
        tls: { auto: { enabled: false }, server: { existingSecret: 'hubble-server-certs' } },
        relay: { tls: { client: { existingSecret: 'hubble-relay-client-certs' } } },
      },
    });
    expect(
      objectOf(ciliumValues({ ...none, hubble: false, clusterMesh: 'cluster', bundle: true })),
    ).toEqual({
      clustermesh: { apiserver: { tls: { authMode: 'cluster', auto: { enabled: false } } } },
      tls: { caBundle: { enabled: true } },
    });
  });
});

describe('the CA bundle of Kiali', () => {
  it.each(KIALI_KEYS)('under %s', (key) => {
    const meta = { name: cabundleName('kiali'), namespace: 'istio-system' };
    const object = objectOf(kialiCabundle({ ...meta, roots: pem, key }));
    new ConfigMap(object).validate();
    fields({
      apiVersion: oneOf('v1'),
      kind: oneOf('ConfigMap'),
      metadata: namespaced(oneOf('kiali-cabundle')),
      data: fields({ [key]: certificates }),
    })(object, '');
  });
});
