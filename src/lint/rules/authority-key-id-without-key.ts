import { contextPrimitive } from '../../asn1/reader.ts';
import { childrenIn } from '../raw/elements.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const authorityKeyIdWithoutKey: LintRule = {
  id: 'authority-key-id-without-key',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.1',
  what: 'the authority key identifier holds the identifier of a key, unless the certificate signed itself',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('authorityKeyIdentifier');
    if (!found || subject.selfIssued) return undefined;
    return childrenIn(found.value).some(({ tag }) => tag === contextPrimitive(0))
      ? undefined
      : hit(
          'the authority key identifier holds no identifier of a key',
          'authorityKeyIdentifier',
          'no keyIdentifier',
        );
  },
};
