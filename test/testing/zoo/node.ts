// Node's TLS as a judge of zoo cases: by real handshakes on loopback.
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { isIP } from 'node:net';
import { connect, createSecureContext, createServer, type ConnectionOptions } from 'node:tls';
import type { ZooCase } from '../../../src/testing/index.ts';
import { presentRaw } from './raw-server.ts';

/** Lets a side present what it would not: keys too short, hashes too weak. */
const LAX = { ciphers: 'DEFAULT@SECLEVEL=0' };

export const codeOf = (error: unknown): string =>
  typeof error === 'string'
    ? error
    : ((error as NodeJS.ErrnoException).code ?? (error as Error).message);

/** The code with which Node refuses to load a case for presenting, or `accepted`. */
export function loadInNode({ tls }: ZooCase, options: object = {}): string {
  try {
    createSecureContext({ ...tls, ...options });
    return 'accepted';
  } catch (error) {
    return codeOf(error);
  }
}

/** What the healthy side of a handshake says, or `accepted`. */
export async function askNode(bad: ZooCase): Promise<string> {
  if (bad.side === 'client') return asServer(bad);
  const server =
    loadInNode(bad, LAX) === 'accepted'
      ? createServer({ ...bad.serverTls, ...LAX }, (socket) => socket.end()).on(
          'tlsClientError',
          () => undefined,
        )
      : presentRaw(bad.cert);
  return listening(server, async (port) => {
    const { said } = await call({ ...bad.peer.tls, port }, bad.host ?? 'localhost');
    return said;
  });
}

/** A Node server that rejects by itself does not say why: this one lets in, and looks. */
async function asServer(bad: ZooCase): Promise<string> {
  let said = 'nothing was seen';
  const server = createServer({ ...bad.peer.serverTls, rejectUnauthorized: false }, (socket) => {
    const { authorizationError: error } = socket as { authorizationError?: string | Error | null };
    said = error ? codeOf(error) : 'accepted';
    socket.on('error', () => undefined).end();
  });
  server.on('tlsClientError', (error) => {
    said = codeOf(error);
  });
  return listening(server, async (port) => {
    await call({ ...bad.tls, ...LAX, port }, 'localhost');
    return said;
  });
}

async function listening(server: Server, act: (port: number) => Promise<string>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await act((server.address() as AddressInfo).port);
  } finally {
    server.close();
    await once(server, 'close');
  }
}

async function call(options: ConnectionOptions, host: string): Promise<{ said: string }> {
  const seen = { said: 'nothing was seen' };
  const named = isIP(host) > 0 ? { host } : { host: '127.0.0.1', servername: host };
  const socket = connect({ ...options, ...named });
  socket.on('secureConnect', () => (seen.said = 'accepted'));
  socket.on('error', (error) => (seen.said = codeOf(error)));
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  return seen;
}
