// Servers that do what no proper one does: each connection ends, with a word about it, in its time.
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeHandshake } from '../../src/diagnose/handshake-verdict.ts';
import type { ConnectOptions, ConnectRecord } from '../../src/probe/connect-types.ts';
import { createTestPki } from '../../src/testing/pki.ts';
import { connectTo, serveRaw } from './connect-support.ts';
import * as rfc from './rfc8448.ts';

const MiB = 1024 * 1024;

/** Codes of the errors that are found. */
function verdict(record: ConnectRecord): string[] {
  const findings = judgeHandshake(record, {
    target: `127.0.0.1:${record.port}`,
    at: new Date(),
    anchors: [],
    trustedAs: 'nobody',
    besideAnchors: [],
    known: [],
    identity: { kind: 'dns', value: 'localhost' },
    client: undefined,
  });
  for (const { cause } of findings) expect(cause).not.toMatch(/at .*\.ts:|undefined|\[object/);
  return findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

const record = (type: number, ...octets: number[]): Uint8Array =>
  Uint8Array.of(type, 3, 3, octets.length >> 8, octets.length & 0xff, ...octets);

/** Sends without end, as fast as it is read. */
function endlessly(socket: Socket, piece: Uint8Array): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

const many = (piece: Uint8Array, times: number): Uint8Array =>
  new Uint8Array(Buffer.concat(Array.from({ length: times }, () => piece)));

const HANDSHAKE = 22;
const ALERT = 21;

const SERVERS: Readonly<Record<string, readonly [serve: (socket: Socket) => void, code: string]>> =
  {
    'says nothing': [() => undefined, 'NO_ANSWER'],
    'closes at once': [(socket) => socket.end(), 'CLOSED_EARLY'],
    'breaks off at once': [(socket) => socket.resetAndDestroy(), 'CLOSED_EARLY'],
    'speaks HTTP': [
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'NOT_TLS',
    ],
    'speaks SSH': [(socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'), 'NOT_TLS'],
    'speaks SMTP': [(socket) => socket.write('220 mail.test ESMTP Postfix\r\n'), 'NOT_TLS'],
    'sends garbage': [(socket) => socket.write(Buffer.alloc(4096, 0xa5)), 'NOT_TLS'],
    'sends garbage without end': [
      (socket) => {
        endlessly(socket, Buffer.alloc(65_536, 0xa5));
      },
      'NOT_TLS',
    ],
    'sends half a record': [
      (socket) => socket.write(rfc.SERVER_HELLO.subarray(0, 40)),
      'HANDSHAKE_TIMEOUT',
    ],
    'sends half a record and closes': [
      (socket) => socket.end(rfc.SERVER_HELLO.subarray(0, 40)),
      'CLOSED_EARLY',
    ],
    'drips octet by octet': [
      (socket) => {
        let at = 0;
        const timer = setInterval(() => socket.write(rfc.SERVER_HELLO.subarray(at, ++at)), 100);
        socket.on('close', () => {
          clearInterval(timer);
        });
      },
      'HANDSHAKE_TIMEOUT',
    ],
    'sends the ServerHello of somebody else': [
      (socket) => socket.write(rfc.SERVER_HELLO),
      'PROTOCOL_BROKEN',
    ],
    'sends records without anything in them': [
      (socket) => {
        endlessly(socket, many(record(HANDSHAKE), 1000));
      },
      'PROTOCOL_BROKEN',
    ],
    'announces a record that is too large': [
      (socket) => socket.write(Uint8Array.of(HANDSHAKE, 3, 3, 0xff, 0xff, 2, 0, 0, 1)),
      'NOT_TLS',
    ],
    'announces a message of 16 MB and sends on': [
      (socket) => {
        socket.write(record(HANDSHAKE, 2, 0xff, 0xff, 0xff));
        endlessly(socket, record(HANDSHAKE, ...new Array<number>(4096).fill(7)));
      },
      'PROTOCOL_BROKEN',
    ],
    'sends warnings without end': [
      (socket) => {
        endlessly(socket, many(record(ALERT, 1, 112), 500));
      },
      'PROTOCOL_BROKEN',
    ],
    'sends alerts that have no name': [(socket) => socket.end(record(ALERT, 2, 253)), 'TLS_ALERT'],
    'sends half an alert': [(socket) => socket.end(record(ALERT, 2)), 'PROTOCOL_BROKEN'],
    'sends HelloRequests without end': [
      (socket) => {
        endlessly(socket, many(record(HANDSHAKE, 0, 0, 0, 0), 500));
      },
      'PROTOCOL_BROKEN',
    ],
    'sends our own bytes back': [(socket) => socket.pipe(socket), 'PROTOCOL_BROKEN'],
    'chooses TLS 1.0': [
      (socket) =>
        socket.write(
          record(HANDSHAKE, 2, 0, 0, 38, 3, 1, ...new Array<number>(32).fill(9), 0, 0, 0x2f, 0),
        ),
      'VERSION_MISMATCH',
    ],
  };

describe('a server that', () => {
  it.each(Object.entries(SERVERS))('%s', async (_, [serve, code]) => {
    const port = await serveRaw(serve);
    expect(verdict(await connectTo(port))).toEqual([code]);
  });

  it('closes anywhere in its answer', async () => {
    const flight = new Uint8Array(Buffer.concat([rfc.SERVER_HELLO, rfc.SERVER_FLIGHT]));
    for (let cut = 1; cut < flight.length; cut += 23) {
      const port = await serveRaw((socket) => {
        socket.once('data', () => socket.end(flight.subarray(0, cut)));
      });
      const [code, ...more] = verdict(await connectTo(port));
      expect([code, cut]).toEqual([expect.stringMatching(/^(CLOSED_EARLY|PROTOCOL_BROKEN)$/), cut]);
      expect(more).toEqual([]);
    }
  });

  it('shakes hands and then sends without end', async () => {
    const pki = createTestPki();
    const { cert, key } = pki.server;
    const server = createServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined);
      endlessly(socket, Buffer.alloc(65_536));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const before = process.memoryUsage().arrayBuffers;
    const told = await connectTo(port, { patience: 1000, get: '/' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MiB);
    expect(['flood', 'done']).toContain(told.end.kind);
  });

  it('shows a chain that is too long for anybody', async () => {
    const pki = createTestPki();
    const chain = pki.server.cert + pki.ca.cert.repeat(400);
    const server = createServer({ cert: chain, key: pki.server.key });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const told = await connectTo((server.address() as AddressInfo).port, { timeout: 10_000 });
    expect(verdict(told)[0]).toBe('PROTOCOL_BROKEN');
  });
});

describe('STARTTLS with a server that', () => {
  const HOSTILE: Readonly<
    Record<
      string,
      readonly [protocol: NonNullable<ConnectOptions['startTls']>, serve: (socket: Socket) => void]
    >
  > = {
    'says nothing': ['smtp', () => undefined],
    'never ends its line': [
      'smtp',
      (socket) => {
        endlessly(socket, Buffer.alloc(4096, 0x61));
      },
    ],
    'never ends its reply': [
      'smtp',
      (socket) => {
        endlessly(socket, Buffer.from('220-more\r\n'));
      },
    ],
    'talks beside the point without end': [
      'imap',
      (socket) => {
        endlessly(socket, Buffer.from('* OK still here\r\n'));
      },
    ],
    'closes after its greeting': ['imap', (socket) => socket.end('* OK ready\r\n')],
    'answers no': ['postgres', (socket) => socket.once('data', () => socket.write('N'))],
    'answers with an error': [
      'postgres',
      (socket) => socket.once('data', () => socket.write('E\0\0\0\0')),
    ],
    'greets in another protocol': [
      'mysql',
      (socket) => socket.write('220 mail ESMTP\r\n'.repeat(9)),
    ],
    'greets without TLS': [
      'mysql',
      (socket) => socket.write(Buffer.from('0a0000000a352e37000000', 'hex')),
    ],
    'refuses in LDAP': [
      'ldap',
      (socket) =>
        socket.once('data', () => socket.write(Buffer.from('300c02010178070a013504000400', 'hex'))),
    ],
    'answers with bytes that are no BER': [
      'ldap',
      (socket) => socket.once('data', () => socket.write(Buffer.alloc(100, 0xff))),
    ],
  };

  it.each(Object.entries(HOSTILE))('%s', async (_, [startTls, serve]) => {
    const port = await serveRaw(serve);
    expect(verdict(await connectTo(port, { startTls }))).toEqual(['STARTTLS_REFUSED']);
  });
});
