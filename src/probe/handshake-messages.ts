// What a handshake message carries (RFC 8446 §4, RFC 5246 §7.4), as far as a reader wants to know.
import { fromUtf8, toHex } from '../base/bytes.ts';
import { WireCursor } from './handshake-messages-cursor.ts';
import {
  groupName,
  MESSAGE_NAMES,
  schemeName,
  suiteName,
  versionName,
} from './handshake-messages-names.ts';
import type { RawMessage } from './records.ts';

/** Numbers are shown by their registered names; distinguished names and certificates stay DER. */
export type HandshakeMessage =
  | ClientHello
  | ServerHello
  | { readonly name: 'EncryptedExtensions'; readonly alpn: string | undefined }
  | CertificateRequest
  | { readonly name: 'Certificate'; readonly certificates: readonly Uint8Array[] }
  | { readonly name: 'ServerKeyExchange'; readonly group: string | undefined }
  | { readonly name: 'CertificateVerify'; readonly algorithm: string }
  | { readonly name: 'KeyUpdate'; readonly answerWanted: boolean }
  /** Of a name that says it all, or one that could not be read. */
  | { readonly name: string; readonly malformed?: true };

export interface ClientHello {
  readonly name: 'ClientHello';
  readonly random: string;
  /** Best first, as offered. */
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly signatureAlgorithms: readonly string[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
}

export interface ServerHello {
  readonly name: 'ServerHello' | 'HelloRetryRequest';
  readonly version: string;
  readonly suite: string;
  /** Of the key share (TLS 1.3). */
  readonly group: string | undefined;
  /** TLS 1.2; in TLS 1.3 it stands in EncryptedExtensions. */
  readonly alpn: string | undefined;
  readonly random: string;
}

export interface CertificateRequest {
  readonly name: 'CertificateRequest';
  readonly signatureAlgorithms: readonly string[];
  /** Each a DER Name. */
  readonly authorities: readonly Uint8Array[];
}

/** RFC 8446 §4.1.3: SHA-256 of `HelloRetryRequest`. */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

const EXTENSION = {
  serverName: 0,
  supportedGroups: 10,
  signatureAlgorithms: 13,
  alpn: 16,
  supportedVersions: 43,
  certificateAuthorities: 47,
  keyShare: 51,
} as const;

/** Reads a message; `tls13` once ServerHello has chosen it. What is malformed keeps its name only. */
export function parseMessage({ type, body }: RawMessage, tls13: boolean): HandshakeMessage {
  const cursor = new WireCursor(body);
  const message = readBody(type, cursor, tls13);
  if (!cursor.failed) return message;
  return { name: message.name, malformed: true };
}

function readBody(type: number, cursor: WireCursor, tls13: boolean): HandshakeMessage {
  switch (type) {
    case 1:
      return readClientHello(cursor);
    case 2:
      return readServerHello(cursor);
    case 8:
      return { name: 'EncryptedExtensions', alpn: readAlpn(readExtensions(cursor))[0] };
    case 11:
      return { name: 'Certificate', certificates: readCertificates(cursor, tls13) };
    case 12:
      return { name: 'ServerKeyExchange', group: readCurve(cursor) };
    case 13:
      return tls13 ? readRequest13(cursor) : readRequest12(cursor);
    case 15:
      return { name: 'CertificateVerify', algorithm: schemeName(cursor.uint(2)) };
    case 24:
      return { name: 'KeyUpdate', answerWanted: cursor.uint(1) === 1 };
    default:
      return { name: MESSAGE_NAMES[type] ?? `message ${type}` };
  }
}

function readClientHello(cursor: WireCursor): ClientHello {
  const legacy = cursor.uint(2);
  const random = toHex(cursor.take(32));
  cursor.vector(1);
  const suites = cursor.list(2, (inner) => inner.uint(2));
  cursor.vector(1);
  const extensions = readExtensions(cursor);
  const list = (type: number, octets: 1 | 2) =>
    inExtension(extensions, type, (inner) => inner.list(octets, (one) => one.uint(2))) ?? [];
  const versions = list(EXTENSION.supportedVersions, 1);
  return {
    name: 'ClientHello',
    random,
    versions: (versions.length > 0 ? versions : [legacy]).map(versionName),
    suites: suites.map(suiteName),
    groups: list(EXTENSION.supportedGroups, 2).map(groupName),
    signatureAlgorithms: list(EXTENSION.signatureAlgorithms, 2).map(schemeName),
    serverName: readServerName(extensions),
    alpn: readAlpn(extensions),
  };
}

function readServerHello(cursor: WireCursor): ServerHello {
  const legacy = cursor.uint(2);
  const random = toHex(cursor.take(32));
  cursor.vector(1);
  const suite = suiteName(cursor.uint(2));
  cursor.uint(1);
  const extensions = readExtensions(cursor);
  const chosen = inExtension(extensions, EXTENSION.supportedVersions, (inner) => inner.uint(2));
  const group = inExtension(extensions, EXTENSION.keyShare, (inner) => inner.uint(2));
  return {
    name: random === RETRY ? 'HelloRetryRequest' : 'ServerHello',
    version: versionName(chosen ?? legacy),
    suite,
    group: group === undefined ? undefined : groupName(group),
    alpn: readAlpn(extensions)[0],
    random,
  };
}

/** RFC 8446 §4.3.2. */
function readRequest13(cursor: WireCursor): CertificateRequest {
  cursor.vector(1);
  const extensions = readExtensions(cursor);
  return {
    name: 'CertificateRequest',
    signatureAlgorithms: (
      inExtension(extensions, EXTENSION.signatureAlgorithms, (inner) =>
        inner.list(2, (one) => one.uint(2)),
      ) ?? []
    ).map(schemeName),
    authorities: inExtension(extensions, EXTENSION.certificateAuthorities, readNames) ?? [],
  };
}

/** RFC 5246 §7.4.4. */
function readRequest12(cursor: WireCursor): CertificateRequest {
  cursor.vector(1);
  const schemes = cursor.list(2, (inner) => inner.uint(2));
  return {
    name: 'CertificateRequest',
    signatureAlgorithms: schemes.map(schemeName),
    authorities: readNames(cursor),
  };
}

function readNames(cursor: WireCursor): Uint8Array[] {
  return cursor.list(2, (inner) => copy(inner.vector(2)));
}

/** No chain is longer; a hostile one may hold a hundred thousand of nothing. */
const MOST_CERTIFICATES = 32;

/** RFC 8446 §4.4.2; RFC 5246 §7.4.2. */
function readCertificates(cursor: WireCursor, tls13: boolean): readonly Uint8Array[] {
  if (tls13) cursor.vector(1);
  const list = new WireCursor(cursor.vector(3));
  const certificates: Uint8Array[] = [];
  while (!list.done && certificates.length < MOST_CERTIFICATES) {
    certificates.push(copy(list.vector(3)));
    if (tls13) list.vector(2);
  }
  if (list.failed) cursor.fail();
  return certificates;
}

/** RFC 8422 §5.4: 3 is a named curve; another key exchange has none. */
function readCurve(cursor: WireCursor): string | undefined {
  const named = cursor.uint(1) === 3;
  const group = cursor.uint(2);
  return named ? groupName(group) : undefined;
}

type Extensions = ReadonlyMap<number, Uint8Array>;

/** TLS 1.2 may leave the whole block out. */
function readExtensions(cursor: WireCursor): Extensions {
  const extensions = new Map<number, Uint8Array>();
  if (cursor.done) return extensions;
  cursor.list(2, (inner) => extensions.set(inner.uint(2), inner.vector(2)));
  return extensions;
}

/** Undefined where the extension is absent, empty or malformed. */
function inExtension<T>(
  extensions: Extensions,
  type: number,
  read: (cursor: WireCursor) => T,
): T | undefined {
  const value = extensions.get(type);
  if (value === undefined || value.length === 0) return undefined;
  const cursor = new WireCursor(value);
  const found = read(cursor);
  return cursor.failed ? undefined : found;
}

/** RFC 7301 §3.1. */
function readAlpn(extensions: Extensions): readonly string[] {
  const protocols = inExtension(extensions, EXTENSION.alpn, (inner) =>
    inner.list(2, (one) => one.vector(1)),
  );
  return (protocols ?? []).map(textOf);
}

/** RFC 6066 §3: a list of names, of which only host_name (0) was ever defined. */
function readServerName(extensions: Extensions): string | undefined {
  const names = inExtension(extensions, EXTENSION.serverName, (inner) =>
    inner.list(2, (one) => {
      one.uint(1);
      return one.vector(2);
    }),
  );
  const [name] = names ?? [];
  return name && textOf(name);
}

function textOf(bytes: Uint8Array): string {
  return fromUtf8(bytes) ?? `0x${toHex(bytes)}`;
}

/** What outlives the queue that it was read from. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
