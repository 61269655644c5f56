// The symptom table that goes round in guides to mutual TLS, each made for real: what docs/symptoms.md
// says of it. Where the guides are right, explain names their cause first; where not, another.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { explainText } from '../../src/diagnose/foreign/explain.ts';
import { createTestPki } from '../../src/testing/index.ts';
import {
  daemon,
  filesOf,
  freePort,
  plainServer,
  run,
  takeDown,
  tlsServer,
} from './explain/provoke.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const openssl = hasPeer('openssl', ['version']);
const go = hasPeer('go', ['version']);
const curl = hasPeer('curl');
const java = hasPeer('java');

const mtls = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));
const page = readFileSync(
  fileURLToPath(new URL('../../docs/symptoms.md', import.meta.url)),
  'utf8',
);

afterEach(takeDown);

const day = 86_400_000;
const past = { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - day) };
const names = ['localhost', '127.0.0.1'];

function judged(said: string): string {
  const [first] = explainText(said);
  return first === undefined
    ? `nothing is known in: ${said}`
    : `${first.trouble}: ${first.causes[0]?.cause ?? ''}`;
}

/** The code of the first finding of `mtls connect`. */
async function connected(port: number, ...more: readonly string[]): Promise<string> {
  const said = await run(process.execPath, [
    ...[mtls, 'connect', `127.0.0.1:${port}`, '--servername', 'localhost', '--json', ...more],
  ]);
  const { findings } = JSON.parse(said.slice(said.indexOf('{'))) as {
    findings: readonly { code: string }[];
  };
  return findings[0]?.code ?? 'none';
}

/** What the page says of a symptom. */
function section(symptom: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(symptom)) ?? '';
}

const callWithCurl = (port: number, ca: string, ...more: readonly string[]) =>
  run('curl', ['-sS', '--ipv4', '--cacert', ca, ...more, `https://localhost:${port}/`]);

describe.skipIf(!curl)('connection refused', () => {
  it('is a port without a listener', async () => {
    const { ca } = filesOf(createTestPki().client);
    const port = await freePort();
    expect(judged(await callWithCurl(port, ca))).toMatch(/^refused: the server is not running/);
    expect(await connected(port, '--ca', ca)).toBe('CONNECTION_REFUSED');
    expect(section('Connection refused')).toContain('`CONNECTION_REFUSED`');
  });

  it('is not a server that asks for no client certificate, as guides say', async () => {
    const pki = createTestPki({ server: names });
    const { ca, crt, key } = filesOf(pki.client);
    const port = await tlsServer({ ...pki.server.tls });
    expect(await callWithCurl(port, ca, '--cert', crt, '--key', key)).toBe('hi');
    expect(await connected(port, '--ca', ca, '--cert', crt, '--key', key)).toBe(
      'CLIENT_CERT_NOT_REQUESTED',
    );
    expect(section('Connection refused')).toContain('`CLIENT_CERT_NOT_REQUESTED`');
  });
});

describe.skipIf(!openssl)('certificate unknown', () => {
  it('is what OpenSSL calls unknown ca', async () => {
    const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
    const stranger = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    const { crt, key, ca } = filesOf(pki.server);
    const port = await freePort();
    const server = daemon('openssl', [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', crt, '-key', key, '-CAfile', ca],
      ...['-Verify', '1', '-verify_return_error'],
    ]);
    await server.until('ACCEPT');
    const said = await callWithCurl(port, ca, '--cert', stranger.crt, '--key', stranger.key);
    expect(judged(said)).toMatch(/^peer-says-unknown-ca: the other side was not given the CA/);
    expect(await connected(port, '--ca', ca, '--cert', stranger.crt, '--key', stranger.key)).toBe(
      'CLIENT_CERT_UNTRUSTED',
    );
    expect(section('Certificate unknown')).toContain('`CLIENT_CERT_UNTRUSTED`');
  });

  it.skipIf(!java)('is what Java says of whatever its trust manager refuses', async () => {
    const pki = createTestPki({ server: names, ca: { subject: 'CN=one' } });
    const server = filesOf(pki.server);
    const stores = [`${server.crt}.p12`, `${server.ca}.p12`] as const;
    execFileSync('openssl', [
      'pkcs12',
      '-export',
      '-in',
      server.crt,
      '-inkey',
      server.key,
      '-out',
      stores[0],
      '-passout',
      'pass:changeit',
    ]);
    execFileSync(
      'keytool',
      [
        '-importcert',
        '-noprompt',
        '-alias',
        'ca',
        '-file',
        server.ca,
        '-keystore',
        stores[1],
        '-storepass',
        'changeit',
        '-storetype',
        'PKCS12',
      ],
      { stdio: 'ignore' },
    );
    const peer = fileURLToPath(new URL('./explain/Peer.java', import.meta.url));
    const running = daemon('java', [peer, 'serve', ...stores]);
    const port = Number(/port (\d+)/.exec(await running.until(/port \d+/))?.[1]);
    const stranger = filesOf(createTestPki({ ca: { subject: 'CN=other' } }).client);
    const said = await callWithCurl(port, server.ca, '--cert', stranger.crt, '--key', stranger.key);
    expect(judged(said)).toMatch(
      /^peer-says-certificate-unknown: the other side does not trust our CA/,
    );
  });
});

