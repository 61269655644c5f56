import { bytesEqual } from '../../base/bytes.ts';
import { extensionName, EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

/** Extensions that are a SEQUENCE SIZE (1..MAX), or of which RFC 5280 says so in words. */
const LISTS: ReadonlySet<string> = new Set([
  EXTENSION_OIDS.subjectAltName,
  EXTENSION_OIDS.issuerAltName,
  EXTENSION_OIDS.extendedKeyUsage,
  EXTENSION_OIDS.certificatePolicies,
  EXTENSION_OIDS.policyMappings,
  EXTENSION_OIDS.policyConstraints,
  EXTENSION_OIDS.nameConstraints,
  EXTENSION_OIDS.crlDistributionPoints,
  EXTENSION_OIDS.freshestCrl,
  EXTENSION_OIDS.authorityInfoAccess,
  EXTENSION_OIDS.subjectInfoAccess,
  // Subject directory attributes
  '2.5.29.9',
]);

const EMPTY = Uint8Array.of(0x30, 0);

export const extensionEmpty: LintRule = {
  id: 'extension-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1',
  what: 'an extension that is a list holds something',
  remedy: ANEW,
  check: ({ certificate: { extensions } }) =>
    offenders(
      'an extension that must hold something is empty',
      'extensions',
      extensions
        .filter(({ oid, value }) => LISTS.has(oid) && bytesEqual(value, EMPTY))
        .map(({ oid }) => extensionName(oid) ?? oid),
    ),
};
