import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Apple demands serverAuth of servers, X509-SVIDs both; others let a certificate without purposes
// pass for any.
export const purposesMissing: LintRule = {
  id: 'purposes-missing',
  profile: 'mtls',
  severity: 'warning',
  citation: 'Apple: requirements for trusted certificates in iOS 13 and macOS 10.15',
  what: 'a leaf says whether it is for servers, clients or both',
  remedy: anew('issue it with --profile server, client or peer'),
  check: (subject) =>
    subject.isCa || subject.isOld || subject.extension('extendedKeyUsage')
      ? undefined
      : hit(
          'it does not say what it is for: either side of a handshake may use it, and Apple refuses it',
          'extendedKeyUsage',
          'absent',
        ),
};
