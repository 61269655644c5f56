// Wrong in the key.
import type { PrivateKey } from '../../../crypto/key.ts';
import type { Chain } from '../draft.ts';
import { specimens } from '../specimen.ts';
import { explicitP256, offCurve } from '../spki.ts';
import { P224, RSA_1024, RSA_2048, SECP256K1 } from '../weak-keys.ts';

const clause = 'NIST SP 800-57 part 1';

const holding = (key: () => PrivateKey) => (chain: Chain) => {
  chain.key = chain.leaf.key = key();
};

export const KEYS = specimens({
  weakKey: {
    reason: 'the key is of RSA with 1024 bits, which is too short',
    clause,
    side: 'server',
    expected: {
      mtls: 'WEAK_KEY',
      node: [{ below: { node: '24' }, says: 'accepted' }, { says: 'UNSPECIFIED' }],
      openssl: 'error 66: EE certificate key too weak',
      go: 'accepted',
      gnutls: 'accepted',
    },
    loading: [{ below: { node: '24' }, says: 'accepted' }, { says: 'ERR_SSL_EE_KEY_TOO_SMALL' }],
    prepare: holding(RSA_2048),
    spoil: holding(RSA_1024),
  },
  weakKeyClient: {
    reason: 'the key of the client is of RSA with 1024 bits, which is too short',
    clause,
    side: 'client',
    expected: {
      mtls: 'WEAK_KEY',
      node: [{ below: { node: '24' }, says: 'accepted' }, { says: 'UNSPECIFIED' }],
      openssl: 'error 66: EE certificate key too weak',
      go: 'accepted',
      gnutls: 'accepted',
    },
    loading: [{ below: { node: '24' }, says: 'accepted' }, { says: 'ERR_SSL_EE_KEY_TOO_SMALL' }],
    prepare: holding(RSA_2048),
    spoil: holding(RSA_1024),
  },
  weakCaKey: {
    reason: 'the key of the CA is of RSA with 1024 bits, which is too short',
    clause,
    side: 'server',
    expected: {
      mtls: 'WEAK_KEY',
      node: [{ below: { node: '24' }, says: 'accepted' }, { says: 'UNSPECIFIED' }],
      openssl: 'error 67: CA certificate key too weak',
      go: 'accepted',
      gnutls: 'accepted',
    },
    loading: [{ below: { node: '24' }, says: 'accepted' }, { says: 'ERR_SSL_CA_KEY_TOO_SMALL' }],
    prepare: ({ between }) => {
      between.key = RSA_2048();
    },
    spoil: ({ between }) => {
      between.key = RSA_1024();
    },
  },
  weakCurve: {
    reason: 'the key is on the curve P-224, which TLS 1.3 does not have',
    clause,
    side: 'server',
    expected: {
      mtls: 'WEAK_KEY',
      node: [
        { below: { openssl: '3.2' }, says: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
        { says: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' },
      ],
      openssl: 'accepted',
      go: 'remote error: tls: handshake failure',
      gnutls: 'accepted',
    },
    spoil: holding(P224),
  },
  unsupportedCurve: {
    reason: 'the key is on the curve secp256k1, which TLS 1.3 does not have',
    clause: 'RFC 8446 §4.2.3',
    side: 'server',
    expected: {
      mtls: 'WEAK_KEY',
      node: [
        { below: { openssl: '3.2' }, says: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
        { says: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' },
      ],
      openssl: 'accepted',
      go: 'x509: unsupported elliptic curve',
      gnutls: 'The certificate chain uses insecure algorithm',
    },
    spoil: holding(SECP256K1),
  },
  explicitCurve: {
    reason: 'the key spells out its curve in place of naming it, as forgeries have done',
    clause: 'RFC 5480 §2.1.1',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'UNSPECIFIED',
      openssl: 'error 94: Certificate public key has explicit ECC parameters',
      go: 'x509: invalid ECDSA parameters',
      gnutls: 'The certificate chain uses insecure algorithm',
    },
    spoil: ({ leaf }) => {
      leaf.edit = (fields) => {
        fields.spki = explicitP256(leaf.key.publicKey);
      };
    },
  },
  keyOffCurve: {
    reason: 'the key is a point beside its curve',
    clause: 'RFC 5480 §2.2',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'ERR_SSL_DECODE_ERROR',
      openssl: 'error 66: EE certificate key too weak',
      go: 'P256 point not on curve',
      gnutls: 'accepted',
    },
    loading: 'ERR_OSSL_EVP_DECODE_ERROR',
    spoil: ({ leaf }) => {
      leaf.edit = (fields) => {
        fields.spki = offCurve(leaf.key.publicKey);
      };
    },
  },
  keyMismatch: {
    reason: 'the key is not the one that is certified: the files do not belong together',
    clause: 'RFC 8446 §4.4.3',
    side: 'server',
    foundWhen: 'loading',
    expected: {
      mtls: 'KEY_MISMATCH',
      node: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      openssl: 'key values mismatch',
      go: 'tls: private key does not match public key',
      gnutls: 'The certificate and the given key do not match',
    },
    loading: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    spoil: (chain) => {
      chain.key = chain.source.newKey('ec-p256');
    },
  },
  keyMismatchType: {
    reason: 'the certificate is for an elliptic curve and the key is of RSA',
    clause: 'RFC 8446 §4.4.3',
    side: 'server',
    foundWhen: 'loading',
    expected: {
      mtls: 'KEY_MISMATCH',
      node: [
        { below: { openssl: '3.2' }, says: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
        { says: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' },
      ],
      openssl: 'Private key does not match the certificate public key',
      go: 'tls: private key type does not match public key type',
      gnutls: 'The certificate and the given key do not match',
    },
    spoil: (chain) => {
      chain.key = RSA_2048();
    },
  },
  intermediateFirst: {
    reason:
      'the CA stands before the certificate in the file, so the key seems to be the wrong one',
    clause: 'RFC 8446 §4.4.2',
    side: 'server',
    foundWhen: 'loading',
    expected: {
      mtls: 'KEY_MISMATCH',
      node: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      openssl: 'key values mismatch',
      go: 'tls: private key does not match public key',
      gnutls: 'The certificate and the given key do not match',
    },
    loading: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    spoil: (chain) => {
      chain.sent = [chain.between, chain.leaf];
    },
  },
});
