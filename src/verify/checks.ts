// Checks that one certificate passes or fails by itself: one function per rule of RFC 5280 §6.1.
import { formatTime } from '../base/clock.ts';
import { bytesEqual } from '../base/bytes.ts';
import { cutText } from '../base/text.ts';
import { isOnCurve } from '../crypto/on-curve.ts';
import { describeKey } from '../crypto/public-key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { EXTENDED_KEY_USAGES, purposeName, type KeyUsage } from '../x509/extension-names.ts';
import type { ExtensionValue } from '../x509/extensions.ts';
import type { Check } from './context.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';
import { HARMLESS } from './profile.ts';
import type { Purpose } from './types.ts';

const PURPOSE_OIDS: Readonly<Record<Exclude<Purpose, 'any'>, string>> = {
  server: EXTENDED_KEY_USAGES.serverAuth,
  client: EXTENDED_KEY_USAGES.clientAuth,
};

/** RFC 5280 §6.1.3 (a)(2): the validity period includes the moment; both ends count as inside. */
const checkDates: Check = (placed, { at }) => {
  const { notBefore, notAfter } = placed.certificate;
  const late = at > notAfter.getTime();
  if (!late && at >= notBefore.getTime()) return undefined;
  const clause = 'RFC 5280 §6.1.3 (a)(2)';
  const data = {
    notBefore: formatTime(notBefore),
    notAfter: formatTime(notAfter),
    at: formatTime(new Date(at)),
  };
  return late
    ? faultOf(placed, 'EXPIRED', `expired at ${data.notAfter}`, clause, data)
    : faultOf(placed, 'NOT_YET_VALID', `is not valid before ${data.notBefore}`, clause, data);
};

/** RFC 5280 §4: what the reader found irregular, as far as the profile does not tolerate it. */
const checkIrregularities: Check = (placed, { profile }) => {
  // An anchor is trusted as it is, so long as it can be understood.
  const tolerated = placed.role === 'anchor' ? HARMLESS : profile.tolerated;
  const found = placed.certificate.irregularities.find(({ code }) => !tolerated.has(code));
  if (!found) return undefined;
  // RFC 5280 §4.1.1.2 has a code of its own: it may be an attack, the rest is bad encoding.
  const code = found.code === 'ALGORITHM_MISMATCH' ? 'ALGORITHM_MISMATCH' : 'MALFORMED';
  return faultOf(placed, code, `is malformed: ${found.detail}`, found.clause, {
    irregularity: found.code,
  });
};

// What is acted upon here. Others must not be critical, known or not: OpenSSL and Go refuse them,
// and RFC 5280 has CAs mark none of them. A malformed one is a fault of its own.
const PROCESSED: ReadonlySet<ExtensionValue['kind']> = new Set([
  'basicConstraints',
  'keyUsage',
  'extendedKeyUsage',
  'subjectAltName',
  'nameConstraints',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'crlDistributionPoints',
  'malformed',
]);

/** RFC 5280 §4.2: a critical extension that is not processed makes the certificate unusable. */
const checkCriticalExtensions: Check = (placed) => {
  const found = placed.certificate.extensions.find(
    ({ critical, parsed }) => critical && !PROCESSED.has(parsed.kind),
  );
  if (!found) return undefined;
  const { oid, parsed } = found;
  const why =
    parsed.kind === 'unknown'
      ? `has a critical extension ${oid} that is not understood`
      : `has its ${parsed.kind} marked critical, which it must not be`;
  return faultOf(placed, 'UNKNOWN_CRITICAL_EXTENSION', why, 'RFC 5280 §4.2', { oid });
};

/** RFC 5280 §4.2.1.6: an address has 4 or 16 octets; another would be matched by guesswork. */
const checkAddresses: Check = (placed) => {
  const bent = placed.certificate.names.find(
    (name) => name.kind === 'ip' && name.value.length !== 4 && name.value.length !== 16,
  );
  if (bent?.kind !== 'ip') return undefined;
  const { length } = bent.value;
  return faultOf(
    placed,
    'MALFORMED',
    `has an IP address of ${length} octets, where 4 or 16 belong`,
    'RFC 5280 §4.2.1.6',
    { octets: length },
  );
};

