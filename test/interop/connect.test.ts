// `mtls connect` against servers that others wrote: what it says of each set-up, and that it lists the
// messages of a handshake in the order in which OpenSSL's client sees them.
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY } from '../../src/base/clock.ts';
import { createTestPki, type TestIdentity, type TestPki } from '../../src/testing/pki.ts';
import {
  answers,
  chainOf,
  freePort,
  startGnutls,
  startGo,
  startHaproxy,
  startNginx,
  startNode,
  startOpenssl,
  testFolder,
  type ServerSetup,
} from './connect-servers.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { hasPeer } from './support/peers.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

interface Step {
  readonly from: 'client' | 'server';
  readonly message: string;
  readonly alert?: string;
}

interface Told {
  readonly exit: number | null;
  readonly ok: boolean;
  readonly handshake: readonly Step[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly subject: string;
    readonly cause: string;
    readonly consequences: readonly { readonly cause: string }[];
  }[];
}

/** Runs while servers of this process answer. */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly exit: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, HOME: cwd, MTLS_HOME: undefined };
    const child = execFile(program, args, { cwd, env, timeout: 60_000 }, (_, stdout, stderr) => {
      resolve({ exit: child.exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}

async function connect(port: number, pki: TestPki, who: Who, args: readonly string[]) {
  const identity = who === 'nobody' ? undefined : who;
  const folder = testFolder({
    'ca.crt': pki.ca.cert,
    ...(identity && { 'client.crt': identity.cert, 'client.key': identity.key }),
  });
  const shown = identity ? ['--cert', 'client.crt', '--key', 'client.key'] : [];
  const target = args.includes('--servername') ? '127.0.0.1' : 'localhost';
  const { exit, stdout, stderr } = await run(
    process.execPath,
    [entry, 'connect', `${target}:${port}`, '--ca', './ca.crt', ...shown, ...args, '--json'],
    folder,
  );
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Omit<Told, 'exit'>), exit };
}

type Who = TestIdentity | 'nobody';

const pki = createTestPki({ intermediate: true });
const stranger = createTestPki({ ca: { subject: 'CN=stranger root' } });
const now = Date.now();
const past = { notBefore: new Date(now - 3 * DAY), notAfter: new Date(now - DAY) };
const future = { notBefore: new Date(now + DAY), notAfter: new Date(now + 3 * DAY) };
const HOST = ['localhost', '127.0.0.1'];

const [leafPem = '', intermediatePem = ''] = pki.server.cert
  .split(/(?<=-----END CERTIFICATE-----\n)/)
  .filter((block) => block.includes('BEGIN'));
/** As the usual one-liner makes them. */
function selfSigned(): Pick<TestIdentity, 'cert' | 'key'> {
  const made = openssl(
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
      .concat(['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'])
      .concat(['-keyout', '-']),
  ).toString();
  const start = made.indexOf('-----BEGIN CERTIFICATE');
  return { key: made.slice(0, start), cert: made.slice(start) };
}
const expiredServer = pki.issue({ names: HOST, profile: 'server', ...past });
const expiredClient = pki.issue({ names: 'client', profile: 'client', ...past });
const wrongUse = pki.issue({ names: 'client', profile: 'server' });

const healthy = { ...pki.server, ca: pki.ca.cert };
const served = (identity: { readonly cert: string; readonly key: string }): ServerSetup => ({
  cert: identity.cert,
  key: identity.key,
  ca: pki.ca.cert,
});

interface Case {
  readonly name: string;
  readonly start: (setup: ServerSetup) => Promise<number>;
  readonly setup: ServerSetup;
  readonly who: Who;
  readonly args?: readonly string[];
  /** Of the first finding; none is worse than a note where absent. */
  readonly code?: string;
  readonly severity?: 'warning';
  /** The subject of the first finding, where it is a file of ours. */
  readonly subject?: string;
  /** What the first finding, or what follows from it, says. */
  readonly says?: RegExp;
}

const TLS12 = 'TLSv1.2' as const;
const TLS13 = 'TLSv1.3' as const;

const CASES: readonly Case[] = [
  // nginx lets every handshake pass and refuses requests
  {
    name: 'nginx, TLS 1.3, all right, and a request',
    start: startNginx,
    setup: { ...healthy, version: TLS13 },
    who: pki.client,
    args: ['--get', '/'],
  },
  {
    name: 'nginx, TLS 1.2, no certificate, and a request',
    start: startNginx,
    setup: { ...healthy, version: TLS12 },
    who: 'nobody',
    args: ['--get', '/'],
    code: 'CLIENT_CERT_MISSING',
    says: /No required SSL certificate was sent/,
  },
  {
    name: 'nginx, TLS 1.3, no certificate',
    start: startNginx,
    setup: { ...healthy, version: TLS13 },
    who: 'nobody',
    code: 'CLIENT_CERT_MISSING',
    says: /may refuse later/,
  },
  {
    name: 'nginx, TLS 1.3, a client of another CA',
    start: startNginx,
    setup: { ...healthy, version: TLS13 },
    who: stranger.client,
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
  },
  {
    name: 'nginx, TLS 1.3, a client of another CA, and a request',
    start: startNginx,
    setup: { ...healthy, version: TLS13 },
    who: stranger.client,
    args: ['--get', '/'],
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
    says: /The SSL certificate error/,
  },
  {
    name: 'nginx, TLS 1.2, an expired client',
    start: startNginx,
    setup: { ...healthy, version: TLS12 },
    who: expiredClient,
    args: ['--get', '/'],
    code: 'EXPIRED',
    subject: 'client.crt',
    says: /The SSL certificate error/,
  },
  {
    name: 'nginx, an expired server',
    start: startNginx,
    setup: served(expiredServer),
    who: pki.client,
    code: 'EXPIRED',
  },
  {
    name: 'nginx, clients are not asked',
    start: startNginx,
    setup: { ...healthy, clients: 'ignore' },
    who: pki.client,
    code: 'CLIENT_CERT_NOT_REQUESTED',
  },
  {
    name: 'nginx, a chain in the wrong order',
    start: startNginx,
    setup: { ...healthy, cert: leafPem + pki.ca.cert + intermediatePem },
    who: pki.client,
    code: 'CHAIN_ORDER',
    severity: 'warning',
  },
  {
    name: 'HAProxy, TLS 1.2, all right',
    start: startHaproxy,
    setup: { ...healthy, version: TLS12 },
    who: pki.client,
    args: ['--get', '/'],
  },
  {
    name: 'HAProxy, TLS 1.3, no certificate',
    start: startHaproxy,
    setup: { ...healthy, version: TLS13 },
    who: 'nobody',
    code: 'CLIENT_CERT_MISSING',
    says: /alert/,
  },
  {
    name: 'HAProxy, TLS 1.2, a client of another CA',
    start: startHaproxy,
    setup: { ...healthy, version: TLS12 },
    who: stranger.client,
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
    says: /alert unknown_ca/,
  },
  {
    name: 'HAProxy, TLS 1.3, a client with a certificate for servers',
    start: startHaproxy,
    setup: { ...healthy, version: TLS13 },
    who: wrongUse,
    code: 'EXTENDED_KEY_USAGE',
    subject: 'client.crt',
    says: /alert/,
  },
  {
    name: 'HAProxy, the intermediate is missing',
    start: startHaproxy,
    setup: { ...healthy, cert: leafPem },
    who: pki.client,
    code: 'INTERMEDIATE_MISSING',
  },
  {
    name: 'HAProxy, TLS 1.3 only, and a client of TLS 1.2',
    start: startHaproxy,
    setup: { ...healthy, version: TLS13 },
    who: pki.client,
    args: ['--tls1.2'],
    code: 'VERSION_MISMATCH',
  },
  {
    name: 'HAProxy, a name that it does not serve',
    start: startHaproxy,
    setup: { ...healthy, more: ['strict-sni'] },
    who: pki.client,
    args: ['--servername', 'other.test'],
    code: 'SERVER_NAME_UNKNOWN',
  },
  {
    name: 'Node, TLS 1.3, all right, by way of a HelloRetryRequest',
    start: startNode,
    setup: { ...healthy, version: TLS13, node: { ecdhCurve: 'P-384' } },
    who: pki.client,
    args: ['--get', '/'],
  },
  {
    name: 'Node, the server is another host',
    start: startNode,
    setup: served(pki.issue({ names: ['db.test', 'db2.test'], profile: 'server' })),
    who: pki.client,
    code: 'HOST_MISMATCH',
    says: /DNS:db\.test, DNS:db2\.test/,
  },
  {
    name: 'Node, a server of another CA',
    start: startNode,
    setup: served(stranger.server),
    who: pki.client,
    code: 'ISSUER_NOT_FOUND',
    says: /stranger root/,
  },
  {
    name: 'Node, a server that signed itself',
    start: startNode,
    setup: served(hasOpenssl ? selfSigned() : pki.server),
    who: pki.client,
    code: 'SELF_SIGNED',
  },
  {
    name: 'Node, TLS 1.3, a client of another CA, refused without an alert',
    start: startNode,
    setup: { ...healthy, version: TLS13 },
    who: stranger.client,
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
    says: /closed the connection without an alert/,
  },
  {
    name: 'Go, TLS 1.3, all right',
    start: startGo,
    setup: healthy,
    who: pki.client,
  },
  {
    name: 'Go, TLS 1.2, no certificate',
    start: startGo,
    setup: { ...healthy, version: TLS12 },
    who: 'nobody',
    code: 'CLIENT_CERT_MISSING',
    says: /alert/,
  },
  {
    name: 'Go, TLS 1.3, an expired client',
    start: startGo,
    setup: healthy,
    who: expiredClient,
    code: 'EXPIRED',
    subject: 'client.crt',
    says: /alert/,
  },
  {
    name: 'Go, TLS 1.2, a client of another CA',
    start: startGo,
    setup: { ...healthy, version: TLS12 },
    who: stranger.client,
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
    says: /alert/,
  },
  {
    name: 'openssl, TLS 1.2, all right',
    start: startOpenssl,
    setup: { ...healthy, version: TLS12 },
    who: pki.client,
  },
  {
    name: 'openssl, TLS 1.3, a server that is not valid yet',
    start: startOpenssl,
    setup: { ...served(pki.issue({ names: HOST, profile: 'server', ...future })), version: TLS13 },
    who: pki.client,
    code: 'NOT_YET_VALID',
  },
  {
    name: 'openssl, TLS 1.2, no cipher in common',
    start: startOpenssl,
    setup: { ...healthy, version: TLS12, more: ['-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'] },
    who: pki.client,
    code: 'CIPHER_MISMATCH',
  },
  {
    name: 'openssl, a server with a certificate for clients',
    start: startOpenssl,
    setup: served(pki.issue({ names: HOST, profile: 'client' })),
    who: pki.client,
    code: 'EXTENDED_KEY_USAGE',
  },
  {
    name: 'openssl, no application protocol in common',
    start: startOpenssl,
    setup: { ...healthy, more: ['-alpn', 'h2'] },
    who: pki.client,
    args: ['--alpn', 'http/1.1'],
    code: 'ALPN_MISMATCH',
  },
  {
    name: 'GnuTLS, TLS 1.3, all right',
    start: startGnutls,
    setup: { ...healthy, version: TLS13 },
    who: pki.client,
  },
  {
    name: 'GnuTLS, TLS 1.2, a client of another CA',
    start: startGnutls,
    setup: { ...healthy, version: TLS12 },
    who: stranger.client,
    code: 'CLIENT_CERT_UNTRUSTED',
    subject: 'client.crt',
    says: /alert|closed/,
  },
  {
    name: 'GnuTLS, TLS 1.3, no certificate',
    start: startGnutls,
    setup: { ...healthy, version: TLS13 },
    who: 'nobody',
    code: 'CLIENT_CERT_MISSING',
    says: /alert/,
  },
];

const PROGRAMS: ReadonlyMap<unknown, readonly [program: string, probe: string]> = new Map([
  [startNginx, ['nginx', '-v']],
  [startHaproxy, ['haproxy', '-v']],
  [startGo, ['go', 'version']],
  [startOpenssl, ['openssl', 'version']],
  [startGnutls, ['gnutls-serv', '--version']],
]);

const present = (start: unknown): boolean => {
  const [program, probe] = PROGRAMS.get(start) ?? [];
  return program === undefined || hasPeer(program, [probe ?? '--version']);
};

describe('the verdict about a live server', () => {
  for (const one of CASES)
    it.skipIf(!present(one.start) || (one.code === 'SELF_SIGNED' && !hasOpenssl))(
      one.name,
      async () => {
        const port = await one.start(one.setup);
        const told = await connect(port, pki, one.who, one.args ?? []);
        const [first] = told.findings.filter(({ severity }) => severity !== 'info');
        if (one.code === undefined) {
          expect(first).toBeUndefined();
          expect(told).toMatchObject({ ok: true, exit: 0 });
          return;
        }
        const bad = one.severity === undefined;
        expect(first).toMatchObject({
          code: one.code,
          severity: one.severity ?? 'error',
          subject: one.subject ?? (expect.stringMatching(`:${port}$`) as string),
        });
        expect(told).toMatchObject({ ok: !bad, exit: bad ? 1 : 0 });
        if (one.says)
          expect(
            [first?.cause, ...(first?.consequences ?? []).map(({ cause }) => cause)].join('; '),
          ).toMatch(one.says);
      },
    );
});

/**
 * The messages of `openssl s_client -msg`, with their direction. It tells of a ChangeCipherSpec that
 * came by the header of its record only (content type 20).
 */
function messagesOf(output: string): string[] {
  const lines = output.split('\n');
  return lines.flatMap((line, place) => {
    const found =
      /^(<<<|>>>) [^,]+, (Handshake|ChangeCipherSpec|RecordHeader)(?:.*\], (\w+))?/.exec(line);
    if (!found) return [];
    const [, way, kind, name] = found;
    if (kind === 'RecordHeader') {
      const came = way === '<<<' && lines[place + 1]?.trim().startsWith('14 ');
      return came ? ['server ChangeCipherSpec'] : [];
    }
    const side = way === '>>>' ? 'client' : 'server';
    return kind === 'ChangeCipherSpec' ? `${side} ${kind}` : `${side} ${name ?? ''}`;
  });
}

