// Servers of a few bytes, for what no proper server does.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { connectTls } from '../../src/probe/connect.ts';
import type { ConnectOptions, ConnectRecord } from '../../src/probe/connect-types.ts';

/** Listens on loopback for the span of a test; answers the port. */
export async function serveRaw(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export function connectTo(
  port: number,
  more: Partial<ConnectOptions> = {},
): Promise<ConnectRecord> {
  return connectTls({
    host: '127.0.0.1',
    port,
    serverName: 'localhost',
    timeout: 1500,
    patience: 50,
    ...more,
  });
}

/** The messages in their order: `client ClientHello`. */
export function told({ transcript }: ConnectRecord): string[] {
  return transcript.steps.map(({ from, message }) =>
    'alert' in message ? `${from} ${message.alert}` : `${from} ${message.name}`,
  );
}
