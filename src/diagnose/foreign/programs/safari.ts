// Safari, and what is built on Apple's Security framework: macOS and iOS programs.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SECURE =
  'https://developer.apple.com/documentation/security/1542001-security_framework_result_codes';
const URL_ERRORS =
  'https://developer.apple.com/documentation/foundation/1508628-url_loading_system_error_codes';

export const SAFARI: ForeignProgram<TroubleId> = {
  program: 'Safari',
  messages: [
    {
      says: [
        'errSSLUnknownRootCert',
        'errSSLNoRootCert',
        'errSSLXCertChainInvalid',
        'NSURLErrorServerCertificateHasUnknownRoot',
      ],
      trouble: 'unknown-issuer',
      source: SECURE,
    },
    { says: ['errSSLCertExpired'], trouble: 'expired', source: SECURE },
    {
      says: ['errSSLCertNotYetValid', 'NSURLErrorServerCertificateNotYetValid'],
      trouble: 'not-yet-valid',
      source: SECURE,
    },
    {
      says: ['NSURLErrorServerCertificateHasBadDate'],
      trouble: 'outside-its-time',
      source: URL_ERRORS,
    },
    { says: ['errSSLHostNameMismatch'], trouble: 'host-mismatch', source: SECURE },
    {
      says: [
        'The certificate for this server is invalid. You might be connecting to a server that is pretending to be “{host}”',
        'NSURLErrorServerCertificateUntrusted',
      ],
      trouble: 'verify-failed',
      source: URL_ERRORS,
    },
    { says: ['errSSLPeerBadCert'], trouble: 'peer-says-bad-certificate', source: SECURE },
    { says: ['errSSLPeerCertUnknown'], trouble: 'peer-says-certificate-unknown', source: SECURE },
    { says: ['errSSLPeerUnknownCA'], trouble: 'peer-says-unknown-ca', source: SECURE },
    { says: ['errSSLPeerCertExpired'], trouble: 'peer-says-expired', source: SECURE },
    { says: ['errSSLPeerHandshakeFail'], trouble: 'peer-says-handshake-failure', source: SECURE },
    {
      says: ['NSURLErrorClientCertificateRequired', 'requires a client certificate'],
      trouble: 'peer-wants-certificate',
      source: URL_ERRORS,
    },
    {
      says: ['NSURLErrorClientCertificateRejected', 'did not accept the certificate'],
      trouble: 'client-refused',
      source: URL_ERRORS,
    },
    {
      says: [
        "Safari can't establish a secure connection to the server",
        'An SSL error has occurred and a secure connection to the server cannot be made',
      ],
      trouble: 'peer-says-handshake-failure',
      source: URL_ERRORS,
    },
  ],
};
