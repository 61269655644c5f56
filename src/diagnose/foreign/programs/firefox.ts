// Firefox, and what is built on NSS: Thunderbird.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SOURCE =
  'https://github.com/mozilla/gecko-dev/blob/master/security/manager/locales/en-US/chrome/pipnss/nsserrors.properties';

const NSS = 'https://github.com/nss-dev/nss/blob/master/lib/ssl/SSLerrs.h';
const NSPR = 'https://github.com/mozilla/gecko-dev/blob/master/nsprpub/pr/include/prerr.h';

export const FIREFOX: ForeignProgram<TroubleId> = {
  program: 'Firefox',
  messages: [
    { says: ['SEC_ERROR_UNKNOWN_ISSUER'], trouble: 'unknown-issuer', source: SOURCE },
    { says: ['SEC_ERROR_UNTRUSTED_ISSUER'], trouble: 'untrusted-root', source: SOURCE },
    { says: ['MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT'], trouble: 'self-signed', source: SOURCE },
    {
      says: ['SEC_ERROR_EXPIRED_CERTIFICATE', 'SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE'],
      trouble: 'expired',
      source: SOURCE,
    },
    {
      says: ['MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE'],
      trouble: 'not-yet-valid',
      source: SOURCE,
    },
    { says: ['SSL_ERROR_BAD_CERT_DOMAIN'], trouble: 'host-mismatch', source: SOURCE },
    { says: ['SEC_ERROR_REVOKED_CERTIFICATE'], trouble: 'revoked', source: SOURCE },
    { says: ['SEC_ERROR_BAD_SIGNATURE'], trouble: 'bad-signature', source: SOURCE },
    {
      says: ['SEC_ERROR_CA_CERT_INVALID', 'MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY'],
      trouble: 'not-a-ca',
      means: 'a CA’s certificate stands for a server, or a server’s for a CA',
      source: SOURCE,
    },
    {
      says: ['SEC_ERROR_INADEQUATE_CERT_TYPE', 'SEC_ERROR_INADEQUATE_KEY_USAGE'],
      trouble: 'wrong-purpose',
      source: SOURCE,
    },
    { says: ['SEC_ERROR_CERT_NOT_IN_NAME_SPACE'], trouble: 'name-constraint', source: SOURCE },
    {
      says: ['SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION'],
      trouble: 'critical-extension',
      source: SOURCE,
    },
    {
      says: ['SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED'],
      trouble: 'weak-hash',
      source: SOURCE,
    },
    { says: ['SSL_ERROR_BAD_CERT_ALERT'], trouble: 'peer-says-bad-certificate', source: SOURCE },
    {
      says: ['SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT'],
      trouble: 'peer-says-certificate-unknown',
      source: SOURCE,
    },
    { says: ['SSL_ERROR_UNKNOWN_CA_ALERT'], trouble: 'peer-says-unknown-ca', source: SOURCE },
    { says: ['SSL_ERROR_EXPIRED_CERT_ALERT'], trouble: 'peer-says-expired', source: SOURCE },
    { says: ['SSL_ERROR_REVOKED_CERT_ALERT'], trouble: 'peer-says-revoked', source: SOURCE },
    {
      says: ['SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT'],
      trouble: 'peer-wants-certificate',
      source: NSS,
    },
    {
      says: ['SSL_ERROR_HANDSHAKE_FAILURE_ALERT'],
      trouble: 'peer-says-handshake-failure',
      source: SOURCE,
    },
    { says: ['SSL_ERROR_ACCESS_DENIED_ALERT'], trouble: 'peer-says-access-denied', source: SOURCE },
    { says: ['SSL_ERROR_DECRYPT_ERROR_ALERT'], trouble: 'peer-says-decrypt-error', source: SOURCE },
    { says: ['SSL_ERROR_UNRECOGNIZED_NAME_ALERT'], trouble: 'unrecognized-name', source: SOURCE },
    {
      says: ['SSL_ERROR_PROTOCOL_VERSION_ALERT', 'SSL_ERROR_UNSUPPORTED_VERSION'],
      trouble: 'version-mismatch',
      source: SOURCE,
    },
    { says: ['SSL_ERROR_NO_CYPHER_OVERLAP'], trouble: 'no-shared-cipher', source: SOURCE },
    { says: ['SSL_ERROR_RX_RECORD_TOO_LONG'], trouble: 'not-tls', source: SOURCE },
    { says: ['PR_END_OF_FILE_ERROR'], trouble: 'closed-in-handshake', source: NSPR },
    { says: ['PR_CONNECT_RESET_ERROR'], trouble: 'reset', source: NSPR },
  ],
};
