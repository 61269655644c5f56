// What real programs say of set-ups that fail, put before `explain`: it names the trouble, and the
// cause that was set up comes first.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { explainText } from '../../src/diagnose/foreign/explain.ts';
import { createTestPki, type TestPki } from '../../src/testing/index.ts';
import {
  daemon,
  fileOf,
  filesOf,
  folder,
  freePort,
  plainServer,
  run,
  takeDown,
  tlsServer,
  whenOpen,
} from './explain/provoke.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const present = {
  openssl: hasPeer('openssl', ['version']),
  curl: hasPeer('curl'),
  go: hasPeer('go', ['version']),
  nginx: hasPeer('nginx', ['-v']),
  haproxy: hasPeer('haproxy', ['-v']),
  gnutls: hasPeer('gnutls-cli'),
  python: hasPeer('python3'),
  java: hasPeer('java') && hasPeer('keytool', ['-help']),
  psql: hasPeer('psql'),
};

afterEach(takeDown);

/** Says what explain makes of a text: the trouble that comes first, with its first cause. */
function judged(said: string): string {
  const [first] = explainText(said);
  return first === undefined
    ? `nothing is known in: ${said}`
    : `${first.trouble}: ${first.causes[0]?.cause ?? ''}`;
}

const day = 86_400_000;
const past = { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - day) };
const future = { notBefore: new Date(Date.now() + day), notAfter: new Date(Date.now() + 9 * day) };
const names = ['localhost', '127.0.0.1'];

/** A server whose certificate has expired, and a client that is in order. */
const withExpired = () => createTestPki({ server: { names, ...past } });
const withFuture = () => createTestPki({ server: { names, ...future } });
const withOtherName = () => createTestPki({ server: 'api.example.internal' });

const openServer = (pki: TestPki) => tlsServer({ ...pki.server.tls });
const demanding = (pki: TestPki, more: object = {}) =>
  tlsServer({ ...pki.server.serverTls, ...more });

/** Client programs, each calling a port as localhost with a CA, and perhaps a certificate. */
type Client = (port: number, ca: string, own?: { crt: string; key: string }) => Promise<string>;

const NODE_CLIENT = `
const [, port, ca, crt, key] = process.argv;
const { readFileSync: read } = require('fs');
const own = crt ? { cert: read(crt), key: read(key) } : {};
const request = require('https').get({ host: 'localhost', family: 4, port, ca: read(ca), ...own },
  (answer) => answer.resume());
request.on('error', (error) => { console.error(error); });`;

const PYTHON_CLIENT = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
if len(sys.argv) > 3: context.load_cert_chain(sys.argv[3], sys.argv[4])
with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as plain:
    with context.wrap_socket(plain, server_hostname='localhost') as tls:
        tls.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
        print(tls.recv(100))`;

const list = (own?: { crt: string; key: string }) => (own ? [own.crt, own.key] : []);

const CLIENTS: Readonly<Record<string, Client>> = {
  node: (port, ca, own) =>
    run(process.execPath, ['-e', NODE_CLIENT, String(port), ca, ...list(own)]),
  openssl: (port, ca, own) =>
    run(
      'openssl',
      [
        ...[
          's_client',
          '-connect',
          `127.0.0.1:${port}`,
          '-CAfile',
          ca,
          '-no-CApath',
          '-no-CAstore',
        ],
        ...['-verify_return_error', '-verify_hostname', 'localhost', '-ign_eof'],
        ...(own ? ['-cert', own.crt, '-key', own.key] : []),
      ],
      { input: 'GET / HTTP/1.0\r\n\r\n' },
    ),
  curl: (port, ca, own) =>
    run('curl', [
      ...['-sS', '--ipv4', '--max-time', '20', '--cacert', ca, `https://localhost:${port}/`],
      ...(own ? ['--cert', own.crt, '--key', own.key] : []),
    ]),
  go: (port, ca, own) =>
    run(goPeer(), [
      'dial',
      ...(own ? list(own) : ['-', '-']),
      ca,
      `127.0.0.1:${port}`,
      'localhost',
    ]),
  python: (port, ca, own) => run('python3', ['-c', PYTHON_CLIENT, String(port), ca, ...list(own)]),
  gnutls: (port, ca, own) =>
    run(
      'gnutls-cli',
      [
        ...['--no-ca-verification'].slice(1),
        ...[`--x509cafile=${ca}`, '--verify-hostname=localhost', '-p', String(port), '127.0.0.1'],
        ...(own ? [`--x509certfile=${own.crt}`, `--x509keyfile=${own.key}`] : []),
      ],
      { input: 'GET / HTTP/1.0\r\n\r\n' },
    ),
  java: (port, ca, own) => javaDial(port, ca, own),
};

