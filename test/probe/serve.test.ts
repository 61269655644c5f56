// The server's half: what it tells of clients, good and bad, and that none of them holds it up.
import { request } from 'node:https';
import { connect as connectRaw, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBundle } from '../../src/codec/bundle.ts';
import { judgeGuest, type Door } from '../../src/diagnose/handshake-guest.ts';
import { startServing, type ServedHandshake, type Serving } from '../../src/probe/serve.ts';
import { parseNamePattern } from '../../src/profile/name-pattern.ts';
import { createTestPki, type TestIdentity } from '../../src/testing/pki.ts';
import { anchorOf } from '../../src/verify/types.ts';
import { connectTo, told } from './connect-support.ts';
import * as rfc from './rfc8448.ts';

const pki = createTestPki({ intermediate: true });
const stranger = createTestPki({ ca: { subject: 'CN=stranger root' } });
const roots = readBundle(Buffer.from(pki.ca.cert)).certificates;

interface Room extends Serving {
  readonly told: ServedHandshake[];
  /** The next handshake that is told. */
  readonly next: () => Promise<ServedHandshake>;
}

async function serve(clients: Door['clients'] = 'demand', timeout = 5000): Promise<Room> {
  const heard: ServedHandshake[] = [];
  let wake: () => void = () => undefined;
  const serving = await startServing({
    address: '127.0.0.1',
    port: 0,
    chain: pki.server.cert,
    key: pki.server.key,
    clientCas: pki.ca.cert,
    clients,
    timeout,
    onHandshake: (handshake) => {
      heard.push(handshake);
      wake();
    },
    onEnd: () => undefined,
    answer: (_, asked) => ({
      status: 200,
      date: new Date('2026-06-01T12:00:00Z'),
      body: `${asked.method} ${asked.path}`,
    }),
  });
  onTestFinished(() => serving.close());
  let read = 0;
  const next = async (): Promise<ServedHandshake> => {
    while (heard.length <= read)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return heard[read++] as ServedHandshake;
  };
  return { ...serving, told: heard, next };
}

const door = (more: Partial<Door> = {}): Door => ({
  clients: 'demand',
  at: new Date(),
  anchors: roots.map(anchorOf),
  untrusted: [],
  allow: [],
  ...more,
});

const as = ({ cert, key }: TestIdentity) => ({ identity: { chain: cert, key } });

const verdict = (handshake: ServedHandshake, more: Partial<Door> = {}) => {
  const { ok, findings } = judgeGuest(handshake, door(more));
  return ok ? 'let in' : findings[0]?.code;
};

