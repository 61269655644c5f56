// Our own certificate: whether it was asked for, what is wrong with it, and why it was refused.
import { quoteForeign } from '../base/text.ts';
import { decodeDn, formatDn } from '../name/dn.ts';
import { MtlsError } from '../base/errors.ts';
import type { NameDer } from '../base/bytes.ts';
import type { ConnectRecord } from '../probe/connect-types.ts';
import type { CertificateRequest } from '../probe/handshake-messages.ts';
import { sameName } from '../verify/names.ts';
import { verifyCertificate } from '../verify/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { FAULTS } from './catalogue.ts';
import type { Evidence, Severity } from './finding.ts';
import type { HandshakeFacts } from './handshake-facts.ts';
import {
  finding,
  type ClientIdentity,
  type HandshakeFinding,
  type HandshakeQuestion,
} from './handshake-question.ts';
import { refusalOf, type Refusal } from './handshake-refusal.ts';
import {
  faultEvidence,
  faultsOf,
  issuableNames,
  placeIn,
  TRUST_FAULTS,
} from './handshake-server.ts';

/** Everything about our certificate that the handshake shows. */
export function judgeClient(
  record: ConnectRecord,
  facts: HandshakeFacts,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const { client } = question;
  const { request, sent } = facts;
  if (request === undefined) return record.established ? judgeUnasked(record, question) : [];
  const refusal = refusalOf(record, facts);
  if (client === undefined) return judgeMissing(refusal, request, question);
  if (sent === 0) return [judgeWithheld(client, request, question)];
  // The handshake broke before it came to us
  if (sent === undefined) return [];
  return judgeShown(client, request, refusal, question);
}

function judgeUnasked(
  record: ConnectRecord,
  { target, client }: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const unasked = finding('CLIENT_CERT_NOT_REQUESTED', {
    subject: target,
    severity: client ? 'error' : 'info',
    cause: client
      ? `the server does not ask for a client certificate: ${quoteForeign(client.source)} was not shown, and whoever connects is let in`
      : 'the server does not ask for a client certificate: whoever connects is let in',
  });
  const abrupt = record.end.kind === 'closed' && record.end.reset;
  if (!abrupt) return [unasked];
  const closed = finding('CLOSED_EARLY', {
    subject: target,
    cause: 'the server broke the connection off once the handshake was over',
  });
  return [closed, unasked];
}

function judgeMissing(
  refusal: Refusal,
  request: CertificateRequest,
  { target }: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const demanded = refusal.kind === 'refused';
  const cause = demanded
    ? `the server demands a client certificate, and none was given${refusal.how}`
    : refusal.kind === 'accepted'
      ? 'the server asks for a client certificate and does without one'
      : 'the server asks for a client certificate, and none was given; it let the handshake pass, and may refuse later';
  return [
    finding('CLIENT_CERT_MISSING', {
      subject: target,
      // Proxies such as nginx refuse at the first request only
      severity: refusal.kind === 'accepted' ? 'info' : 'error',
      cause,
      evidence: [...refusal.evidence, ...requestEvidence(request, target)],
      commands: [['mtls', 'connect', target, '--cert', 'client.crt', '--key', 'client.key']],
    }),
  ];
}

/** Our TLS had a certificate and showed none: no signature of its key is among those asked for. */
function judgeWithheld(
  { source, certificates }: ClientIdentity,
  request: CertificateRequest,
  { target }: HandshakeQuestion,
): HandshakeFinding {
  const [leaf] = certificates;
  return finding('SIGNATURE_MISMATCH', {
    subject: source,
    cause: `${target} accepts no signature that the key of ${quoteForeign(leaf ? certificateTitle(leaf) : source)} can make, so that the certificate was not shown`,
    evidence: [
      {
        source: target,
        field: 'signature algorithms',
        value: request.signatureAlgorithms.join(', '),
      },
    ],
  });
}

/** What is wrong with a certificate that was shown, and what the server made of it. */
function judgeShown(
  client: ClientIdentity,
  request: CertificateRequest,
  refusal: Refusal,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const own = [...judgeOwn(client, question), ...judgeNamed(client, request, refusal, question)];
  if (refusal.kind !== 'refused') return own;
  const refused = finding(refusal.code, {
    subject: client.source,
    cause: `${question.target} ${refusal.cause}${refusal.how}`,
    evidence: [
      ...refusal.evidence,
      ...identityEvidence(client),
      ...requestEvidence(request, question.target),
    ],
  });
  const cause = own.find(({ severity }) => severity === 'error');
  if (cause === undefined) return [refused, ...own];
  return own.map((one) => (one === cause ? { ...one, consequences: [refused] } : one));
}

