// Node: codes and messages of its tls, https and net modules.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const CODES = 'https://nodejs.org/api/tls.html#x509-certificate-error-codes';
const WRAP = 'https://github.com/nodejs/node/blob/main/lib/_tls_wrap.js';
const ERRORS = 'https://github.com/nodejs/node/blob/main/lib/internal/errors.js';
const SYSTEM = 'https://nodejs.org/api/errors.html#common-system-errors';

export const NODE: ForeignProgram<TroubleId> = {
  program: 'Node',
  messages: [
    { says: ['CERT_HAS_EXPIRED'], trouble: 'expired', source: CODES },
    { says: ['CERT_NOT_YET_VALID'], trouble: 'not-yet-valid', source: CODES },
    {
      says: ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT'],
      trouble: 'unknown-issuer',
      source: CODES,
    },
    {
      says: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      trouble: 'incomplete-chain',
      source: CODES,
    },
    { says: ['DEPTH_ZERO_SELF_SIGNED_CERT'], trouble: 'self-signed', source: CODES },
    { says: ['SELF_SIGNED_CERT_IN_CHAIN'], trouble: 'untrusted-root', source: CODES },
    { says: ['CERT_SIGNATURE_FAILURE'], trouble: 'bad-signature', source: CODES },
    { says: ['CERT_REVOKED'], trouble: 'revoked', source: CODES },
    { says: ['UNABLE_TO_GET_CRL'], trouble: 'crl-missing', source: CODES },
    { says: ['CRL_HAS_EXPIRED'], trouble: 'crl-expired', source: CODES },
    { says: ['INVALID_PURPOSE'], trouble: 'wrong-purpose', source: CODES },
    { says: ['code: INVALID_CA', 'error: INVALID_CA'], trouble: 'not-a-ca', source: CODES },
    { says: ['PATH_LENGTH_EXCEEDED'], trouble: 'path-length', source: CODES },
    {
      says: [
        "Hostname/IP does not match certificate's altnames: Host: {host}. is not in the cert's altnames: {names…}",
        "Hostname/IP does not match certificate's altnames: IP: {host} is not in the cert's list: {names…}",
        "Hostname/IP does not match certificate's altnames",
        'ERR_TLS_CERT_ALTNAME_INVALID',
      ],
      trouble: 'host-mismatch',
      source: ERRORS,
    },
    {
      says: ["Hostname/IP does not match certificate's altnames: Cert does not contain a DNS name"],
      trouble: 'no-names',
      source: ERRORS,
    },
    { says: ['ERR_SSL_WRONG_VERSION_NUMBER'], trouble: 'not-tls', source: ERRORS },
    { says: ['ERR_SSL_NO_SHARED_CIPHER'], trouble: 'no-shared-cipher', source: ERRORS },
    {
      says: ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_VERSION_TOO_LOW'],
      trouble: 'version-mismatch',
      source: ERRORS,
    },
    { says: ['ERR_SSL_HTTP_REQUEST'], trouble: 'plain-to-tls', source: ERRORS },
    {
      says: ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
      trouble: 'no-client-certificate',
      source: ERRORS,
    },
    {
      says: ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'ERR_OSSL_X509_KEY_TYPE_MISMATCH'],
      trouble: 'key-mismatch',
      source: 'https://nodejs.org/api/errors.html#openssl-error-codes',
    },
    {
      says: ['ERR_OSSL_PEM_NO_START_LINE', 'ERR_OSSL_PEM_BAD_BASE64_DECODE'],
      trouble: 'not-pem',
      source: 'https://nodejs.org/api/errors.html#openssl-error-codes',
    },
    {
      says: ['ERR_OSSL_UNSUPPORTED'],
      trouble: 'key-unreadable',
      source: 'https://nodejs.org/api/errors.html#openssl-error-codes',
    },
    {
      says: ['Unsupported PKCS12 PFX data'],
      trouble: 'store-unsupported',
      source: 'https://github.com/nodejs/node/blob/main/src/crypto/crypto_context.cc',
    },
    {
      says: ['Client network socket disconnected before secure TLS connection was established'],
      trouble: 'closed-in-handshake',
      source: WRAP,
    },
    {
      says: ['ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS handshake timeout'],
      trouble: 'timeout',
      source: ERRORS,
    },
    {
      says: ['connect ECONNREFUSED {target}', 'ECONNREFUSED'],
      trouble: 'refused',
      source: SYSTEM,
    },
    { says: ['connect ETIMEDOUT {target}', 'ETIMEDOUT'], trouble: 'timeout', source: SYSTEM },
    {
      says: ['read ECONNRESET', 'ECONNRESET', 'socket hang up', 'write EPIPE'],
      trouble: 'reset',
      source: SYSTEM,
    },
    {
      says: ['getaddrinfo ENOTFOUND {host}', 'getaddrinfo EAI_AGAIN {host}'],
      trouble: 'name-unknown',
      source: SYSTEM,
    },
    {
      says: ['connect EHOSTUNREACH {target}', 'connect ENETUNREACH {target}'],
      trouble: 'unreachable',
      source: SYSTEM,
    },
  ],
};