describe('a client that', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is right is let in: %s', async (version) => {
    const room = await serve();
    const record = await connectTo(room.port, { ...as(pki.client), version, get: '/a' });
    expect(record.answer).toMatchObject({
      status: 200,
      body: 'GET /a',
      date: new Date('2026-06-01T12:00:00Z'),
    });
    const handshake = await room.next();
    expect(handshake).toMatchObject({
      established: true,
      protocol: version,
      serverName: 'localhost',
    });
    expect(handshake.certificates).toHaveLength(2);
    expect(verdict(handshake)).toBe('let in');
  });

  it('shows nothing is refused with an alert', async () => {
    const room = await serve();
    expect(told(await connectTo(room.port)).at(-1)).toBe('server certificate_required');
    expect(verdict(await room.next())).toBe('CLIENT_CERT_MISSING');
  });

  it('shows nothing passes where it is only asked', async () => {
    const room = await serve('request');
    await connectTo(room.port, { get: '/' });
    const handshake = await room.next();
    expect(handshake.established).toBe(true);
    expect(verdict(handshake, { clients: 'request' })).toBe('CLIENT_CERT_MISSING');
  });

  it('is not asked is let in', async () => {
    const room = await serve('ignore');
    const record = await connectTo(room.port, as(pki.client));
    expect(told(record)).not.toContain('server CertificateRequest');
    expect(verdict(await room.next(), { clients: 'ignore' })).toBe('let in');
  });

  const future = { notBefore: new Date(Date.now() + 1e8), notAfter: new Date(Date.now() + 2e8) };
  const wrong: Readonly<Record<string, readonly [identity: TestIdentity, code: string]>> = {
    'comes from another CA': [stranger.client, 'ISSUER_NOT_FOUND'],
    'is a server': [pki.server, 'EXTENDED_KEY_USAGE'],
    'comes too early': [
      pki.issue({ names: 'client', profile: 'client', ...future }),
      'NOT_YET_VALID',
    ],
  };
  it.each(Object.entries(wrong))('%s is told why', async (_, [identity, code]) => {
    const room = await serve();
    await connectTo(room.port, { ...as(identity), get: '/' });
    expect(verdict(await room.next())).toBe(code);
  });

  it('does not trust the server is told of', async () => {
    const room = await serve();
    const { port } = room;
    const call = request({ host: '127.0.0.1', port, ...stranger.client.tls, agent: false });
    call.on('error', () => undefined).end();
    const handshake = await room.next();
    const [finding] = judgeGuest(handshake, door()).findings;
    expect(finding?.code).toBe('TLS_ALERT');
    expect(finding?.cause).toContain('seen this server’s certificate');
  });

  it('speaks something else than HTTP/1.1 is judged all the same', async () => {
    const room = await serve();
    const record = await connectTo(room.port, { ...as(pki.client), alpn: ['h2'] });
    expect(record.established).toBe(true);
    expect(verdict(await room.next())).toBe('let in');
  });

  it('is not among those allowed', async () => {
    const room = await serve();
    await connectTo(room.port, { ...as(pki.client), get: '/' });
    const handshake = await room.next();
    const allowing = (...patterns: string[]) =>
      verdict(handshake, { allow: patterns.map(parseNamePattern) });
    expect(allowing('other')).toBe('CLIENT_ACCESS_DENIED');
    expect(allowing('other', 'client')).toBe('let in');
    expect(allowing('CN=client')).toBe('let in');
    expect(allowing('CN=clients')).toBe('CLIENT_ACCESS_DENIED');
  });
});

describe('a peer that', () => {
  const PEERS: Readonly<Record<string, (socket: Socket) => void>> = {
    'speaks HTTP': (socket) => socket.write('GET / HTTP/1.1\r\n\r\n'),
    'sends garbage': (socket) => socket.write(Buffer.alloc(1000, 0xa5)),
    'sends half a hello': (socket) => socket.write(rfc.CLIENT_HELLO.subarray(0, 50)),
    'sends half a hello and leaves': (socket) => socket.end(rfc.CLIENT_HELLO.subarray(0, 50)),
    'sends a whole hello and leaves': (socket) => socket.end(rfc.CLIENT_HELLO),
  };

  it.each(Object.entries(PEERS))('%s is told of in time', async (_, knock) => {
    const room = await serve('demand', 500);
    const socket = connectRaw(room.port, '127.0.0.1');
    socket.on('error', () => undefined);
    knock(socket);
    const handshake = await room.next();
    expect(handshake.established).toBe(false);
    expect(verdict(handshake)).toMatch(/^(NOT_TLS|TLS_ALERT|CLOSED_EARLY)$/);
    socket.destroy();
    // And the next one is served
    const record = await connectTo(room.port, { ...as(pki.client), get: '/' });
    expect(record.answer?.status).toBe(200);
  });

  it('only looks whether the port is open is not told of', async () => {
    const room = await serve();
    await new Promise<void>((resolve) => {
      connectRaw(room.port, '127.0.0.1', function (this: Socket) {
        this.destroy();
        resolve();
      });
    });
    await connectTo(room.port, { ...as(pki.client), get: '/' });
    expect((await room.next()).established).toBe(true);
    expect(room.told).toHaveLength(1);
  });

  it('holds a connection open does not keep the server from closing', async () => {
    const room = await serve();
    const socket = connectRaw(room.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await room.close();
    await closed;
  });
});
