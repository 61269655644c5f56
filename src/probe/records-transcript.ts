// A recorded connection read as the messages that went over it, in the order in which they did.
import { concatBytes } from '../base/bytes.ts';
import { alertName } from './handshake-messages-names.ts';
import { parseMessage, type HandshakeMessage, type ServerHello } from './handshake-messages.ts';
import { aeadOf, type Protection } from './records-protection.ts';
import type { Secrets } from './records-secrets.ts';
import { protections12 } from './records-tls12.ts';
import {
  ByteQueue,
  CONTENT,
  readMessage,
  readRecord,
  recordSize,
  type TlsRecord,
} from './records.ts';
import { protection13 } from './tls13.ts';

export type Side = 'client' | 'server';

/** Bytes as one side sent them. */
export interface WireChunk {
  readonly from: Side;
  /** Milliseconds since the start. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

export type StepMessage =
  | HandshakeMessage
  | { readonly name: 'ChangeCipherSpec' }
  | { readonly name: 'Alert'; readonly fatal: boolean; readonly alert: string }
  /** Those that follow each other are one step. */
  | { readonly name: 'ApplicationData' }
  /** Protected in a way that is not opened here; what kind it is stands on the record. */
  | { readonly name: 'Encrypted'; readonly content: 'handshake' | 'alert' | 'unknown' };

/** One message. */
export interface Step {
  readonly from: Side;
  /** Milliseconds since the start, when its last byte went by. */
  readonly at: number;
  readonly protected: boolean;
  /** Octets of it, without the record's header. */
  readonly size: number;
  readonly message: StepMessage;
}

export interface Transcript {
  readonly steps: readonly Step[];
  /** Sides whose bytes were no TLS from some point on. */
  readonly garbled: readonly Side[];
  /** There were more messages than are read. */
  readonly cut: boolean;
}

/** No handshake has more messages; what follows is left unread. */
const MAX_STEPS = 400;

/** What is known of one direction. */
interface Direction {
  readonly records: ByteQueue;
  readonly handshake: ByteQueue;
  protection: Protection | undefined;
  /** Protected by keys that are not known. */
  opaque: boolean;
  garbled: boolean;
}

/** Reads what was recorded; whatever it is, it gets an answer. */
export function readTranscript(chunks: readonly WireChunk[], secrets: Secrets): Transcript {
  const reader = new TranscriptReader(secrets);
  for (const chunk of chunks) reader.take(chunk);
  return reader.transcript;
}

function createDirection(): Direction {
  return {
    records: new ByteQueue(),
    handshake: new ByteQueue(),
    protection: undefined,
    opaque: false,
    garbled: false,
  };
}

class TranscriptReader {
  readonly #secrets: Secrets;
  readonly #steps: Step[] = [];
  readonly #directions: Readonly<Record<Side, Direction>> = {
    client: createDirection(),
    server: createDirection(),
  };
  #clientRandom = '';
  #hello: ServerHello | undefined;
  #cut = false;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  get transcript(): Transcript {
    const garbled = (['client', 'server'] as const).filter(
      (side) => this.#directions[side].garbled,
    );
    return { steps: this.#steps, garbled, cut: this.#cut };
  }

  take({ from, at, bytes }: WireChunk): void {
    const direction = this.#directions[from];
    if (direction.garbled || this.#cut) return;
    direction.records.push(bytes);
    for (let record = this.#next(direction); record; record = this.#next(direction)) {
      this.#record(from, at, record);
      direction.records.drop(recordSize(record));
    }
  }

  /** The next whole record, as long as it is TLS and not too much of it. */
  #next(direction: Direction): TlsRecord | undefined {
    const record = this.#cut ? 'partial' : readRecord(direction.records.bytes);
    if (record === 'foreign') direction.garbled = true;
    return typeof record === 'string' ? undefined : record;
  }

  #record(from: Side, at: number, record: TlsRecord): void {
    const direction = this.#directions[from];
    const sealed =
      direction.protection !== undefined &&
      record.type !== CONTENT.changeCipherSpec &&
      // In TLS 1.3 what is protected calls itself application data (RFC 8446 §5.2)
      (!this.#tls13 || record.type === CONTENT.applicationData);
    if (!sealed) {
      if (direction.opaque && record.type !== CONTENT.changeCipherSpec)
        this.#opaque(from, at, record.type, record.fragment.length);
      else this.#content(from, at, record.type, record.fragment, false);
      return;
    }
    const opened = direction.protection?.open(record);
    if (opened === undefined) this.#opaque(from, at, record.type, record.fragment.length);
    else this.#content(from, at, opened.type, opened.content, true);
  }

