// curl: its exit codes and what it writes beside them.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';
import { CONNECT, VERIFY_CLIENT } from '../troubles/lines.ts';

const CODES = 'https://curl.se/libcurl/c/libcurl-errors.html';
const SOURCE = 'https://github.com/curl/curl/blob/master/lib/vtls/openssl.c';

export const CURL: ForeignProgram<TroubleId> = {
  program: 'curl',
  messages: [
    {
      says: [
        'curl: (60) SSL certificate problem',
        'SSL certificate problem',
        'curl: (60)',
        'curl: (51)',
        'SSL peer certificate or SSH remote key was not OK',
        'curl failed to verify the legitimacy of the server',
        'server certificate verification failed. CAfile',
      ],
      trouble: 'verify-failed',
      source: CODES,
    },
    {
      says: [
        "SSL: no alternative certificate subject name matches target host name '{host}'",
        "SSL: no alternative certificate subject name matches target ipv4 address '{host}'",
        "SSL: certificate subject name '{names…}' does not match target host name '{host}'",
        "SSL: certificate subject name '{names…}' does not match target hostname '{host}'",
      ],
      trouble: 'host-mismatch',
      source: SOURCE,
    },
    {
      says: ['SSL: unable to obtain common name from peer certificate'],
      trouble: 'no-names',
      source: SOURCE,
    },
    {
      says: ['curl: (35)', 'SSL connect error'],
      trouble: 'handshake-failed',
      means: 'the handshake broke off; the words after the number say why',
      source: CODES,
    },
    {
      says: [
        'curl: (58)',
        'Problem with the local SSL certificate',
        'unable to set client certificate',
        'could not load PEM client certificate',
      ],
      trouble: 'own-identity',
      means: 'curl cannot use its own certificate or key (--cert, --key)',
      source: CODES,
    },
    {
      says: ["unable to set private key file: '{file}'"],
      trouble: 'key-mismatch',
      means: 'curl cannot use the key with the certificate: it is another’s, or encrypted',
      causes: [
        cause(
          'the key is that of another certificate, or encrypted with another passphrase',
          [tell('mtls match client.crt client.key', 'orphans: they do not belong together')],
          'give the key that the certificate was issued with; --pass for its passphrase',
        ),
      ],
      source: SOURCE,
    },
    {
      says: ['could not parse PKCS12 file, check password'],
      trouble: 'store-password',
      source: SOURCE,
    },
    {
      says: [
        'curl: (77)',
        'error setting certificate verify locations',
        'error setting certificate file',
        'Problem with the SSL CA cert (path? access rights?)',
      ],
      trouble: 'trust-file',
      source: CODES,
    },
    {
      says: ['SSL public key does not match pinned public key', 'curl: (90)'],
      trouble: 'peer-identity',
      means: 'the public key of the server is not the one that was pinned',
      source: CODES,
    },
    {
      says: ['curl: (83)', 'Issuer check against peer certificate failed'],
      trouble: 'peer-identity',
      source: CODES,
    },
    {
      says: ['SSL server certificate status verification FAILED', 'curl: (91)'],
      trouble: 'crl-missing',
      means: 'curl asked for an OCSP answer in the handshake (--cert-status), and got no good one',
      source: CODES,
    },
    {
      says: ['curl: (98)', 'SSL Client Certificate required'],
      trouble: 'peer-wants-certificate',
      source: CODES,
    },
    {
      says: [
        'Failed to connect to {host} port {port}',
        'Failed to connect to {host} port {port} after {time} ms: Connection refused',
        "Failed to connect to {host} port {port} after {time} ms: Couldn't connect to server",
        'curl: (7)',
      ],
      trouble: 'refused',
      source: CODES,
    },
    { says: ['curl: (6) Could not resolve host: {host}'], trouble: 'name-unknown', source: CODES },
    {
      says: [
        'curl: (28)',
        'SSL connection timeout',
        'Connection timed out after',
        'Failed to connect to {host} port {port} after {time} ms: Timeout was reached',
      ],
      trouble: 'timeout',
      source: CODES,
    },
    {
      says: ['curl: (52)', 'Empty reply from server'],
      trouble: 'reset',
      means: 'the server closed the connection without an answer',
      causes: [
        cause(
          'over https: the server refused the client’s certificate, and closed without an alert, as Node does',
          [tell(CONNECT, 'that the handshake ends well, and that the server then closes')],
          'see the server’s log, and verify the client’s certificate with the server’s CAs',
          VERIFY_CLIENT,
        ),
        cause(
          'over http: the port expects TLS',
          [tell(CONNECT, 'that TLS works there')],
          'call it by https://',
        ),
      ],
      source: CODES,
    },
    {
      says: ['curl: (56)', 'Recv failure: Connection reset by peer'],
      trouble: 'reset',
      source: CODES,
    },
    {
      says: ['Received HTTP/0.9 when not allowed', 'curl: (1) Received HTTP/0.9'],
      trouble: 'plain-to-tls',
      source: CODES,
    },
  ],
};
