import { Ingress as Model } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { describe, expect, it } from 'vitest';
import { ingress, type Ingress } from '../../src/manifest/ingress.ts';
import { strictly } from './strict.ts';

const WANTED: Ingress = {
  name: 'api',
  namespace: 'prod',
  class: 'nginx',
  hosts: ['api.example.org', '*.API.example.org', 'api.example.org'],
  secret: 'api-tls',
  service: 'api',
  port: 443,
  path: '/',
  depth: 1,
};
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

function checked(more: Partial<Ingress> = {}) {
  const [object] = strictly(ingress({ ...WANTED, ...more }));
  const model = new Model(object);
  expect(() => {
    model.validate();
  }).not.toThrow();
  return model;
}

describe('ingress', () => {
  it('answers for its hosts, each once', () => {
    const { metadata, spec } = checked();
    expect(metadata?.annotations).toBeUndefined();
    const hosts = ['api.example.org', '*.api.example.org'];
    expect(spec?.tls).toEqual([{ hosts, secretName: 'api-tls' }]);
    expect(spec?.rules?.map(({ host }) => host)).toEqual(hosts);
    expect(spec?.rules?.[1]?.http?.paths).toEqual([
      {
        path: '/',
        pathType: 'Prefix',
        backend: { service: { name: 'api', port: { number: 443 } } },
      },
    ]);
    expect(
      checked({ port: 'https' }).spec?.rules?.[0]?.http?.paths[0]?.backend.service?.port,
    ).toEqual({ name: 'https' });
  });

  // docs of ingress-nginx: annotations, client certificate authentication
  it('asks clients for a certificate', () => {
    const clients = { secret: 'client-roots', verify: 'on', pass: true } as const;
    expect(checked({ clients, depth: 2 }).metadata?.annotations).toEqual({
      'nginx.ingress.kubernetes.io/auth-tls-secret': 'prod/client-roots',
      'nginx.ingress.kubernetes.io/auth-tls-verify-client': 'on',
      'nginx.ingress.kubernetes.io/auth-tls-verify-depth': '2',
      'nginx.ingress.kubernetes.io/auth-tls-pass-certificate-to-upstream': 'true',
    });
  });

  // docs of ingress-nginx: annotations, backend certificate authentication
  it('verifies the service, and shows it a certificate', () => {
    const of = (host?: string) =>
      checked({ upstream: { secret: 'nginx-client', host } }).metadata?.annotations;
    expect(of()).toEqual({
      'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS',
      'nginx.ingress.kubernetes.io/proxy-ssl-secret': 'prod/nginx-client',
      'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'on',
      'nginx.ingress.kubernetes.io/proxy-ssl-verify-depth': '1',
      'nginx.ingress.kubernetes.io/proxy-ssl-name': 'api.prod.svc',
      'nginx.ingress.kubernetes.io/proxy-ssl-server-name': 'on',
      'nginx.ingress.kubernetes.io/proxy-ssl-protocols': 'TLSv1.2 TLSv1.3',
    });
    expect(of('api.internal')).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-ssl-name': 'api.internal',
    });
  });

  it.each<[Partial<Ingress>, string]>([
    [{ hosts: ['a b'] }, 'BAD_NAME'],
    [{ hosts: ['10.0.0.7'] }, 'BAD_NAME'],
    [{ service: '1api' }, 'BAD_NAME'],
    [{ service: 'api.prod' }, 'BAD_NAME'],
    [{ port: 'HTTPS' }, 'BAD_NAME'],
    [{ port: '-' }, 'BAD_NAME'],
    [{ secret: 'prod/api-tls' }, 'BAD_NAME'],
    [{ class: 'a b' }, 'BAD_NAME'],
    [{ clients: { secret: 'other/roots', verify: 'on', pass: false } }, 'BAD_NAME'],
    [{ upstream: { secret: 'a', host: '*.internal.org' } }, 'BAD_NAME'],
    [{ upstream: { secret: 'a', host: 'a\nproxy_pass http://b' } }, 'BAD_NAME'],
    [{ namespace: undefined, upstream: { secret: 'a', host: 'b' } }, 'BAD_OPTION'],
    [{ namespace: undefined, clients: { secret: 'a', verify: 'on', pass: false } }, 'BAD_OPTION'],
  ])('refuses %j', (more, wanted) => {
    expect(() => ingress({ ...WANTED, ...more })).toThrow(code(wanted));
  });
});
