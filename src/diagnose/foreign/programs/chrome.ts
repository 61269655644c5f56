// Chrome, and what is built on Chromium: Edge, Electron.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SOURCE = 'https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h';

export const CHROME: ForeignProgram<TroubleId> = {
  program: 'Chrome',
  messages: [
    { says: ['ERR_CERT_AUTHORITY_INVALID'], trouble: 'unknown-issuer', source: SOURCE },
    { says: ['ERR_CERT_COMMON_NAME_INVALID'], trouble: 'host-mismatch', source: SOURCE },
    { says: ['ERR_CERT_DATE_INVALID'], trouble: 'outside-its-time', source: SOURCE },
    { says: ['ERR_CERT_REVOKED'], trouble: 'revoked', source: SOURCE },
    { says: ['ERR_CERT_INVALID'], trouble: 'malformed', source: SOURCE },
    { says: ['ERR_CERT_WEAK_SIGNATURE_ALGORITHM'], trouble: 'weak-hash', source: SOURCE },
    { says: ['ERR_CERT_WEAK_KEY'], trouble: 'weak-key', source: SOURCE },
    {
      says: ['ERR_CERT_NAME_CONSTRAINT_VIOLATION'],
      trouble: 'name-constraint',
      source: SOURCE,
    },
    {
      says: ['ERR_SSL_KEY_USAGE_INCOMPATIBLE'],
      trouble: 'wrong-purpose',
      source: SOURCE,
    },
    { says: ['ERR_BAD_SSL_CLIENT_AUTH_CERT'], trouble: 'client-refused', source: SOURCE },
    {
      says: ['ERR_SSL_CLIENT_AUTH_CERT_NEEDED'],
      trouble: 'peer-wants-certificate',
      source: SOURCE,
    },
    {
      says: ['ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED', 'ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY'],
      trouble: 'key-unreadable',
      means: 'the browser has the certificate, and cannot use its key',
      source: SOURCE,
    },
    { says: ['ERR_SSL_VERSION_OR_CIPHER_MISMATCH'], trouble: 'no-shared-cipher', source: SOURCE },
    { says: ['ERR_SSL_PROTOCOL_ERROR'], trouble: 'not-tls', source: SOURCE },
    { says: ['ERR_SSL_UNRECOGNIZED_NAME_ALERT'], trouble: 'unrecognized-name', source: SOURCE },
    { says: ['ERR_CONNECTION_REFUSED'], trouble: 'refused', source: SOURCE },
    { says: ['ERR_CONNECTION_TIMED_OUT', 'ERR_TIMED_OUT'], trouble: 'timeout', source: SOURCE },
    {
      says: ['ERR_CONNECTION_RESET', 'ERR_CONNECTION_CLOSED', 'ERR_EMPTY_RESPONSE'],
      trouble: 'reset',
      source: SOURCE,
    },
    { says: ['ERR_NAME_NOT_RESOLVED'], trouble: 'name-unknown', source: SOURCE },
  ],
};
