import { SCT_LIST } from '../families/ct.ts';
import { elementsIn } from '../raw/elements.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// SerializedSCT sct_list <1..2^16-1>
export const sctListEmpty: LintRule = {
  id: 'sct-list-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 6962 §3.3',
  what: 'a list of signed certificate timestamps holds some',
  remedy: ASK_ISSUER,
  check: (subject) => {
    const found = subject.extensionByOid(SCT_LIST);
    const list = found && elementsIn(found.value)[0]?.content;
    // Two octets of length, then the timestamps
    return list && list.length <= 2
      ? hit(
          'its list of signed certificate timestamps is empty',
          'signedCertificateTimestamps',
          '0',
        )
      : undefined;
  },
};
