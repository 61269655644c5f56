// Envoy, with BoringSSL below it; Istio's and Consul's sidecars speak so too.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SOCKET = 'https://github.com/envoyproxy/envoy/blob/main/source/common/tls/ssl_socket.cc';
const VALIDATOR =
  'https://github.com/envoyproxy/envoy/blob/main/source/common/tls/cert_validator/default_validator.cc';
const CONTEXT = 'https://github.com/envoyproxy/envoy/blob/main/source/common/tls/context_impl.cc';
const ROUTER = 'https://github.com/envoyproxy/envoy/blob/main/source/common/router/router.cc';

export const ENVOY: ForeignProgram<TroubleId> = {
  program: 'Envoy',
  messages: [
    {
      says: [
        'CERTIFICATE_VERIFY_FAILED:verify cert failed: verify SAN list',
        'verify cert failed: verify SAN list',
        'verify cert failed: SAN matcher',
      ],
      trouble: 'peer-identity',
      source: VALIDATOR,
    },
    {
      says: ['verify cert failed: cert hash and spki'],
      trouble: 'peer-identity',
      means: 'the certificate, or its key, is not one of those that were pinned',
      source: VALIDATOR,
    },
    {
      says: ['OPENSSL_internal:CERTIFICATE_VERIFY_FAILED'],
      trouble: 'verify-failed',
      source: SOCKET,
    },
    {
      says: [
        'verify cert failed: X509_verify_cert',
        'X509_verify_cert: certificate verification error at depth',
      ],
      trouble: 'verify-failed',
      source: VALIDATOR,
    },
    {
      says: ['OPENSSL_internal:WRONG_VERSION_NUMBER'],
      trouble: 'not-tls',
      source: SOCKET,
    },
    {
      says: ['OPENSSL_internal:HTTP_REQUEST'],
      trouble: 'plain-to-tls',
      source: SOCKET,
    },
    {
      says: ['OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE'],
      trouble: 'no-client-certificate',
      source: SOCKET,
    },
    {
      says: ['OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED'],
      trouble: 'peer-says-expired',
      source: SOCKET,
    },
    {
      says: ['OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN'],
      trouble: 'peer-says-certificate-unknown',
      source: SOCKET,
    },
    {
      says: ['OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA'],
      trouble: 'peer-says-unknown-ca',
      source: SOCKET,
    },
    {
      says: [
        'OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION',
        'OPENSSL_internal:UNSUPPORTED_PROTOCOL',
      ],
      trouble: 'version-mismatch',
      source: SOCKET,
    },
    { says: ['OPENSSL_internal:NO_SHARED_CIPHER'], trouble: 'no-shared-cipher', source: SOCKET },
    { says: ['OPENSSL_internal:KEY_VALUES_MISMATCH'], trouble: 'key-mismatch', source: CONTEXT },
    { says: ['Failed to load private key from'], trouble: 'key-unreadable', source: CONTEXT },
    {
      says: [
        'Failed to load certificate chain from',
        'Failed to load trusted CA certificates from',
      ],
      trouble: 'not-pem',
      source: CONTEXT,
    },
    {
      says: ['upstream connect error or disconnect/reset before headers'],
      trouble: 'upstream',
      source: ROUTER,
    },
    {
      says: ['TLS error: Secret is not supplied by SDS'],
      trouble: 'identity-file',
      means: 'the certificate was to come by SDS, and has not',
      source: 'https://github.com/envoyproxy/envoy/blob/main/source/common/tls/ssl_socket.cc',
    },
    {
      says: ['filter_chain_not_found', 'filter chain not found'],
      trouble: 'unrecognized-name',
      means:
        'no filter chain of the listener fits: the name (SNI), the ALPN, or plain text for TLS',
      source:
        'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage',
    },
  ],
};
