// Node's own TLS is the judge of what is made for tests.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import type { ConnectionOptions, TLSSocket, TlsOptions } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/key-types.ts';
import { createTestPki } from '../../src/testing/index.ts';
import { thrown } from '../support/thrown.ts';

function nameOf(socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject.CN);
}

function errorCode(error: string | Error): string {
  return typeof error === 'string' ? error : error.message;
}

/** The common name that each side saw of the other, or the code of its error. */
async function handshake(server: TlsOptions, client: ConnectionOptions) {
  const seen = { byServer: '', byClient: '' };
  const listener = createServer(server);
  listener.on('secureConnection', (socket) => {
    // In Node a server that rejects by itself does not say why
    const { authorizationError: error } = socket as { authorizationError?: string | Error | null };
    seen.byServer = error ? errorCode(error) : nameOf(socket);
    socket.on('error', () => undefined);
    socket.end('done');
  });
  listener.on('tlsClientError', (error: NodeJS.ErrnoException) => {
    seen.byServer = error.code ?? error.message;
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ...client });
  socket.on('secureConnect', () => {
    seen.byClient = nameOf(socket);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.byClient = error.code ?? error.message;
  });
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  listener.close();
  await once(listener, 'close');
  return seen;
}

describe('createTestPki', () => {
  it('makes a server and a client that believe each other', async () => {
    const pki = createTestPki();
    const seen = await handshake(pki.server.serverTls, pki.client.tls);
    expect(seen).toEqual({ byServer: 'client', byClient: 'localhost' });
  });

  it.each(KEY_TYPES.filter((type) => type !== 'rsa-4096'))('does so with %s', async (keyType) => {
    const pki = createTestPki({ keyType, intermediate: true });
    const seen = await handshake(pki.server.serverTls, pki.client.tls);
    expect(seen).toEqual({ byServer: 'client', byClient: 'localhost' });
    const type = { ec: 'ec', ed: 'ed25519', rs: 'rsa' }[keyType.slice(0, 2)];
    for (const { key } of [pki.ca, pki.server, pki.client])
      expect(createPrivateKey(key).asymmetricKeyType).toBe(type);
  });

  it('delivers the intermediate with the leaf, and the root apart', () => {
    const pki = createTestPki({ intermediate: { subject: 'CN=between,O=Example' } });
    const blocks = pki.server.cert.split('-----END CERTIFICATE-----\n').filter(Boolean);
    expect(blocks).toHaveLength(2);
    const between = new X509Certificate(pki.intermediate?.cert ?? '');
    expect(between.subject).toBe('CN=between\nO=Example');
    expect(between.verify(new X509Certificate(pki.ca.cert).publicKey)).toBe(true);
    expect(new X509Certificate(pki.server.cert).verify(between.publicKey)).toBe(true);
  });

  it('shares nothing between two calls', async () => {
    const [one, other] = [createTestPki(), createTestPki()];
    const seen = await handshake(one.server.serverTls, other.client.tls);
    expect(seen.byClient).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it('refuses a client without a certificate', async () => {
    const pki = createTestPki();
    const seen = await handshake(pki.server.serverTls, { ca: pki.ca.cert });
    expect(seen.byServer).toBe('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
  });

  it('takes names of every kind', () => {
    const { cert } = createTestPki().issue([
      'api.example.internal',
      '*.apps.example.internal',
      '10.0.0.7',
      'fd00::7',
      'ops@example.org',
      'spiffe://example.org/ns/prod/sa/api',
    ]);
    expect(new X509Certificate(cert).subjectAltName).toBe(
      'DNS:api.example.internal, DNS:*.apps.example.internal, IP Address:10.0.0.7, ' +
        'IP Address:FD00:0:0:0:0:0:0:7, email:ops@example.org, URI:spiffe://example.org/ns/prod/sa/api',
    );
  });

  it('names the client as it is asked', () => {
    const { client } = createTestPki({
      client: { names: 'billing', subject: 'CN=billing,OU=Pay' },
    });
    const { subject, keyUsage } = new X509Certificate(client.cert);
    expect(subject).toBe('CN=billing\nOU=Pay');
    // id-kp-clientAuth, RFC 5280 §4.2.1.12
    expect(keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });
});

describe('validity', () => {
  const now = new Date('2026-06-01T12:00:00Z');

  it('is a day from now, and begins five minutes before', () => {
    const { validFrom, validTo } = new X509Certificate(createTestPki({ now }).server.cert);
    expect([validFrom, validTo]).toEqual(['Jun  1 11:55:00 2026 GMT', 'Jun  2 12:00:00 2026 GMT']);
  });

  it('ends with the four digits that a certificate has for a year', () => {
    const notAfter = new Date('9999-12-31T23:59:59Z');
    const { validTo } = new X509Certificate(createTestPki({ client: { notAfter } }).client.cert);
    expect(validTo).toBe('Dec 31 23:59:59 9999 GMT');
    expect(() => createTestPki({ ttl: '9000y' })).toThrow(/year 0 to 9999/);
  });

  it('lies in the past where it is asked to', async () => {
    const pki = createTestPki();
    const past = { notBefore: new Date('2001-01-01'), ttl: '30d' } as const;
    const server = pki.issue({ names: 'localhost', ...past });
    const seen = await handshake(server.serverTls, pki.client.tls);
    expect(seen.byClient).toBe('CERT_HAS_EXPIRED');
    expect(new X509Certificate(server.cert).validTo).toBe('Jan 31 00:00:00 2001 GMT');
  });

  it('lies in the future where it is asked to', async () => {
    const pki = createTestPki();
    const notBefore = new Date(Date.now() + 1_000_000);
    const client = pki.issue({ names: 'client', profile: 'client', notBefore });
    const server = { ...pki.server.serverTls, rejectUnauthorized: false };
    const seen = await handshake(server, client.tls);
    expect(seen.byServer).toBe('CERT_NOT_YET_VALID');
  });

  it('outlives its CA where it is asked to, and the CA may be dead', async () => {
    const pki = createTestPki({
      ca: { notBefore: new Date('2001-01-01'), notAfter: new Date('2002-01-01') },
    });
    expect(new X509Certificate(pki.ca.cert).validTo).toBe('Jan  1 00:00:00 2002 GMT');
    const seen = await handshake(pki.server.serverTls, pki.client.tls);
    expect(seen.byClient).toBe('CERT_HAS_EXPIRED');
  });
});

describe('what makes no sense is refused', () => {
  it.each([
    ['a name that is none', { server: 'not a name' }, 'BAD_NAME'],
    ['a SPIFFE ID that is none', { server: 'spiffe://EXAMPLE/x y' }, 'BAD_SPIFFE_ID'],
    ['a subject that is none', { ca: { subject: 'nonsense' } }, 'BAD_SUBJECT'],
    ['a ttl that is none', { ttl: 'soon' }, 'BAD_DURATION'],
    ['a date that is none', { server: { notAfter: new Date(NaN) } }, 'BAD_TIME'],
    ['two ends', { client: { ttl: '1d', notAfter: new Date() } }, 'BAD_OPTION'],
    ['a key type that is none', { keyType: 'dsa-512' as 'ec-p256' }, 'BAD_OPTION'],
  ])('%s', (_, options, code) => {
    expect(thrown(() => createTestPki(options)).code).toBe(code);
  });
});
