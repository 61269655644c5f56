// Healthy set-ups as they are found in the field: nothing in them is wrong.
import { openssl } from '../../support/openssl.ts';
import { base64, secret, type Kit, type Set } from './kit.ts';
import type { Made } from './shape.ts';

export interface Healthy {
  readonly name: string;
  readonly make: (kit: Kit) => void;
  readonly sources?: readonly string[];
  readonly args?: readonly string[];
  readonly by?: 'ours' | 'openssl' | 'go';
  /** Warnings that it deserves. */
  readonly warned?: readonly string[];
}

type Chained = Set & Readonly<Record<string, Made>> & { readonly inter: Made };

const below = (kit: Kit, more: Parameters<Kit['set']>[0] = {}): Chained =>
  kit.set({ inter: {}, server: { by: 'inter' }, client: { by: 'inter' }, ...more }) as Chained;

const der = (pem: string) => Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64');

const SVID = { eku: ['serverAuth', 'clientAuth'], dns: [] } as const;

const FILES: readonly Healthy[] = [
  { name: 'what mtls up leaves', by: 'ours', make: (kit) => kit.mtls(['up', 'certs']) },
  {
    name: 'what mtls issue leaves, below an intermediate',
    by: 'ours',
    make: (kit) => {
      kit.mtls(['ca', 'init', 'office', '--no-passphrase']);
      kit.mtls(['ca', 'intermediate', 'servers', '--ca', 'office', '--no-passphrase']);
      kit.mtls(['issue', 'api.example.test', '10.0.0.7', '--ca', 'servers', '--out', 'certs']);
      kit.mtls(['issue', 'batch', '--profile', 'client', '--ca', 'servers', '--out', 'certs']);
    },
  },
  {
    name: 'a root, a server and a client',
    make: (kit) => {
      kit.putSet(kit.set());
    },
  },
  {
    name: 'a chain with an intermediate',
    make: (kit) => {
      kit.putSet(below(kit));
    },
  },
  {
    name: 'the openssl way done right, the CA’s key and serial beside it',
    make: (kit) => {
      const set = kit.set();
      kit.put('certs/rootCA.crt', set.root.cert);
      kit.put('certs/rootCA.key', set.root.key);
      kit.put('certs/rootCA.srl', '6F1D2E3C4B5A6978\n');
      kit.put('certs/server.crt', set.server.cert);
      kit.put('certs/server.key', set.server.key);
      kit.put('certs/client.crt', set.client.cert);
      kit.put('certs/client.key', set.client.key);
    },
  },
  {
    name: 'certbot’s folder',
    make: (kit) => {
      const { server, inter } = below(kit);
      kit.put('certs/cert.pem', server.cert);
      kit.put('certs/chain.pem', inter.cert);
      kit.put('certs/fullchain.pem', server.cert + inter.cert);
      kit.put('certs/privkey.pem', server.key);
      kit.put('certs/README', 'This directory contains your keys and certificates.\n');
    },
  },
  {
    name: 'MySQL’s names',
    make: (kit) => {
      const { root, server, client } = kit.set();
      kit.put('certs/ca-cert.pem', root.cert);
      kit.put('certs/ca-key.pem', root.key);
      kit.put('certs/server-cert.pem', server.cert);
      kit.put('certs/server-key.pem', server.key);
      kit.put('certs/client-cert.pem', client.cert);
      kit.put('certs/client-key.pem', client.key);
    },
  },
  {
    name: 'Docker’s names, of client and server',
    make: (kit) => {
      const { root, server, client } = kit.set();
      kit.put('certs/ca.pem', root.cert);
      kit.put('certs/cert.pem', client.cert);
      kit.put('certs/key.pem', client.key);
      kit.put('certs/server-cert.pem', server.cert);
      kit.put('certs/server-key.pem', server.key);
    },
  },
  {
    name: 'Consul’s names',
    make: (kit) => {
      const { root, server, client } = kit.set({
        server: {
          cn: 'server.dc1.consul',
          dns: ['server.dc1.consul', 'localhost'],
          ip: ['127.0.0.1'],
        },
      });
      kit.put('certs/consul-agent-ca.pem', root.cert);
      kit.put('certs/consul-agent-ca-key.pem', root.key);
      kit.put('certs/dc1-server-consul-0.pem', server.cert);
      kit.put('certs/dc1-server-consul-0-key.pem', server.key);
      kit.put('certs/dc1-client-consul-0.pem', client.cert);
      kit.put('certs/dc1-client-consul-0-key.pem', client.key);
    },
  },
  {
    name: 'etcd’s peers and its API client',
    make: (kit) => {
      const both = ['serverAuth', 'clientAuth'] as const;
      const set = kit.set({
        server: { cn: 'etcd-1', dns: ['etcd-1', 'localhost'], eku: both },
        peer: { cn: 'etcd-1', by: 'root', dns: ['etcd-1'], ip: ['10.0.0.1'], eku: both },
        client: { cn: 'kube-apiserver-etcd-client', dns: [] },
      });
      kit.put('certs/ca.crt', set.root.cert);
      kit.put('certs/ca.key', set.root.key);
      for (const name of ['server', 'peer']) {
        kit.put(`certs/${name}.crt`, set[name as 'server'].cert);
        kit.put(`certs/${name}.key`, set[name as 'server'].key);
      }
      kit.put('certs/apiserver-etcd-client.crt', set.client.cert);
      kit.put('certs/apiserver-etcd-client.key', set.client.key);
    },
  },
  {
    name: 'HAProxy’s file, the key last',
    make: (kit) => {
      const { root, server, inter } = below(kit);
      kit.put('certs/ca.crt', root.cert);
      kit.put('certs/site.pem', server.cert + inter.cert + server.key, 0o600);
    },
  },
  {
    name: 'HAProxy’s file, the key first',
    make: (kit) => {
      const { root, server, inter } = below(kit);
      kit.put('certs/ca.crt', root.cert);
      kit.put('certs/site.pem', server.key + server.cert + inter.cert, 0o600);
    },
  },
  {
    name: 'DER files',
    make: (kit) => {
      const { root, server } = kit.set();
      kit.put('certs/root.cer', der(root.cert));
      kit.put('certs/server.der', der(server.cert));
      kit.put('certs/server.key.der', der(server.key), 0o600);
    },
  },
  {
    name: 'RSA, EC and Ed25519 side by side',
    make: (kit) => {
      const set = kit.set({
        root: { key: 'rsa-2048' },
        server: { key: 'ed25519' },
        client: { key: 'ec' },
        other: {
          cn: 'other.example.test',
          dns: ['other.example.test'],
          by: 'root',
          key: 'rsa-2048',
          eku: ['serverAuth'],
        },
      });
      kit.putSet(set);
      kit.put('certs/other.crt', (set as unknown as Chained)['other']?.cert ?? '');
      kit.put('certs/other.key', (set as unknown as Chained)['other']?.key ?? '');
    },
  },
  {
    name: 'another CA for the clients, in one folder',
    make: (kit) => {
      const set = kit.set({
        users: { cn: 'Users CA', ca: true },
        client: { by: 'users' },
      }) as Chained;
      kit.put('certs/server-ca.crt', set.root.cert);
      kit.put('certs/client-ca.crt', set['users']?.cert ?? '');
      kit.put('certs/server.crt', set.server.cert);
      kit.put('certs/server.key', set.server.key);
      kit.put('certs/client.crt', set.client.cert);
      kit.put('certs/client.key', set.client.key);
    },
  },
  {
    name: 'a server that has no client here, and its clients’ CA',
    make: (kit) => {
      const set = kit.set({ users: { cn: 'Users CA', ca: true } }) as Chained;
      kit.put('certs/client-ca.crt', set['users']?.cert ?? '');
      kit.put('certs/ca.crt', set.root.cert);
      kit.put('certs/tls.crt', set.server.cert);
      kit.put('certs/tls.key', set.server.key);
    },
  },
  {
    name: 'client and server in folders of their own',
    make: (kit) => {
      const { root, server, client, inter } = below(kit);
      for (const [side, made] of [
        ['server', server],
        ['client', client],
      ] as const) {
        kit.put(`certs/${side}/ca.crt`, root.cert);
        kit.put(`certs/${side}/tls.crt`, made.cert + inter.cert);
        kit.put(`certs/${side}/tls.key`, made.key);
      }
    },
  },
  {
    name: 'a certificate that signed itself, and is its own ca.crt',
    make: (kit) => {
      const { dev } = kit.set({
        dev: { cn: 'localhost', dns: ['localhost'], ip: ['127.0.0.1'], eku: ['serverAuth'] },
      }) as Chained;
      kit.put('certs/localhost.crt', dev?.cert ?? '');
      kit.put('certs/localhost.key', dev?.key ?? '');
      kit.put('certs/ca.crt', dev?.cert ?? '');
    },
  },
  {
    name: 'openssl req -x509 for localhost, alone',
    by: 'openssl',
    make: (kit) => {
      kit.put('certs/x', '');
      openssl(
        [
          ...[
            'req',
            '-x509',
            '-newkey',
            'rsa:2048',
            '-nodes',
            '-days',
            '365',
            '-subj',
            '/CN=localhost',
          ],
          ...[
            '-addext',
            'subjectAltName=DNS:localhost,IP:127.0.0.1',
            '-keyout',
            'key.pem',
            '-out',
            'cert.pem',
          ],
        ],
        { cwd: `${kit.folder}/certs` },
      );
    },
  },
  {
    name: 'certificates of a day',
    make: (kit) => {
      kit.putSet(kit.set({ server: { from: -0.2, to: 0.8 }, client: { from: -0.2, to: 0.8 } }));
    },
  },
  {
    name: 'a CA key that is encrypted, beside what it issued',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put(
        'certs/ca.key',
        openssl(['pkcs8', '-topk8', '-passout', 'pass:secret'], { input: set.root.key }),
      );
    },
  },
  {
    name: 'requests lying about',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      for (const name of ['server', 'client'])
        openssl(
          ['req', '-new', '-key', `${name}.key`, '-subj', '/CN=next', '-out', `${name}.csr`],
          {
            cwd: `${kit.folder}/certs`,
          },
        );
    },
  },
  {
    name: 'a fresh revocation list',
    by: 'ours',
    make: (kit) => {
      kit.mtls(['ca', 'init', 'office', '--no-passphrase']);
      kit.mtls(['issue', 'api.example.test', '--out', 'certs']);
      kit.mtls(['issue', 'gone.example.test', '--out', 'elsewhere']);
      kit.mtls(['revoke', 'elsewhere/gone.example.test.crt', '--yes']);
      kit.mtls(['ca', 'crl', 'office', '--out', 'certs/crl.pem', '--force']);
    },
  },
  {
    name: 'a stale list beside a fresh one',
    by: 'ours',
    make: (kit) => {
      kit.mtls(['ca', 'init', 'office', '--no-passphrase']);
      kit.mtls(['issue', 'api.example.test', '--out', 'certs']);
      kit.mtls(['ca', 'crl', 'office', '--ttl', '1s', '--out', 'certs/crl.1.pem']);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
      kit.mtls(['ca', 'crl', 'office', '--out', 'certs/crl.pem']);
    },
  },
  {
    name: 'a folder with a README, sources, images and a chart',
    make: (kit) => {
      kit.putSet(kit.set());
      kit.put('certs/README.md', '# Keys\n\nNever commit `-----BEGIN PRIVATE KEY-----`.\n');
      kit.put('certs/main.go', 'package main\n\nconst begin = "-----BEGIN CERTIFICATE-----"\n');
      kit.put('certs/logo.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
      kit.put('certs/blob.bin', Buffer.from('308201223081', 'hex'));
      kit.put('certs/__init__.py', '');
      kit.put('certs/values.yaml', 'replicas: 2\nimage: nginx\n');
      kit.put(
        'certs/templates/deployment.yaml',
        'apiVersion: apps/v1\nkind: Deployment\nspec: {{ .Values.spec | toYaml }}\n',
      );
      kit.put('certs/package.json', '{"name":"x","version":"1.0.0"}\n');
      kit.put('certs/slides.key', Buffer.from('504b0304140000000800', 'hex'));
      kit.put(
        'certs/dhparams.pem',
        '-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n',
      );
    },
  },
  {
    name: 'the text that openssl prints in front of PEM',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      const text = openssl(['x509', '-text'], { input: set.server.cert });
      kit.put('certs/server.crt', text);
    },
  },
  {
    name: 'EC parameters in front of the key',
    by: 'openssl',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      const sec1 = openssl(['ec'], { input: set.server.key }).toString();
      const parameters = openssl(['ecparam', '-name', 'prime256v1']).toString();
      kit.put('certs/server.key', parameters + sec1);
    },
  },
  {
    name: 'the healthy part of mtls fixtures',
    by: 'ours',
    make: (kit) => kit.mtls(['fixtures', 'certs']),
    sources: ['certs/ca', 'certs/server', 'certs/client', 'certs/svid-server', 'certs/svid-client'],
  },
];

