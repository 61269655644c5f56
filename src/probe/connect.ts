// A real TLS handshake by Node's client, written down to the last byte. It goes on whatever the
// server shows: whom to believe is judged afterwards, by us.
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTlsSocket, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { answerComplete, httpRequest, readHttpAnswer } from './connect-http.ts';
import { Recorder, tap } from './connect-tap.ts';
import type { ConnectEnd, ConnectOptions, ConnectPhase, ConnectRecord } from './connect-types.ts';
import { ByteQueue } from './records.ts';
import { readKeyLog } from './records-secrets.ts';
import { bytesOf, readTranscript } from './records-transcript.ts';
import { Conversation } from './starttls-conversation.ts';
import { askForTls } from './starttls.ts';

/** Of what the server sent first, in octets. */
const FIRST = 512;

/** Whoever closes politely gets as long for it, in milliseconds. */
const GOODBYE = 250;

/** As much of an answer as is read. */
const MAX_ANSWER = 64 * 1024;

/** Connects, shakes hands, and tells what happened; it never throws for what the other side does. */
export function connectTls(options: ConnectOptions): Promise<ConnectRecord> {
  return new Promise((resolve) => {
    new Connection(options, resolve).start();
  });
}

class Connection {
  readonly #options: ConnectOptions;
  readonly #resolve: (record: ConnectRecord) => void;
  readonly #recorder = new Recorder();
  readonly #keyLog: string[] = [];
  readonly #answer = new ByteQueue();
  #phase: ConnectPhase = 'connect';
  #socket: Socket | undefined;
  #tls: TLSSocket | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  /** One way to the server and back, in milliseconds. */
  #distance = 0;
  #establishedAt: number | undefined;
  #over = false;

  constructor(options: ConnectOptions, resolve: (record: ConnectRecord) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  start(): void {
    const { host, port, timeout } = this.#options;
    this.#deadline = setTimeout(() => {
      this.#finish({ kind: 'timeout' });
    }, timeout);
    const socket = connectSocket({ host, port, noDelay: true });
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'UNKNOWN';
      this.#finish(
        this.#phase === 'connect' ? { kind: 'network', code } : { kind: 'closed', reset: true },
      );
    });
    socket.once('connect', () => {
      this.#distance = this.#recorder.now;
      void this.#begin(socket);
    });
  }

  async #begin(socket: Socket): Promise<void> {
    const { startTls } = this.#options;
    if (startTls === undefined) {
      this.#shakeHands(socket);
      return;
    }
    this.#phase = 'starttls';
    const conversation = new Conversation(socket);
    const refusal = await askForTls(startTls, conversation);
    if (this.#over) return;
    const early = conversation.release();
    if (refusal === undefined) this.#shakeHands(socket, early);
    else this.#finish({ kind: 'starttls', said: refusal.said.slice(0, FIRST) });
  }

  #shakeHands(socket: Socket, early?: Uint8Array): void {
    this.#phase = 'handshake';
    const stream = tap(socket, this.#recorder, 'client', early);
    const flooded = (): void => {
      if (this.#recorder.full) this.#finish({ kind: 'flood' });
    };
    socket.on('data', flooded);
    // What breaks the stream is told by the socket beneath it or by the TLS above
    stream.on('error', () => undefined);
    let tls: TLSSocket;
    try {
      tls = connectTlsSocket({ ...tlsOptions(this.#options), socket: stream });
    } catch (error) {
      this.#finish({ kind: 'unusable', reason: reasonOf(error) });
      return;
    }
    this.#tls = tls;
    tls.on('keylog', (line: Buffer) => this.#keyLog.push(line.toString('latin1')));
    tls.once('secureConnect', () => {
      this.#opened(tls);
    });
    tls.on('data', (chunk: Uint8Array) => {
      this.#read(chunk);
    });
    tls.on('error', (error: NodeJS.ErrnoException) => {
      const { code = '' } = error;
      const ours = code.startsWith('ERR_');
      this.#finish(
        ours
          ? { kind: 'tls', code, reason: reasonOf(error) }
          : { kind: 'closed', reset: code !== 'ECONNRESET' || 'syscall' in error },
      );
    });
    tls.once('end', () => {
      this.#finish({ kind: 'closed', reset: false });
    });
    tls.once('close', () => {
      this.#finish({ kind: 'closed', reset: false });
    });
  }

  #opened(tls: TLSSocket): void {
    this.#phase = 'open';
    this.#establishedAt = this.#recorder.now;
    const { get, host, port, serverName, patience } = this.#options;
    if (get === undefined) {
      // A refusal takes as long as the way does, and a little
      this.#patience = setTimeout(
        () => {
          this.#sayGoodbye(tls);
        },
        Math.max(patience, 4 * this.#distance),
      );
      return;
    }
    const bare = serverName ?? (isIP(host) === 6 ? `[${host}]` : host);
    tls.write(httpRequest(port === 443 ? bare : `${bare}:${port}`, get));
  }

  #read(chunk: Uint8Array): void {
    if (this.#options.get === undefined) return;
    this.#answer.push(chunk);
    if (this.#answer.length >= MAX_ANSWER || answerComplete(this.#answer.bytes))
      this.#sayGoodbye(this.#tls as TLSSocket);
  }

  /** Closes, and listens for what the other side has to say to that. */
  #sayGoodbye(tls: TLSSocket): void {
    tls.removeAllListeners('end').removeAllListeners('close').removeAllListeners('error');
    const done = (): void => {
      this.#finish({ kind: 'done' });
    };
    tls.once('close', done);
    tls.on('error', done);
    tls.end();
    this.#patience = setTimeout(done, GOODBYE);
  }

  #finish(end: ConnectEnd): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#patience);
    this.#tls?.on('error', () => undefined).destroy();
    this.#socket?.destroy();
    const { host, port, serverName, startTls, get } = this.#options;
    const { chunks } = this.#recorder;
    const answer = readHttpAnswer(this.#answer.bytes);
    const answered = get !== undefined && end.kind === 'closed' && answer !== undefined;
    this.#resolve({
      host,
      port,
      serverName,
      startTls,
      phase: this.#phase,
      // Whoever was asked to close has closed
      end: answered ? { kind: 'done' } : end,
      transcript: readTranscript(chunks, readKeyLog(this.#keyLog)),
      firstBytes: bytesOf(chunks, 'server').slice(0, FIRST),
      established: this.#establishedAt !== undefined,
      asked: get !== undefined,
      answer,
      establishedAt: this.#establishedAt,
      endedAt: this.#recorder.now,
    });
  }
}

function tlsOptions(options: ConnectOptions): ConnectionOptions {
  const { serverName, identity, alpn, version } = options;
  return {
    ...(serverName !== undefined && { servername: serverName }),
    ...(identity && { cert: identity.chain, key: identity.key }),
    ...(alpn && { ALPNProtocols: [...alpn] }),
    minVersion: version ?? 'TLSv1.2',
    maxVersion: version ?? 'TLSv1.3',
    // The verdict is ours, and a refusal here would hide what comes after
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // Nothing of Node's own store is added to the chain that we send
    ca: [],
  };
}

/** What OpenSSL means, without its addresses and source files. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { reason } = error as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : error.message;
}
