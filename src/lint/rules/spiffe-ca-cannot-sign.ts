import { isSvid } from '../families/svid.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// SVID signing certificates MUST set keyCertSign.
export const spiffeCaCannotSign: LintRule = {
  id: 'spiffe-ca-cannot-sign',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §4.3',
  what: 'the key usage of a CA with a SPIFFE ID has keyCertSign',
  remedy: ANEW,
  check: (subject) =>
    subject.isCa && isSvid(subject) && subject.certificate.keyUsage && !subject.has('keyCertSign')
      ? hit(
          'the key usage of the SPIFFE CA lacks keyCertSign',
          'key usage',
          [...subject.certificate.keyUsage].join(', '),
        )
      : undefined,
};
