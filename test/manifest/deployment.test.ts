import { Deployment as Model } from 'kubernetes-models/apps/v1/Deployment';
import { describe, expect, it } from 'vitest';
import { deployment, workloadPatch } from '../../src/manifest/deployment.ts';
import { strictly } from './strict.ts';

const FILES = { name: 'api', secret: 'api-tls', mountPath: '/etc/mtls', fsGroup: 65532 };
const whole = (more: Partial<Parameters<typeof deployment>[0]> = {}) =>
  deployment({ ...FILES, image: 'example.org/api:1.2.3', port: 8443, ...more });
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

function checked(yaml: string) {
  const [object] = strictly(yaml);
  const model = new Model(object);
  expect(() => {
    model.validate();
  }).not.toThrow();
  return model.spec;
}

describe('deployment', () => {
  it('gives the container its files, read-only and renewed in place', () => {
    const spec = checked(whole());
    const pod = spec?.template.spec;
    // 256 is 0400 to every YAML
    expect(pod?.volumes).toEqual([
      { name: 'mtls', secret: { secretName: 'api-tls', defaultMode: 256 } },
    ]);
    expect(pod?.securityContext).toMatchObject({ fsGroup: 65532, runAsNonRoot: true });
    const [container] = pod?.containers ?? [];
    expect(container).toMatchObject({
      name: 'api',
      image: 'example.org/api:1.2.3',
      ports: [{ containerPort: 8443 }],
      env: [
        { name: 'TLS_CERT_FILE', value: '/etc/mtls/tls.crt' },
        { name: 'TLS_KEY_FILE', value: '/etc/mtls/tls.key' },
        { name: 'TLS_CA_FILE', value: '/etc/mtls/ca.crt' },
      ],
      volumeMounts: [{ name: 'mtls', mountPath: '/etc/mtls', readOnly: true }],
    });
    expect(spec?.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'api' });
    expect(spec?.template.metadata?.labels).toEqual({ 'app.kubernetes.io/name': 'api' });
  });

  it('says why, where it matters', () => {
    const text = whole();
    expect(text).toContain('# A probe by HTTPS would fail');
    expect(text).toContain('never a subPath');
    expect(text).not.toContain('Reloader');
    expect(text).not.toMatch(/^ *subPath:/m);
    expect(whole({ port: undefined })).not.toContain('probe');
    expect(whole({ reloader: true })).toContain('# Restarts the Pods');
  });

  it('takes the roots from elsewhere', () => {
    const roots = { kind: 'configMap', name: 'mtls-roots', key: 'roots.pem' } as const;
    const spec = checked(whole({ roots, reloader: true }));
    expect(spec?.template.spec?.volumes?.[0]?.projected).toEqual({
      defaultMode: 256,
      sources: [
        {
          secret: {
            name: 'api-tls',
            items: [
              { key: 'tls.crt', path: 'tls.crt' },
              { key: 'tls.key', path: 'tls.key' },
            ],
          },
        },
        { configMap: { name: 'mtls-roots', items: [{ key: 'roots.pem', path: 'ca.crt' }] } },
      ],
    });
    const bundle = checked(whole({ roots: { kind: 'trustBundle', name: 'example.org:w:roots' } }));
    expect(bundle?.template.spec?.volumes?.[0]?.projected?.sources?.[1]).toEqual({
      clusterTrustBundle: { name: 'example.org:w:roots', path: 'ca.crt' },
    });
  });

  it('carries what is asked for', () => {
    const spec = checked(
      whole({
        namespace: 'prod',
        labels: { tier: 'backend' },
        replicas: 3,
        serviceAccount: 'payments',
        container: 'server',
        mountPath: '/run/tls',
      }),
    );
    expect(spec).toMatchObject({
      replicas: 3,
      template: {
        metadata: { labels: { tier: 'backend', 'app.kubernetes.io/name': 'api' } },
        spec: {
          serviceAccountName: 'payments',
          containers: [{ name: 'server', volumeMounts: [{ mountPath: '/run/tls' }] }],
        },
      },
    });
    expect(spec?.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'api' });
  });

  it.each([
    [{ name: 'Api' }, 'BAD_NAME'],
    [{ name: 'a'.repeat(64) }, 'BAD_NAME'],
    [{ name: 'api.v1' }, 'BAD_NAME'],
    [{ container: 'a'.repeat(64) }, 'BAD_NAME'],
    [{ secret: 'a/b' }, 'BAD_NAME'],
    [{ serviceAccount: 'a:b' }, 'BAD_NAME'],
    [{ roots: { kind: 'configMap', name: 'a/b', key: 'ca.crt' } as const }, 'BAD_NAME'],
    [{ roots: { kind: 'configMap', name: 'a', key: '..' } as const }, 'BAD_OPTION'],
    [{ roots: { kind: 'trustBundle', name: 'A.b:c:roots' } as const }, 'BAD_NAME'],
    [{ image: '' }, 'BAD_OPTION'],
    [{ image: 'a b' }, 'BAD_OPTION'],
    [{ image: 'Api' }, 'BAD_OPTION'],
    [{ image: 'api:' }, 'BAD_OPTION'],
    [{ image: 'api@sha256:12' }, 'BAD_OPTION'],
    [{ image: '--x' }, 'BAD_OPTION'],
    [{ labels: { 'app.kubernetes.io/name': 'other' } }, 'BAD_OPTION'],
  ])('refuses %j', (more, wanted) => {
    expect(() => whole(more)).toThrow(code(wanted));
  });

  it.each([
    'nginx',
    'library/nginx:1.27-alpine',
    'localhost:5000/a/b_c.d--e:latest',
    '[2001:db8::1]:5000/api',
    `gcr.io/distroless/nodejs22-debian12@sha256:${'0'.repeat(64)}`,
  ])('takes the image %s', (image) => {
    expect(() => checked(whole({ image }))).not.toThrow();
  });
});

