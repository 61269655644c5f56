import { nameKey } from '../../verify/names.ts';
import { certificateTitle } from '../../x509/title.ts';
import { others } from '../families/sharing.ts';
import { keyKey } from '../pile.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// One key for several names: whoever loses one loses all, and revoking one revokes no key.
export const keyShared: LintRule = {
  id: 'key-shared',
  profile: 'mtls',
  severity: 'warning',
  citation: 'mTLS practice',
  what: 'each name has a key of its own',
  remedy: anew('issue each with a key of its own, which mtls issue makes'),
  check: ({ certificate, isCa, pile }) => {
    const own = identityOf(certificate);
    return isCa
      ? undefined
      : offenders(
          'another certificate of another name has the same key',
          'public key',
          others(certificate, pile.byKey.get(keyKey(certificate)) ?? [])
            .filter(({ basicConstraints }) => !basicConstraints?.ca)
            .filter((other) => identityOf(other) !== own)
            .map(certificateTitle),
        );
  },
};

/** A renewed certificate may keep its key: its subject stays the same, or its names do. */
function identityOf({
  subject,
  subjectDer,
  names,
}: Parameters<typeof certificateTitle>[0] & {
  readonly subjectDer: Parameters<typeof nameKey>[0];
}): string {
  return subject.rdns.length > 0 ? nameKey(subjectDer) : certificateTitle({ subject, names });
}
