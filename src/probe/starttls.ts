// Asking a server that speaks in the clear to speak TLS from here on.
import { concatBytes, toUtf8 } from '../base/bytes.ts';
import type { Conversation } from './starttls-conversation.ts';

export const STARTTLS_PROTOCOLS = ['smtp', 'imap', 'postgres', 'mysql', 'ldap'] as const;

export type StartTls = (typeof STARTTLS_PROTOCOLS)[number];

/** Undefined when the server agrees; else what it said, as far as it said something. */
type Refusal = { readonly said: Uint8Array } | undefined;

type Asking = (conversation: Conversation) => Promise<Refusal>;

const NOTHING = new Uint8Array(0);

const ASKING: Readonly<Record<StartTls, Asking>> = {
  smtp: askSmtp,
  imap: askImap,
  postgres: askPostgres,
  mysql: askMysql,
  ldap: askLdap,
};

export function askForTls(protocol: StartTls, conversation: Conversation): Promise<Refusal> {
  return ASKING[protocol](conversation);
}

/** RFC 3207. */
async function askSmtp(conversation: Conversation): Promise<Refusal> {
  const greeting = await readReply(conversation);
  if (!startsWith(greeting, '220')) return refusal(greeting, conversation);
  conversation.send('EHLO mtls.invalid\r\n');
  const offers = await readReply(conversation);
  if (!startsWith(offers, '250')) return refusal(offers, conversation);
  conversation.send('STARTTLS\r\n');
  const answer = await readReply(conversation);
  return startsWith(answer, '220') ? undefined : refusal(answer, conversation);
}

/** A reply of SMTP ends with the line that has a space after its code (RFC 5321 §4.2.1). */
function readReply(conversation: Conversation): Promise<Uint8Array | undefined> {
  return conversation.read((bytes) => {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      if (end === -1) return undefined;
      if (bytes[start + 3] !== 0x2d) return end + 1;
      start = end + 1;
    }
  });
}

/** RFC 3501 §6.2.1. */
async function askImap(conversation: Conversation): Promise<Refusal> {
  const greeting = await readLine(conversation);
  if (!startsWith(greeting, '* ')) return refusal(greeting, conversation);
  conversation.send('a1 STARTTLS\r\n');
  for (;;) {
    const line = await readLine(conversation);
    if (startsWith(line, '* ')) continue;
    return startsWith(line, 'a1 OK') ? undefined : refusal(line, conversation);
  }
}

function readLine(conversation: Conversation): Promise<Uint8Array | undefined> {
  return conversation.read((bytes) => {
    const end = bytes.indexOf(0x0a);
    return end === -1 ? undefined : end + 1;
  });
}

/** SSLRequest: eight octets, answered by one, `S` or `N`. */
async function askPostgres(conversation: Conversation): Promise<Refusal> {
  conversation.send(Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f));
  const answer = await conversation.read((bytes) => (bytes.length > 0 ? 1 : undefined));
  return startsWith(answer, 'S') ? undefined : refusal(answer, conversation);
}

/** Capabilities of a MySQL client: protocol 4.1, TLS, secure authentication. */
const MYSQL_CAPABILITIES = 0x0200 | 0x0800 | 0x8000;

/** The server greets; a packet with capabilities and no user name asks for TLS. */
async function askMysql(conversation: Conversation): Promise<Refusal> {
  const greeting = await conversation.read((bytes) => {
    if (bytes.length < 4) return undefined;
    // Its first packet has the number 0; another protocol has a letter there
    if (bytes[3] !== 0) return bytes.length;
    const length = 4 + ((bytes[0] as number) | ((bytes[1] as number) << 8));
    return bytes.length < length ? undefined : length;
  });
  if (greeting === undefined || !offersTls(greeting)) return refusal(greeting, conversation);
  const flags = Uint8Array.of(MYSQL_CAPABILITIES & 0xff, MYSQL_CAPABILITIES >> 8, 0, 0);
  const largest = Uint8Array.of(0, 0, 0, 1);
  const utf8 = Uint8Array.of(33);
  const body = concatBytes([flags, largest, utf8, new Uint8Array(23)]);
  conversation.send(concatBytes([Uint8Array.of(body.length, 0, 0, 1), body]));
  return undefined;
}

/** Protocol 10: version text, thread (4), salt (8), a filler, then the low half of the flags. */
function offersTls(packet: Uint8Array): boolean {
  if (packet[4] !== 10) return false;
  const text = packet.indexOf(0, 5);
  const high = packet[text + 1 + 4 + 8 + 1 + 1];
  return text !== -1 && high !== undefined && (high & 0x08) !== 0;
}

/** The StartTLS extended operation (RFC 4511 §4.14). */
async function askLdap(conversation: Conversation): Promise<Refusal> {
  const name = toUtf8('1.3.6.1.4.1.1466.20037');
  const operation = concatBytes([Uint8Array.of(0x80, name.length), name]);
  const body = concatBytes([Uint8Array.of(2, 1, 1, 0x77, operation.length), operation]);
  conversation.send(concatBytes([Uint8Array.of(0x30, body.length), body]));
  const answer = await conversation.read(berLength);
  return answer !== undefined && ldapAgrees(answer) ? undefined : refusal(answer, conversation);
}

/** The whole BER element at the start; anything that is no SEQUENCE is taken as it is. */
function berLength(bytes: Uint8Array): number | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  if (tag !== 0x30) return bytes.length;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  if (octets > 2) return bytes.length;
  if (bytes.length < 2 + octets) return undefined;
  let length = octets === 0 ? first : 0;
  for (const octet of bytes.subarray(2, 2 + octets)) length = length * 256 + octet;
  return bytes.length < 2 + octets + length ? undefined : 2 + octets + length;
}

/** An ExtendedResponse (0x78) whose resultCode, an ENUMERATED of one octet, is success. */
function ldapAgrees(answer: Uint8Array): boolean {
  const response = answer.indexOf(0x78);
  const code = answer.indexOf(0x0a, response);
  return response !== -1 && code !== -1 && answer[code + 1] === 1 && answer[code + 2] === 0;
}

function startsWith(bytes: Uint8Array | undefined, text: string): boolean {
  return bytes !== undefined && text === Buffer.from(bytes.subarray(0, text.length)).toString();
}

function refusal(said: Uint8Array | undefined, conversation: Conversation): Refusal {
  return { said: said ?? (conversation.unread.length > 0 ? conversation.unread : NOTHING) };
}
