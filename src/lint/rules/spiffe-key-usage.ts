import { isSvid } from '../families/svid.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The key usage extension MUST be set on all SVIDs, and MUST be marked critical.
export const spiffeKeyUsage: LintRule = {
  id: 'spiffe-key-usage',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §4.3',
  what: 'an X509-SVID has a critical key usage',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('keyUsage');
    if (!isSvid(subject) || found?.critical) return undefined;
    const state = found ? 'not critical' : 'absent';
    return hit(`it is an X509-SVID, and its key usage is ${state}`, 'key usage', state);
  },
};