const LIVES: readonly Healthy[] = [
  {
    name: 'a renewed certificate beside the old one, which has expired',
    make: (kit) => {
      const set = kit.set({
        old: {
          cn: 'api.example.test',
          by: 'root',
          dns: ['api.example.test', 'localhost'],
          eku: ['serverAuth'],
          from: -90,
          to: -1,
        },
      }) as Chained;
      kit.putSet(set);
      kit.put('certs/server.crt.old', set['old']?.cert ?? '');
      kit.put('certs/server.key.old', set['old']?.key ?? '', 0o600);
    },
  },
  {
    name: 'archives by number, as certbot keeps them',
    make: (kit) => {
      const set = kit.set({
        old: {
          cn: 'api.example.test',
          by: 'root',
          dns: ['api.example.test', 'localhost'],
          eku: ['serverAuth'],
          from: -90,
          to: -1,
        },
      }) as Chained;
      kit.put('certs/ca.crt', set.root.cert);
      kit.put('certs/archive/cert1.pem', set['old']?.cert ?? '');
      kit.put('certs/archive/privkey1.pem', set['old']?.key ?? '');
      kit.put('certs/archive/cert2.pem', set.server.cert);
      kit.put('certs/archive/privkey2.pem', set.server.key);
      kit.put('certs/live/cert.pem', set.server.cert);
      kit.put('certs/live/privkey.pem', set.server.key);
    },
  },
  {
    name: 'a CA that was rotated: both roots trusted, old leaf and new leaf',
    make: (kit) => {
      const set = kit.set({
        next: { cn: 'Example Root CA 2', ca: true },
        client: { by: 'next' },
      }) as Chained;
      kit.putSet(set);
      kit.put('certs/ca.crt', set.root.cert + (set['next']?.cert ?? ''));
    },
  },
  {
    name: 'a CA that was rotated under its old name',
    make: (kit) => {
      const set = kit.set({
        next: { cn: '/O=Example/CN=Example Root CA', ca: true },
        client: { by: 'next' },
      }) as Chained;
      kit.putSet(set);
      kit.put('certs/ca.crt', (set['next']?.cert ?? '') + set.root.cert);
    },
  },
  {
    name: 'a root that was renewed with its key',
    make: (kit) => {
      const set = kit.set({
        again: { cn: '/O=Example/CN=Example Root CA', ca: true, keyOf: 'root', from: -0.5 },
        root: { from: -3000, to: -1 },
      }) as Chained;
      kit.putSet(set);
      kit.put('certs/ca.crt', (set['again']?.cert ?? '') + set.root.cert);
    },
  },
  {
    name: 'a cross-signed intermediate',
    make: (kit) => {
      const set = below(kit, {
        older: { cn: 'Older Root', ca: true },
        cross: {
          cn: '/O=Example/CN=Example Issuing CA',
          by: 'older',
          ca: true,
          pathLen: 0,
          keyOf: 'inter',
        },
      });
      kit.putSet(set);
      kit.put('certs/older-ca.crt', set['older']?.cert ?? '');
      kit.put('certs/cross.pem', set['cross']?.cert ?? '');
    },
  },
  {
    name: 'a bundle of many roots, one of them expired beside its twin',
    make: (kit) => {
      const set = kit.set({
        a: { cn: 'Root A', ca: true },
        b: { cn: 'Root B', ca: true, from: -4000, to: -10 },
        b2: { cn: 'Root B', ca: true },
        c: { cn: 'Root C', ca: true, key: 'ed25519' },
      }) as Chained;
      kit.putSet(set);
      kit.put(
        'certs/ca.crt',
        ['a', 'b', 'b2', 'c'].map((name) => set[name]?.cert ?? '').join('') + set.root.cert,
      );
    },
  },
];