/** What our own validator finds wrong, leaving open whom the server trusts. */
export function judgeOwn(
  { certificates, source }: ClientIdentity,
  { at }: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const [leaf, ...untrusted] = certificates;
  if (leaf === undefined) return [];
  const result = verifyCertificate({ leaf, anchors: [], untrusted, at, purpose: 'client' });
  return faultsOf(result)
    .filter(({ code }) => !TRUST_FAULTS.has(code))
    .map((fault) => {
      const { code, message, clause, position } = fault;
      const { remedy, remedyOfCa } = FAULTS[code];
      const names = issuableNames(leaf);
      const renewed = code === 'EXPIRED' || code === 'NOT_YET_VALID';
      const anew = code === 'EXTENDED_KEY_USAGE' && names.length > 0;
      return finding(code, {
        subject: source,
        cause: message,
        clause,
        evidence: faultEvidence(fault, placeIn(certificates, source)),
        remedy: position > 0 ? (remedyOfCa ?? remedy) : remedy,
        commands:
          position > 0
            ? []
            : renewed
              ? [['mtls', 'renew', source]]
              : anew
                ? [['mtls', 'issue', ...names, '--profile', 'client']]
                : [],
      });
    });
}

/** Whether a CA that the server names stands above our certificate. */
function judgeNamed(
  { certificates, source }: ClientIdentity,
  { authorities }: CertificateRequest,
  refusal: Refusal,
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const [leaf] = certificates;
  if (leaf === undefined || authorities.length === 0) return [];
  const named = (name: NameDer): boolean =>
    authorities.some((authority) => sameName(authority as NameDer, name));
  if (certificates.some(({ issuerDer }) => named(issuerDer))) return [];
  // A self-signed certificate may be named itself
  if (named(leaf.subjectDer)) return [];
  const severity: Severity = refusal.kind === 'accepted' ? 'warning' : 'error';
  const last = lastOf(certificates, leaf);
  const evidence = [
    { source, field: 'issuer', value: formatDn(last.issuer) },
    { source: question.target, field: 'CAs named', value: authoritiesText(authorities) },
  ];
  const link = [...question.besideAnchors, ...question.known].find(
    ({ subjectDer, issuerDer }) => sameName(subjectDer, last.issuerDer) && named(issuerDer),
  );
  if (link)
    return [
      finding('INTERMEDIATE_MISSING', {
        subject: source,
        severity,
        cause: `${quoteForeign(source)} does not hold the CA certificate ${quoteForeign(certificateTitle(link))}, which leads from the certificate to the CA that the server trusts`,
        evidence,
        remedy: 'put it behind the certificate in the file that is shown',
      }),
    ];
  return [
    finding('CLIENT_CERT_UNTRUSTED', {
      subject: source,
      severity,
      cause: `the server names the CAs that it trusts, and ${quoteForeign(formatDn(last.issuer))}, which issued ${quoteForeign(certificateTitle(last))}, is not among them`,
      clause: 'RFC 8446 §4.2.4',
      evidence,
    }),
  ];
}

/** Where the way up from the leaf ends in what is sent. */
function lastOf(certificates: readonly Certificate[], leaf: Certificate): Certificate {
  const passed = new Set<Certificate>();
  let at = leaf;
  while (!passed.has(at)) {
    passed.add(at);
    const { issuerDer } = at;
    at = certificates.find(({ subjectDer }) => sameName(subjectDer, issuerDer)) ?? at;
  }
  return at;
}

function identityEvidence({ certificates, source }: ClientIdentity): readonly Evidence[] {
  const [leaf] = certificates;
  if (leaf === undefined) return [];
  return [
    { source, field: 'subject', value: certificateTitle(leaf) },
    { source, field: 'issuer', value: formatDn(leaf.issuer) },
  ];
}

function requestEvidence({ authorities }: CertificateRequest, target: string): readonly Evidence[] {
  if (authorities.length === 0) return [];
  return [{ source: target, field: 'CAs named', value: authoritiesText(authorities) }];
}

/** As many names as evidence holds. */
const NAMES = 8;

/** The names of CAs, as people read them. */
export function authoritiesText(authorities: readonly Uint8Array[]): string {
  const shown = authorities.slice(0, NAMES).map(authorityName).join('; ');
  const more = authorities.length - NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** A name from the wire; what cannot be read is said to be so. */
export function authorityName(der: Uint8Array): string {
  try {
    return formatDn(decodeDn(der));
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return 'unreadable';
    throw error;
  }
}
