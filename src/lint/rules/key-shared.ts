import { certificateTitle } from '../../x509/title.ts';
import { identityOf } from '../pile.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// One key for several names: whoever loses one loses all, and revoking one revokes no key.
export const keyShared: LintRule = {
  id: 'key-shared',
  profile: 'mtls',
  severity: 'warning',
  citation: 'mTLS practice',
  what: 'each name has a key of its own',
  remedy: anew('issue each with a key of its own, which mtls issue makes'),
  check: ({ certificate, isCa, pile }) => {
    if (isCa) return undefined;
    const own = identityOf(certificate);
    for (const [identity, other] of pile.holdersOf(certificate).leaves)
      if (identity !== own)
        return hit(
          'another certificate of another name has the same key',
          'public key',
          certificateTitle(other),
        );
    return undefined;
  },
};
