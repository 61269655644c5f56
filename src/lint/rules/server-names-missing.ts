import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import { hostsInSubject } from '../../name/subject-hosts.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const { serverAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES;

// The client MUST NOT seek a match for a reference identifier in the Common Name.
export const serverNamesMissing: LintRule = {
  id: 'server-names-missing',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 9525 §2',
  what: 'the certificate of a server has alternative names',
  remedy: anew('issue one with alternative names: mtls issue writes its names there'),
  check: (subject) => {
    const { certificate } = subject;
    if (subject.isCa || subject.extension('subjectAltName')) return undefined;
    const purposes = certificate.extendedKeyUsage;
    const serves =
      purposes === undefined
        ? subject.purpose === 'server' ||
          (subject.purpose === undefined && hostsInSubject(certificate.subject, []).length > 0)
        : purposes.includes(serverAuth) || purposes.includes(anyExtendedKeyUsage);
    return serves
      ? hit(
          'it has no alternative names, so no host matches: common names are not read any more',
          'subjectAltName',
          'absent',
        )
      : undefined;
  },
};
