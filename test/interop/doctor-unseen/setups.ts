// Twenty broken set-ups as operators meet them. Everything that is expected of the doctor was
// written down before it was run, by somebody who had not read its rules.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mtlsOk, runProgram } from '../../support/program.ts';
import {
  believed,
  configMap,
  der,
  estate,
  fits,
  kubeconfig,
  kubeconfigCert,
  list,
  secret,
  yaml,
  type Pile,
} from './pile.ts';

export interface Setup {
  readonly id: string;
  /** The true cause, in a sentence. */
  readonly cause: string;
  /** What may stand in the subject of the first finding: any of these. */
  readonly named: readonly RegExp[];
  /** The entry of a Secret, where one is meant: in subject, cause or evidence. */
  readonly entry?: RegExp;
  /** What an expert would accept in the cause or in the code. */
  readonly words: RegExp;
  /** In no subject of a finding of error or warning. */
  readonly healthy: readonly RegExp[];
  /** What a mending must achieve. */
  readonly mending: string;
  readonly args: readonly string[];
  /** The file of the pile that goes to standard input. */
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A program that has to be there. */
  readonly needs?: string;
  readonly build: (pile: Pile) => {
    readonly mend: () => void;
    /** Whether the set-up works, by openssl’s word: not before the mending, and after it. */
    readonly sound: () => boolean;
  };
}

const STORE_PASS = 'changeit';

