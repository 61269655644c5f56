import { POISON, SCT_LIST } from '../families/ct.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const precertificateWithSctList: LintRule = {
  id: 'precertificate-with-sct-list',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 6962 §3.1',
  what: 'a precertificate holds no signed certificate timestamps',
  remedy: ASK_ISSUER,
  check: (subject) =>
    subject.extensionByOid(POISON) && subject.extensionByOid(SCT_LIST)
      ? hit(
          'it is a precertificate and holds signed certificate timestamps',
          'extensions',
          'precertificatePoison and signedCertificateTimestamps',
        )
      : undefined,
};
