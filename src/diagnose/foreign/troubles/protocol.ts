// Protocol: what both sides must have in common before certificates matter.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, CONNECT_AS_NOBODY } from './lines.ts';

export const PROTOCOL = {
  'not-tls': {
    rank: 145,
    means: 'the other side answered, but not in TLS: it speaks plain text on this port',
    causes: [
      cause(
        'the port is that of plain HTTP, gRPC or SQL; TLS is on another, or turned off',
        [tell(CONNECT_AS_NOBODY, 'that no TLS is spoken there, and what came instead')],
        'call the port of TLS, or turn TLS on at the server',
      ),
      cause(
        'a proxy stands between and answers itself, or https_proxy is set for a plain proxy',
        [tell('env', 'HTTPS_PROXY or https_proxy')],
        'exempt the host (NO_PROXY), or name the proxy as http://',
      ),
      cause(
        'the protocol begins in plain text and turns to TLS when asked (SMTP, IMAP, PostgreSQL)',
        [tell('mtls connect {target} --starttls postgres --ca ./ca.crt', 'a handshake')],
        'let the client ask for it: STARTTLS, sslmode',
      ),
    ],
    codes: ['NETWORK'],
  },
  'plain-to-tls': {
    rank: 145,
    means: 'the client spoke plain text to a port where the server expects TLS',
    causes: [
      cause(
        'the address begins with http:// where it must be https://, or the client’s TLS is off',
        [tell(CONNECT, 'that TLS works there')],
        'call it by https://, turn TLS on in the client',
      ),
      cause(
        'a probe or load balancer checks the port in plain text, or a proxy ended TLS before',
        [tell(CONNECT, 'that TLS works there')],
        'let the probe speak TLS (scheme: HTTPS), or give it a port of its own',
      ),
    ],
    codes: ['NETWORK'],
  },
  'version-mismatch': {
    rank: 170,
    means: 'the two sides have no version of TLS in common',
    causes: [
      cause(
        'one side takes TLS 1.3 alone, or 1.2 at least, and the other is older or limited',
        [
          tell(CONNECT, 'the version that is agreed on, or the alert protocol_version'),
          tell('mtls connect {target} --tls1.2 --ca ./ca.crt', 'another outcome'),
        ],
        'allow TLS 1.2 and 1.3 on both sides',
      ),
      cause(
        'no TLS at all is spoken on this port, and its bytes were read as a version',
        [tell(CONNECT_AS_NOBODY, 'that no TLS is spoken there')],
        'call the port of TLS',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'no-shared-cipher': {
    rank: 168,
    means: 'the two sides have no cipher suite, or no signature algorithm, in common',
    causes: [
      cause(
        'the server has no certificate and key loaded that fit: none at all, or ECDSA for RSA only',
        [
          tell('mtls inspect server.crt', 'the type of its key'),
          tell(CONNECT, 'the alert right after ClientHello'),
        ],
        'give the server its certificate and key, of a type that the client takes',
        'mtls issue {host} --key-type rsa-2048',
      ),
      cause(
        'the cipher lists were narrowed on one side, or one is too old',
        [tell(CONNECT, 'what is agreed on with a client of today')],
        'take the defaults back, or allow one suite that both have',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'no-alpn': {
    rank: 165,
    means: 'the two sides agree on TLS, but on no protocol above it (ALPN)',
    causes: [
      cause(
        'gRPC needs h2, and the server or a proxy before it offers http/1.1 alone',
        [tell('mtls connect {target} --alpn h2 --ca ./ca.crt', 'no_application_protocol')],
        'turn HTTP/2 on (http2 on; nextProtos h2), or offer what the server has',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'peer-internal-error': {
    rank: 100,
    means: 'the other side broke off for a reason of its own (alert internal_error)',
    causes: [
      cause(
        'it has no certificate yet, or could not load or find one for this name',
        [tell(CONNECT, 'the alert before any certificate')],
        'see its log; give it a certificate',
      ),
      cause(
        'its key could not sign: a hardware key, a wrong key, an algorithm that it does not have',
        [tell('mtls match server.crt server.key', 'orphans: they do not belong together')],
        'give it a key that fits its certificate',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'tls-not-offered': {
    rank: 146,
    means: 'the client demands TLS, and the server does not offer it',
    causes: [
      cause(
        'TLS is turned off in the server: no ssl = on, no certificate configured',
        [tell('mtls connect {target} --starttls postgres --ca ./ca.crt', 'that it says no')],
        'turn it on at the server, and reload',
        'mtls issue {host}',
      ),
    ],
    codes: ['NETWORK'],
  },
  'tls-demanded': {
    rank: 146,
    means: 'the server demands TLS, or a client certificate, and the client came without',
    causes: [
      cause(
        'the client was not told to use TLS, or with which certificate',
        [tell('mtls connect {target} --starttls postgres --ca ./ca.crt', 'that TLS works there')],
        'turn it on in the client: sslmode=verify-full, --ssl-mode=VERIFY_IDENTITY',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'handshake-failed': {
    rank: 3,
    means: 'the handshake failed; the line alone does not say why',
    causes: [
      cause(
        'one side refused the certificate of the other, or missed it',
        [tell(CONNECT, 'which side, at which step, and with which alert')],
        'mend what mtls connect names',
      ),
      cause(
        'no TLS is spoken there, or no version or cipher suite is common to both',
        [tell(CONNECT_AS_NOBODY, 'that it ends right after ClientHello')],
        'call the port of TLS, and allow TLS 1.2 and 1.3 on both sides',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'broken-record': {
    rank: 90,
    means: 'what came over the wire is no well-formed TLS: changed, cut, or not TLS at all',
    causes: [
      cause(
        'a middlebox or a proxy changed or cut the stream',
        [tell(CONNECT, 'the step at which it breaks; try it from beside the server')],
        'leave the middlebox out',
      ),
      cause(
        'one side is faulty: an old TLS library, a truncated certificate message',
        [tell('mtls connect {target} --tls1.2 --ca ./ca.crt', 'another outcome')],
        'update the library',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
} satisfies Readonly<Record<string, Trouble>>;
