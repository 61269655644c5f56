import { EXTENSION_OIDS, extensionName } from '../../x509/extension-names.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

const PROCESSED: ReadonlySet<string> = new Set<string>(Object.values(EXTENSION_OIDS));

// A certificate-using system MUST reject the certificate if it encounters a critical extension it
// does not recognize.
export const unknownCriticalExtension: LintRule = {
  id: 'unknown-critical-extension',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 5280 §4.2',
  what: 'a critical extension is one that TLS programs know',
  remedy: ASK_ISSUER,
  check: ({ certificate: { extensions } }) =>
    offenders(
      'a critical extension is none that TLS programs know, so they refuse the certificate',
      'extensions',
      extensions
        .filter(({ critical, oid }) => critical && !PROCESSED.has(oid))
        .map(({ oid }) => extensionName(oid) ?? oid),
    ),
};