  get #tls13(): boolean {
    return this.#hello?.version === 'TLSv1.3';
  }

  #content(from: Side, at: number, type: number, content: Uint8Array, sealed: boolean): void {
    const add = (message: StepMessage, size = content.length) => {
      this.#add({ from, at, protected: sealed, size, message });
    };
    switch (type) {
      case CONTENT.handshake:
        this.#handshake(from, at, content, sealed);
        break;
      case CONTENT.alert:
        add({
          name: 'Alert',
          fatal: content[0] === 2 && content.length === 2,
          alert: content.length === 2 ? alertName(content[1] as number) : 'malformed alert',
        });
        break;
      case CONTENT.changeCipherSpec:
        add({ name: 'ChangeCipherSpec' });
        if (!this.#tls13) this.#protect12(from);
        break;
      default:
        this.#applicationData(from, at, content.length, sealed);
    }
  }

  #handshake(from: Side, at: number, content: Uint8Array, sealed: boolean): void {
    const direction = this.#directions[from];
    direction.handshake.push(content);
    for (;;) {
      const raw = readMessage(direction.handshake.bytes);
      if (raw === undefined) return;
      const size = 4 + raw.body.length;
      const message = parseMessage(raw, this.#tls13);
      this.#add({ from, at, protected: sealed, size, message });
      direction.handshake.drop(size);
      if (this.#cut) return;
      this.#follow(from, message);
    }
  }

  /** What a message changes for those after it. */
  #follow(from: Side, message: HandshakeMessage): void {
    if (message.name === 'ClientHello' && 'random' in message) this.#clientRandom = message.random;
    if (message.name === 'HelloRetryRequest' && 'suite' in message) this.#hello = message;
    if (message.name === 'ServerHello' && 'suite' in message) {
      this.#hello = message;
      if (this.#tls13) {
        this.#protect13('client', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
        this.#protect13('server', 'SERVER_HANDSHAKE_TRAFFIC_SECRET');
      }
    }
    if (!this.#tls13) return;
    const direction = this.#directions[from];
    if (message.name === 'Finished')
      this.#protect13(
        from,
        from === 'client' ? 'CLIENT_TRAFFIC_SECRET_0' : 'SERVER_TRAFFIC_SECRET_0',
      );
    if (message.name === 'KeyUpdate') direction.protection = direction.protection?.next();
  }

  #protect13(side: Side, label: Parameters<Secrets>[0]): void {
    const aead = aeadOf(this.#hello?.suite ?? '');
    const secret = this.#secrets(label, this.#clientRandom);
    this.#protect(side, aead && secret && protection13(aead, secret));
  }

  #protect12(side: Side): void {
    const aead = aeadOf(this.#hello?.suite ?? '');
    const masterSecret = this.#secrets('CLIENT_RANDOM', this.#clientRandom);
    if (aead === undefined || masterSecret === undefined || this.#hello === undefined) {
      this.#protect(side, undefined);
      return;
    }
    const { random: serverRandom } = this.#hello;
    const session = { aead, masterSecret, clientRandom: this.#clientRandom, serverRandom };
    this.#protect(side, protections12(session)[side]);
  }

  #protect(side: Side, protection: Protection | undefined): void {
    const direction = this.#directions[side];
    direction.protection = protection;
    direction.opaque = protection === undefined;
  }

  #opaque(from: Side, at: number, type: number, size: number): void {
    if (type === CONTENT.applicationData && !this.#tls13) {
      this.#applicationData(from, at, size, true);
      return;
    }
    // RFC 5246 §7.4.9: Finished comes immediately after ChangeCipherSpec
    const last = this.#steps.findLast((step) => step.from === from)?.message;
    const finished = type === CONTENT.handshake && last?.name === 'ChangeCipherSpec';
    const content =
      type === CONTENT.handshake ? 'handshake' : type === CONTENT.alert ? 'alert' : 'unknown';
    const message: StepMessage = finished ? { name: 'Finished' } : { name: 'Encrypted', content };
    this.#add({ from, at, protected: true, size, message });
  }

  #applicationData(from: Side, at: number, size: number, sealed: boolean): void {
    const last = this.#steps.at(-1);
    const follows = last?.message.name === 'ApplicationData' && last.from === from;
    const before = follows ? (this.#steps.pop() as Step).size : 0;
    const message = { name: 'ApplicationData' } as const;
    this.#add({ from, at, protected: sealed, size: before + size, message });
  }

  #add(step: Step): void {
    if (this.#steps.length < MAX_STEPS) this.#steps.push(step);
    else this.#cut = true;
  }
}

/** What a side has sent, in one piece. */
export function bytesOf(chunks: readonly WireChunk[], side: Side): Uint8Array {
  return concatBytes(chunks.filter(({ from }) => from === side).map(({ bytes }) => bytes));
}
