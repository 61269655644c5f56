import { isSvid } from '../families/svid.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Leaf SVIDs SHOULD include this extension.
export const spiffePurposesMissing: LintRule = {
  id: 'spiffe-purposes-missing',
  profile: 'spiffe',
  severity: 'warning',
  citation: 'X509-SVID §4.4',
  what: 'a leaf SVID states its purposes',
  remedy: ANEW,
  check: (subject) =>
    !subject.isCa && isSvid(subject) && !subject.extension('extendedKeyUsage')
      ? hit('the SVID states no purposes', 'extendedKeyUsage', 'absent')
      : undefined,
};
