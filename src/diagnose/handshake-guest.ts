// A client that knocks at our server: whether it would be let in, and if not, why.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { NamePattern } from '../profile/name-pattern.ts';
import type { ClientMode, ServedHandshake } from '../probe/serve.ts';
import { verifyCertificate } from '../verify/verify.ts';
import type { TrustAnchor } from '../verify/types.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { FAULTS } from './catalogue.ts';
import type { HandshakeCode } from './handshake-codes.ts';
import { finding, type HandshakeFinding } from './handshake-question.ts';
import { faultEvidence, faultsOf, placeIn } from './handshake-server.ts';

/** Whom a server lets in. */
export interface Door {
  readonly clients: ClientMode;
  readonly at: Date;
  readonly anchors: readonly TrustAnchor[];
  readonly untrusted: readonly Certificate[];
  /** One of them must cover the client; none bounds nothing. */
  readonly allow: readonly NamePattern[];
}

export interface Guest {
  /** It would be let in. */
  readonly ok: boolean;
  readonly certificate: Certificate | undefined;
  /** The chain by its titles, as sent. */
  readonly chain: readonly string[];
  /** The pattern that covers it. */
  readonly allowedBy: string | undefined;
  readonly findings: readonly HandshakeFinding[];
}

export function judgeGuest(handshake: ServedHandshake, door: Door): Guest {
  const subject = handshake.remote;
  const certificates: Certificate[] = [];
  try {
    for (const der of handshake.certificates) certificates.push(parseCertificate(der));
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    const cause = `the client shows a certificate that cannot be read: ${error.message}`;
    return refused(certificates, [finding('CERT_MALFORMED', { subject, cause })]);
  }
  const broken = judgeBroken(handshake, certificates, door);
  if (broken) return refused(certificates, [broken]);
  const [leaf, ...rest] = certificates;
  if (leaf === undefined) return judgeNobody(subject, door);
  const { anchors, at } = door;
  const untrusted = [...rest, ...door.untrusted];
  const result = verifyCertificate({ leaf, anchors, untrusted, at, purpose: 'client' });
  if (!result.ok) {
    const findings = faultsOf(result).map((fault) =>
      finding(fault.code, {
        subject,
        cause: fault.message,
        clause: fault.clause,
        evidence: faultEvidence(fault, placeIn(certificates, subject)),
        remedy: FAULTS[fault.code].remedy,
      }),
    );
    return refused(certificates, findings);
  }
  const allowedBy = door.allow.find((pattern) => covers(pattern, leaf))?.text;
  const base = { certificate: leaf, chain: certificates.map(certificateTitle), allowedBy };
  if (door.allow.length === 0 || allowedBy !== undefined)
    return { ...base, ok: true, findings: [] };
  const denied = finding('CLIENT_ACCESS_DENIED', {
    subject,
    cause: `${quoteForeign(certificateTitle(leaf))} is known, and not among those that are let in`,
    evidence: [{ field: 'let in', value: door.allow.map(({ text }) => text).join(', ') }],
  });
  return { ...base, ok: false, findings: [denied] };
}

function refused(
  certificates: readonly Certificate[],
  findings: readonly HandshakeFinding[],
): Guest {
  return {
    ok: false,
    certificate: certificates[0],
    chain: certificates.map(certificateTitle),
    allowedBy: undefined,
    findings,
  };
}

function covers({ matches, covers: coversAttribute }: NamePattern, leaf: Certificate): boolean {
  if (leaf.names.some(matches)) return true;
  return leaf.subject.rdns.flat().some((attribute) => coversAttribute?.(attribute) === true);
}

/** No certificate, and a handshake that passed without one. */
function judgeNobody(subject: string, { clients, allow }: Door): Guest {
  const free = clients === 'ignore' && allow.length === 0;
  if (free)
    return { ok: true, certificate: undefined, chain: [], allowedBy: undefined, findings: [] };
  const cause =
    clients === 'ignore'
      ? 'clients are not asked for certificates, and only some may come in'
      : 'the client was asked for a certificate and shows none';
  return refused([], [finding('CLIENT_CERT_MISSING', { subject, cause })]);
}

/** What clients mean by the alert with which they leave. */
const ALERTS: Readonly<Record<string, string>> = {
  unknown_ca: 'it does not trust the CA of this server’s certificate',
  certificate_expired: 'it says that this server’s certificate is not valid now',
  bad_certificate: 'it does not accept this server’s certificate: often its name is another',
  certificate_unknown: 'it does not accept this server’s certificate',
  unsupported_certificate: 'this server’s certificate is not for servers',
};

/** A handshake that did not come to its end. */
function judgeBroken(
  { established, reason = '', remote, transcript, firstBytes }: ServedHandshake,
  certificates: readonly Certificate[],
  { clients }: Door,
): HandshakeFinding | undefined {
  if (established) return undefined;
  const tell = (code: HandshakeCode, cause: string): HandshakeFinding =>
    finding(code, { subject: remote, cause });
  const alertFrom = (side: 'client' | 'server'): string | undefined => {
    const step = transcript.steps.find(
      ({ from, message }) => from === side && 'alert' in message && message.fatal,
    );
    return step && 'alert' in step.message ? step.message.alert : undefined;
  };
  if (transcript.garbled.includes('client')) {
    const text = Buffer.from(firstBytes).toString('latin1');
    const http = /^[A-Z]+ \S+ HTTP\//.test(text);
    return tell('NOT_TLS', http ? 'the client speaks plain HTTP' : 'the client speaks no TLS');
  }
  const theirs = alertFrom('client');
  if (theirs !== undefined)
    return tell(
      'TLS_ALERT',
      `the client broke off with ${theirs}${theirs in ALERTS ? `: ${ALERTS[theirs] ?? ''}` : ''}`,
    );
  const empty = transcript.steps.some(
    ({ from, message }) =>
      from === 'client' && 'certificates' in message && message.certificates.length === 0,
  );
  if (clients === 'demand' && empty && certificates.length === 0)
    return tell('CLIENT_CERT_MISSING', 'the client was asked for a certificate and shows none');
  if (alertFrom('server') === 'protocol_version')
    return tell('VERSION_MISMATCH', 'the client offers no version of TLS that is spoken here');
  if (/shared cipher|shared groups|signature algorithm/.test(reason))
    return tell('CIPHER_MISMATCH', `nothing in common with the client: ${quoteForeign(reason)}`);
  const shown = transcript.steps.some(
    ({ from, message }) => from === 'server' && message.name === 'Certificate',
  );
  // Node's clients verify when TLS is through with it, and leave without an alert
  if (shown && reason.includes('closed'))
    return tell(
      'TLS_ALERT',
      'the client left without an alert once it had seen this server’s certificate: it may not trust it',
    );
  if (transcript.steps.length === 0) return tell('CLOSED_EARLY', `no handshake came: ${reason}`);
  return tell('TLS_ALERT', `the handshake did not come to its end: ${quoteForeign(reason)}`);
}
