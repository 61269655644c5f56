// What a connection is asked for, and what is told of it. No judgement: that is diagnose's.
import type { HttpAnswer } from './connect-http.ts';
import type { Transcript } from './records-transcript.ts';
import type { StartTls } from './starttls.ts';

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** Sent as SNI; none for an address. */
  readonly serverName?: string | undefined;
  /** PEM, what we show when asked: the chain as it is sent, and its key in PKCS#8. */
  readonly identity?: { readonly chain: string; readonly key: string } | undefined;
  readonly alpn?: readonly string[] | undefined;
  /** The only version offered; TLS 1.2 and 1.3 where absent. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly startTls?: StartTls | undefined;
  /** A path to GET once the connection stands. */
  readonly get?: string | undefined;
  /** For all of it, in milliseconds. */
  readonly timeout: number;
  /** How long a late alert is waited for once the handshake is over, in milliseconds. */
  readonly patience: number;
}

/** How far it came. */
export type ConnectPhase = 'connect' | 'starttls' | 'handshake' | 'open';

/** Why it went no further. */
export type ConnectEnd =
  /** All was done that was asked, and we closed. */
  | { readonly kind: 'done' }
  /** No connection: `ECONNREFUSED`, `ENOTFOUND` … */
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'timeout' }
  /** The other side closed, or broke off. */
  | { readonly kind: 'closed'; readonly reset: boolean }
  /** Our TLS gave up: an alert came, or it did not like what came. */
  | { readonly kind: 'tls'; readonly code: string; readonly reason: string }
  /** Our TLS does not take our own certificate or key. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'starttls'; readonly said: Uint8Array }
  /** More came than any handshake needs. */
  | { readonly kind: 'flood' };

/** A connection, from beginning to end. */
export interface ConnectRecord {
  readonly host: string;
  readonly port: number;
  readonly serverName: string | undefined;
  readonly startTls: StartTls | undefined;
  readonly phase: ConnectPhase;
  readonly end: ConnectEnd;
  readonly transcript: Transcript;
  /** What the server sent first, where TLS belongs. */
  readonly firstBytes: Uint8Array;
  /** From our view the handshake is complete; in TLS 1.3 the server may still refuse us. */
  readonly established: boolean;
  /** A request was to be sent. */
  readonly asked: boolean;
  /** To it. */
  readonly answer: HttpAnswer | undefined;
  /** When the handshake was complete, and when all was over; milliseconds since the start. */
  readonly establishedAt: number | undefined;
  readonly endedAt: number;
}
