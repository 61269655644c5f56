// GnuTLS: gnutls-cli, and what is built on it (wget, glib, older curl and git).
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const VERIFY = 'https://gitlab.com/gnutls/gnutls/-/blob/master/lib/cert-session.c';
const ALERT = 'https://gitlab.com/gnutls/gnutls/-/blob/master/lib/alert.c';
const ERRORS = 'https://gitlab.com/gnutls/gnutls/-/blob/master/lib/errors.c';

export const GNUTLS: ForeignProgram<TroubleId> = {
  program: 'GnuTLS',
  messages: [
    {
      says: ['The certificate chain uses expired certificate'],
      trouble: 'expired',
      source: VERIFY,
    },
    {
      says: [
        'The certificate chain uses not yet valid certificate',
        'The certificate is not yet activated',
      ],
      trouble: 'not-yet-valid',
      source: VERIFY,
    },
    { says: ['The certificate issuer is unknown'], trouble: 'unknown-issuer', source: VERIFY },
    {
      says: ['The name in the certificate does not match the expected'],
      trouble: 'host-mismatch',
      source: VERIFY,
    },
    { says: ['The certificate chain is revoked'], trouble: 'revoked', source: VERIFY },
    {
      says: ['The signature in the certificate is invalid'],
      trouble: 'bad-signature',
      source: VERIFY,
    },
    {
      says: ['The certificate chain does not match the intended purpose'],
      trouble: 'wrong-purpose',
      source: VERIFY,
    },
    { says: ['The certificate issuer is not a CA'], trouble: 'not-a-ca', source: VERIFY },
    {
      says: ['The certificate chain uses insecure algorithm'],
      trouble: 'weak-hash',
      source: VERIFY,
    },
    {
      says: ["The certificate chain violates the signer's constraints"],
      trouble: 'name-constraint',
      source: VERIFY,
    },
    {
      says: ['The certificate is NOT trusted', 'Error in the certificate verification'],
      trouble: 'verify-failed',
      source: VERIFY,
    },
    {
      says: [
        'Fatal error: Certificate is required',
        'No certificate was found',
        'Certificate is required',
      ],
      trouble: 'peer-wants-certificate',
      source: ERRORS,
    },
    {
      says: ['The certificate and the given key do not match'],
      trouble: 'key-mismatch',
      source: ERRORS,
    },
    {
      says: ['Received alert [42]: Certificate is bad', 'Certificate is bad'],
      trouble: 'peer-says-bad-certificate',
      source: ALERT,
    },
    {
      says: ['Received alert [48]: CA is unknown', 'CA is unknown'],
      trouble: 'peer-says-unknown-ca',
      source: ALERT,
    },
    {
      says: ['Received alert [45]: Certificate is expired', 'Certificate is expired'],
      trouble: 'peer-says-expired',
      source: ALERT,
    },
    {
      says: ['Received alert [46]: Unknown certificate'],
      trouble: 'peer-says-certificate-unknown',
      source: ALERT,
    },
    {
      says: ['Received alert [51]: Decrypt error'],
      trouble: 'peer-says-decrypt-error',
      source: ALERT,
    },
    {
      says: ['Received alert [40]: Handshake failed'],
      trouble: 'peer-says-handshake-failure',
      source: ALERT,
    },
    {
      says: ['Received alert [116]: Certificate is required'],
      trouble: 'peer-wants-certificate',
      source: ALERT,
    },
    {
      says: ['The TLS connection was non-properly terminated'],
      trouble: 'closed-in-handshake',
      source: ERRORS,
    },
    {
      says: ['An unexpected TLS packet was received'],
      trouble: 'not-tls',
      source: ERRORS,
    },
    {
      says: ['A packet with illegal or unsupported version was received'],
      trouble: 'version-mismatch',
      source: ERRORS,
    },
    {
      says: ['Could not negotiate a supported cipher suite'],
      trouble: 'no-shared-cipher',
      source: ERRORS,
    },
  ],
};