const PEER = fileURLToPath(new URL('./explain/Peer.java', import.meta.url));

function javaStores(ca: string, own?: { crt: string; key: string }): readonly [string, string] {
  const place = folder();
  const trust = join(place, 'trust.p12');
  const keys = join(place, 'keys.p12');
  const pass = ['-storepass', 'changeit', '-storetype', 'PKCS12'];
  execFileSync(
    'keytool',
    ['-importcert', '-noprompt', '-alias', 'ca', '-file', ca, '-keystore', trust, ...pass],
    { stdio: 'ignore' },
  );
  if (own === undefined) return ['-', trust];
  execFileSync('openssl', [
    'pkcs12',
    '-export',
    '-in',
    own.crt,
    '-inkey',
    own.key,
    '-out',
    keys,
    '-passout',
    'pass:changeit',
  ]);
  return [keys, trust];
}

function javaDial(port: number, ca: string, own?: { crt: string; key: string }, ...more: string[]) {
  return run('java', [PEER, 'dial', ...javaStores(ca, own), 'localhost', String(port), ...more]);
}

const clients = Object.entries(CLIENTS).map(([name, call]) => ({
  name,
  call,
  missing: name !== 'node' && !present[name as keyof typeof present],
}));

describe('a client that refuses its server', () => {
  for (const { name, call, missing } of clients) {
    describe.skipIf(missing)(name, () => {
      it('an expired certificate', async () => {
        const pki = withExpired();
        const said = await call(await openServer(pki), filesOf(pki.client).ca);
        expect(judged(said)).toMatch(/^(?:expired|outside-its-time): .*expired/);
      });

      it('a certificate that is not valid yet', async () => {
        const pki = withFuture();
        const said = await call(await openServer(pki), filesOf(pki.client).ca);
        expect(judged(said)).toMatch(/^not-yet-valid: the clock/);
      });

      it('a CA that it was not given', async () => {
        const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
        const other = createTestPki({ ca: { subject: 'CN=other' } });
        const said = await call(await openServer(pki), filesOf(other.client).ca);
        expect(judged(said)).toMatch(
          /^(?:unknown-issuer: this side was not given the CA|untrusted-root: this side was not given the CA)/,
        );
      });

      it('another name', async () => {
        const pki = withOtherName();
        const said = await call(await openServer(pki), filesOf(pki.client).ca);
        expect(judged(said)).toMatch(/^host-mismatch: it was issued without this name/);
      });
    });
  }
});

/** openssl s_server: unlike Node, it sends an alert where it refuses a client. */
async function sServer(pki: TestPki, ...more: string[]) {
  const port = await freePort();
  const { crt, key, ca } = filesOf(pki.server);
  const server = daemon('openssl', [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    crt,
    '-key',
    key,
    '-CAfile',
    ca,
    ...more,
  ]);
  await server.until('ACCEPT');
  return { port, server };
}

const strict = ['-Verify', '1', '-verify_return_error'];

describe.skipIf(!present.openssl)('a server that refuses its client', () => {
  for (const { name, call, missing } of clients) {
    describe.skipIf(missing)(name, () => {
      it('without a certificate', async () => {
        const pki = createTestPki({ server: names });
        const said = await call(await demanding(pki), filesOf(pki.client).ca);
        expect(judged(said)).toMatch(
          /^peer-wants-certificate: the client was given no certificate/,
        );
      });

      it('with a certificate of another CA', async () => {
        const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
        const other = createTestPki({ ca: { subject: 'CN=other' } });
        const own = filesOf(other.client);
        const { port } = await sServer(pki, ...strict);
        const said = await call(port, filesOf(pki.client).ca, own);
        // Java and gnutls-cli send none that the server's list does not name
        expect(judged(said)).toMatch(
          /^(?:peer-says-unknown-ca: the other side was not given the CA|peer-wants-certificate)/,
        );
      });

      it('with an expired certificate', async () => {
        const pki = createTestPki({ server: names, client: { names: 'client', ...past } });
        const own = filesOf(pki.client);
        const { port } = await sServer(pki, ...strict);
        const said = await call(port, own.ca, own);
        expect(judged(said)).toMatch(/^peer-says-expired: the certificate that this side shows/);
      });
    });
  }
});

