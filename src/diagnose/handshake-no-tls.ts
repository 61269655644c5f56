// Where no TLS came: who answered instead, if anybody did.
import { quoteForeign } from '../base/text.ts';
import type { ConnectRecord } from '../probe/connect-types.ts';
import type { HandshakeCode } from './handshake-codes.ts';
import { finding, type HandshakeFinding, type HandshakeQuestion } from './handshake-question.ts';

interface Spoken {
  readonly name: string;
  readonly looks: RegExp;
  /** How TLS is asked for in this protocol, where it can be. */
  readonly startTls?: 'smtp' | 'imap' | 'mysql';
}

/* eslint-disable no-control-regex -- binary protocols are known by such octets */
/** Protocols by what their servers say first, or answer to what they do not understand. */
const SPOKEN: readonly Spoken[] = [
  { name: 'plain HTTP', looks: /^HTTP\/\d/ },
  { name: 'HTML without a head, as old web servers do', looks: /^\s*<(?:!doctype|html)/i },
  { name: 'SSH', looks: /^SSH-\d/ },
  { name: 'SMTP', looks: /^220[ -][^\r\n]*(?:SMTP|ESMTP|mail)/i, startTls: 'smtp' },
  { name: 'FTP', looks: /^220[ -][^\r\n]*FTP/i },
  { name: 'SMTP or FTP', looks: /^220[ -]/, startTls: 'smtp' },
  { name: 'IMAP', looks: /^\* (?:OK|PREAUTH|BYE)/, startTls: 'imap' },
  { name: 'POP3', looks: /^\+OK/ },
  { name: 'Redis', looks: /^-ERR/ },
  // A packet of protocol 10 (greeting), or an error before it
  { name: 'MySQL', looks: /^...\x00(?:\x0a\d|\xff)/s, startTls: 'mysql' },
  { name: 'HTTP/2 without TLS', looks: /^\x00\x00.\x04\x00\x00\x00\x00\x00/s },
  { name: 'PostgreSQL', looks: /^E\x00\x00/ },
];
/* eslint-enable no-control-regex */

/** The one finding about a connection in which TLS did not begin. */
export function judgeNoTls(record: ConnectRecord, question: HandshakeQuestion): HandshakeFinding {
  const { end, phase, firstBytes } = record;
  const { target } = question;
  if (end.kind === 'network') return judgeNetwork(end.code, record, target);
  if (phase === 'connect')
    return finding('CONNECT_TIMEOUT', {
      subject: target,
      cause: `nobody answered at ${target} in ${seconds(record)}`,
    });
  if (phase === 'starttls') return judgeStartTls(record, target);
  if (firstBytes.length > 0) return judgeForeign(record, target);
  if (end.kind === 'timeout')
    return finding('NO_ANSWER', {
      subject: target,
      cause: `${target} took the connection and sent nothing in ${seconds(record)}`,
    });
  return finding('CLOSED_EARLY', {
    subject: target,
    cause: `${target} closed the connection upon ClientHello and sent nothing`,
    evidence: [{ source: target, field: 'server name', value: record.serverName ?? 'none sent' }],
  });
}

const NETWORK: Readonly<Record<string, readonly [code: HandshakeCode, what: string]>> = {
  ENOTFOUND: ['HOST_UNKNOWN', 'no address is known for'],
  EAI_AGAIN: ['HOST_UNKNOWN', 'no name server tells the address of'],
  EAI_NONAME: ['HOST_UNKNOWN', 'no address is known for'],
  ECONNREFUSED: ['CONNECTION_REFUSED', 'nothing listens at'],
  ETIMEDOUT: ['CONNECT_TIMEOUT', 'nobody answered at'],
  ECONNRESET: ['CLOSED_EARLY', 'the connection was broken off at once by'],
};

function judgeNetwork(error: string, record: ConnectRecord, target: string): HandshakeFinding {
  const [code, what] = NETWORK[error] ?? (['HOST_UNREACHABLE', 'there is no way to'] as const);
  const of = code === 'HOST_UNKNOWN' ? quoteForeign(record.host) : target;
  return finding(code, {
    subject: target,
    cause: `${what} ${of}`,
    evidence: [{ source: target, field: 'error', value: error }],
  });
}

function judgeStartTls(record: ConnectRecord, target: string): HandshakeFinding {
  const { end, startTls = '' } = record;
  const said = end.kind === 'starttls' ? Buffer.from(end.said).toString('latin1').trim() : '';
  const spoken = SPOKEN.find(({ looks }) => looks.test(said));
  const cause =
    end.kind === 'timeout'
      ? `${target} did not begin to speak ${startTls} in ${seconds(record)}; it may speak TLS at once`
      : said === ''
        ? `${target} closed the connection when asked for TLS by ${startTls}`
        : spoken && !spoken.name.toLowerCase().includes(startTls)
          ? `${target} speaks ${spoken.name}, not ${startTls}`
          : `${target} does not change to TLS when asked by ${startTls}`;
  return finding('STARTTLS_REFUSED', {
    subject: target,
    cause,
    evidence: said === '' ? [] : [{ source: target, field: 'answer', value: said.slice(0, 200) }],
  });
}

function judgeForeign({ firstBytes }: ConnectRecord, target: string): HandshakeFinding {
  const text = Buffer.from(firstBytes).toString('latin1');
  const spoken = SPOKEN.find(({ looks }) => looks.test(text));
  const startTls = spoken?.startTls;
  return finding('NOT_TLS', {
    subject: target,
    cause: spoken
      ? `${target} speaks ${spoken.name}, not TLS`
      : `${target} answers in something that is not TLS`,
    evidence: [{ source: target, field: 'first bytes', value: text.slice(0, 80) }],
    ...(startTls && {
      remedy: 'ask for TLS first',
      commands: [['mtls', 'connect', target, '--starttls', startTls]],
    }),
  });
}

/** How long it took, as people say it. */
export function seconds({ endedAt }: ConnectRecord): string {
  const count = Math.round(endedAt / 100) / 10;
  return `${count} second${count === 1 ? '' : 's'}`;
}