describe('a patch', () => {
  const pod = {
    securityContext: { fsGroup: 65532, fsGroupChangePolicy: 'OnRootMismatch' },
    containers: [
      {
        name: 'server',
        env: [
          { name: 'TLS_CERT_FILE', value: '/etc/mtls/tls.crt' },
          { name: 'TLS_KEY_FILE', value: '/etc/mtls/tls.key' },
          { name: 'TLS_CA_FILE', value: '/etc/mtls/ca.crt' },
        ],
        volumeMounts: [{ name: 'mtls', mountPath: '/etc/mtls', readOnly: true }],
      },
    ],
    volumes: [
      { name: 'mtls', secret: { secretName: 'api-tls', defaultMode: 256 }, projected: null },
    ],
  };
  const spec = { template: { spec: pod } };

  it.each([
    ['deployment', 'apps/v1', 'Deployment', spec],
    ['statefulset', 'apps/v1', 'StatefulSet', spec],
    ['daemonset', 'apps/v1', 'DaemonSet', spec],
    ['job', 'batch/v1', 'Job', spec],
    ['cronjob', 'batch/v1', 'CronJob', { jobTemplate: { spec } }],
  ] as const)('of a %s says no more than what mTLS needs', (kind, apiVersion, title, wanted) => {
    const [patch] = strictly(workloadPatch({ ...FILES, container: 'server' }, kind), {
      patch: true,
    });
    expect(patch).toEqual({ apiVersion, kind: title, metadata: { name: 'api' }, spec: wanted });
  });

  it('asks Reloader on the workload itself', () => {
    const [patch] = strictly(workloadPatch({ ...FILES, reloader: true }, 'cronjob'), {
      patch: true,
    });
    expect(patch?.['metadata']).toEqual({
      name: 'api',
      annotations: { 'secret.reloader.stakater.com/reload': 'api-tls' },
    });
  });
});