/** RFC 5280 §6.1.4 (k): an issuer is a CA by its basic constraints. */
const checkCaBit: Check = (placed, { profile }) => {
  const { certificate, role } = placed;
  if (certificate.basicConstraints?.ca) return undefined;
  if (role === 'anchor' && profile.v1Anchors && certificate.version === 1) return undefined;
  const why = certificate.basicConstraints
    ? 'its basic constraints say so'
    : 'it has no basic constraints';
  return faultOf(
    placed,
    'NOT_A_CA',
    `issued a certificate and is not a CA: ${why}`,
    'RFC 5280 §6.1.4 (k)',
  );
};

/** RFC 5280 §6.1.4 (n): where an issuer states its key usage, it may sign certificates. */
const checkIssuerKeyUsage: Check = (placed) => {
  const usage = placed.certificate.keyUsage;
  if (!usage || usage.has('keyCertSign')) return undefined;
  return faultOf(
    placed,
    'KEY_USAGE',
    'issued a certificate and its key usage does not allow it: keyCertSign is missing',
    'RFC 5280 §6.1.4 (n)',
    { usages: [...usage] },
  );
};

/**
 * Extended key usage. RFC 5280 §4.2.1.12 binds the leaf; that it also narrows what a CA may vouch
 * for is the rule of the web PKI, which OpenSSL, Go and webpki share.
 */
const checkPurpose: Check = (placed, { purpose, profile }) => {
  if (purpose === 'any') return undefined;
  const stated = placed.certificate.extendedKeyUsage;
  if (!stated) return undefined;
  const any = placed.role !== 'leaf' || !profile.webpki;
  const wanted = PURPOSE_OIDS[purpose];
  if (stated.includes(wanted)) return undefined;
  if (any && stated.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)) return undefined;
  const names = stated.map((oid) => purposeName(oid) ?? oid);
  return faultOf(
    placed,
    'EXTENDED_KEY_USAGE',
    `is not for ${purposeName(wanted) ?? wanted}: it is for ${cutText(names.join(', '), 400) || 'nothing'}`,
    'RFC 5280 §4.2.1.12',
    { purpose, purposes: names },
  );
};

const CURVES: ReadonlySet<string | undefined> = new Set(['P-256', 'P-384', 'P-521']);

/** Keys that can be broken, or that nothing here can use (NIST SP 800-57, SP 800-186). */
/** A key that is no point of its curve is none (RFC 5480 §2.2). */
export function checkPoint(placed: Placed): PathFault | undefined {
  return isOnCurve(placed.certificate.publicKey)
    ? undefined
    : faultOf(placed, 'MALFORMED', 'has a key that is no point of its curve', 'RFC 5480 §2.2');
}

const checkKeyStrength: Check = (placed, { profile }) => {
  const key = placed.certificate.publicKey;
  const weak = (why: string) =>
    faultOf(placed, 'WEAK_KEY', `has a key that is refused: ${why}`, 'NIST SP 800-57 part 1', {
      key: describeKey(key),
    });
  switch (key.kind) {
    case 'rsa':
      return (key.bits ?? 0) < profile.minRsaBits
        ? weak(`${describeKey(key)}, below ${profile.minRsaBits}`)
        : undefined;
    case 'ec':
      if (!CURVES.has(key.curve)) return weak(`${describeKey(key)} is not used any more`);
      return placed.role === 'leaf' ? undefined : checkPoint(placed);
    case 'ed25519':
      return undefined;
    case 'dsa':
      return profile.legacyAlgorithms ? undefined : weak('DSA is not used any more (FIPS 186-5)');
    case 'other':
      // A leaf may hold a key for something else; an issuer's must be usable to check signatures.
      return placed.role === 'leaf'
        ? undefined
        : faultOf(
            placed,
            'ALGORITHM_UNSUPPORTED',
            `has a key of an algorithm that is not supported: ${key.algorithmOid}`,
            'RFC 5280 §4.1.2.7',
            { oid: key.algorithmOid },
          );
  }
};

/** The algorithm that signed this certificate: known, and its hash not broken (RFC 6151, RFC 6194). */
const checkSignatureAlgorithm: Check = (placed, { profile }) => {
  const { certificate } = placed;
  const algorithm = certificate.signatureAlgorithm;
  if (!algorithm)
    return faultOf(
      placed,
      'ALGORITHM_UNSUPPORTED',
      `is signed with an algorithm that is not supported: ${certificate.signatureOid}`,
      'RFC 5280 §4.1.1.2',
      { oid: certificate.signatureOid },
    );
  const weak =
    (algorithm.hash === 'sha1' || algorithm.scheme === 'dsa') && !profile.legacyAlgorithms;
  if (!weak) return undefined;
  return faultOf(
    placed,
    'WEAK_HASH',
    `is signed with ${algorithm.name}, which can be forged`,
    'RFC 6194',
    { algorithm: algorithm.name },
  );
};

