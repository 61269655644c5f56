import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { isSvid } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;

// When included, fields id-kp-serverAuth and id-kp-clientAuth MUST be set.
export const spiffePurposes: LintRule = {
  id: 'spiffe-purposes',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §4.4',
  what: 'a leaf SVID that states purposes is for servers and clients',
  remedy: anew('issue it as an SVID, which is good for both sides'),
  check: (subject) => {
    const purposes = subject.certificate.extendedKeyUsage;
    if (!purposes || subject.isCa || !isSvid(subject)) return undefined;
    return [serverAuth, clientAuth].every((purpose) => purposes.includes(purpose))
      ? undefined
      : hit(
          'the SVID is not for both sides of a handshake',
          'extendedKeyUsage',
          purposes.map((oid) => purposeName(oid) ?? oid).join(', '),
        );
  },
};
