// Python: the ssl module, and requests and urllib3 over it.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SSL = 'https://github.com/python/cpython/blob/main/Modules/_ssl.c';
const MATCH = 'https://github.com/urllib3/urllib3/blob/main/src/urllib3/util/ssl_match_hostname.py';

export const PYTHON: ForeignProgram<TroubleId> = {
  program: 'Python',
  messages: [
    {
      says: [
        "certificate verify failed: Hostname mismatch, certificate is not valid for '{host}'",
        "certificate verify failed: IP address mismatch, certificate is not valid for '{host}'",
        "Hostname mismatch, certificate is not valid for '{host}'",
        "IP address mismatch, certificate is not valid for '{host}'",
      ],
      trouble: 'host-mismatch',
      source: SSL,
    },
    {
      says: [
        "hostname '{host}' doesn't match {names…}",
        "hostname '{host}' doesn't match either of {names…}",
      ],
      trouble: 'host-mismatch',
      source: MATCH,
    },
    {
      says: ['SSLCertVerificationError', 'CertificateError'],
      trouble: 'verify-failed',
      source: 'https://docs.python.org/3/library/ssl.html#ssl.SSLCertVerificationError',
    },
    {
      says: ['EOF occurred in violation of protocol', 'SSLEOFError', 'SSLZeroReturnError'],
      trouble: 'closed-in-handshake',
      source: SSL,
    },
    {
      says: ['The handshake operation timed out', '_ssl.c: The handshake operation timed out'],
      trouble: 'timeout',
      source: SSL,
    },
    {
      says: ['check_hostname requires server_hostname'],
      trouble: 'host-mismatch',
      means: 'the client does not say which name the certificate of the server must carry',
      source: SSL,
    },
    { says: ['[SSL: KEY_VALUES_MISMATCH]'], trouble: 'key-mismatch', source: SSL },
    {
      says: [
        'Could not find a suitable TLS CA certificate bundle, invalid path',
        'Could not find the TLS certificate file, invalid path',
      ],
      trouble: 'trust-file',
      source: 'https://github.com/psf/requests/blob/main/src/requests/adapters.py',
    },
    {
      says: ['[Errno 111] Connection refused', 'ConnectionRefusedError'],
      trouble: 'refused',
      source: 'https://docs.python.org/3/library/exceptions.html#ConnectionRefusedError',
    },
    {
      says: ['[Errno 104] Connection reset by peer', 'ConnectionResetError'],
      trouble: 'reset',
      source: 'https://docs.python.org/3/library/exceptions.html#ConnectionResetError',
    },
  ],
};
