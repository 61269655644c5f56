// What is said in the clear before TLS begins: read up to what is understood, no further.
import type { Socket } from 'node:net';
import { ByteQueue } from './records.ts';

/** No greeting is longer. */
const MAX_SAID = 64 * 1024;

/** Reads a socket until TLS takes it over. */
export class Conversation {
  readonly #socket: Socket;
  readonly #queue = new ByteQueue();
  #wake: () => void = () => undefined;
  #over = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#take);
    socket.once('close', this.#end);
    socket.once('end', this.#end);
  }

  readonly #take = (chunk: Uint8Array): void => {
    if (this.#queue.length + chunk.length > MAX_SAID) this.#end();
    else this.#queue.push(chunk);
    this.#wake();
  };

  readonly #end = (): void => {
    this.#over = true;
    this.#wake();
  };

  /** What was said and not yet understood. */
  get unread(): Uint8Array {
    return this.#queue.bytes;
  }

  send(bytes: Uint8Array | string): void {
    this.#socket.write(bytes);
  }

  /**
   * Waits until the function finds what it looks for at the start of what was said, and drops
   * that; undefined when the other side ended or said too much.
   */
  async read(lengthOf: (bytes: Uint8Array) => number | undefined): Promise<Uint8Array | undefined> {
    for (;;) {
      const length = lengthOf(this.#queue.bytes);
      if (length !== undefined) {
        const found = new Uint8Array(this.#queue.bytes.subarray(0, length));
        this.#queue.drop(length);
        return found;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets go of the socket; answers what was read too far. */
  release(): Uint8Array {
    this.#socket.off('data', this.#take).off('close', this.#end).off('end', this.#end).pause();
    return new Uint8Array(this.#queue.bytes);
  }
}
