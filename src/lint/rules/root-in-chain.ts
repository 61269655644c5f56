import { certificateTitle } from '../../x509/title.ts';
import { hit, type LintRule } from '../rule.ts';

// A self-signed certificate that specifies a trust anchor MAY be omitted from the chain.
export const rootInChain: LintRule = {
  id: 'root-in-chain',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 8446 §4.4.2',
  what: 'the file of a leaf and its chain ends before the root',
  remedy: { text: 'leave the root out of the file: peers have it, or do not trust it' },
  check: (subject) => {
    if (subject.role !== 'root') return undefined;
    const [first] = subject.pile.placeOf(subject.certificate)?.certificates ?? [];
    if (!first || first.basicConstraints?.ca || !subject.selfSigned) return undefined;
    return hit(
      'it is a root in the file of a leaf: every handshake sends it, and nobody trusts it for that',
      'chain',
      `behind ${certificateTitle(first)}`,
    );
  },
};
