import { BackendTLSPolicy } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/BackendTLSPolicy';
import { Gateway as Model } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { describe, expect, it } from 'vitest';
import { gateway, type Gateway } from '../../src/manifest/gateway.ts';
import { strictly } from './strict.ts';

const WANTED: Gateway = { name: 'edge', class: 'envoy', hosts: [], port: 443, secret: 'edge-tls' };
const BACKEND = { service: 'api', host: 'api.prod.svc', names: [], roots: 'mtls-roots' } as const;
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

function checked(more: Partial<Gateway> = {}) {
  const [first, second] = strictly(gateway({ ...WANTED, ...more }));
  const model = new Model(first as ConstructorParameters<typeof Model>[0]);
  expect(() => {
    model.validate();
  }).not.toThrow();
  const policy =
    second && new BackendTLSPolicy(second as ConstructorParameters<typeof BackendTLSPolicy>[0]);
  expect(() => policy?.validate()).not.toThrow();
  return { gateway: model.spec, policy };
}

describe('gateway', () => {
  it('listens, for all hosts or for some', () => {
    const listener = {
      name: 'https',
      port: 443,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: 'edge-tls' }] },
    };
    expect(checked()).toEqual({
      gateway: { gatewayClassName: 'envoy', listeners: [listener] },
      policy: undefined,
    });
    const hosts = ['API.example.org', '*.example.org', 'api.example.org'];
    expect(checked({ hosts }).gateway.listeners).toEqual([
      { ...listener, hostname: 'api.example.org' },
      { ...listener, name: 'https-2', hostname: '*.example.org' },
    ]);
  });

  it('asks clients for a certificate', () => {
    const validation = {
      caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'mtls-roots' }],
      mode: 'AllowValidOnly',
    };
    expect(checked({ clientRoots: 'mtls-roots' }).gateway.tls).toEqual({
      frontend: { default: { validation } },
    });
    expect(checked({ clientRoots: 'mtls-roots', clientsOptional: true }).gateway.tls).toEqual({
      frontend: { default: { validation: { ...validation, mode: 'AllowInsecureFallback' } } },
    });
    expect(checked({ clientCertificate: 'edge-client' }).gateway.tls).toEqual({
      backend: { clientCertificateRef: { kind: 'Secret', name: 'edge-client' } },
    });
  });

  it('says how a Service proves who it is', () => {
    expect(checked({ namespace: 'prod', backend: BACKEND }).policy).toMatchObject({
      metadata: { name: 'api', namespace: 'prod' },
      spec: {
        targetRefs: [{ group: '', kind: 'Service', name: 'api' }],
        validation: {
          caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'mtls-roots' }],
          hostname: 'api.prod.svc',
        },
      },
    });
    const names = ['spiffe://example.org/ns/prod/sa/api', '*.prod.svc'];
    const { policy } = checked({ backend: { ...BACKEND, roots: undefined, port: 'https', names } });
    expect(policy?.spec).toEqual({
      targetRefs: [{ group: '', kind: 'Service', name: 'api', sectionName: 'https' }],
      validation: {
        wellKnownCACertificates: 'System',
        hostname: 'api.prod.svc',
        subjectAltNames: [
          { type: 'URI', uri: 'spiffe://example.org/ns/prod/sa/api' },
          { type: 'Hostname', hostname: '*.prod.svc' },
        ],
      },
    });
  });

  it.each<[Partial<Gateway>, string]>([
    [{ class: '' }, 'BAD_NAME'],
    [{ hosts: ['a b'] }, 'BAD_NAME'],
    [{ secret: 'a/b' }, 'BAD_NAME'],
    [{ clientRoots: '' }, 'BAD_NAME'],
    [{ clientRoots: 'A' }, 'BAD_NAME'],
    [{ clientCertificate: 'a/b' }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, service: 'a.b' } }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, host: '*.prod.svc' } }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, host: '10.0.0.7' } }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, roots: 'a b' } }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, port: '443' } }, 'BAD_NAME'],
    [{ backend: { ...BACKEND, names: ['spiffe://Example.org/a'] } }, 'BAD_SPIFFE_ID'],
    [{ backend: { ...BACKEND, names: ['https://example.org'] } }, 'BAD_SPIFFE_ID'],
  ])('refuses %j', (more, wanted) => {
    expect(() => gateway({ ...WANTED, ...more })).toThrow(code(wanted));
  });
});
