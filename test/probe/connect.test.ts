import { createServer, type TlsOptions } from 'node:tls';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectOptions } from '../../src/probe/connect-types.ts';
import { createTestPki, type TestIdentity } from '../../src/testing/pki.ts';
import { connectTo, told } from './connect-support.ts';

const pki = createTestPki({ intermediate: true });
const stranger = createTestPki();

async function serve(options: TlsOptions = {}): Promise<number> {
  const server = createServer({ ...pki.server.serverTls, ...options }, (socket) => {
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const as = ({ cert, key }: TestIdentity): Partial<ConnectOptions> => ({
  identity: { chain: cert, key },
});

const HELLO_13 = ['client ClientHello', 'server ServerHello', 'server ChangeCipherSpec'];
const SERVER_13 = [
  'server EncryptedExtensions',
  'server CertificateRequest',
  'server Certificate',
  'server CertificateVerify',
  'server Finished',
];
const CLIENT_13 = ['client Certificate', 'client CertificateVerify', 'client Finished'];
const TICKETS = ['server NewSessionTicket', 'server NewSessionTicket'];
const GOODBYE = ['client close_notify', 'server close_notify'];

describe('a handshake with Node', () => {
  it('is told from the first message to the last: TLS 1.3', async () => {
    const record = await connectTo(await serve(), as(pki.client));
    expect(told(record)).toEqual([
      ...HELLO_13,
      ...SERVER_13,
      'client ChangeCipherSpec',
      ...CLIENT_13,
      ...TICKETS,
      ...GOODBYE,
    ]);
    expect(record).toMatchObject({ established: true, end: { kind: 'done' }, phase: 'open' });
  });

  it('is told with a second ClientHello where the server wants another group', async () => {
    const record = await connectTo(await serve({ ecdhCurve: 'P-521' }), as(pki.client));
    expect(told(record)).toEqual([
      'client ClientHello',
      'server HelloRetryRequest',
      'server ChangeCipherSpec',
      'client ChangeCipherSpec',
      'client ClientHello',
      'server ServerHello',
      ...SERVER_13,
      ...CLIENT_13,
      ...TICKETS,
      ...GOODBYE,
    ]);
    expect(record.transcript.steps[5]?.message).toMatchObject({ group: 'secp521r1' });
  });

  it.each(['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'])(
    'is told and opened to its end: TLS 1.2 with %s',
    async (suite) => {
      const port = await serve({ maxVersion: 'TLSv1.2', ciphers: `ECDHE-ECDSA-${suite}` });
      const record = await connectTo(port, as(pki.client));
      expect(told(record)).toEqual([
        'client ClientHello',
        'server ServerHello',
        'server Certificate',
        'server ServerKeyExchange',
        'server CertificateRequest',
        'server ServerHelloDone',
        'client Certificate',
        'client ClientKeyExchange',
        'client CertificateVerify',
        'client ChangeCipherSpec',
        'client Finished',
        'server NewSessionTicket',
        'server ChangeCipherSpec',
        'server Finished',
        ...GOODBYE,
      ]);
      const sealed = record.transcript.steps.filter((step) => step.protected);
      expect(sealed).toHaveLength(4);
    },
  );

  it('names what it cannot open by its record: TLS 1.2 with CBC', async () => {
    const port = await serve({
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-SHA256',
    });
    const record = await connectTo(port, as(pki.client));
    expect(told(record).slice(9)).toEqual([
      'client ChangeCipherSpec',
      'client Finished',
      'server NewSessionTicket',
      'server ChangeCipherSpec',
      'server Finished',
      'client Encrypted',
      'server Encrypted',
    ]);
  });

  it('waits for the alert that comes after the end: TLS 1.3', async () => {
    const record = await connectTo(await serve());
    expect(told(record).slice(-2)).toEqual(['client Finished', 'server certificate_required']);
    expect(record).toMatchObject({ established: true, end: { kind: 'tls' } });
  });

  it('shows that Node closes without an alert on a client it does not trust', async () => {
    const record = await connectTo(await serve(), as(stranger.client));
    expect(told(record).at(-1)).toBe('client Finished');
    expect(record).toMatchObject({ established: true, end: { kind: 'closed' } });
  });

  it('says what was asked for and what was sent', async () => {
    const record = await connectTo(await serve({ ALPNProtocols: ['h2'] }), {
      ...as(pki.client),
      alpn: ['h2', 'http/1.1'],
    });
    const find = (from: string, name: string) =>
      record.transcript.steps.find((step) => step.from === from && step.message.name === name)
        ?.message;
    expect(find('client', 'ClientHello')).toMatchObject({
      serverName: 'localhost',
      alpn: ['h2', 'http/1.1'],
      versions: ['TLSv1.3', 'TLSv1.2'],
    });
    expect(find('server', 'EncryptedExtensions')).toEqual({
      name: 'EncryptedExtensions',
      alpn: 'h2',
    });
    const sent = find('client', 'Certificate');
    const blocks = pki.client.cert.match(/BEGIN CERTIFICATE/g) ?? [];
    expect(sent && 'certificates' in sent && sent.certificates.length).toBe(blocks.length);
    expect(find('server', 'CertificateRequest')).toMatchObject({
      signatureAlgorithms: expect.arrayContaining(['ecdsa_secp256r1_sha256']) as string[],
      authorities: [expect.any(Uint8Array)] as Uint8Array[],
    });
  });

  it('finishes with a request', async () => {
    const server = createHttps(pki.server.serverTls, (request, response) => {
      response.statusCode = 418;
      response.end(`${request.headers.host ?? ''} ${request.url ?? ''}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const record = await connectTo(port, { ...as(pki.client), get: '/tea?cup=1' });
    expect(record.answer).toMatchObject({ status: 418, date: expect.any(Date) as Date });
    expect(record.answer?.body).toContain(`localhost:${port} /tea?cup=1`);
  });

  it('does not connect with a key that is none', async () => {
    const record = await connectTo(await serve(), {
      identity: { chain: pki.client.cert, key: 'no key' },
    });
    expect(record.end.kind).toBe('unusable');
  });
});
