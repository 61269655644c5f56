// A handshake that ended before certificates mattered: versions, ciphers, names, or no TLS at all.
import { quoteForeign } from '../base/text.ts';
import type { ConnectRecord } from '../probe/connect-types.ts';
import type { Evidence } from './finding.ts';
import type { HandshakeCode } from './handshake-codes.ts';
import type { HandshakeFacts } from './handshake-facts.ts';
import { seconds } from './handshake-no-tls.ts';
import { finding, type HandshakeFinding, type HandshakeQuestion } from './handshake-question.ts';

/** What broke a handshake off that did not come to our certificate; undefined where nothing did. */
export function judgeHello(
  record: ConnectRecord,
  facts: HandshakeFacts,
  question: HandshakeQuestion,
): HandshakeFinding | undefined {
  const { end, established, transcript } = record;
  const { target } = question;
  const where = `after ${transcript.steps.at(-1)?.message.name ?? 'ClientHello'}`;
  const tell = (code: HandshakeCode, cause: string, evidence: readonly Evidence[] = []) =>
    finding(code, { subject: target, cause, evidence });
  if (end.kind === 'flood')
    return tell('PROTOCOL_BROKEN', `${target} sent more than any handshake needs, ${where}`);
  if (transcript.cut)
    return tell('PROTOCOL_BROKEN', `${target} sent more messages than any handshake has`);
  // From here on our certificate is the matter
  if (facts.sent !== undefined) return undefined;
  if (facts.refusal) return judgeAlert(facts.refusal.alert, record, facts, target);
  if (established) return undefined;
  if (transcript.garbled.includes('server'))
    return tell('PROTOCOL_BROKEN', `${target} sent something that is no TLS, ${where}`);
  switch (end.kind) {
    case 'timeout':
      return tell('HANDSHAKE_TIMEOUT', `the handshake stopped ${where} for ${seconds(record)}`);
    case 'tls':
      return judgeOwnRefusal(end, record, facts, target);
    case 'closed':
      return tell('CLOSED_EARLY', `${target} closed the connection ${where}`);
    default:
      return undefined;
  }
}

const ALERTS: Readonly<Record<string, readonly [code: HandshakeCode, cause: string]>> = {
  protocol_version: ['VERSION_MISMATCH', 'does not speak any version of TLS that is offered'],
  handshake_failure: [
    'CIPHER_MISMATCH',
    'finds no cipher suite, group or signature algorithm that both sides have',
  ],
  insufficient_security: ['CIPHER_MISMATCH', 'asks for stronger ciphers than are offered'],
  no_application_protocol: ['ALPN_MISMATCH', 'speaks none of the application protocols offered'],
  unrecognized_name: ['SERVER_NAME_UNKNOWN', 'does not serve the name that it was asked for'],
};

function judgeAlert(
  alert: string,
  record: ConnectRecord,
  facts: HandshakeFacts,
  target: string,
): HandshakeFinding {
  const [code, what] = ALERTS[alert] ?? (['TLS_ALERT', `broke off with ${alert}`] as const);
  // Only a server that has not chosen yet complains about what it was offered
  const early = facts.serverHello === undefined;
  const late = !early && code === 'CIPHER_MISMATCH';
  return finding(late ? 'TLS_ALERT' : code, {
    subject: target,
    cause: `${target} ${late ? `broke off with ${alert}` : what}`,
    evidence: [alertEvidence(alert, target), ...offered(code, record, facts)],
  });
}

export function alertEvidence(alert: string, target: string): Evidence {
  return { source: target, field: 'alert', value: alert };
}

/** What we had offered, of what the alert is about. */
function offered(
  code: HandshakeCode,
  { serverName }: ConnectRecord,
  { clientHello, serverHello }: HandshakeFacts,
): readonly Evidence[] {
  const list = (field: string, values: readonly string[] | undefined): readonly Evidence[] =>
    values && values.length > 0 ? [{ field, value: values.join(', ') }] : [];
  switch (code) {
    case 'VERSION_MISMATCH':
      return [
        ...list('versions offered', clientHello?.versions),
        ...(serverHello ? list('version chosen', [serverHello.version]) : []),
      ];
    case 'CIPHER_MISMATCH':
      return list('ciphers offered', clientHello?.suites);
    case 'ALPN_MISMATCH':
      return list('protocols offered', clientHello?.alpn);
    default:
      return list('server name', [serverName ?? 'none sent']);
  }
}

/** What our own OpenSSL means by its reasons. */
const OWN_REASONS: readonly (readonly [looks: RegExp, code: HandshakeCode])[] = [
  [/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|BAD_PROTOCOL_VERSION/, 'VERSION_MISMATCH'],
  [
    /CIPHER|KEY_TOO_SMALL|MD_TOO_WEAK|CURVE|GROUP|DIGEST|SIGNATURE_TYPE|LEGACY_RENEGOTIATION/,
    'CIPHER_MISMATCH',
  ],
];

function judgeOwnRefusal(
  end: { readonly code: string; readonly reason: string },
  record: ConnectRecord,
  facts: HandshakeFacts,
  target: string,
): HandshakeFinding {
  const version = facts.serverHello?.version;
  const old = version !== undefined && !['TLSv1.2', 'TLSv1.3'].includes(version);
  const code = old
    ? 'VERSION_MISMATCH'
    : (OWN_REASONS.find(([looks]) => looks.test(end.code))?.[1] ?? 'PROTOCOL_BROKEN');
  const cause =
    code === 'VERSION_MISMATCH'
      ? `${target} chose ${version ?? 'a version'}, which is not offered`
      : `what ${target} sent is not accepted: ${quoteForeign(end.reason)}`;
  return finding(code, { subject: target, cause, evidence: offered(code, record, facts) });
}
