// OpenSSL: what it says of chains, and what everything built on it repeats.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

// X509_verify_cert_error_string, and the reasons of libssl and libcrypto
const VERIFY = 'https://github.com/openssl/openssl/blob/master/crypto/x509/x509_txt.c';
const SSL = 'https://github.com/openssl/openssl/blob/master/ssl/ssl_err.c';
const X509 = 'https://github.com/openssl/openssl/blob/master/crypto/x509/x509_err.c';
const PEM = 'https://github.com/openssl/openssl/blob/master/crypto/pem/pem_err.c';
const EVP = 'https://github.com/openssl/openssl/blob/master/crypto/evp/evp_err.c';
const PKCS12 = 'https://github.com/openssl/openssl/blob/master/crypto/pkcs12/pk12err.c';

export const OPENSSL: ForeignProgram<TroubleId> = {
  program: 'OpenSSL',
  messages: [
    { says: ['certificate has expired'], trouble: 'expired', source: VERIFY },
    { says: ['certificate is not yet valid'], trouble: 'not-yet-valid', source: VERIFY },
    {
      says: ['unable to get local issuer certificate', 'unable to get issuer certificate'],
      trouble: 'unknown-issuer',
      source: VERIFY,
    },
    {
      says: ['unable to verify the first certificate'],
      trouble: 'incomplete-chain',
      source: VERIFY,
    },
    {
      says: ['self-signed certificate', 'verify error:num=18'],
      trouble: 'self-signed',
      source: VERIFY,
    },
    {
      says: ['self-signed certificate in certificate chain', 'self-signed certificate in chain'],
      trouble: 'untrusted-root',
      source: VERIFY,
    },
    { says: ['certificate signature failure'], trouble: 'bad-signature', source: VERIFY },
    { says: ['certificate revoked'], trouble: 'revoked', source: VERIFY },
    { says: ['unable to get certificate CRL'], trouble: 'crl-missing', source: VERIFY },
    { says: ['CRL has expired'], trouble: 'crl-expired', source: VERIFY },
    { says: ['CRL is not yet valid'], trouble: 'not-yet-valid', source: VERIFY },
    {
      says: ['CRL signature failure'],
      trouble: 'crl-missing',
      means: 'the revocation list is not signed by the key of the CA that it should be from',
      source: VERIFY,
    },
    {
      says: [
        'unsuitable certificate purpose',
        'unsupported certificate purpose',
        'unhandled certificate purpose',
      ],
      trouble: 'wrong-purpose',
      source: VERIFY,
    },
    {
      says: ['invalid CA certificate', 'invalid non-CA certificate (has CA markings)'],
      trouble: 'not-a-ca',
      source: VERIFY,
    },
    { says: ['path length constraint exceeded'], trouble: 'path-length', source: VERIFY },
    {
      says: ['permitted subtree violation', 'excluded subtree violation'],
      trouble: 'name-constraint',
      source: VERIFY,
    },
    {
      says: ['unhandled critical extension'],
      trouble: 'critical-extension',
      source: VERIFY,
    },
    {
      says: ['hostname mismatch', 'IP address mismatch', 'email address mismatch'],
      trouble: 'host-mismatch',
      source: VERIFY,
    },
    {
      says: ['EE certificate key too weak', 'CA certificate key too weak', 'ee key too small'],
      trouble: 'weak-key',
      source: VERIFY,
    },
    { says: ['ca key too small', 'dh key too small'], trouble: 'weak-key', source: SSL },
    {
      says: ['CA signature digest algorithm too weak', 'ca md too weak'],
      trouble: 'weak-hash',
      source: VERIFY,
    },
    { says: ['certificate verify failed'], trouble: 'verify-failed', source: SSL },
    {
      says: ['peer did not return a certificate'],
      trouble: 'no-client-certificate',
      source: SSL,
    },
    {
      says: ['no shared cipher', 'no ciphers available'],
      trouble: 'no-shared-cipher',
      source: SSL,
    },
    {
      says: [
        'no suitable signature algorithm',
        'no shared signature algorithms',
        'no suitable key share',
        'no shared groups',
      ],
      trouble: 'no-shared-cipher',
      source: SSL,
    },
    {
      says: ['wrong version number', 'packet length too long', 'bad packet length'],
      trouble: 'not-tls',
      source: SSL,
    },
    {
      says: [
        'SSL routines:http request',
        'SSL routines:{function}:http request',
        'SSL: HTTP_REQUEST',
      ],
      trouble: 'plain-to-tls',
      source: SSL,
    },
    {
      says: [
        'ssl routines unsupported protocol',
        'SSL routines:{function}:unsupported protocol',
        'SSL routines:{function}:version too low',
        'SSL routines:{function}:unknown protocol',
        'ssl unsupported protocol',
        'ssl routines version too low',
        'ssl version too low',
        'ssl routines unknown protocol',
        'ssl unknown protocol',
        'no protocols available',
      ],
      trouble: 'version-mismatch',
      source: SSL,
    },
    {
      says: ['unexpected eof while reading', 'SSL_ERROR_SYSCALL'],
      trouble: 'closed-in-handshake',
      source: SSL,
    },
    {
      says: ['key values mismatch', 'key type mismatch'],
      trouble: 'key-mismatch',
      source: X509,
    },
    {
      says: ['no start line', 'bad base64 decode', 'bad end line', 'Expecting: ANY PRIVATE KEY'],
      trouble: 'not-pem',
      source: PEM,
    },
    {
      says: [
        'bad decrypt',
        'bad password read',
        'problems getting password',
        'interrupted or cancelled',
      ],
      trouble: 'key-encrypted',
      source: EVP,
    },
    {
      says: [
        'mac verify failure',
        'Mac verify error: invalid password?',
        'pkcs12 cipherfinal error',
      ],
      trouble: 'store-password',
      source: PKCS12,
    },
    {
      says: [
        'digital envelope routines::unsupported',
        'inner_evp_generic_fetch:unsupported',
        'unsupported pbe algorithm',
      ],
      trouble: 'store-unsupported',
      source: EVP,
    },
    {
      says: [
        'DECODER routines::unsupported',
        'Could not read private key from',
        'unable to load private key',
      ],
      trouble: 'key-unreadable',
      source: 'https://github.com/openssl/openssl/blob/master/crypto/encode_decode/decoder_lib.c',
    },
    {
      says: [
        'X509 certificate routines: no certificate or crl found',
        'no certificate or crl found',
      ],
      trouble: 'trust-file',
      source: X509,
    },
  ],
};
