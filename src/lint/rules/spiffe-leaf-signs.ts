import { isSvid } from '../families/svid.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Leaf SVIDs MUST NOT set keyCertSign or cRLSign.
export const spiffeLeafSigns: LintRule = {
  id: 'spiffe-leaf-signs',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §4.3',
  what: 'a leaf SVID signs neither certificates nor CRLs',
  remedy: ANEW,
  check: (subject) =>
    subject.isCa || !isSvid(subject)
      ? undefined
      : offenders(
          'the SVID of a workload may sign certificates or CRLs',
          'key usage',
          (['keyCertSign', 'cRLSign'] as const).filter((usage) => subject.has(usage)),
        ),
};
