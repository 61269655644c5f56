// Five piles as they lie about, with nothing broken in them.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mtlsOk } from '../../support/program.ts';
import { openssl } from '../../support/openssl.ts';
import { configMap, estate, kubeconfig, list, secret, yaml, type Pile } from './pile.ts';

export interface HealthyPile {
  readonly id: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly build: (pile: Pile) => void;
}

export const healthyPiles: readonly HealthyPile[] = [
  {
    id: 'certbot after two renewals, with its account and its settings',
    args: ['letsencrypt', 'root.pem'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const name = 'api.acme.example';
      mkdirSync(join(pile.folder, 'letsencrypt/live', name), { recursive: true });
      for (const [index, from] of [-125, -63, -2].entries()) {
        const party = pile.make.leaf(issuing, {
          subject: `/CN=${name}`,
          names: `DNS:${name},DNS:www.acme.example`,
          from,
          to: from + 90,
        });
        const files = {
          cert: party.cert,
          chain: issuing.chain,
          fullchain: party.chain,
          privkey: party.key,
        };
        for (const [file, text] of Object.entries(files)) {
          pile.write(
            `letsencrypt/archive/${name}/${file}${index + 1}.pem`,
            text,
            file === 'privkey' ? 0o600 : 0o644,
          );
        }
      }
      for (const file of ['cert', 'chain', 'fullchain', 'privkey']) {
        symlinkSync(
          `../../archive/${name}/${file}3.pem`,
          join(pile.folder, 'letsencrypt/live', name, `${file}.pem`),
        );
      }
      pile.write(
        'letsencrypt/live/README',
        'This directory contains your keys and certificates.\n\n`privkey.pem`  : the private key for your certificate.\n',
        0o644,
      );
      pile.write(
        `letsencrypt/renewal/${name}.conf`,
        `version = 2.1.0\ncert = letsencrypt/live/${name}/cert.pem\n[renewalparams]\nkey_type = ecdsa\n`,
        0o644,
      );
      pile.write(
        'letsencrypt/accounts/acme.example/directory/0a1b/private_key.json',
        JSON.stringify({ kty: 'RSA', e: 'AQAB', n: 'sXch', d: 'VFCW' }),
        0o400,
      );
      pile.write('root.pem', root.cert, 0o644);
    },
  },
  {
    id: 'a cluster with cert-manager and Istio, all Secrets and ConfigMaps',
    args: ['-'],
    stdin: 'cluster.yaml',
    build: (pile) => {
      const root = pile.make.root({ subject: '/CN=internal-ca' });
      const mesh = pile.make.intermediate(root, {
        subject: '/O=Istio/CN=Intermediate CA/OU=cluster-1',
        pathLength: 0,
        extensions: ['subjectAltName = DNS:istiod.istio-system.svc'],
      });
      const api = pile.make.leaf(root, {
        subject: '/CN=api.prod.svc',
        names: 'DNS:api,DNS:api.prod,DNS:api.prod.svc,URI:spiffe://cluster.local/ns/prod/sa/api',
        use: 'serverAuth,clientAuth',
      });
      pile.write(
        'cluster.yaml',
        yaml(
          list(
            secret(
              'internal-ca',
              'cert-manager',
              { 'ca.crt': root.cert, 'tls.crt': root.cert, 'tls.key': root.key },
              {
                annotations: {
                  'cert-manager.io/certificate-name': 'internal-ca',
                  'cert-manager.io/issuer-kind': 'ClusterIssuer',
                  'cert-manager.io/issuer-name': 'selfsigned',
                },
              },
            ),
            secret(
              'cacerts',
              'istio-system',
              {
                'ca-cert.pem': mesh.cert,
                'ca-key.pem': mesh.key,
                'cert-chain.pem': mesh.cert + root.cert,
                'root-cert.pem': root.cert,
              },
              { type: 'Opaque' },
            ),
            secret(
              'api-tls',
              'prod',
              { 'ca.crt': root.cert, 'tls.crt': api.chain, 'tls.key': api.key },
              { annotations: { 'cert-manager.io/certificate-name': 'api' } },
            ),
            secret('db', 'prod', { user: 'api', password: 'hunter2' }, { type: 'Opaque' }),
            secret(
              'sh.helm.release.v1.api.v3',
              'prod',
              { release: 'H4sIAAAAAAAC/6tWykvMTVWyUqhWSkksSVSyUlAqSS0uUQIAAAD//w==' },
              { type: 'helm.sh/release.v1' },
            ),
            configMap('kube-root-ca.crt', 'prod', { 'ca.crt': root.cert }),
            configMap('istio-ca-root-cert', 'prod', { 'root-cert.pem': root.cert }),
            configMap('api', 'prod', { 'app.properties': 'tls.crt=/etc/mtls/tls.crt\n' }),
          ),
        ),
      );
    },
  },
  {
    id: 'a rotation of the root at its half, with files of many hands',
    args: ['estate'],
    build: (pile) => {
      const before = pile.make.root({
        subject: '/O=Acme/CN=Acme Root',
        from: -800,
        to: -30,
        rsa: 3072,
      });
      // The same key until later, as openssl renews a root
      const extended = pile.make.root({
        subject: '/O=Acme/CN=Acme Root',
        key: before.key,
        from: -60,
        to: 300,
      });
      const next = pile.make.root({ subject: '/O=Acme/CN=Acme Root G2' });
      const old = pile.make.leaf(extended, {
        subject: '/CN=old.acme.example',
        names: 'DNS:old.acme.example',
        rsa: 2048,
      });
      const fresh = pile.make.leaf(next, {
        subject: '/CN=new.acme.example',
        names: 'DNS:new.acme.example',
      });
      const client = pile.make.leaf(next, {
        subject: '/CN=alice',
        names: 'email:alice@acme.example',
        use: 'clientAuth',
      });
      pile.write(
        'estate/ca-bundle.pem',
        `# Acme Root, until its servers are gone\n${extended.cert}\n# Acme Root G2\n${next.cert}`,
        0o644,
      );
      pile.write('estate/old/ca-2023.crt', before.cert, 0o644);
      // Windows made this one, with its line ends
      pile.write('estate/old/server.crt', old.chain.replaceAll('\n', '\r\n'), 0o644);
      pile.write('estate/old/server.key', openssl(['rsa', '-traditional'], { input: old.key }));
      // `openssl x509 -text` before the PEM, and the curve before the key
      pile.write('estate/new/server.crt', openssl(['x509', '-text'], { input: fresh.cert }), 0o644);
      pile.write(
        'estate/new/server.key',
        openssl(['ecparam', '-name', 'prime256v1']).toString() +
          openssl(['ec'], { input: fresh.key }).toString(),
      );
      pile.write(
        'estate/clients/alice.pem',
        `Bag Attributes\n    friendlyName: alice\nsubject=CN = alice\n\nissuer=O = Acme, CN = Acme Root G2\n\n${client.cert}Bag Attributes\n    friendlyName: alice\nKey Attributes: <No Attributes>\n${client.key}`,
      );
    },
  },
  {
    id: 'HAProxy and nginx of one machine, beside a CA of mtls',
    args: ['etc'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const site = pile.make.leaf(issuing, {
        subject: '/CN=shop.acme.example',
        names: 'DNS:shop.acme.example,DNS:*.shop.acme.example',
      });
      const gone = pile.make.leaf(issuing, { subject: '/CN=gone', use: 'clientAuth' });
      const waiting = pile.make.request({ subject: '/CN=soon.acme.example' });
      pile.write('etc/haproxy/certs/shop.pem', site.chain + site.key);
      pile.write(
        'etc/haproxy/crt-list.txt',
        'etc/haproxy/certs/shop.pem shop.acme.example\n',
        0o644,
      );
      pile.write('etc/haproxy/clients-ca.pem', issuing.cert + root.cert, 0o644);
      pile.write(
        'etc/haproxy/clients.crl',
        pile.make.crl(issuing, [gone]) + pile.make.crl(root),
        0o644,
      );
      pile.write('etc/nginx/nginx.conf', 'ssl_certificate_key /etc/nginx/site.key;\n', 0o644);
      pile.write('etc/nginx/.htpasswd', 'alice:$apr1$x$y\n', 0o640);
      pile.write(
        'etc/nginx/dhparam.pem',
        openssl(['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048']),
        0o644,
      );
      pile.write('etc/nginx/soon.csr', waiting.request, 0o644);
      pile.write('etc/nginx/soon.key', waiting.key);
      const at = { cwd: pile.folder };
      const home = ['--home', join(pile.scratch, 'home')];
      mtlsOk(['ca', 'init', 'lab', ...home], at);
      mtlsOk(['issue', 'lab.acme.example', '--out', 'etc/lab', ...home], at);
      mtlsOk(['issue', 'bob@acme.example', '--profile', 'client', '--out', 'etc/lab', ...home], at);
    },
  },
  {
    id: 'a control plane of kubeadm',
    args: ['kubernetes'],
    build: (pile) => {
      const year = { from: -30, to: 335, rsa: 2048 };
      const authority = (subject: string, path: string) => {
        const ca = pile.make.root({ subject, rsa: 2048 });
        pile.write(`kubernetes/pki/${path}ca.crt`, ca.cert, 0o644);
        pile.write(`kubernetes/pki/${path}ca.key`, ca.key);
        return ca;
      };
      const ca = authority('/CN=kubernetes', '');
      const front = authority('/CN=front-proxy-ca', 'front-proxy-');
      const etcd = authority('/CN=etcd-ca', 'etcd/');
      const pair = (
        name: string,
        issuer: typeof ca,
        subject: string,
        use: 'serverAuth' | 'clientAuth' | 'serverAuth,clientAuth',
        names?: string,
      ): void => {
        pile.pair(
          `kubernetes/pki/${name}`,
          pile.make.leaf(issuer, { subject, use, ...(names !== undefined && { names }), ...year }),
        );
      };
      pair(
        'apiserver',
        ca,
        '/CN=kube-apiserver',
        'serverAuth',
        'DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:node1,IP:10.96.0.1',
      );
      pair(
        'apiserver-kubelet-client',
        ca,
        '/O=kubeadm:cluster-admins/CN=kube-apiserver-kubelet-client',
        'clientAuth',
      );
      pair('front-proxy-client', front, '/CN=front-proxy-client', 'clientAuth');
      pair('apiserver-etcd-client', etcd, '/CN=kube-apiserver-etcd-client', 'clientAuth');
      for (const name of ['server', 'peer']) {
        pair(
          `etcd/${name}`,
          etcd,
          '/CN=node1',
          'serverAuth,clientAuth',
          'DNS:localhost,DNS:node1,IP:10.0.0.1,IP:127.0.0.1',
        );
      }
      pair('etcd/healthcheck-client', etcd, '/CN=kube-etcd-healthcheck-client', 'clientAuth');
      const tokens = openssl(['genrsa', '2048']);
      pile.write('kubernetes/pki/sa.key', tokens);
      pile.write('kubernetes/pki/sa.pub', openssl(['rsa', '-pubout'], { input: tokens }), 0o600);
      for (const [name, subject] of [
        ['admin', '/O=kubeadm:cluster-admins/CN=kubernetes-admin'],
        ['controller-manager', '/CN=system:kube-controller-manager'],
        ['scheduler', '/CN=system:kube-scheduler'],
      ] as const) {
        pile.write(
          `kubernetes/${name}.conf`,
          kubeconfig(name, ca.cert, pile.make.leaf(ca, { subject, use: 'clientAuth', ...year })),
        );
      }
      pile.write(
        'kubernetes/kubelet.conf',
        yaml({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [
            {
              name: 'kubernetes',
              cluster: {
                server: 'https://10.0.0.1:6443',
                'certificate-authority-data': Buffer.from(ca.cert).toString('base64'),
              },
            },
          ],
          contexts: [],
          users: [
            {
              name: 'system:node:node1',
              user: {
                'client-certificate': '/var/lib/kubelet/pki/kubelet-client-current.pem',
                'client-key': '/var/lib/kubelet/pki/kubelet-client-current.pem',
              },
            },
          ],
        }),
      );
    },
  },
];
