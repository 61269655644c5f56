// .NET: SslStream and HttpClient.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SOURCE =
  'https://github.com/dotnet/runtime/blob/main/src/libraries/System.Net.Security/src/Resources/Strings.resx';
const HTTP =
  'https://github.com/dotnet/runtime/blob/main/src/libraries/System.Net.Http/src/Resources/Strings.resx';

export const DOTNET: ForeignProgram<TroubleId> = {
  program: '.NET',
  messages: [
    {
      says: [
        'The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch',
      ],
      trouble: 'host-mismatch',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid because of errors in the certificate chain: PartialChain',
      ],
      trouble: 'unknown-issuer',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot',
      ],
      trouble: 'untrusted-root',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid because of errors in the certificate chain: NotTimeValid',
      ],
      trouble: 'outside-its-time',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid because of errors in the certificate chain: RevocationStatusUnknown',
        'errors in the certificate chain: OfflineRevocation',
      ],
      trouble: 'crl-missing',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid because of errors in the certificate chain: NotValidForUsage',
      ],
      trouble: 'wrong-purpose',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid according to the validation procedure: RemoteCertificateNotAvailable',
      ],
      trouble: 'no-client-certificate',
      source: SOURCE,
    },
    {
      says: [
        'The remote certificate is invalid according to the validation procedure',
        'The remote certificate was rejected by the provided RemoteCertificateValidationCallback',
        'Could not establish trust relationship for the SSL/TLS secure channel',
      ],
      trouble: 'verify-failed',
      source: SOURCE,
    },
    {
      says: [
        'The SSL connection could not be established, see inner exception',
        'Authentication failed, see inner exception',
      ],
      trouble: 'handshake-failed',
      means: 'the handshake failed; the inner exception says why',
      source: HTTP,
    },
    {
      says: ["Authentication failed because the remote party sent a TLS alert: '{alert}'"],
      trouble: 'peer-says-handshake-failure',
      source: SOURCE,
    },
    {
      says: ["remote party sent a TLS alert: 'BadCertificate'"],
      trouble: 'peer-says-bad-certificate',
      source: SOURCE,
    },
    {
      says: ["remote party sent a TLS alert: 'UnknownCA'"],
      trouble: 'peer-says-unknown-ca',
      source: SOURCE,
    },
    {
      says: ["remote party sent a TLS alert: 'CertificateUnknown'"],
      trouble: 'peer-says-certificate-unknown',
      source: SOURCE,
    },
    {
      says: [
        'Authentication failed because the remote party has closed the transport stream',
        'Received an unexpected EOF or 0 bytes from the transport stream',
      ],
      trouble: 'closed-in-handshake',
      source: SOURCE,
    },
    {
      says: [
        'Cannot determine the frame size or a corrupted frame was received',
        'The handshake failed due to an unexpected packet format',
      ],
      trouble: 'not-tls',
      source: SOURCE,
    },
    {
      says: [
        'The server mode SSL must use a certificate with the associated private key',
        'No credentials are available in the security package',
      ],
      trouble: 'key-unreadable',
      means: 'the certificate was loaded without its private key',
      source: SOURCE,
    },
    {
      says: ['The specified network password is not correct'],
      trouble: 'store-password',
      source:
        'https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509certificate2',
    },
  ],
};
