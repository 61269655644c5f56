import { certificateTitle } from '../../x509/title.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Whoever holds the leaf's key can issue as the CA.
export const caKeyInLeaf: LintRule = {
  id: 'ca-key-in-leaf',
  profile: 'mtls',
  severity: 'error',
  citation: 'NIST SP 800-57 part 1 §5.2',
  what: 'the key of a CA is in no leaf',
  remedy: anew(
    'issue the leaf with a key of its own, and make the CA anew where the leaf’s key was handed out',
  ),
  check: ({ certificate, isCa, pile }) =>
    isCa
      ? undefined
      : offenders(
          'it holds the key of a CA, so its holder can issue certificates',
          'public key',
          pile.holdersOf(certificate).cas.slice(0, 4).map(certificateTitle),
        ),
};