const secretOf = (name: string, { cert, key }: Made, ca?: string, type = 'kubernetes.io/tls') =>
  secret(
    name,
    {
      'tls.crt': base64(cert),
      'tls.key': base64(key),
      ...(ca !== undefined && { 'ca.crt': base64(ca) }),
    },
    { type },
  );

const CLUSTERS: readonly Healthy[] = [
  {
    name: 'a Secret with ca.crt, as cert-manager writes it',
    make: (kit) => {
      const { root, inter, server } = below(kit);
      kit.put(
        'tls.yaml',
        secretOf('api-tls', { cert: server.cert + inter.cert, key: server.key }, root.cert),
      );
    },
    sources: ['tls.yaml'],
  },
  {
    name: 'a Secret without ca.crt, as an ingress has it',
    make: (kit) => {
      const { inter, server } = below(kit);
      kit.put('tls.yaml', secretOf('web', { cert: server.cert + inter.cert, key: server.key }));
    },
    sources: ['tls.yaml'],
  },
  {
    name: 'a list of Secrets and ConfigMaps',
    make: (kit) => {
      const { root, server, client } = kit.set();
      const map = secret('kube-root-ca.crt', {}, { kind: 'ConfigMap' }).replace(
        /^data:\n/m,
        `data:\n  ca.crt: |\n${root.cert.replace(/^(?=.)/gm, '    ')}`,
      );
      const items = [secretOf('api', server, root.cert), secretOf('batch', client, root.cert), map];
      const indented = items.map((one) => `- ${one.trimEnd().replaceAll('\n', '\n  ')}`);
      kit.put('all.yaml', `apiVersion: v1\nkind: List\nitems:\n${indented.join('\n')}\n`);
    },
    sources: ['all.yaml'],
  },
  {
    name: 'Istio’s cacerts',
    make: (kit) => {
      const { root, inter } = below(kit);
      kit.put(
        'cacerts.yaml',
        secret(
          'cacerts',
          {
            'ca-cert.pem': base64(inter.cert),
            'ca-key.pem': base64(inter.key),
            'root-cert.pem': base64(root.cert),
            'cert-chain.pem': base64(inter.cert + root.cert),
          },
          { type: 'Opaque' },
        ),
      );
    },
    sources: ['cacerts.yaml'],
  },
  {
    name: 'Linkerd’s issuer, and its trust roots',
    make: (kit) => {
      const { root, inter } = below(kit);
      kit.put(
        'linkerd.yaml',
        [
          secretOf('linkerd-identity-issuer', inter, root.cert),
          secret('linkerd-identity-trust-roots', {}, { kind: 'ConfigMap' }).replace(
            /^data:\n/m,
            `data:\n  ca-bundle.crt: |\n${root.cert.replace(/^(?=.)/gm, '    ')}`,
          ),
        ].join('---\n'),
      );
    },
    sources: ['linkerd.yaml'],
  },
  {
    name: 'the Secret of a CA issuer of cert-manager',
    make: (kit) => {
      const { root } = kit.set();
      kit.put('issuer.yaml', secretOf('root-ca', root));
    },
    sources: ['issuer.yaml'],
  },
  {
    name: 'cilium-ca',
    make: (kit) => {
      const { root } = kit.set();
      kit.put(
        'cilium.yaml',
        secret(
          'cilium-ca',
          { 'ca.crt': base64(root.cert), 'ca.key': base64(root.key) },
          { type: 'Opaque' },
        ),
      );
    },
    sources: ['cilium.yaml'],
  },
  {
    name: 'X509-SVIDs with their bundle',
    make: (kit) => {
      const { root, server } = kit.set({
        root: { uri: ['spiffe://example.test'] },
        server: {
          cn: '/O=SPIRE',
          uri: ['spiffe://example.test/ns/a/sa/b'],
          ...SVID,
          from: -0.01,
          to: 0.04,
        },
      });
      kit.put('certs/svid.pem', server.cert);
      kit.put('certs/svid_key.pem', server.key, 0o600);
      kit.put('certs/svid_bundle.pem', root.cert);
    },
    args: ['--trust-domain', 'example.test'],
  },
  {
    name: 'a kubeconfig',
    make: (kit) => {
      const { root, client } = kit.set({ client: { cn: '/O=system:masters/CN=admin', dns: [] } });
      kit.put(
        'kubeconfig',
        [
          'apiVersion: v1',
          'kind: Config',
          'clusters:',
          '- name: dev',
          '  cluster:',
          `    certificate-authority-data: ${base64(root.cert)}`,
          'users:',
          '- name: admin',
          '  user:',
          `    client-certificate-data: ${base64(client.cert)}`,
          `    client-key-data: ${base64(client.key)}`,
          '',
        ].join('\n'),
        0o600,
      );
    },
    sources: ['kubeconfig'],
  },
];

export const HEALTHY: readonly Healthy[] = [...FILES, ...LIVES, ...CLUSTERS];