/** Up to the last Finished: what comes after it depends on who closes first. */
function handshakeOf(messages: readonly string[]): readonly string[] {
  const last = messages.findLastIndex((message) => message.endsWith('Finished'));
  return messages.slice(0, last + 1);
}

describe.skipIf(!hasPeer('openssl', ['version']))('the order of messages', () => {
  const servers = {
    nginx: startNginx,
    haproxy: startHaproxy,
    node: startNode,
    go: startGo,
    openssl: startOpenssl,
    gnutls: startGnutls,
  };
  for (const [name, startServer] of Object.entries(servers))
    for (const version of [TLS12, TLS13])
      it.skipIf(!present(startServer))(
        `is that of openssl s_client: ${name}, ${version}`,
        async () => {
          const port = await startServer({ ...healthy, version });
          const only = version === TLS12 ? '--tls1.2' : '--tls1.3';
          const told = await connect(port, pki, pki.client, [only]);
          const { cert, key } = pki.client;
          const folder = testFolder({
            'client.crt': cert,
            'chain.crt': chainOf(cert),
            'client.key': key,
          });
          const { stdout } = await run(
            'openssl',
            ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', '-msg']
              .concat(['-cert', 'client.crt', '-cert_chain', 'chain.crt', '-key', 'client.key'])
              .concat([version === TLS12 ? '-tls1_2' : '-tls1_3']),
            folder,
          );
          const seen = handshakeOf(messagesOf(stdout));
          expect(seen.length).toBeGreaterThan(8);
          expect(
            handshakeOf(
              told.handshake
                .filter(({ alert }) => alert === undefined)
                .map(({ from, message }) => `${from} ${message}`),
            ),
          ).toEqual(seen);
        },
      );
});

describe.skipIf(!hasPeer('openssl', ['version']))('new keys in the middle', () => {
  it('are followed: what openssl s_server sends after a KeyUpdate is opened', async () => {
    const folder = testFolder({ 'server.crt': pki.server.cert, 'server.key': pki.server.key });
    const port = await freePort();
    const files = ['-cert', 'server.crt', '-key', 'server.key', '-tls1_3'];
    const server = spawn('openssl', ['s_server', '-accept', String(port), ...files], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      server.kill('SIGKILL');
    });
    // "k" at the start of a line: update the keys
    server.stdout.on('data', (text) => {
      if (String(text).includes('CIPHER is')) server.stdin.write('k\n');
    });
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 25));
    const told = await connect(port, pki, 'nobody', ['--patience', '1s']);
    const messages = told.handshake.map(
      ({ from, message, alert }) => `${from} ${alert ?? message}`,
    );
    const update = messages.indexOf('server KeyUpdate');
    expect(update).toBeGreaterThan(0);
    expect(messages.slice(update)).toEqual([
      'server KeyUpdate',
      'client close_notify',
      'server close_notify',
    ]);
  });
});
