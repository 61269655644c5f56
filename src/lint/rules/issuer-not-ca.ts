import { certificateTitle } from '../../x509/title.ts';
import { rawBasicConstraints } from '../raw/basic-constraints.ts';
import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const issuerNotCa: LintRule = {
  id: 'issuer-not-ca',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 5280 §6.1.4 (k)',
  what: 'what issued a certificate is a CA by its basic constraints',
  remedy: anew('issue it from a CA: mtls ca init makes one'),
  check: ({ issuer }) => {
    const basic = issuer?.extensions.find(({ oid }) => oid === EXTENSION_OIDS.basicConstraints);
    return issuer && !(basic && rawBasicConstraints(basic.value).ca)
      ? hit('what issued it does not say that it is a CA', 'issuer', certificateTitle(issuer))
      : undefined;
  },
};
