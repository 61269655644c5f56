// The certificate profile of RFC 5280 §4: what conforming CAs must write. A peer that only
// validates paths lets these pass; the stricter profiles don't.
import { verifySignature } from '../crypto/verify.ts';
import { parseDnsName } from '../name/dns.ts';
import type { Certificate } from '../x509/certificate.ts';
import { EXTENSION_OIDS, type KnownExtensionKind } from '../x509/extension-names.ts';
import { isSelfIssued } from './names.ts';
import type { Check } from './context.ts';
import { faultOf, type Placed } from './fault.ts';

function broken(placed: Placed, message: string, clause: string) {
  return faultOf(placed, 'PROFILE', message, clause);
}

function extension(placed: Placed, kind: KnownExtensionKind) {
  const oid = EXTENSION_OIDS[kind];
  return placed.certificate.extensions.find((found) => found.oid === oid);
}

/** Extensions that must be critical, or must not be, wherever they stand. */
const CRITICALITY: readonly (readonly [KnownExtensionKind, boolean, string])[] = [
  ['authorityKeyIdentifier', false, 'RFC 5280 §4.2.1.1'],
  ['subjectKeyIdentifier', false, 'RFC 5280 §4.2.1.2'],
  ['policyConstraints', true, 'RFC 5280 §4.2.1.11'],
  ['inhibitAnyPolicy', true, 'RFC 5280 §4.2.1.14'],
  ['freshestCrl', false, 'RFC 5280 §4.2.1.15'],
  ['authorityInfoAccess', false, 'RFC 5280 §4.2.2.1'],
  ['subjectInfoAccess', false, 'RFC 5280 §4.2.2.2'],
];

const checkCriticality: Check = (placed) => {
  for (const [kind, critical, clause] of CRITICALITY) {
    const found = extension(placed, kind);
    if (found && found.critical !== critical)
      return broken(placed, `has its ${kind} ${critical ? 'not ' : ''}marked critical`, clause);
  }
  return undefined;
};

const checkNameConstraintsCritical: Check = (placed, { profile }) => {
  const found = extension(placed, 'nameConstraints');
  // The Baseline Requirements except it: software of the time did not know the extension.
  if (!found || found.critical || profile.webpki) return undefined;
  return broken(placed, 'has its name constraints not marked critical', 'RFC 5280 §4.2.1.10');
};

const checkNameConstraintsPlace: Check = (placed) => {
  const { certificate } = placed;
  if (!extension(placed, 'nameConstraints') || certificate.basicConstraints?.ca) return undefined;
  return broken(placed, 'holds name constraints and is not a CA', 'RFC 5280 §4.2.1.10');
};

const checkDnsConstraintSyntax: Check = (placed) => {
  const constraints = placed.certificate.nameConstraints;
  if (!constraints) return undefined;
  const dotted = [...constraints.permitted, ...constraints.excluded].some(
    (subtree) => subtree.kind === 'dns' && subtree.value.startsWith('.'),
  );
  // The leading dot has a meaning for hosts of URIs and e-mail only.
  return dotted
    ? broken(placed, 'has a DNS name constraint with a leading dot', 'RFC 5280 §4.2.1.10')
    : undefined;
};

const checkAuthorityKeyId: Check = (placed) => {
  const { certificate, role } = placed;
  if (certificate.authorityKeyId?.keyId) return undefined;
  // Who signs with the very key that is certified may leave it out. Only of anchors, which are
  // few and not hostile, is that found out by their signature.
  if (role === 'anchor' ? isSignedByItself(certificate) : isSelfIssued(certificate))
    return undefined;
  return broken(placed, 'has no authority key identifier', 'RFC 5280 §4.2.1.1');
};

function isSignedByItself({ signatureAlgorithm, publicKey, tbs, signature }: Certificate): boolean {
  return (
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, publicKey, tbs, signature)
  );
}

const checkSubjectKeyId: Check = (placed) => {
  const { certificate } = placed;
  if (!certificate.basicConstraints?.ca || certificate.subjectKeyId) return undefined;
  return broken(placed, 'is a CA without a subject key identifier', 'RFC 5280 §4.2.1.2');
};

const checkBasicConstraintsCritical: Check = (placed) => {
  const found = extension(placed, 'basicConstraints');
  if (!found || found.critical || !placed.certificate.basicConstraints?.ca) return undefined;
  return broken(placed, 'has its basic constraints not marked critical', 'RFC 5280 §4.2.1.9');
};

const checkCaSubject: Check = (placed) => {
  const { certificate } = placed;
  if (certificate.subject.rdns.length > 0) return undefined;
  if (certificate.basicConstraints?.ca)
    return broken(placed, 'is a CA with an empty subject', 'RFC 5280 §4.1.2.6');
  const names = extension(placed, 'subjectAltName');
  if (names?.critical) return undefined;
  return broken(
    placed,
    names
      ? 'has an empty subject and its alternative names not marked critical'
      : 'has neither a subject nor alternative names',
    'RFC 5280 §4.1.2.6',
  );
};

const checkKeyCertSign: Check = (placed) => {
  const { certificate } = placed;
  if (!certificate.keyUsage?.has('keyCertSign') || certificate.basicConstraints?.ca)
    return undefined;
  return broken(placed, 'may sign certificates and is not a CA', 'RFC 5280 §4.2.1.9');
};

const checkPathLengthPlace: Check = (placed) => {
  const { certificate } = placed;
  if (certificate.basicConstraints?.pathLength === undefined) return undefined;
  const signs = certificate.keyUsage?.has('keyCertSign') ?? true;
  if (certificate.basicConstraints.ca && signs) return undefined;
  return broken(placed, 'has a path length and does not sign certificates', 'RFC 5280 §4.2.1.9');
};

const checkDnsSyntax: Check = (placed) => {
  for (const name of placed.certificate.names) {
    if (name.kind !== 'dns') continue;
    try {
      parseDnsName(name.value, { wildcard: true });
    } catch {
      return faultOf(
        placed,
        'PROFILE',
        'has an alternative name that is no DNS name',
        'RFC 5280 §4.2.1.6',
        { name: name.value },
      );
    }
  }
  return undefined;
};

export const RFC5280_CHECKS: readonly Check[] = [
  checkCriticality,
  checkNameConstraintsCritical,
  checkNameConstraintsPlace,
  checkDnsConstraintSyntax,
  checkAuthorityKeyId,
  checkSubjectKeyId,
  checkBasicConstraintsCritical,
  checkCaSubject,
  checkKeyCertSign,
  checkPathLengthPlace,
  checkDnsSyntax,
];
