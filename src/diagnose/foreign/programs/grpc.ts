// gRPC: the Go, C++ and Java implementations.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const GO = 'https://github.com/grpc/grpc-go/blob/master/internal/transport/http2_client.go';
const CORE = 'https://github.com/grpc/grpc/blob/master/src/core/tsi/ssl_transport_security.cc';
const NETTY =
  'https://github.com/netty/netty/blob/4.1/handler/src/main/java/io/netty/handler/ssl/SslHandler.java';

export const GRPC: ForeignProgram<TroubleId> = {
  program: 'gRPC',
  messages: [
    {
      says: [
        'transport: authentication handshake failed: EOF',
        'error reading server preface: EOF',
      ],
      trouble: 'closed-in-handshake',
      source: GO,
    },
    {
      says: [
        'error reading server preface: http2: frame too large',
        'error reading server preface: http2: failed reading the frame payload',
      ],
      trouble: 'plain-to-tls',
      means: 'the client speaks plain HTTP/2, and the server answered in TLS or HTTP/1.1',
      source: GO,
    },
    {
      says: ['credentials: cannot check peer: missing selected ALPN property'],
      trouble: 'no-alpn',
      source: 'https://github.com/grpc/grpc-go/blob/master/credentials/tls.go',
    },
    {
      says: ['Cannot check peer: missing selected ALPN property'],
      trouble: 'no-alpn',
      source:
        'https://github.com/grpc/grpc/blob/master/src/core/lib/security/security_connector/ssl_utils.cc',
    },
    {
      says: ['transport: authentication handshake failed'],
      trouble: 'handshake-failed',
      source: GO,
    },
    {
      says: ['Peer name {host} is not in peer certificate'],
      trouble: 'host-mismatch',
      source:
        'https://github.com/grpc/grpc/blob/master/src/core/lib/security/security_connector/ssl_utils.cc',
    },
    {
      says: [
        'Handshake failed with fatal error SSL_ERROR_SSL',
        'Handshake failed with error SSL_ERROR_SSL',
        'Ssl handshake failed: SSL_ERROR_SSL',
      ],
      trouble: 'handshake-failed',
      means: 'the handshake failed; the words after it (error:…) say why',
      source: CORE,
    },
    { says: ['Invalid private key', 'Invalid cert chain file'], trouble: 'not-pem', source: CORE },
    {
      says: ['Could not load any root certificate'],
      trouble: 'trust-file',
      source: CORE,
    },
    {
      says: ['not an SSL/TLS record'],
      trouble: 'plain-to-tls',
      means:
        'Netty expects TLS, and the other side spoke plain text; the hexadecimal is what it said',
      source: NETTY,
    },
    {
      says: ['General OpenSslEngine problem', 'General SSLEngine problem'],
      trouble: 'verify-failed',
      means: 'the trust manager refused the certificate of the other side; its cause says why',
      source:
        'https://github.com/netty/netty/blob/4.1/handler/src/main/java/io/netty/handler/ssl/ReferenceCountedOpenSslEngine.java',
    },
    {
      says: ['File does not contain valid private key', 'File does not contain valid certificates'],
      trouble: 'key-unreadable',
      means: 'Netty reads keys in PKCS#8 alone, and this file holds another form',
      source:
        'https://github.com/netty/netty/blob/4.1/handler/src/main/java/io/netty/handler/ssl/SslContextBuilder.java',
    },
  ],
};