describe('a server of Node, that closes without a word', () => {
  // Python and Java read an end of the stream, and take it for an answer
  for (const { name, call, missing } of clients.slice(0, 3))
    it.skipIf(missing)(name, async () => {
      const pki = createTestPki({ server: names, client: { names: 'client', ...past } });
      const own = filesOf(pki.client);
      const said = await call(await demanding(pki), own.ca, own);
      expect(judged(said)).toMatch(/^(?:reset|closed-in-handshake): .*refused/);
    });
});

describe('a port without TLS', () => {
  for (const { name, call, missing } of clients)
    it.skipIf(missing)(name, async () => {
      const port = await plainServer('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
      expect(judged(await call(port, filesOf(createTestPki().client).ca))).toMatch(
        /^not-tls: the port is/,
      );
    });
});

describe('nobody listens', () => {
  for (const { name, call, missing } of clients)
    it.skipIf(missing)(name, async () => {
      const said = await call(await freePort(), filesOf(createTestPki().client).ca);
      expect(judged(said)).toMatch(/^refused: the server is not running/);
    });
});

describe('a key that is not that of the certificate', () => {
  const mixed = () => {
    const pki = createTestPki({ server: names });
    return {
      crt: filesOf(pki.server).crt,
      key: filesOf(pki.client).key,
      ca: filesOf(pki.server).ca,
    };
  };
  const expectMismatch = (said: string) => {
    expect(judged(said)).toMatch(/^key-mismatch: /);
  };

  for (const { name, call, missing } of clients)
    // keytool and openssl pkcs12 refuse before Java could
    it.skipIf(missing || name === 'java' || name === 'gnutls')(name, async () => {
      const own = mixed();
      expectMismatch(await call(await openServer(createTestPki({ server: names })), own.ca, own));
    });

  it.skipIf(!present.gnutls)('gnutls-cli, which sends it all the same', async () => {
    const pki = createTestPki({ server: names });
    const own = { crt: filesOf(pki.client).crt, key: filesOf(pki.server).key };
    const said = await (CLIENTS['gnutls'] as Client)(
      await demanding(pki),
      filesOf(pki.client).ca,
      own,
    );
    expect(judged(said)).toMatch(
      /^peer-says-decrypt-error: our key is not the key of our certificate/,
    );
  });

  it.skipIf(!present.nginx)('nginx', async () => {
    const { crt, key } = mixed();
    expectMismatch(
      await run('nginx', [
        '-t',
        '-c',
        nginxConf(`ssl_certificate ${crt}; ssl_certificate_key ${key};`, 1),
      ]),
    );
  });

  it.skipIf(!present.haproxy)('HAProxy', async () => {
    const { cert } = createTestPki({ server: names }).server;
    const pem = fileOf('both.pem', cert + createTestPki().server.key);
    const conf = fileOf(
      'haproxy.cfg',
      `defaults\n mode tcp\n timeout connect 5s\n timeout client 5s\n timeout server 5s\nfrontend f\n bind 127.0.0.1:1 ssl crt ${pem}\n`,
    );
    expectMismatch(await run('haproxy', ['-c', '-f', conf]));
  });

  it.skipIf(!present.psql)('psql', async () => {
    const { crt, key, ca } = mixed();
    const port = await plainServer('S');
    expectMismatch(
      await psql(port, `sslmode=verify-full sslcert=${crt} sslkey=${key} sslrootcert=${ca}`),
    );
  });
});

function psql(port: number, options: string): Promise<string> {
  return run('psql', [
    `host=localhost hostaddr=127.0.0.1 port=${port} user=app dbname=app ${options}`,
    '-c',
    'select 1',
  ]);
}

describe('PostgreSQL', () => {
  it.skipIf(!present.psql)('a server without TLS', async () => {
    const said = await psql(await plainServer('N'), 'sslmode=require');
    expect(judged(said)).toMatch(/^tls-not-offered: TLS is turned off/);
  });

  it.skipIf(!present.psql)('a key that others may read', async () => {
    const { crt, key, ca } = filesOf(createTestPki().client);
    execFileSync('chmod', ['0644', key]);
    const said = await psql(
      await plainServer('S'),
      `sslmode=verify-ca sslcert=${crt} sslkey=${key} sslrootcert=${ca}`,
    );
    expect(judged(said)).toMatch(/^key-permissions: its mode is too lax/);
  });

  it.skipIf(!present.psql)('no root file', async () => {
    const said = await psql(
      await plainServer('S'),
      'sslmode=verify-full sslrootcert=/no/such/root.crt',
    );
    expect(judged(said)).toMatch(/^trust-file: /);
  });
});

function nginxConf(ssl: string, port: number, listen = 'ssl'): string {
  const place = folder();
  const conf = join(place, 'nginx.conf');
  writeFileSync(
    conf,
    `daemon off; master_process off; pid ${place}/pid; error_log ${place}/error.log info;
events {}
http {
  access_log off;
  client_body_temp_path ${place}; proxy_temp_path ${place}; fastcgi_temp_path ${place};
  uwsgi_temp_path ${place}; scgi_temp_path ${place};
  server { listen 127.0.0.1:${port} ${listen}; ${ssl} location / { return 200 hello; } }
}
`,
  );
  return conf;
}

describe.skipIf(!present.nginx || !present.curl)('nginx', () => {
  async function nginx(pki: TestPki): Promise<{ port: number; log: () => Promise<string> }> {
    const port = await freePort();
    const { crt, key, ca } = filesOf(pki.server);
    const conf = nginxConf(
      `ssl_certificate ${crt}; ssl_certificate_key ${key}; ssl_client_certificate ${ca}; ssl_verify_client on;`,
      port,
    );
    daemon('nginx', ['-c', conf]);
    await whenOpen(port);
    return { port, log: () => run('cat', [join(conf, '..', 'error.log')]) };
  }
  const curl = CLIENTS['curl'] as Client;

  it('its page, and its log, for a client without a certificate', async () => {
    const pki = createTestPki({ server: names });
    const { port, log } = await nginx(pki);
    expect(judged(await curl(port, filesOf(pki.client).ca))).toMatch(
      /^no-client-certificate: the client was given/,
    );
    expect(judged(await log())).toMatch(/^no-client-certificate: the client was given/);
  });

  it('its page, and its log, for a client of another CA', async () => {
    const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
    const { port, log } = await nginx(pki);
    const own = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    expect(judged(await curl(port, filesOf(pki.client).ca, own))).toMatch(
      /^client-refused: the server does not trust/,
    );
    expect(judged(await log())).toMatch(
      /^(?:unknown-issuer: the server was not given|incomplete-chain: the client sends)/,
    );
  });

  it('its log for an expired client', async () => {
    const pki = createTestPki({ server: names, client: { names: 'client', ...past } });
    const { port, log } = await nginx(pki);
    await curl(port, filesOf(pki.client).ca, filesOf(pki.client));
    expect(judged(await log())).toMatch(/^expired: the client’s certificate has expired/);
  });

  it('its page for plain HTTP', async () => {
    const { port } = await nginx(createTestPki({ server: names }));
    expect(judged(await run('curl', ['-sS', `http://127.0.0.1:${port}/`]))).toMatch(
      /^plain-to-tls: /,
    );
  });

  it('a file that is no PEM, and one that is not there', async () => {
    const { crt, key } = filesOf(createTestPki().server);
    const broken = fileOf('broken.crt', 'no certificate\n');
    const said = await run('nginx', [
      '-t',
      '-c',
      nginxConf(`ssl_certificate ${broken}; ssl_certificate_key ${key};`, 1),
    ]);
    expect(judged(said)).toMatch(/^not-pem: /);
    const missed = await run('nginx', [
      '-t',
      '-c',
      nginxConf(`ssl_certificate ${crt}.no; ssl_certificate_key ${key};`, 1),
    ]);
    expect(judged(missed)).toMatch(/^identity-file: the path is wrong/);
  });
});

describe.skipIf(!present.haproxy || !present.curl)('HAProxy', () => {
  it('its log for a client without a certificate', async () => {
    const pki = createTestPki({ server: names });
    const port = await freePort();
    const pem = fileOf('both.pem', pki.server.cert + pki.server.key);
    const conf = fileOf(
      'haproxy.cfg',
      `global\n log stdout format raw local0\ndefaults\n mode tcp\n log global\n option tcplog\n timeout connect 5s\n timeout client 5s\n timeout server 5s\nfrontend f\n bind 127.0.0.1:${port} ssl crt ${pem} ca-file ${filesOf(pki.server).ca} verify required\n default_backend b\nbackend b\n server s 127.0.0.1:1\n`,
    );
    const { until } = daemon('haproxy', ['-db', '-f', conf]);
    await whenOpen(port);
    await (CLIENTS['curl'] as Client)(port, filesOf(pki.client).ca);
    expect(judged(await until('SSL handshake failure'))).toMatch(
      /^client-refused: the client’s certificate is missing/,
    );
  });
});

describe.skipIf(!present.openssl)('openssl', () => {
  it('its server, for a client without a certificate under TLS 1.2', async () => {
    const pki = createTestPki({ server: names });
    const { port, server } = await sServer(pki, '-Verify', '1', '-tls1_2');
    const said = await (CLIENTS['openssl'] as Client)(port, filesOf(pki.client).ca);
    expect(judged(said)).toMatch(
      /^peer-says-handshake-failure: the server demands a client certificate/,
    );
    expect(judged(await server.until('peer did not return'))).toMatch(
      /^no-client-certificate: the client was given/,
    );
  });

  it.skipIf(!present.curl)('a server of TLS 1.3 and a client of TLS 1.2', async () => {
    const pki = createTestPki({ server: names });
    const { port, server } = await sServer(pki, '-tls1_3');
    const said = await run('curl', [
      '-sS',
      '--tls-max',
      '1.2',
      '--cacert',
      filesOf(pki.client).ca,
      `https://127.0.0.1:${port}/`,
    ]);
    expect(judged(said)).toMatch(/^version-mismatch: one side takes TLS 1.3 alone/);
    expect(judged(await server.until(/unsupported protocol/))).toMatch(/^version-mismatch: /);
  });

  it('a client that shows a server’s certificate', async () => {
    const pki = createTestPki({ server: names });
    const { port, server } = await sServer(pki, '-Verify', '1', '-verify_return_error');
    const own = filesOf(pki.server);
    const said = await (CLIENTS['openssl'] as Client)(port, own.ca, own);
    expect(judged(said)).toMatch(
      /^peer-says-unsupported: we show a server’s certificate as a client/,
    );
    expect(judged(await server.until(/certificate purpose/))).toMatch(/^wrong-purpose: /);
  });

  it('a self-signed certificate', async () => {
    const place = folder();
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        join(place, 'k'),
        '-out',
        join(place, 'c'),
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
    const said = await run('openssl', ['verify', join(place, 'c')]);
    expect(judged(said)).toMatch(/^self-signed: /);
  });

  it('a root that is sent and not trusted', async () => {
    const pki = createTestPki({ server: names });
    const port = await tlsServer({ ...pki.server.tls, cert: pki.server.cert + pki.ca.cert });
    const other = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    expect(judged(await (CLIENTS['openssl'] as Client)(port, other.ca))).toMatch(
      /^untrusted-root: this side was not given the CA/,
    );
  });

  it('an encrypted key without its passphrase', async () => {
    const { crt, key } = filesOf(createTestPki().server);
    const encrypted = join(folder(), 'enc.key');
    execFileSync('openssl', [
      'pkcs8',
      '-topk8',
      '-in',
      key,
      '-out',
      encrypted,
      '-passout',
      'pass:right',
      '-v2',
      'aes-256-cbc',
    ]);
    const said = await run('openssl', [
      's_server',
      '-accept',
      '127.0.0.1:0',
      '-cert',
      crt,
      '-key',
      encrypted,
      '-pass',
      'pass:wrong',
    ]);
    expect(judged(said)).toMatch(/^key-encrypted: /);
    const node = await run(process.execPath, [
      '-e',
      `require('tls').createSecureContext({ key: require('fs').readFileSync(${JSON.stringify(encrypted)}), passphrase: 'wrong' })`,
    ]);
    expect(judged(node)).toMatch(/^key-encrypted: /);
  });

  it('a PKCS#12 file with another password', async () => {
    const { crt, key } = filesOf(createTestPki().server);
    const p12 = join(folder(), 'id.p12');
    execFileSync('openssl', [
      'pkcs12',
      '-export',
      '-in',
      crt,
      '-inkey',
      key,
      '-out',
      p12,
      '-passout',
      'pass:right',
    ]);
    const said = await run('openssl', ['pkcs12', '-in', p12, '-passin', 'pass:wrong', '-nodes']);
    expect(judged(said)).toMatch(/^store-password: the password is wrong/);
    if (!present.java) return;
    const java = await run('keytool', ['-list', '-keystore', p12, '-storepass', 'wrongpass']);
    expect(judged(java)).toMatch(/^store-password: the password is wrong/);
  });
});

describe.skipIf(!present.go)('Go', () => {
  async function goServer(pki: TestPki, ...more: string[]) {
    const { crt, key, ca } = filesOf(pki.server);
    const server = daemon(goPeer(), ['serve', crt, key, ca, ...more]);
    const port = Number((await server.until('\n')).split('\n', 1)[0]);
    return { port, server };
  }
  const dial = CLIENTS['go'] as Client;

  it('a client without a certificate under TLS 1.2: the server’s word, and its alert', async () => {
    const pki = createTestPki({ server: names });
    const { port, server } = await goServer(pki, 'TLSv1.2');
    const said = await dial(port, filesOf(pki.client).ca);
    expect(judged(said)).toMatch(
      /^peer-says-(?:handshake-failure: the server demands a client|bad-certificate: we sent none)/,
    );
    expect(judged(await server.until("didn't"))).toMatch(
      /^no-client-certificate: the client was given no/,
    );
  });

  it('a client of another CA', async () => {
    const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
    const { port, server } = await goServer(pki);
    const own = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    await dial(port, filesOf(pki.client).ca, own);
    // Go's client sends none that the server's list does not name
    await server.until(/didn't provide a certificate/);
    if (!present.openssl) return;
    const said = await (CLIENTS['openssl'] as Client)(port, filesOf(pki.client).ca, own);
    expect(judged(said)).toMatch(/^peer-says-unknown-ca: the other side was not given the CA/);
    const log = await server.until(/unknown authority/);
    expect(judged(log.split('\n').slice(-2).join('\n'))).toMatch(
      /^unknown-issuer: this side was not given/,
    );
  });

  it('a key of another certificate on the wire', async () => {
    const pki = createTestPki({ server: names });
    const { port, server } = await goServer(pki);
    const said = await run(goPeer(), [
      'forge',
      filesOf(pki.client).crt,
      filesOf(pki.server).key,
      filesOf(pki.client).ca,
      `127.0.0.1:${port}`,
      'localhost',
    ]);
    expect(judged(said)).toMatch(
      /^peer-says-decrypt-error: our key is not the key of our certificate/,
    );
    expect(judged(await server.until('invalid signature'))).toMatch(/^peer-says-decrypt-error: /);
  });

  it('a CA that was made anew with the same name', async () => {
    const [one, two] = [createTestPki({ server: names }), createTestPki()];
    const said = await dial(await openServer(one), filesOf(two.client).ca);
    expect(judged(said)).toMatch(/^bad-signature: the CA was made anew/);
  });

  it('a client’s certificate on a server', async () => {
    const pki = createTestPki();
    const wrong = pki.issue({ names, profile: 'client' });
    const said = await dial(await tlsServer({ ...wrong.tls }), filesOf(pki.client).ca);
    expect(judged(said)).toMatch(/^wrong-purpose: a server’s certificate was used by a client/);
  });
});

describe.skipIf(!present.java || !present.openssl)('Java', () => {
  it('its server, for a client of another CA', async () => {
    const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
    const server = daemon('java', [
      PEER,
      'serve',
      ...javaStores(filesOf(pki.server).ca, filesOf(pki.server)),
    ]);
    const port = Number(/port (\d+)/.exec(await server.until(/port \d+/))?.[1]);
    const own = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    const said = await (CLIENTS['openssl'] as Client)(port, filesOf(pki.client).ca, own);
    expect(judged(said)).toMatch(
      /^peer-says-certificate-unknown: the other side does not trust our CA/,
    );
    expect(judged(await server.until('PKIX'))).toMatch(/^unknown-issuer: /);
    await (CLIENTS['openssl'] as Client)(port, filesOf(pki.client).ca);
    expect(judged(await server.until('Empty client certificate chain'))).toMatch(
      /^no-client-certificate: /,
    );
  });

  it('a client of TLS 1.2 and a server of TLS 1.3', async () => {
    const pki = createTestPki({ server: names });
    const port = await openServer1p3(pki);
    const said = await javaDial(port, filesOf(pki.client).ca, undefined, 'TLSv1.2');
    expect(judged(said)).toMatch(/^version-mismatch: one side takes TLS 1.3 alone/);
  });
});

function openServer1p3(pki: TestPki): Promise<number> {
  return tlsServer({ ...pki.server.tls, minVersion: 'TLSv1.3' });
}