describe.skipIf(!curl)('certificate expired', () => {
  it('is the server’s, or a clock', async () => {
    const pki = createTestPki({ server: { names, ...past } });
    const { ca } = filesOf(pki.client);
    const port = await tlsServer({ ...pki.server.tls });
    expect(judged(await callWithCurl(port, ca))).toMatch(
      /^expired: the certificate of the other side/,
    );
    expect(await connected(port, '--ca', ca)).toBe('EXPIRED');
    expect(section('Certificate expired')).toContain('`EXPIRED`');
  });

  it.skipIf(!openssl)('is ours, where an alert says so', async () => {
    const pki = createTestPki({ server: names, client: { names: 'client', ...past } });
    const { crt, key, ca } = filesOf(pki.server);
    const own = filesOf(pki.client);
    const port = await freePort();
    const server = daemon('openssl', [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', crt, '-key', key, '-CAfile', ca],
      ...['-Verify', '1', '-verify_return_error'],
    ]);
    await server.until('ACCEPT');
    const said = await callWithCurl(port, ca, '--cert', own.crt, '--key', own.key);
    expect(judged(said)).toMatch(/^peer-says-expired: the certificate that this side shows/);
  });
});

describe.skipIf(!curl)('handshake timeout', () => {
  it('is also a server that takes the connection and waits for something else', async () => {
    const { ca } = filesOf(createTestPki().client);
    const port = await plainServer(undefined);
    const said = await callWithCurl(port, ca, '--max-time', '2');
    expect(judged(said)).toMatch(/^timeout: a firewall/);
    expect(explainText(said)[0]?.causes[1]?.cause).toMatch(/waits for something else/);
    expect(await connected(port, '--ca', ca, '--timeout', '2s')).toBe('NO_ANSWER');
    expect(section('Handshake timeout')).toContain('`NO_ANSWER`');
  });
});

describe.skipIf(!curl)('certificate verify failed', () => {
  it('is a host name where the text goes on so', async () => {
    const pki = createTestPki({ server: 'api.example.internal' });
    const { ca } = filesOf(pki.client);
    const port = await tlsServer({ ...pki.server.tls });
    expect(judged(await callWithCurl(port, ca))).toMatch(
      /^host-mismatch: it was issued without this name/,
    );
    expect(await connected(port, '--ca', ca)).toBe('HOST_MISMATCH');
    expect(section('Certificate verify failed')).toContain('`HOST_MISMATCH`');
  });

  it('is a CA that was not given first, where the line stands alone', () => {
    expect(judged('SSL routines::certificate verify failed')).toMatch(
      /^verify-failed: this side was not given the CA/,
    );
  });
});

describe('bad certificate', () => {
  it.skipIf(!go)(
    'is not what a key of another certificate leads to: that is decrypt_error, as guides do not say',
    async () => {
      const pki = createTestPki({ server: names });
      const port = await tlsServer({ ...pki.server.serverTls });
      const said = await run(goPeer(), [
        ...['forge', filesOf(pki.client).crt, filesOf(pki.server).key, filesOf(pki.client).ca],
        ...[`127.0.0.1:${port}`, 'localhost'],
      ]);
      expect(said).toContain('error decrypting message');
      expect(judged(said)).toMatch(
        /^peer-says-decrypt-error: our key is not the key of our certificate/,
      );
    },
  );

  it.skipIf(!curl)('nor gets it on the wire: programs look before they connect', async () => {
    const pki = createTestPki({ server: names });
    const { crt, ca } = filesOf(pki.client);
    const said = await callWithCurl(
      await plainServer(undefined),
      ca,
      '--cert',
      crt,
      '--key',
      filesOf(pki.server).key,
    );
    expect(judged(said)).toMatch(/^key-mismatch: /);
    expect(section('Bad certificate')).toContain('`KEY_MISMATCH`');
  });

  it.skipIf(!go)('is a client that refuses the server, in the log of the server', async () => {
    const pki = createTestPki({ server: 'api.example.internal' });
    const { crt, key, ca } = filesOf(pki.server);
    const server = daemon(goPeer(), ['serve', crt, key, ca]);
    const port = Number((await server.until('\n')).split('\n', 1)[0]);
    const own = filesOf(pki.client);
    const said = await run(goPeer(), [
      'dial',
      own.crt,
      own.key,
      own.ca,
      `127.0.0.1:${port}`,
      'localhost',
    ]);
    expect(judged(said)).toMatch(/^host-mismatch: /);
    const log = await server.until('bad certificate');
    // As net/http writes it
    const line = log.trimEnd().split('\n').at(-1) ?? '';
    expect(judged(`http: TLS handshake error from 127.0.0.1:4711: ${line}`)).toMatch(
      /^peer-says-bad-certificate: the client calls the server by a name/,
    );
  });
});