/** Key usages of which TLS needs one (RFC 8446 §4.4.2.2; RFC 5246 §7.4.2 for RSA and DH). */
const TLS_USAGES: Readonly<Record<Exclude<Purpose, 'any'>, readonly KeyUsage[]>> = {
  server: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
  client: ['digitalSignature', 'keyAgreement'],
};

/** RFC 8446 §4.4.2.2: a leaf that states its key usage can act in TLS. */
const checkLeafKeyUsage: Check = (placed, { purpose, profile }) => {
  const usage = placed.certificate.keyUsage;
  if (purpose === 'any' || !profile.leafKeyUsage || !usage) return undefined;
  if (TLS_USAGES[purpose].some((allowed) => usage.has(allowed))) return undefined;
  return faultOf(
    placed,
    'KEY_USAGE',
    `cannot act as a TLS ${purpose}: its key usage is ${[...usage].join(', ') || 'empty'}`,
    'RFC 8446 §4.4.2.2',
    { usages: [...usage] },
  );
};

/** Uses that the caller demands of the leaf's key, where it states its uses. */
export function checkRequiredUsages(required: readonly KeyUsage[]): Check {
  return (placed) => {
    const usage = placed.certificate.keyUsage;
    const missing = usage && required.find((one) => !usage.has(one));
    return missing
      ? faultOf(placed, 'KEY_USAGE', `lacks the key usage ${missing}`, 'RFC 5280 §4.2.1.3', {
          missing,
        })
      : undefined;
  };
}

/**
 * RFC 5280 §6.1.4 (l), (m): CA certificates below an issuer, self-issued ones and the leaf not
 * counted, are at most its path length.
 */
export function checkPathLength(placed: Placed, below: number): ReturnType<Check> {
  const allowed = placed.certificate.basicConstraints?.pathLength;
  if (allowed === undefined || below <= allowed) return undefined;
  return faultOf(
    placed,
    'PATH_LENGTH_EXCEEDED',
    `allows ${allowed} CA certificates below it, and ${below} are`,
    'RFC 5280 §6.1.4 (m)',
    { allowed, below },
  );
}

/** Every check of a leaf that does not depend on its path. */
export const LEAF_CHECKS: readonly Check[] = [
  checkDates,
  checkIrregularities,
  checkAddresses,
  checkCriticalExtensions,
  checkSignatureAlgorithm,
  checkKeyStrength,
  checkPurpose,
  checkLeafKeyUsage,
];

/** Checks of a certificate that is the end of a path to the issuer of a CRL (RFC 5280 §6.3.3 (f)). */
export const CRL_ISSUER_CHECKS: readonly Check[] = [
  checkDates,
  checkIrregularities,
  checkAddresses,
  checkCriticalExtensions,
  checkSignatureAlgorithm,
  checkKeyStrength,
];

/** Every check of a certificate between leaf and anchor, its place in the path aside. */
export const INTERMEDIATE_CHECKS: readonly Check[] = [
  checkDates,
  checkCaBit,
  checkIssuerKeyUsage,
  checkPurpose,
  checkIrregularities,
  checkAddresses,
  checkCriticalExtensions,
  checkSignatureAlgorithm,
  checkKeyStrength,
];

/**
 * Every check of an anchor's certificate. RFC 5280 leaves it outside the path; a root that has
 * expired or that may not sign is an error of its operator all the same. Its own signature proves
 * nothing, so its hash may be old.
 */
export const ANCHOR_CHECKS: readonly Check[] = INTERMEDIATE_CHECKS.filter(
  (check) => check !== checkSignatureAlgorithm,
);

/** Whether two certificates are for the same holder with the same key (RFC 4158 §5.2: a loop). */
export function sameHolder(a: Certificate, b: Certificate): boolean {
  return bytesEqual(a.publicKey.spki, b.publicKey.spki) && bytesEqual(a.subjectDer, b.subjectDer);
}
