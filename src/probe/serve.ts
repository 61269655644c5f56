// A TLS server for trying clients: every handshake is written down and told; whom to let in is
// judged above. What it serves is one answer a connection.
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { Recorder, tap } from './connect-tap.ts';
import type { ClientHello, ServerHello } from './handshake-messages.ts';
import { readKeyLog } from './records-secrets.ts';
import { bytesOf, readTranscript, type Transcript } from './records-transcript.ts';

/** `demand` breaks off when a client shows no certificate; `request` asks for one; `ignore` does not. */
export const CLIENT_MODES = ['demand', 'request', 'ignore'] as const;

export type ClientMode = (typeof CLIENT_MODES)[number];

/** A handshake as this side saw it. */
export interface ServedHandshake {
  /** `127.0.0.1:51234` */
  readonly remote: string;
  /** It came to its end; whether the client is let in is another matter. */
  readonly established: boolean;
  readonly protocol: string | undefined;
  readonly cipher: string | undefined;
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  /** DER, as the client sent them. */
  readonly certificates: readonly Uint8Array[];
  /** What broke it off: OpenSSL's reason, or how the connection ended. */
  readonly reason: string | undefined;
  readonly transcript: Transcript;
  /** What the client sent first. */
  readonly firstBytes: Uint8Array;
}

export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  /** The Host header, as sent. */
  readonly host: string | undefined;
}

export interface ServedAnswer {
  readonly status: number;
  /** For the Date header: clients tell clocks apart by it. */
  readonly date: Date;
  readonly body: string;
}

export interface ServeOptions {
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** PEM. */
  readonly chain: string;
  readonly key: string;
  /** PEM of the CAs that are named to clients. */
  readonly clientCas: string;
  readonly clients: ClientMode;
  /** For a handshake, and for a request, in milliseconds. */
  readonly timeout: number;
  readonly onHandshake: (handshake: ServedHandshake) => void;
  /** A connection is over, after its handshake was told. */
  readonly onEnd: () => void;
  readonly answer: (handshake: ServedHandshake, request: ServedRequest) => ServedAnswer;
}

export interface Serving {
  readonly address: string;
  readonly port: number;
  /** Takes no more connections and ends those that are open. */
  readonly close: () => Promise<void>;
}

/** Clients at a time: it is for trying, not for work. */
const MOST = 100;

/** A client's hello and its chain; more is not written down. */
const RECORDED = { bytes: 256 * 1024, chunks: 1024 };

const FIRST = 64;

/**
 * Listens, and answers until it is closed. Throws what Node throws for a certificate that it does
 * not take; rejects with `EADDRINUSE` and the like.
 */
export async function startServing(options: ServeOptions): Promise<Serving> {
  const context = createSecureContext({
    cert: options.chain,
    key: options.key,
    ca: options.clientCas,
    minVersion: 'TLSv1.2',
  });
  const open = new Set<Socket>();
  const told = new WeakMap<object, ServedHandshake>();
  const http = createHttpServer((request, response) => {
    const handshake = told.get(request.socket);
    if (handshake === undefined) {
      request.socket.destroy();
      return;
    }
    const { status, date, body } = options.answer(handshake, requestOf(request));
    response.sendDate = false;
    response.writeHead(status, {
      date: date.toUTCString(),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
      connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  http.headersTimeout = options.timeout;
  http.requestTimeout = options.timeout;
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      options.onEnd();
    });
    shakeHands(socket, context, options, (tls, handshake) => {
      told.set(tls, handshake);
      http.emit('connection', tls);
    });
  });
  server.maxConnections = MOST;
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of open) socket.destroy();
    });
  return { address, port, close };
}

function listen(server: Server, { port, address }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage): ServedRequest {
  return { method, path: url, host: headers.host };
}

/** Runs the server's half of a handshake; what comes of it is told once. */
function shakeHands(
  socket: Socket,
  context: SecureContext,
  options: ServeOptions,
  established: (tls: TLSSocket, handshake: ServedHandshake) => void,
): void {
  const { clients } = options;
  const remote = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
  const recorder = new Recorder(RECORDED);
  const keyLog: string[] = [];
  const stream = tap(socket, recorder, 'server');
  stream.on('error', () => undefined);
  const tls = new TLSSocket(stream, {
    isServer: true,
    secureContext: context,
    requestCert: clients !== 'ignore',
    // Without `tls.Server` above it, this has OpenSSL demand a certificate and nothing more
    rejectUnauthorized: clients === 'demand',
    // Whoever offers something else has come for the handshake
    ALPNCallback: ({ protocols }) => (protocols.includes('http/1.1') ? 'http/1.1' : protocols[0]),
  });
  let over = false;
  const tell = (reason: string | undefined): ServedHandshake | undefined => {
    if (over) return undefined;
    over = true;
    clearTimeout(deadline);
    // Whoever only looks whether the port is open is no client
    if (recorder.chunks.length === 0) return undefined;
    const handshake = handshakeOf(remote, recorder, keyLog, reason);
    options.onHandshake(handshake);
    return handshake;
  };
  const deadline = setTimeout(() => {
    tell('it took too long');
    tls.destroy();
    socket.destroy();
  }, options.timeout);
  tls.on('keylog', (line: Buffer) => keyLog.push(line.toString('latin1')));
  tls.once('secure', () => {
    const handshake = tell(undefined);
    if (handshake) established(tls, handshake);
  });
  tls.on('error', (error: Error & { readonly reason?: string }) => {
    tell(error.reason ?? error.message);
    tls.destroy();
    // An alert may still be on its way out
    socket.destroySoon();
  });
  tls.once('close', () => {
    tell('the client closed the connection');
  });
}

function handshakeOf(
  remote: string,
  recorder: Recorder,
  keyLog: readonly string[],
  reason: string | undefined,
): ServedHandshake {
  const { chunks } = recorder;
  const transcript = readTranscript(chunks, readKeyLog(keyLog));
  const messages = transcript.steps.map(({ from, message }) => ({ from, message }));
  const hello = messages.find(({ message }) => 'versions' in message)?.message as
    ClientHello | undefined;
  const answer = messages.find(
    ({ message }) => message.name === 'ServerHello' && 'suite' in message,
  )?.message as ServerHello | undefined;
  const shown = messages.find(
    ({ from, message }) => from === 'client' && 'certificates' in message,
  )?.message;
  return {
    remote,
    established: reason === undefined,
    protocol: answer?.version,
    cipher: answer?.suite,
    serverName: hello?.serverName,
    alpn: hello?.alpn ?? [],
    certificates: shown && 'certificates' in shown ? shown.certificates : [],
    reason,
    transcript,
    firstBytes: bytesOf(chunks, 'client').slice(0, FIRST),
  };
}
