// Whether the server took what we showed: by its alert, by how it closed, or by what it answered.
import type { HttpAnswer } from '../probe/connect-http.ts';
import type { ConnectRecord } from '../probe/connect-types.ts';
import type { Evidence } from './finding.ts';
import type { HandshakeCode } from './handshake-codes.ts';
import type { HandshakeFacts } from './handshake-facts.ts';

export type Refusal =
  | {
      readonly kind: 'refused';
      readonly code: HandshakeCode;
      /** What it does, to be put after its name. */
      readonly cause: string;
      /** How it was said: `: alert unknown_ca`. */
      readonly how: string;
      readonly evidence: readonly Evidence[];
    }
  /** An application behind TLS answered. */
  | { readonly kind: 'accepted'; readonly evidence: readonly Evidence[] }
  /** The handshake passed; a proxy may still refuse at the first request. */
  | { readonly kind: 'passed'; readonly evidence: readonly Evidence[] };

/** What each alert says about a certificate that was shown (RFC 8446 §6.2). */
const ALERTS: Readonly<Record<string, readonly [code: HandshakeCode, cause: string]>> = {
  unknown_ca: ['CLIENT_CERT_UNTRUSTED', 'does not trust the CA of our certificate'],
  certificate_expired: [
    'CLIENT_CERT_REFUSED',
    'says that our certificate, or a CA above it, is not valid now; by our clock it is: compare the clocks',
  ],
  certificate_revoked: ['CLIENT_CERT_REFUSED', 'says that our certificate is revoked'],
  unsupported_certificate: ['CLIENT_CERT_REFUSED', 'says that our certificate is not for this use'],
  access_denied: [
    'CLIENT_ACCESS_DENIED',
    'believes our certificate and does not let its holder in',
  ],
  decrypt_error: [
    'CLIENT_CERT_REFUSED',
    'cannot verify our signature with the key in our certificate',
  ],
};

export function refusalOf(record: ConnectRecord, facts: HandshakeFacts): Refusal {
  const { refusal, sent } = facts;
  const { end, answer } = record;
  if (refusal) {
    const [code, cause] =
      ALERTS[refusal.alert] ?? (['CLIENT_CERT_REFUSED', 'refuses our certificate'] as const);
    return {
      kind: 'refused',
      code,
      cause,
      how: `: alert ${refusal.alert}${refusal.late ? ', after the handshake was over on our side' : ''}`,
      evidence: [{ source: targetOf(record), field: 'alert', value: refusal.alert }],
    };
  }
  if (answer) return ofAnswer(answer, record);
  if (end.kind === 'closed' && sent !== undefined && !facts.polite)
    return {
      kind: 'refused',
      code: 'CLIENT_CERT_REFUSED',
      cause: 'refuses our certificate, as it seems',
      how: ': it closed the connection without an alert',
      evidence: [{ source: targetOf(record), field: 'end', value: 'closed without an alert' }],
    };
  return { kind: 'passed', evidence: [] };
}

/** What nginx writes when it let the handshake pass and refuses the request (its 495 and 496). */
const NGINX = /No required SSL certificate was sent|The SSL certificate error/;

function ofAnswer(answer: HttpAnswer, record: ConnectRecord): Refusal {
  const { status, body } = answer;
  const said = NGINX.exec(body)?.[0];
  const evidence: Evidence[] = [
    { source: targetOf(record), field: 'HTTP status', value: String(status) },
    ...(said === undefined
      ? []
      : [{ source: targetOf(record), field: 'HTTP answer', value: said }]),
  ];
  if (said !== undefined || status === 495 || status === 496)
    return {
      kind: 'refused',
      code: 'CLIENT_CERT_REFUSED',
      cause: 'refuses our certificate',
      how: `: HTTP ${status}${said === undefined ? '' : `, "${said}"`}`,
      evidence,
    };
  if (status === 401 || status === 403)
    return {
      kind: 'refused',
      code: 'CLIENT_ACCESS_DENIED',
      cause: 'lets the handshake pass and refuses the request',
      how: `: HTTP ${status}`,
      evidence,
    };
  return { kind: 'accepted', evidence };
}

function targetOf({ host, port }: ConnectRecord): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
