// Baseline Requirements of the CA/Browser Forum (TLS BR 2.0), as far as a verifier can see them.
import { bytesEqual } from '../base/bytes.ts';
import { attributeValues } from '../name/dn.ts';
import { formatIp } from '../name/ip.ts';
import { EXTENDED_KEY_USAGES, EXTENSION_OIDS } from '../x509/extension-names.ts';
import type { Check } from './context.ts';
import { faultOf, type Placed } from './fault.ts';
import { isSelfIssued } from './names.ts';

const COMMON_NAME = '2.5.4.3';

function broken(placed: Placed, message: string, clause: string) {
  return faultOf(placed, 'PROFILE', message, clause);
}

const checkVersion: Check = (placed) =>
  placed.certificate.version === 3
    ? undefined
    : broken(placed, 'is not of version 3', 'TLS BR 7.1.1');

const checkRsaBits: Check = (placed) => {
  const { kind, bits = 0 } = placed.certificate.publicKey;
  if (kind !== 'rsa' || bits % 8 === 0) return undefined;
  return faultOf(
    placed,
    'WEAK_KEY',
    `has an RSA key of ${bits} bits, no multiple of 8`,
    'TLS BR 6.1.5',
    { bits },
  );
};

const checkLeafIsNoCa: Check = (placed) =>
  placed.certificate.basicConstraints?.ca
    ? broken(placed, 'is a CA in the place of a leaf', 'TLS BR 7.1.2.7.8')
    : undefined;

const checkLeafPurposes: Check = (placed) => {
  const clause = 'TLS BR 7.1.2.7.10';
  const purposes = placed.certificate.extendedKeyUsage;
  if (!purposes) return broken(placed, 'states no extended key usage', clause);
  if (purposes.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage))
    return broken(placed, 'is for any purpose', clause);
  const oid = EXTENSION_OIDS.extendedKeyUsage;
  const critical = placed.certificate.extensions.some((one) => one.oid === oid && one.critical);
  return critical
    ? broken(placed, 'has its extended key usage marked critical', clause)
    : undefined;
};

const checkAlternativeNames: Check = (placed) => {
  const { certificate } = placed;
  const clause = 'TLS BR 7.1.2.7.12';
  if (certificate.names.length === 0) return broken(placed, 'has no alternative names', clause);
  const critical = certificate.extensions.some(
    (one) => one.oid === EXTENSION_OIDS.subjectAltName && one.critical,
  );
  if (critical && certificate.subject.rdns.length > 0)
    return broken(placed, 'has a subject and its alternative names marked critical', clause);
  return undefined;
};

/** A wildcard directly below a top-level domain covers names of many owners. */
const checkWildcards: Check = (placed) => {
  for (const name of placed.certificate.names)
    if (name.kind === 'dns' && name.value.startsWith('*') && name.value.split('.').length < 3)
      return broken(placed, 'has a wildcard over a whole registry', 'TLS BR 3.2.2.6');
  return undefined;
};

/**
 * A common name that stands for one of the names is a copy of it, character for character. One
 * that stands for none is the CA's fault and no danger here, where common names are never read.
 */
const checkCommonName: Check = (placed) => {
  const { certificate } = placed;
  const names = certificate.names.flatMap((name) =>
    name.kind === 'ip' ? [formatIp(name.value)] : name.kind === 'dns' ? [name.value] : [],
  );
  for (const common of attributeValues(certificate.subject, COMMON_NAME)) {
    if (names.includes(common)) continue;
    // No dNSName holds such characters (RFC 5280 §7.2), so this copies none.
    // eslint-disable-next-line no-control-regex -- ASCII is the question
    const foreign = /^[^\s.]+(?:\.[^\s.]+)+$/.test(common) && !/^[\x00-\x7f]*$/.test(common);
    const host = canonicalHost(common);
    if (foreign || (host !== undefined && names.some((name) => canonicalHost(name) === host)))
      return broken(
        placed,
        'has a common name that spells one of its names differently',
        'TLS BR 7.1.4.3',
      );
  }
  return undefined;
};

/** The host that a browser would read (WHATWG URL §3.5): any form of IPv4, IPv6, IDN, any case. */
function canonicalHost(text: string): string | undefined {
  const host = text.includes(':') ? `[${text}]` : text;
  if (/[\s/?#@\\%*]/.test(host)) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

const checkRootKeyIds: Check = (placed) => {
  const { authorityKeyId, subjectKeyId } = placed.certificate;
  if (!authorityKeyId || !isSelfIssued(placed.certificate)) return undefined;
  const clause = 'TLS BR 7.1.2.1.3';
  const { keyId, issuer, serial } = authorityKeyId;
  if (!keyId) return broken(placed, 'has an authority key identifier without a key', clause);
  if (issuer || serial)
    return broken(placed, 'names an issuer or serial as its authority key', clause);
  return subjectKeyId && bytesEqual(keyId, subjectKeyId)
    ? undefined
    : broken(placed, 'has an authority key identifier that is not its own key’s', clause);
};

const checkRootPurposes: Check = (placed) =>
  placed.certificate.extendedKeyUsage && isSelfIssued(placed.certificate)
    ? broken(placed, 'is a root with an extended key usage', 'TLS BR 7.1.2.1.2')
    : undefined;

export const WEBPKI_LEAF_CHECKS: readonly Check[] = [
  checkVersion,
  checkRsaBits,
  checkLeafIsNoCa,
  checkLeafPurposes,
  checkAlternativeNames,
  checkWildcards,
  checkCommonName,
];

export const WEBPKI_CA_CHECKS: readonly Check[] = [checkVersion, checkRsaBits];

export const WEBPKI_ANCHOR_CHECKS: readonly Check[] = [
  ...WEBPKI_CA_CHECKS,
  checkRootKeyIds,
  checkRootPurposes,
];