export const setups: readonly Setup[] = [
  {
    id: 'certbot: cert.pem in the Secret',
    cause:
      'The Secret api-tls was made from certbot’s cert.pem: its tls.crt lacks the intermediate.',
    named: [/api-tls/],
    entry: /tls\.crt/,
    words: /intermediate|chain|issuer/i,
    healthy: [/certbot\/live/, /certbot\/root\.pem/, /web-tls/],
    mending: 'tls.crt of api-tls holds the leaf and then the intermediate',
    args: ['certbot', 'deploy'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const api = pile.make.leaf(issuing, {
        subject: '/CN=api.acme.example',
        names: 'DNS:api.acme.example',
      });
      const web = pile.make.leaf(issuing, {
        subject: '/CN=web.acme.example',
        names: 'DNS:web.acme.example',
      });
      const live = 'certbot/live/api.acme.example';
      pile.write(`${live}/cert.pem`, api.cert, 0o644);
      pile.write(`${live}/chain.pem`, issuing.chain, 0o644);
      pile.write(`${live}/fullchain.pem`, api.chain, 0o644);
      pile.write(`${live}/privkey.pem`, api.key);
      pile.write('certbot/root.pem', root.cert, 0o644);
      const ship = (crt: string): void => {
        pile.write(
          'deploy/api-tls.yaml',
          yaml(secret('api-tls', 'prod', { 'tls.crt': crt, 'tls.key': api.key })),
        );
      };
      ship(api.cert);
      pile.write(
        'deploy/web-tls.yaml',
        yaml(secret('web-tls', 'prod', { 'tls.crt': web.chain, 'tls.key': web.key })),
      );
      return {
        mend: () => {
          ship(api.chain);
        },
        sound: () =>
          believed(pile, pile.entry('deploy/api-tls.yaml', 'api-tls', 'tls.crt'), root.cert),
      };
    },
  },
  {
    id: 'the bundle of before the CA’s renewal',
    cause:
      'The root was renewed with a new key under its old name; ca-bundle.pem still holds the old root alone.',
    named: [/ca-bundle\.pem/, /certs\/server\.crt/, /certs\/client\.crt/],
    words:
      /same (name|subject)|(other|another|different|new|old) (key|root|CA)|re-?key|renewed|(not|n’t|n't) (hold|contain|have|include)|lacks|missing|trust/i,
    healthy: [/legacy/, /server\.key/, /client\.key/, /root-new\.pem/],
    mending: 'ca-bundle.pem holds the old and the new root',
    args: ['certs', 'pki', '--ca', './certs/ca-bundle.pem'],
    build: (pile) => {
      const old = pile.make.root({ subject: '/O=Acme/CN=Acme Root', from: -1500, to: 200 });
      const renewed = pile.make.root({ subject: '/O=Acme/CN=Acme Root', from: -20, to: 3600 });
      pile.write('certs/ca-bundle.pem', old.cert, 0o644);
      pile.write('pki/root-new.pem', renewed.cert, 0o644);
      pile.pair(
        'certs/legacy',
        pile.make.leaf(old, { subject: '/CN=legacy', names: 'DNS:legacy.acme.example' }),
      );
      pile.pair(
        'certs/server',
        pile.make.leaf(renewed, { subject: '/CN=server', names: 'DNS:server.acme.example' }),
      );
      pile.pair(
        'certs/client',
        pile.make.leaf(renewed, {
          subject: '/CN=client',
          names: 'DNS:client.acme.example',
          use: 'clientAuth',
        }),
      );
      return {
        mend: () => {
          pile.write('certs/ca-bundle.pem', old.cert + renewed.cert, 0o644);
        },
        sound: () =>
          believed(pile, pile.read('certs/server.crt'), pile.read('certs/ca-bundle.pem')),
      };
    },
  },
  {
    id: 'HAProxy: the key of another site',
    cause: 'wiki.pem was put together with the key of the blog.',
    named: [/certs\/wiki\.pem/],
    words: /match|belong|mismatch|(other|another|different|wrong) key|key of|pair/i,
    healthy: [/shop\.pem/, /blog\.pem/, /private\/wiki\.key/, /clients-ca\.pem/],
    mending: 'wiki.pem holds the chain of the wiki and the wiki’s own key',
    args: ['haproxy'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const site = (name: string) =>
        pile.make.leaf(issuing, {
          subject: `/CN=${name}.acme.example`,
          names: `DNS:${name}.acme.example`,
          rsa: 2048,
        });
      const [shop, blog, wiki] = [site('shop'), site('blog'), site('wiki')];
      pile.write('haproxy/certs/shop.pem', shop.chain + shop.key);
      pile.write('haproxy/certs/blog.pem', blog.chain + blog.key);
      pile.write('haproxy/certs/wiki.pem', wiki.chain + blog.key);
      pile.write('haproxy/private/wiki.key', wiki.key);
      pile.write('haproxy/clients-ca.pem', root.cert, 0o644);
      return {
        mend: () => {
          pile.write('haproxy/certs/wiki.pem', wiki.chain + wiki.key);
        },
        sound: () => {
          const text = pile.read('haproxy/certs/wiki.pem');
          return fits(text, text);
        },
      };
    },
  },
  {
    id: 'PowerShell: a CA in UTF-16',
    cause:
      'ca.crt was written by a redirection in PowerShell and is UTF-16 with a byte order mark.',
    named: [/tls\/ca\.crt/],
    words: /utf|encod|\bBOM\b|byte.order|unicode|16.bit/i,
    healthy: [/server/, /client/],
    mending: 'ca.crt is plain ASCII PEM',
    args: ['tls'],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      pile.pair(
        'tls/server',
        pile.make.leaf(root, { subject: '/CN=server', names: 'DNS:server.acme.example' }),
      );
      pile.pair(
        'tls/client',
        pile.make.leaf(root, {
          subject: '/CN=client',
          names: 'DNS:client.acme.example',
          use: 'clientAuth',
        }),
      );
      pile.write(
        'tls/ca.crt',
        Buffer.from('\u{feff}' + root.cert.replaceAll('\n', '\r\n'), 'utf16le'),
        0o644,
      );
      return {
        mend: () => {
          pile.write('tls/ca.crt', root.cert, 0o644);
        },
        sound: () => believed(pile, pile.read('tls/server.crt'), pile.read('tls/ca.crt')),
      };
    },
  },
  {
    id: 'a Secret with DER',
    cause: 'tls.crt of the Secret payments-tls is DER, as a Windows CA exports it; PEM is wanted.',
    named: [/payments-tls/],
    entry: /tls\.crt/,
    words: /\bDER\b|\bPEM\b|binary/i,
    healthy: [/orders-tls/, /mesh-roots/],
    mending: 'tls.crt of payments-tls is PEM',
    args: ['-'],
    stdin: 'cluster.yaml',
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const server = (name: string) =>
        pile.make.leaf(root, { subject: `/CN=${name}`, names: `DNS:${name}.prod.svc`, rsa: 2048 });
      const [payments, orders] = [server('payments'), server('orders')];
      const ship = (crt: string | Uint8Array): void => {
        pile.write(
          'cluster.yaml',
          yaml(
            list(
              configMap('mesh-roots', 'prod', { 'ca.crt': root.cert }),
              secret('orders-tls', 'prod', {
                'ca.crt': root.cert,
                'tls.crt': orders.chain,
                'tls.key': orders.key,
              }),
              secret('payments-tls', 'prod', {
                'ca.crt': root.cert,
                'tls.crt': crt,
                'tls.key': payments.key,
              }),
            ),
          ),
        );
      };
      ship(der(payments.cert));
      return {
        mend: () => {
          ship(payments.cert);
        },
        sound: () =>
          pile.entry('cluster.yaml', 'payments-tls', 'tls.crt').startsWith('-----BEGIN CERT'),
      };
    },
  },
  {
    id: 'cat without a newline',
    cause:
      'The leaf’s file did not end with a newline when the chain was put together: END and BEGIN stand on one line.',
    named: [/api-fullchain\.pem/],
    words: /newline|line|BEGIN|END\b|glued|boundar|damage|malformed|run together|PEM/i,
    healthy: [/web/, /ca\.crt/, /api\.key/],
    mending: 'each BEGIN starts a line of its own',
    args: ['nginx'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const site = (name: string) =>
        pile.make.leaf(issuing, {
          subject: `/CN=${name}.acme.example`,
          names: `DNS:${name}.acme.example`,
        });
      const [api, web] = [site('api'), site('web')];
      pile.write('nginx/api-fullchain.pem', api.cert.trimEnd() + issuing.chain, 0o644);
      pile.write('nginx/api.key', api.key);
      pile.write('nginx/web-fullchain.pem', web.chain, 0o644);
      pile.write('nginx/web.key', web.key);
      pile.write('nginx/ca.crt', root.cert, 0o644);
      return {
        mend: () => {
          pile.write('nginx/api-fullchain.pem', api.chain, 0o644);
        },
        sound: () => believed(pile, pile.read('nginx/api-fullchain.pem'), root.cert),
      };
    },
  },
  {
    id: 'a folded scalar in YAML',
    cause:
      'ca.crt of the ConfigMap client-roots was written with > in place of |, so its lines are joined by spaces.',
    named: [/client-roots/, /trust\.yaml/],
    words: /line|newline|fold|space|PEM|malformed|damage/i,
    healthy: [/server-tls/, /server\.yaml/, /alice/],
    mending: 'ca.crt of client-roots is PEM of several lines',
    args: ['k8s', 'clients'],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const server = pile.make.leaf(root, { subject: '/CN=server', names: 'DNS:server.prod.svc' });
      const ship = (sign: string): void => {
        pile.write(
          'k8s/trust.yaml',
          [
            'apiVersion: v1',
            'kind: ConfigMap',
            'metadata:',
            '  name: client-roots',
            '  namespace: prod',
            'data:',
            `  ca.crt: ${sign}`,
            ...root.cert
              .trimEnd()
              .split('\n')
              .map((line) => `    ${line}`),
            '',
          ].join('\n'),
          0o644,
        );
      };
      ship('>');
      pile.write(
        'k8s/server.yaml',
        yaml(secret('server-tls', 'prod', { 'tls.crt': server.chain, 'tls.key': server.key })),
      );
      pile.pair(
        'clients/alice',
        pile.make.leaf(root, {
          subject: '/CN=alice',
          names: 'email:alice@acme.example',
          use: 'clientAuth',
        }),
      );
      return {
        mend: () => {
          ship('|');
        },
        sound: () =>
          believed(
            pile,
            pile.read('clients/alice.crt'),
            pile.entry('k8s/trust.yaml', 'client-roots', 'ca.crt'),
          ),
      };
    },
  },
  {
    id: 'Istio: the staging root in cacerts',
    cause:
      'root-cert.pem of istio-system/cacerts is the staging root; ca-cert.pem was issued below the production root.',
    named: [/cacerts/],
    entry: /root-cert\.pem/,
    words: /root|trust|issue|verif|chain|sign/i,
    healthy: [/istio-ca-root-cert/, /gateway-tls/],
    mending: 'root-cert.pem is the root that ca-cert.pem chains to',
    args: ['-'],
    stdin: 'cluster.json',
    build: (pile) => {
      const prod = pile.make.root({ subject: '/O=Acme/CN=Acme Mesh Root' });
      const staging = pile.make.root({ subject: '/O=Acme Staging/CN=Acme Staging Mesh Root' });
      const mesh = pile.make.intermediate(prod, {
        subject: '/O=Acme/CN=Acme Mesh CA/OU=cluster-1',
        pathLength: 0,
        extensions: ['subjectAltName = DNS:istiod.istio-system.svc'],
      });
      const gateway = pile.make.leaf(mesh, {
        subject: '/CN=gateway.acme.example',
        names: 'DNS:gateway.acme.example',
      });
      const ship = (root: string): void => {
        pile.write(
          'cluster.json',
          JSON.stringify(
            list(
              secret(
                'cacerts',
                'istio-system',
                {
                  'ca-cert.pem': mesh.cert,
                  'ca-key.pem': mesh.key,
                  'cert-chain.pem': mesh.cert + prod.cert,
                  'root-cert.pem': root,
                },
                { type: 'Opaque' },
              ),
              secret('gateway-tls', 'istio-system', {
                'tls.crt': gateway.chain,
                'tls.key': gateway.key,
                'ca.crt': prod.cert,
              }),
              configMap('istio-ca-root-cert', 'prod', { 'root-cert.pem': prod.cert }),
            ),
          ),
        );
      };
      ship(staging.cert);
      return {
        mend: () => {
          ship(prod.cert);
        },
        sound: () =>
          believed(
            pile,
            pile.entry('cluster.json', 'cacerts', 'ca-cert.pem'),
            pile.entry('cluster.json', 'cacerts', 'root-cert.pem'),
          ),
      };
    },
  },
  {
    id: 'an address that the CA excludes',
    cause:
      'db.crt has an IP address among its names, and the name constraints of its CA exclude every address.',
    named: [/db\/db\.crt/],
    words: /constrain|exclud|permit|not allowed/i,
    healthy: [/replica/, /ca\.crt/, /db\.key/],
    mending: 'db.crt has DNS names of corp.example alone',
    args: ['db'],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const corp = pile.make.intermediate(root, {
        subject: '/O=Acme/CN=Acme Corp CA',
        extensions: [
          'nameConstraints = critical,permitted;DNS:corp.example,excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0',
        ],
      });
      const db = (names: string): void => {
        pile.pair('db/db', pile.make.leaf(corp, { subject: '/O=Acme/CN=db', names }));
      };
      db('DNS:db.corp.example,IP:10.1.2.3');
      pile.pair(
        'db/replica',
        pile.make.leaf(corp, { subject: '/O=Acme/CN=replica', names: 'DNS:replica.corp.example' }),
      );
      pile.write('db/ca.crt', root.cert, 0o644);
      return {
        mend: () => {
          db('DNS:db.corp.example');
        },
        sound: () => believed(pile, pile.read('db/db.crt'), root.cert),
      };
    },
  },
  {
    id: 'an expired cross-sign',
    cause:
      'The clients trust the old root alone; the cross-certificate in fullchain.pem that leads there from the new root has expired.',
    named: [/api\/fullchain\.pem/],
    words: /expire|no longer valid|ended|validity|not valid any/i,
    healthy: [/metrics/, /roots\.pem/, /privkey\.pem/],
    mending:
      'fullchain.pem holds a cross-certificate that is valid, or the clients trust the new root',
    args: ['api', 'internal', 'clients'],
    build: (pile) => {
      const old = pile.make.root({ subject: '/O=Acme/CN=Acme Root X1', from: -3000, to: 400 });
      const fresh = pile.make.root({ subject: '/O=Acme/CN=Acme Root X2' });
      const cross = (from: number, to: number) =>
        pile.make.intermediate(old, {
          subject: '/O=Acme/CN=Acme Root X2',
          key: fresh.key,
          from,
          to,
        });
      const issuing = pile.make.intermediate(fresh, { subject: '/O=Acme/CN=Acme R3' });
      const api = pile.make.leaf(issuing, {
        subject: '/CN=api.acme.example',
        names: 'DNS:api.acme.example',
      });
      const ship = (top: string): void => {
        pile.write('api/fullchain.pem', api.cert + issuing.cert + top, 0o644);
      };
      ship(cross(-900, -20).cert);
      pile.write('api/privkey.pem', api.key);
      pile.write('clients/roots.pem', old.cert, 0o644);
      pile.pair(
        'internal/metrics',
        pile.make.leaf(pile.make.intermediate(old, { subject: '/O=Acme/CN=Acme R1', to: 350 }), {
          subject: '/CN=metrics',
          names: 'DNS:metrics.acme.example',
        }),
      );
      return {
        mend: () => {
          ship(cross(-5, 390).cert);
        },
        sound: () => believed(pile, pile.read('api/fullchain.pem'), old.cert),
      };
    },
  },
  {
    id: 'a client of the servers’ CA',
    cause:
      'bob’s client certificate was issued by the servers’ CA; the server trusts the clients’ CA alone.',
    named: [/clients\/bob\.crt/],
    words: /trust|issuer|issued|root|unknown/i,
    healthy: [/alice/, /server-ca\.crt/, /client-ca\.crt/, /bob\.key/],
    mending: 'bob has a certificate of the clients’ CA',
    args: ['clients', '--client', '--ca', './nginx/client-ca.crt'],
    build: (pile) => {
      const at = { cwd: pile.scratch };
      const home = ['--home', join(pile.scratch, 'home')];
      for (const ca of ['server-ca', 'client-ca']) mtlsOk(['ca', 'init', ca, ...home], at);
      const ship = (who: string, ca: string): void => {
        const out = join(pile.scratch, `${who}-${ca}`);
        mtlsOk(
          ['issue', who, '--profile', 'client', '--ca', ca, '--name', who, '--out', out, ...home],
          at,
        );
        const file = (name: string): string =>
          runProgram('cat', [join(out, name)], { cwd: pile.scratch }).stdout;
        pile.write(`clients/${who}.crt`, file(`${who}.crt`), 0o644);
        pile.write(`clients/${who}.key`, file(`${who}.key`));
        pile.write(
          ca === 'client-ca' ? 'nginx/client-ca.crt' : 'clients/server-ca.crt',
          file('ca.crt'),
          0o644,
        );
      };
      ship('alice', 'client-ca');
      ship('bob', 'server-ca');
      return {
        mend: () => {
          ship('bob', 'client-ca');
        },
        sound: () => believed(pile, pile.read('clients/bob.crt'), pile.read('nginx/client-ca.crt')),
      };
    },
  },
  {
    id: 'the revocation list of staging',
    cause:
      'ca.crl of the Secret clients-ca is the staging CA’s: no CA of production signed it, so no client of production can be checked.',
    named: [/clients-ca/],
    entry: /ca\.crl/,
    words: /\bCRL|revocation|revoked/i,
    healthy: [/site-tls/, /alice/],
    mending: 'ca.crl of clients-ca is signed by the CA in ca.crt',
    args: ['ingress', 'clients'],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Clients CA' });
      const staging = pile.make.root({ subject: '/O=Acme Staging/CN=Acme Staging Clients CA' });
      const gone = pile.make.leaf(root, { subject: '/CN=mallory', use: 'clientAuth' });
      const site = pile.make.leaf(root, {
        subject: '/CN=site.acme.example',
        names: 'DNS:site.acme.example',
      });
      const ship = (crl: string): void => {
        pile.write(
          'ingress/clients-ca.yaml',
          yaml(
            secret(
              'clients-ca',
              'ingress-nginx',
              { 'ca.crt': root.cert, 'ca.crl': crl },
              { type: 'Opaque' },
            ),
          ),
        );
      };
      ship(pile.make.crl(staging));
      pile.write(
        'ingress/site-tls.yaml',
        yaml(secret('site-tls', 'prod', { 'tls.crt': site.chain, 'tls.key': site.key })),
      );
      pile.pair(
        'clients/alice',
        pile.make.leaf(root, {
          subject: '/CN=alice',
          names: 'email:alice@acme.example',
          use: 'clientAuth',
        }),
      );
      return {
        mend: () => {
          ship(pile.make.crl(root, [gone]));
        },
        sound: () =>
          believed(
            pile,
            pile.read('clients/alice.crt'),
            pile.entry('ingress/clients-ca.yaml', 'clients-ca', 'ca.crt') +
              pile.entry('ingress/clients-ca.yaml', 'clients-ca', 'ca.crl'),
            ['-crl_check'],
          ),
      };
    },
  },
  {
    id: 'keytool: the reply was never imported',
    cause:
      'keystore.p12 still holds the self-signed certificate of keytool -genkeypair: the CA’s reply, api.crt, was never imported.',
    named: [/keystore\.p12/],
    words: /self.?signed|trust|import|issued by itself|root|chain|issuer|another certificate/i,
    healthy: [/java\/api\.crt/, /java\/api\.csr/, /java\/ca\.crt/, /java\/client/],
    mending: 'the key entry of keystore.p12 has the chain of api.crt',
    args: ['java', '--passphrase-env', 'STORE_PASS'],
    env: { STORE_PASS },
    needs: 'keytool',
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const keytool = (...args: readonly string[]): string => {
        const { status, stdout, stderr } = runProgram(
          'keytool',
          [
            ...args,
            ...['-keystore', 'java/keystore.p12', '-storetype', 'PKCS12', '-storepass', STORE_PASS],
          ],
          { cwd: pile.folder },
        );
        if (status !== 0) throw new Error(stdout + stderr);
        return stdout;
      };
      pile.pair(
        'java/client',
        pile.make.leaf(root, {
          subject: '/CN=client',
          names: 'DNS:client.acme.example',
          use: 'clientAuth',
        }),
      );
      keytool(
        '-genkeypair',
        ...['-alias', 'api', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '365'],
        ...['-dname', 'CN=api.acme.example', '-ext', 'san=dns:api.acme.example'],
      );
      runProgram('chmod', ['600', 'java/keystore.p12'], { cwd: pile.folder });
      const request = keytool('-certreq', '-alias', 'api');
      const reply = pile.make.signRequest(root, request, {
        subject: '',
        names: 'DNS:api.acme.example',
      });
      pile.write('java/api.csr', request, 0o644);
      pile.write('java/api.crt', reply.chain, 0o644);
      pile.write('java/ca.crt', root.cert, 0o644);
      const exported = (): string =>
        runProgram(
          'openssl',
          ['pkcs12', '-in', 'java/keystore.p12', '-nokeys', '-passin', `pass:${STORE_PASS}`],
          { cwd: pile.folder },
        ).stdout;
      return {
        mend: () => {
          keytool('-importcert', '-noprompt', '-alias', 'root', '-file', 'java/ca.crt');
          keytool('-importcert', '-noprompt', '-alias', 'api', '-file', 'java/api.crt');
        },
        sound: () => exported().includes(reply.cert.trim()),
      };
    },
  },
  {
    id: 'Docker: a folder in place of the key',
    cause:
      'The key was not there when the container was started, so Docker made an empty folder named server.key.',
    named: [/certs\/server\.key/, /certs\/server\.crt/],
    words: /director|folder|empty|no key|without (its |a )?key|key/i,
    healthy: [/client\.(crt|key)/, /ca\.crt/],
    mending: 'server.key is a file with the key of server.crt',
    args: [
      'certs/ca.crt',
      'certs/server.crt',
      'certs/server.key',
      'certs/client.crt',
      'certs/client.key',
    ],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const server = pile.make.leaf(root, {
        subject: '/CN=server',
        names: 'DNS:server.acme.example',
      });
      pile.pair(
        'certs/client',
        pile.make.leaf(root, {
          subject: '/CN=client',
          names: 'DNS:client.acme.example',
          use: 'clientAuth',
        }),
      );
      pile.write('certs/ca.crt', root.cert, 0o644);
      pile.write('certs/server.crt', server.chain, 0o644);
      mkdirSync(join(pile.folder, 'certs/server.key'));
      let mended = false;
      return {
        mend: () => {
          pile.remove('certs/server.key');
          pile.write('certs/server.key', server.key);
          mended = true;
        },
        sound: () => mended && fits(pile.read('certs/server.crt'), pile.read('certs/server.key')),
      };
    },
  },
  {
    id: 'the intermediate of staging under a leaf of production',
    cause:
      'prod/fullchain.pem has the staging intermediate, which bears the same name as the one of production.',
    named: [/prod\/fullchain\.pem/],
    words: /intermediate|issuer|sign|same (name|subject)|chain/i,
    healthy: [/staging\//, /prod\/root\.pem/, /prod\/api\.key/],
    mending: 'prod/fullchain.pem has the intermediate that signed its leaf',
    args: ['prod', 'staging'],
    build: (pile) => {
      const [prod, staging] = [estate(pile, 'Acme'), estate(pile, 'Acme')];
      const leaf = (at: typeof prod, name: string) =>
        pile.make.leaf(at.issuing, { subject: `/CN=${name}`, names: `DNS:${name}` });
      const [api, trial] = [
        leaf(prod, 'api.acme.example'),
        leaf(staging, 'api.staging.acme.example'),
      ];
      pile.write('prod/fullchain.pem', api.cert + staging.issuing.cert, 0o644);
      pile.write('prod/api.key', api.key);
      pile.write('prod/root.pem', prod.root.cert, 0o644);
      pile.write('staging/fullchain.pem', trial.chain, 0o644);
      pile.write('staging/api.key', trial.key);
      pile.write('staging/root.pem', staging.root.cert, 0o644);
      return {
        mend: () => {
          pile.write('prod/fullchain.pem', api.chain, 0o644);
        },
        sound: () => believed(pile, pile.read('prod/fullchain.pem'), prod.root.cert),
      };
    },
  },
  {
    id: 'certbot: a stale symbolic link',
    cause:
      'After the renewal live/…/privkey.pem still points to privkey1.pem, while the certificates are those of the second issue.',
    named: [/live\/api\.acme\.example\/(privkey|fullchain|cert)\.pem/],
    words:
      /match|belong|mismatch|(other|another|different|wrong|old|previous) (key|cert)|key of|pair|link/i,
    healthy: [/archive\//, /live\/api\.acme\.example\/chain\.pem/, /root\.pem/],
    mending: 'privkey.pem points to privkey2.pem',
    args: ['letsencrypt', 'root.pem'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const issue = (from: number) =>
        pile.make.leaf(issuing, {
          subject: '/CN=api.acme.example',
          names: 'DNS:api.acme.example',
          from,
          to: from + 90,
        });
      const archive = 'letsencrypt/archive/api.acme.example';
      const live = 'letsencrypt/live/api.acme.example';
      for (const [number, party] of [issue(-62), issue(-2)].entries()) {
        pile.write(`${archive}/cert${number + 1}.pem`, party.cert, 0o644);
        pile.write(`${archive}/chain${number + 1}.pem`, issuing.chain, 0o644);
        pile.write(`${archive}/fullchain${number + 1}.pem`, party.chain, 0o644);
        pile.write(`${archive}/privkey${number + 1}.pem`, party.key);
      }
      mkdirSync(join(pile.folder, live), { recursive: true });
      const link = (name: string, number: number): void => {
        symlinkSync(
          `../../archive/api.acme.example/${name}${number}.pem`,
          join(pile.folder, live, `${name}.pem`),
        );
      };
      for (const name of ['cert', 'chain', 'fullchain']) link(name, 2);
      link('privkey', 1);
      pile.write('root.pem', root.cert, 0o644);
      return {
        mend: () => {
          pile.remove(`${live}/privkey.pem`);
          link('privkey', 2);
        },
        sound: () => fits(pile.read(`${live}/fullchain.pem`), pile.read(`${live}/privkey.pem`)),
      };
    },
  },
  {
    id: 'a SPIFFE ID with a slash at its end',
    cause: 'The URI in api.crt ends with a slash, so it is no SPIFFE ID.',
    named: [/workload\/api\.crt/],
    words: /slash|segment|spiffe/i,
    healthy: [/web/, /bundle/, /api\.key/],
    mending: 'api.crt has spiffe://acme.example/ns/prod/sa/api',
    args: ['workload', '--trust-domain', 'acme.example'],
    build: (pile) => {
      const root = pile.make.root({
        subject: '/O=Acme/CN=Acme Mesh',
        extensions: ['subjectAltName = URI:spiffe://acme.example'],
      });
      const svid = (name: string, end: string): void => {
        pile.pair(
          `workload/${name}`,
          pile.make.leaf(root, {
            subject: `/CN=${name}`,
            names: `URI:spiffe://acme.example/ns/prod/sa/${name}${end}`,
            use: 'serverAuth,clientAuth',
          }),
        );
      };
      svid('api', '/');
      svid('web', '');
      pile.write('workload/bundle.crt', root.cert, 0o644);
      let end = '/';
      return {
        mend: () => {
          end = '';
          svid('api', end);
        },
        sound: () => end === '',
      };
    },
  },
  {
    id: 'kubeadm: admin.conf was not renewed',
    cause:
      'The client certificate inside admin.conf has expired; the rest of the cluster was renewed.',
    named: [/admin\.conf/],
    words: /expire|no longer valid|ended|validity/i,
    healthy: [/pki\//, /scheduler\.conf/],
    mending: 'admin.conf has a certificate that is valid',
    args: ['kubernetes'],
    build: (pile) => {
      const ca = pile.make.root({ subject: '/CN=kubernetes', rsa: 2048 });
      const user = (name: string, subject: string, from: number, to: number): void => {
        pile.write(
          `kubernetes/${name}.conf`,
          kubeconfig(
            name,
            ca.cert,
            pile.make.leaf(ca, { subject, use: 'clientAuth', from, to, rsa: 2048 }),
          ),
        );
      };
      const admin = (from: number, to: number): void => {
        user('admin', '/O=kubeadm:cluster-admins/CN=kubernetes-admin', from, to);
      };
      admin(-370, -5);
      user('scheduler', '/CN=system:kube-scheduler', -5, 360);
      pile.write('kubernetes/pki/ca.crt', ca.cert, 0o644);
      pile.write('kubernetes/pki/ca.key', ca.key);
      pile.pair(
        'kubernetes/pki/apiserver',
        pile.make.leaf(ca, {
          subject: '/CN=kube-apiserver',
          names: 'DNS:kubernetes,DNS:kubernetes.default.svc,IP:10.96.0.1,IP:10.0.0.1',
          from: -5,
          to: 360,
          rsa: 2048,
        }),
      );
      return {
        mend: () => {
          admin(-1, 364);
        },
        sound: () => believed(pile, kubeconfigCert(pile.read('kubernetes/admin.conf')), ca.cert),
      };
    },
  },
  {
    id: 'an address written as a DNS name',
    cause: 'server.crt has 10.0.0.7 as a DNS name; clients look for an IP address among its names.',
    named: [/tls\/server\.crt/],
    words: /10\.0\.0\.7|\bIP\b|address|host|name/i,
    healthy: [/server\.key/, /client/, /ca\.crt/],
    mending: 'server.crt has the IP address 10.0.0.7',
    args: ['tls', '--host', '10.0.0.7'],
    build: (pile) => {
      const root = pile.make.root({ subject: '/O=Acme/CN=Acme Root' });
      const server = (names: string): void => {
        pile.pair('tls/server', pile.make.leaf(root, { subject: '/CN=10.0.0.7', names }));
      };
      server('DNS:gateway.acme.example,DNS:10.0.0.7');
      pile.pair(
        'tls/client',
        pile.make.leaf(root, {
          subject: '/CN=client',
          names: 'DNS:client.acme.example',
          use: 'clientAuth',
        }),
      );
      pile.write('tls/ca.crt', root.cert, 0o644);
      return {
        mend: () => {
          server('DNS:gateway.acme.example,IP:10.0.0.7');
        },
        sound: () =>
          believed(pile, pile.read('tls/server.crt'), root.cert, ['-verify_ip', '10.0.0.7']),
      };
    },
  },
  {
    id: 'signed by the server’s certificate',
    cause: 'client.crt was signed with -CA server.crt in place of the CA, and a server is no CA.',
    named: [/tls\/client\.crt/],
    words: /\bCA\b|basic ?constraints|may not (sign|issue)|not allowed to (sign|issue)/i,
    healthy: [/server\./, /ops\./, /ca\.crt/, /client\.key/],
    mending: 'client.crt is issued by a CA',
    args: ['tls'],
    build: (pile) => {
      const { root, issuing } = estate(pile, 'Acme');
      const server = pile.make.leaf(issuing, {
        subject: '/CN=server.acme.example',
        names: 'DNS:server.acme.example',
      });
      const user = (name: string) => ({
        subject: `/CN=${name}`,
        names: `email:${name}@acme.example`,
        use: 'clientAuth' as const,
      });
      pile.pair('tls/server', server);
      pile.pair('tls/ops', pile.make.leaf(issuing, user('ops')));
      pile.pair('tls/client', pile.make.leaf(pile.make.pretender(server), user('client')));
      pile.write('tls/ca.crt', root.cert, 0o644);
      return {
        mend: () => {
          pile.pair('tls/client', pile.make.leaf(issuing, user('client')));
        },
        sound: () =>
          believed(pile, pile.read('tls/client.crt') + pile.read('tls/server.crt'), root.cert),
      };
    },
  },
];
