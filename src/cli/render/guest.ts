// A client as the server saw it: one line for the log, one document for the client itself.
import { certificateInfo } from '../../library/info/certificate.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Guest } from '../../diagnose/handshake-guest.ts';
import type { ServedHandshake } from '../../probe/serve.ts';
import { certificateTitle } from '../../x509/title.ts';
import { findingJson } from './findings.ts';

/** `127.0.0.1:51234: TLSv1.3, let in: CN=client` */
export function handshakeLine(handshake: ServedHandshake, guest: Guest): string {
  const { remote, protocol, serverName } = handshake;
  const who = guest.certificate ? quoteForeign(certificateTitle(guest.certificate)) : 'a stranger';
  const asked = serverName === undefined ? '' : `, for ${quoteForeign(serverName)}`;
  const begun = `${remote}: ${protocol ?? 'no TLS'}${asked}`;
  const [finding] = guest.findings;
  if (guest.ok || !finding) return `${begun}: let in: ${who}`;
  return `${begun}: not let in: ${finding.cause} [${finding.code}]`;
}

export function guestJson(
  handshake: ServedHandshake,
  guest: Guest,
): Readonly<Record<string, unknown>> {
  const { remote, protocol, cipher, serverName, alpn } = handshake;
  const { ok, certificate, chain, allowedBy, findings } = guest;
  return {
    ok,
    remote,
    protocol: protocol ?? null,
    cipher: cipher ?? null,
    serverName: serverName ?? null,
    alpn,
    client: certificate ? clientJson(certificate) : null,
    chain,
    allowedBy: allowedBy ?? null,
    findings: findings.map(findingJson),
  };
}

function clientJson(certificate: Parameters<typeof certificateInfo>[0]) {
  const { subject, names, issuer, serial, notBefore, notAfter, purposes, sha256 } =
    certificateInfo(certificate);
  return { subject, names, issuer, serial, notBefore, notAfter, purposes, sha256 };
}
