// The server's certificate, by our own validator: whether a client that trusts what we trust would
// believe it, and whether it comes as it should.
import { formatTime } from '../base/clock.ts';
import { cutText, quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import { formatIp } from '../name/ip.ts';
import type { FaultCode, PathFault } from '../verify/fault.ts';
import { isSelfIssued, sameName } from '../verify/names.ts';
import type { VerifyResult } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { purposeName } from '../x509/extension-names.ts';
import { certificateTitle } from '../x509/title.ts';
import { FAULTS } from './catalogue.ts';
import type { Evidence } from './finding.ts';
import { finding, type HandshakeFinding, type HandshakeQuestion } from './handshake-question.ts';
import { judgeShape } from './handshake-shape.ts';

/** Faults of whom we trust, rather than of the certificate. */
export const TRUST_FAULTS: ReadonlySet<FaultCode> = new Set(['UNTRUSTED_ROOT', 'ISSUER_NOT_FOUND']);

/** Everything wrong with a chain as a server sent it, worst first. */
export function judgeServer(
  chain: readonly Certificate[],
  question: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const [leaf, ...rest] = chain;
  if (leaf === undefined) return [];
  const { anchors, at, identity } = question;
  const verify = (untrusted: readonly Certificate[]): VerifyResult =>
    verifyCertificate({ leaf, anchors, untrusted, at, purpose: 'server', identity });
  const shape = judgeShape(chain, question);
  const alone = verify(rest);
  if (alone.ok) return shape;
  const faults = faultsOf(alone);
  if (!faults.some(({ code }) => TRUST_FAULTS.has(code)))
    return [...faults.map((fault) => ofFault(fault, chain, question)), ...shape];
  for (const [helpers, severity] of [
    [question.besideAnchors, 'warning'],
    [[...question.besideAnchors, ...question.known], 'error'],
  ] as const) {
    const helped = verify([...rest, ...helpers]);
    const left = helped.ok ? [] : faultsOf(helped);
    if (left.some(({ code }) => TRUST_FAULTS.has(code))) continue;
    const missing = missingAmong(chain, helpers);
    return [
      ...(severity === 'error' ? [missingIntermediate(missing, chain, question, severity)] : []),
      ...left.map((fault) => ofFault(fault, chain, question)),
      ...(severity === 'error' ? [] : [missingIntermediate(missing, chain, question, severity)]),
      ...shape,
    ];
  }
  return [...faults.map((fault) => ofTrust(fault, chain, question)), ...shape];
}

/** Each fault of the best attempt once, the headline first. */
export function faultsOf(result: VerifyResult): readonly PathFault[] {
  if (result.ok) return [];
  const [best] = result.attempts;
  const all = [result.fault, ...(best?.faults ?? [])];
  const seen = new Set<string>();
  return all.filter(({ code, position }) => {
    const key = `${code} ${position}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** A fault of a certificate on the path as a finding. */
function ofFault(
  fault: PathFault,
  chain: readonly Certificate[],
  question: HandshakeQuestion,
): HandshakeFinding {
  const { target } = question;
  const { code, message, clause, certificate, position } = fault;
  const { remedy, remedyOfCa } = FAULTS[code];
  return finding(code, {
    subject: target,
    cause: message,
    clause,
    evidence: faultEvidence(fault, placeIn(chain, target)),
    remedy: position > 0 ? (remedyOfCa ?? remedy) : remedy,
    commands: position > 0 || !certificate ? [] : serverCommands(code, certificate, question),
  });
}

/** Says where a certificate stands in what was sent. */
export function placeIn(
  chain: readonly Certificate[],
  source: string,
): (certificate: Certificate) => string {
  return (certificate) => {
    const place = chain.indexOf(certificate);
    return place === -1 ? source : `${source}, certificate ${place + 1}`;
  };
}

/** What of a certificate shows the fault. */
export function faultEvidence(
  { code, certificate }: PathFault,
  placeOf: (certificate: Certificate) => string,
): readonly Evidence[] {
  if (certificate === undefined) return [];
  const source = placeOf(certificate);
  const tell = (field: string, value: string): Evidence => ({ source, field, value });
  const subject = tell('subject', certificateTitle(certificate));
  switch (code) {
    case 'EXPIRED':
      return [subject, tell('not after', formatTime(certificate.notAfter))];
    case 'NOT_YET_VALID':
      return [subject, tell('not before', formatTime(certificate.notBefore))];
    case 'HOST_MISMATCH':
    case 'NO_NAMES':
      return [
        subject,
        tell('names', cutText(certificate.names.map(formatGeneralName).join(', '), 400) || 'none'),
      ];
    case 'EXTENDED_KEY_USAGE': {
      const purposes = certificate.extendedKeyUsage ?? [];
      return [
        subject,
        tell('extended key usage', purposes.map((oid) => purposeName(oid) ?? oid).join(', ')),
      ];
    }
    default:
      return [subject, tell('issuer', formatDn(certificate.issuer))];
  }
}

/** Faults that another certificate mends. */
const ISSUED_ANEW: ReadonlySet<FaultCode> = new Set([
  'HOST_MISMATCH',
  'NO_NAMES',
  'EXTENDED_KEY_USAGE',
  'REVOKED',
  'WEAK_KEY',
  'WEAK_HASH',
]);

function serverCommands(
  code: FaultCode,
  certificate: Certificate,
  { identity }: HandshakeQuestion,
): readonly (readonly string[])[] {
  const names = issuableNames(certificate);
  const [first] = names;
  if (code === 'EXPIRED') return first === undefined ? [] : [['mtls', 'renew', first]];
  if (!ISSUED_ANEW.has(code)) return [];
  return [['mtls', 'issue', ...new Set([identity.value, ...names]), '--profile', 'server']];
}

/** Names that `mtls issue` takes, few enough for a line. */
export function issuableNames({ names }: Certificate): readonly string[] {
  const taken = names.flatMap((name) => {
    if (name.kind === 'ip') return formatIp(name.value);
    return name.kind === 'dns' || name.kind === 'uri' || name.kind === 'email' ? name.value : [];
  });
  return taken.slice(0, 4);
}

/** Nobody whom we trust stands at the end of the chain. */
function ofTrust(
  fault: PathFault,
  chain: readonly Certificate[],
  question: HandshakeQuestion,
): HandshakeFinding {
  if (!TRUST_FAULTS.has(fault.code)) return ofFault(fault, chain, question);
  const { target, trustedAs, anchors } = question;
  const [leaf] = chain as [Certificate];
  const last = fault.certificate ?? leaf;
  const trusted: Evidence = {
    field: 'trusted',
    value:
      anchors.length > 8
        ? trustedAs
        : anchors
            .flatMap(({ certificate }) => (certificate ? certificateTitle(certificate) : []))
            .join('; '),
  };
  const evidence = [...faultEvidence(fault, placeIn(chain, target)), trusted];
  if (isSelfIssued(leaf))
    return finding('SELF_SIGNED', {
      subject: target,
      cause: `the certificate ${quoteForeign(certificateTitle(leaf))} is signed by itself and not among the trusted ones (${trustedAs})`,
      clause: fault.clause,
      evidence,
    });
  const lonely = chain.every((one) => one.basicConstraints?.ca !== true);
  if (fault.code === 'ISSUER_NOT_FOUND' && lonely && looksSubordinate(last, question))
    return missingIntermediate(undefined, chain, question, 'error');
  return finding(fault.code, {
    subject: target,
    cause: `${fault.message} (trusted: ${trustedAs})`,
    clause: fault.clause,
    evidence,
    remedy: lonely
      ? 'give the CA that issued it with --ca; if that is an intermediate one, have the server send it along'
      : 'give the CA that the server’s certificate stands under with --ca, or have the server use one of yours',
  });
}

/** Whether a certificate's issuer itself stands under a CA, as far as the certificate shows it. */
function looksSubordinate(leaf: Certificate, { anchors }: HandshakeQuestion): boolean {
  // RFC 5280 §4.2.1.1: the issuer's own issuer, where it is stated
  const grandparents = leaf.authorityKeyId?.issuer ?? [];
  const stated = grandparents.flatMap((name) => (name.kind === 'dirName' ? name.der : []));
  if (stated.length > 0)
    return anchors.some(({ subjectDer }) => stated.some((name) => sameName(name, subjectDer)));
  // Else names are all there is: CAs that issue leaves for another are called so
  const issuer = formatDn(leaf.issuer);
  return /intermediate|issuing|subordinate|\bsub\b/i.test(issuer) && !/\broot\b/i.test(issuer);
}

/** The CA certificate that continues what was sent. */
function missingAmong(
  chain: readonly Certificate[],
  helpers: readonly Certificate[],
): Certificate | undefined {
  return helpers.find((helper) =>
    chain.some(
      ({ issuerDer }) =>
        sameName(issuerDer, helper.subjectDer) &&
        !chain.some(({ subjectDer }) => sameName(subjectDer, helper.subjectDer)),
    ),
  );
}

function missingIntermediate(
  missing: Certificate | undefined,
  chain: readonly Certificate[],
  { target, trustedAs }: HandshakeQuestion,
  severity: 'error' | 'warning',
): HandshakeFinding {
  const [leaf] = chain as [Certificate];
  const name = missing ? certificateTitle(missing) : formatDn(leaf.issuer);
  return finding('INTERMEDIATE_MISSING', {
    subject: target,
    severity,
    cause:
      `the server does not send the CA certificate ${quoteForeign(name)}, which its chain needs` +
      (severity === 'warning' ? `; only ${trustedAs} holds it` : ''),
    clause: 'RFC 8446 §4.4.2',
    evidence: chain.map((certificate, place) => ({
      source: `${target}, certificate ${place + 1}`,
      field: 'issuer',
      value: formatDn(certificate.issuer),
    })),
    remedy:
      'put it behind the certificate in the file that the server reads: first the certificate, then its issuers up to the root',
  });
}
