// Everything that goes over a socket, written down on its way.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Side, WireChunk } from './records-transcript.ts';

export interface RecorderLimits {
  /** Octets of both directions. */
  readonly bytes: number;
  /** Pieces of both directions: each costs more than its octets. */
  readonly chunks: number;
}

/** Ten times what the largest handshakes need, and a page of HTTP. */
export const RECORDER_LIMITS: RecorderLimits = { bytes: 1024 * 1024, chunks: 8192 };

/** Holds what went over a connection, up to its limits. */
export class Recorder {
  readonly #limits: RecorderLimits;
  readonly #start = performance.now();
  #chunks: WireChunk[] = [];
  #bytes = 0;

  constructor(limits: RecorderLimits = RECORDER_LIMITS) {
    this.#limits = limits;
  }

  get chunks(): readonly WireChunk[] {
    return this.#chunks;
  }

  /** What comes now is no longer written down. */
  get full(): boolean {
    const { bytes, chunks } = this.#limits;
    return this.#bytes >= bytes || this.#chunks.length >= chunks;
  }

  /** Milliseconds since the start. */
  get now(): number {
    return performance.now() - this.#start;
  }

  note(from: Side, bytes: Uint8Array): void {
    if (this.full || bytes.length === 0) return;
    // A copy: a small read may hold on to a large buffer
    const kept = new Uint8Array(bytes.subarray(0, this.#limits.bytes - this.#bytes));
    this.#bytes += kept.length;
    this.#chunks.push({ from, at: this.now, bytes: kept });
  }
}

/**
 * The socket as a stream for TLS to run over, each piece noted before it is handed on.
 *
 * @param own the side that this process is
 * @param early what was read from the socket already and belongs to TLS
 */
export function tap(socket: Socket, recorder: Recorder, own: Side, early?: Uint8Array): Duplex {
  const peer: Side = own === 'client' ? 'server' : 'client';
  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      recorder.note(own, chunk);
      socket.write(chunk, done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const take = (chunk: Uint8Array): void => {
    recorder.note(peer, chunk);
    if (!stream.push(chunk)) socket.pause();
  };
  if (early !== undefined && early.length > 0) take(early);
  socket.on('data', take);
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}
