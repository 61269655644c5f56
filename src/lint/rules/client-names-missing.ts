import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;

// PostgreSQL, Mosquitto and others read a client's common name; SPIFFE, Envoy and Go its names.
export const clientNamesMissing: LintRule = {
  id: 'client-names-missing',
  profile: 'mtls',
  severity: 'info',
  citation: 'RFC 9525 §2',
  what: 'the certificate of a client has alternative names',
  remedy: anew('issue one for a DNS name, an e-mail address or a SPIFFE ID'),
  check: (subject) => {
    const purposes = subject.certificate.extendedKeyUsage ?? [];
    return !subject.isCa &&
      purposes.includes(clientAuth) &&
      !purposes.includes(serverAuth) &&
      !subject.extension('subjectAltName')
      ? hit(
          'it has no alternative names: servers know this client by its common name or not at all',
          'subjectAltName',
          'absent',
        )
      : undefined;
  },
};
