// rustls, and what is built on it: reqwest, hyper, tonic, Linkerd's proxy.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SOURCE = 'https://github.com/rustls/rustls/blob/main/rustls/src/error.rs';

export const RUSTLS: ForeignProgram<TroubleId> = {
  program: 'rustls',
  messages: [
    {
      says: ['invalid peer certificate: UnknownIssuer'],
      trouble: 'unknown-issuer',
      source: SOURCE,
    },
    {
      says: ['invalid peer certificate: Expired', 'invalid peer certificate: certificate expired'],
      trouble: 'expired',
      source: SOURCE,
    },
    {
      says: [
        'invalid peer certificate: NotValidYet',
        'invalid peer certificate: certificate not valid yet',
      ],
      trouble: 'not-yet-valid',
      source: SOURCE,
    },
    {
      says: [
        'invalid peer certificate: NotValidForName',
        'invalid peer certificate: certificate not valid for name "{host}"',
        'invalid peer certificate: certificate not valid for name "{host}"; certificate is only valid for {names…}',
      ],
      trouble: 'host-mismatch',
      source: SOURCE,
    },
    { says: ['invalid peer certificate: BadSignature'], trouble: 'bad-signature', source: SOURCE },
    {
      says: [
        'invalid peer certificate: InvalidPurpose',
        'invalid peer certificate: certificate does not allow extended key usage',
      ],
      trouble: 'wrong-purpose',
      source: SOURCE,
    },
    { says: ['invalid peer certificate: Revoked'], trouble: 'revoked', source: SOURCE },
    {
      says: ['invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))', 'CaUsedAsEndEntity'],
      trouble: 'not-a-ca',
      means: 'the other side shows a CA’s certificate as its own, often a self-signed one',
      source: SOURCE,
    },
    {
      says: [
        'invalid peer certificate: Other(OtherError(UnsupportedCertVersion))',
        'UnsupportedCertVersion',
      ],
      trouble: 'malformed',
      means: 'the certificate is of version 1: openssl x509 -req without extensions makes such',
      source: SOURCE,
    },
    {
      says: ['invalid peer certificate: BadEncoding'],
      trouble: 'malformed',
      source: SOURCE,
    },
    { says: ['invalid peer certificate'], trouble: 'verify-failed', source: SOURCE },
    { says: ['peer sent no certificates'], trouble: 'no-client-certificate', source: SOURCE },
    {
      says: ['received fatal alert: BadCertificate'],
      trouble: 'peer-says-bad-certificate',
      source: SOURCE,
    },
    {
      says: ['received fatal alert: CertificateRequired'],
      trouble: 'peer-wants-certificate',
      source: SOURCE,
    },
    { says: ['received fatal alert: UnknownCA'], trouble: 'peer-says-unknown-ca', source: SOURCE },
    {
      says: ['received fatal alert: CertificateUnknown'],
      trouble: 'peer-says-certificate-unknown',
      source: SOURCE,
    },
    {
      says: ['received fatal alert: CertificateExpired'],
      trouble: 'peer-says-expired',
      source: SOURCE,
    },
    {
      says: ['received fatal alert: HandshakeFailure'],
      trouble: 'peer-says-handshake-failure',
      source: SOURCE,
    },
    {
      says: ['received fatal alert: DecryptError'],
      trouble: 'peer-says-decrypt-error',
      source: SOURCE,
    },
    {
      says: ['received fatal alert: ProtocolVersion', 'peer is incompatible'],
      trouble: 'version-mismatch',
      source: SOURCE,
    },
    {
      says: ['received corrupt message of type InvalidContentType', 'received corrupt message'],
      trouble: 'not-tls',
      source: SOURCE,
    },
    {
      says: ['peer closed connection without sending TLS close_notify'],
      trouble: 'closed-in-handshake',
      source: SOURCE,
    },
    { says: ['keys may not be consistent: KeyMismatch'], trouble: 'key-mismatch', source: SOURCE },
  ],
};
