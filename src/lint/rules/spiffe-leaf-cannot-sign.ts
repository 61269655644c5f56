import { isSvid } from '../families/svid.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Leaf SVIDs MUST set digitalSignature.
export const spiffeLeafCannotSign: LintRule = {
  id: 'spiffe-leaf-cannot-sign',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §4.3',
  what: 'the key usage of a leaf SVID has digitalSignature',
  remedy: ANEW,
  check: (subject) => {
    const { keyUsage } = subject.certificate;
    return keyUsage && !subject.isCa && isSvid(subject) && !keyUsage.has('digitalSignature')
      ? hit(
          'the key usage of the SVID lacks digitalSignature',
          'key usage',
          [...keyUsage].join(', '),
        )
      : undefined;
  },
};
