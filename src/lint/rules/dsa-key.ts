import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const dsaKey: LintRule = {
  id: 'dsa-key',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 8446 §4.2.3',
  what: 'the key is none of DSA',
  remedy: anew('issue it anew with a key that mtls makes'),
  check: ({ certificate: { publicKey } }) =>
    publicKey.kind === 'dsa'
      ? hit('its key is of DSA, which TLS 1.3 does not have', 'public key', 'DSA')
      : undefined,
};
