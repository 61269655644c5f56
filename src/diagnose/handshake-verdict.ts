// The verdict about a connection: what was recorded, judged, the cause first.
import { DAY, HOUR, MINUTE, formatTime } from '../base/clock.ts';
import { quoteForeign } from '../base/text.ts';
import { sameKey } from '../match/match.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import type { ConnectRecord } from '../probe/connect-types.ts';
import { certificateTitle } from '../x509/title.ts';
import { bySeverity } from './finding.ts';
import { judgeClient } from './handshake-client.ts';
import { factsOf, tlsCame, type HandshakeFacts } from './handshake-facts.ts';
import { judgeHello } from './handshake-hello.ts';
import { judgeNoTls, seconds } from './handshake-no-tls.ts';
import {
  finding,
  type ClientIdentity,
  type HandshakeFinding,
  type HandshakeQuestion,
} from './handshake-question.ts';
import { judgeServer } from './handshake-server.ts';

/** Judges our certificate and key before they are shown to anybody; undefined where they fit. */
export function judgeKey(client: ClientIdentity, key: PublicKey): HandshakeFinding | undefined {
  const { certificates, source, keySource } = client;
  const [first] = certificates;
  if (first === undefined || sameKey(first.publicKey, key)) return undefined;
  const own = certificates.find(({ publicKey }) => sameKey(publicKey, key));
  if (own)
    return finding('CHAIN_ORDER', {
      subject: source,
      cause: `${quoteForeign(source)} begins with ${quoteForeign(certificateTitle(first))}; the certificate that the key belongs to comes first`,
      clause: 'RFC 8446 §4.4.2',
      evidence: [{ source, field: 'order', value: certificates.map(certificateTitle).join('; ') }],
      remedy: 'order the file: first the certificate, then each issuer',
    });
  return finding('KEY_MISMATCH', {
    subject: keySource,
    cause: `the key in ${quoteForeign(keySource)} does not belong to the certificate ${quoteForeign(certificateTitle(first))} in ${quoteForeign(source)}`,
    evidence: [{ source, field: 'subject', value: certificateTitle(first) }],
    remedy: 'see what belongs together',
    commands: [['mtls', 'match', source, keySource]],
  });
}

/** Everything that is wrong with a connection, and what is worth knowing of it. */
export function judgeHandshake(
  record: ConnectRecord,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const { end } = record;
  if (end.kind === 'unusable' && question.client)
    return [
      finding('CLIENT_CERT_UNUSABLE', {
        subject: question.client.source,
        cause: `TLS does not take this certificate and key: ${quoteForeign(end.reason)}`,
        commands: [['mtls', 'verify', question.client.source, '--purpose', 'client']],
      }),
    ];
  if (!tlsCame(record)) return [judgeNoTls(record, question)];
  const facts = factsOf(record);
  const judged = judgeAt(record, facts, question);
  return foldClock(judged, record, facts, question).toSorted(bySeverity);
}

function judgeAt(
  record: ConnectRecord,
  facts: HandshakeFacts,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const { target } = question;
  const hello = judgeHello(record, facts, question);
  const { serverChain, unreadable } = facts;
  const bent = unreadable.map(({ message }) =>
    finding('CERT_MALFORMED', {
      subject: target,
      cause: `the server sends a certificate that cannot be read: ${message}`,
      remedy: 'have the server use one that was not damaged',
    }),
  );
  const nameless =
    record.established && serverChain?.length === 0 && unreadable.length === 0
      ? [
          finding('SERVER_CERT_MISSING', {
            subject: target,
            cause: 'the server shows no certificate',
          }),
        ]
      : [];
  return [
    ...(hello ? [hello] : []),
    ...bent,
    ...nameless,
    ...judgeServer(serverChain ?? [], question),
    ...judgeClient(record, facts, question),
    ...judgeApplication(record, facts, question),
  ];
}

/** What became of ALPN and of the request. */
function judgeApplication(
  record: ConnectRecord,
  { clientHello, alpn }: HandshakeFacts,
  { target }: HandshakeQuestion,
): readonly HandshakeFinding[] {
  if (!record.established) return [];
  const found: HandshakeFinding[] = [];
  const offered = clientHello?.alpn ?? [];
  if (offered.length > 0 && alpn === undefined)
    found.push(
      finding('ALPN_MISMATCH', {
        subject: target,
        severity: 'warning',
        cause: 'the server chose none of the application protocols that were offered',
        evidence: [{ field: 'protocols offered', value: offered.join(', ') }],
      }),
    );
  if (record.end.kind === 'timeout')
    found.push(
      finding('NO_ANSWER', {
        subject: target,
        cause: `the handshake was complete, and the request had no answer in ${seconds(record)}`,
      }),
    );
  else if (record.asked && record.answer === undefined && record.end.kind === 'done')
    found.push(
      finding('NOT_HTTP', { subject: target, cause: 'the answer to the request is no HTTP' }),
    );
  return found;
}

/** Clocks this far apart are not told: an answer takes its time, and nobody's clock is exact. */
const SLACK = 5 * MINUTE;

/** Findings that only our clock makes are told under what is wrong with the clock. */
function foldClock(
  judged: readonly HandshakeFinding[],
  record: ConnectRecord,
  facts: HandshakeFacts,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const date = record.answer?.date;
  if (date === undefined) return judged;
  const { at, target } = question;
  const ahead = at.getTime() - date.getTime();
  if (Math.abs(ahead) < SLACK) return judged;
  const keyOf = ({ code, subject }: HandshakeFinding): string => `${code} ${subject}`;
  const standing = new Set(judgeAt(record, facts, { ...question, at: date }).map(keyOf));
  const owed = judged.filter((one) => !standing.has(keyOf(one)));
  const clock = finding(ahead > 0 ? 'CLOCK_AHEAD' : 'CLOCK_BEHIND', {
    subject: target,
    severity: owed.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
    cause: `the clock of this machine is ${spanText(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the server’s`,
    evidence: [
      { field: 'our clock', value: formatTime(at) },
      { source: target, field: 'Date', value: formatTime(date) },
    ],
    remedy: 'see whose clock is right',
    commands: [['timedatectl', 'status']],
    consequences: owed,
  });
  return [clock, ...judged.filter((one) => !owed.includes(one))];
}

/** A span in a unit of which there are at least two: `90 minutes`, `2 days`. */
function spanText(milliseconds: number): string {
  const [size, unit] =
    milliseconds >= 2 * DAY
      ? ([DAY, 'days'] as const)
      : milliseconds >= 2 * HOUR
        ? ([HOUR, 'hours'] as const)
        : ([MINUTE, 'minutes'] as const);
  return `${Math.round(milliseconds / size)} ${unit}`;
}
