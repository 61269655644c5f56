// Go: crypto/tls, crypto/x509, net and net/http.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const VERIFY = 'https://github.com/golang/go/blob/master/src/crypto/x509/verify.go';
const ALERT = 'https://github.com/golang/go/blob/master/src/crypto/tls/alert.go';
const TLS = 'https://github.com/golang/go/blob/master/src/crypto/tls/tls.go';
const SERVER = 'https://github.com/golang/go/blob/master/src/crypto/tls/handshake_server.go';
const CONN = 'https://github.com/golang/go/blob/master/src/crypto/tls/conn.go';

export const GO: ForeignProgram<TroubleId> = {
  program: 'Go',
  messages: [
    {
      says: [
        'x509: certificate has expired or is not yet valid: current time {now} is after {until}',
      ],
      trouble: 'expired',
      source: VERIFY,
    },
    {
      says: [
        'x509: certificate has expired or is not yet valid: current time {now} is before {from}',
      ],
      trouble: 'not-yet-valid',
      source: VERIFY,
    },
    {
      says: ['x509: certificate has expired or is not yet valid'],
      trouble: 'outside-its-time',
      source: VERIFY,
    },
    {
      says: ['x509: certificate signed by unknown authority'],
      trouble: 'unknown-issuer',
      source: VERIFY,
    },
    {
      says: [
        'x509: certificate signed by unknown authority (possibly because of {reason…} while trying to verify candidate authority certificate {ca…}',
      ],
      trouble: 'bad-signature',
      source: VERIFY,
    },
    {
      says: [
        'x509: certificate is valid for {names…}, not {host}',
        'x509: certificate is valid for {names…}, but none matched {host}',
        'x509: certificate is not valid for any names, but wanted to match {host}',
      ],
      trouble: 'host-mismatch',
      source: VERIFY,
    },
    {
      says: ["x509: cannot validate certificate for {host} because it doesn't contain any IP SANs"],
      trouble: 'host-mismatch',
      means: 'the client called an address, and the certificate of the server carries no address',
      source: VERIFY,
    },
    {
      says: [
        'x509: certificate relies on legacy Common Name field, use SANs',
        'x509: certificate relies on legacy Common Name field',
      ],
      trouble: 'no-names',
      source: VERIFY,
    },
    {
      says: [
        'x509: certificate specifies an incompatible key usage',
        'a root or intermediate certificate is not authorized for an extended key usage',
      ],
      trouble: 'wrong-purpose',
      source: VERIFY,
    },
    {
      says: ['x509: certificate is not authorized to sign other certificates'],
      trouble: 'not-a-ca',
      source: VERIFY,
    },
    {
      says: ['x509: too many intermediates for path length constraint'],
      trouble: 'path-length',
      source: VERIFY,
    },
    {
      says: [
        'x509: a root or intermediate certificate is not authorized to sign for this name',
        'x509: issuer has name constraints but leaf',
      ],
      trouble: 'name-constraint',
      source: VERIFY,
    },
    {
      says: ['x509: unhandled critical extension'],
      trouble: 'critical-extension',
      source: VERIFY,
    },
    {
      says: ['x509: cannot verify signature: insecure algorithm'],
      trouble: 'weak-hash',
      source: 'https://github.com/golang/go/blob/master/src/crypto/x509/x509.go',
    },
    {
      says: [
        'x509: negative serial number',
        'x509: malformed certificate',
        'x509: invalid',
        'failed to parse certificate from server',
        'tls: failed to parse client certificate',
      ],
      trouble: 'malformed',
      source: 'https://github.com/golang/go/blob/master/src/crypto/x509/parser.go',
    },
    {
      says: [
        'tls: failed to verify client certificate',
        "tls: failed to verify client's certificate",
      ],
      trouble: 'client-refused',
      judges: 'client',
      source: SERVER,
    },
    {
      says: ["tls: client didn't provide a certificate"],
      trouble: 'no-client-certificate',
      source: SERVER,
    },
    {
      says: [
        'tls: client offered only unsupported versions',
        'tls: server selected unsupported protocol version',
        'tls: protocol version not supported',
      ],
      trouble: 'version-mismatch',
      source: SERVER,
    },
    {
      says: [
        'tls: no cipher suite supported by both client and server',
        "tls: peer doesn't support any of the certificate's signature algorithms",
        'tls: no supported versions satisfy',
      ],
      trouble: 'no-shared-cipher',
      source: SERVER,
    },
    {
      says: [
        'tls: invalid signature by the client certificate',
        'tls: invalid signature by the server certificate',
      ],
      trouble: 'peer-says-decrypt-error',
      means:
        'the other side’s signature does not fit its certificate: its key belongs to another one',
      source: SERVER,
    },
    {
      says: [
        'tls: private key does not match public key',
        'tls: private key type does not match public key type',
      ],
      trouble: 'key-mismatch',
      source: TLS,
    },
    {
      says: [
        'tls: failed to find any PEM data in certificate input',
        'tls: failed to find any PEM data in key input',
        'tls: failed to find certificate PEM data in certificate input, but did find a private key',
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input',
        'tls: failed to find "CERTIFICATE" PEM block in certificate input',
        'tls: found a certificate rather than a key in the PEM for the private key',
      ],
      trouble: 'not-pem',
      source: TLS,
    },
    {
      says: ['tls: failed to parse private key'],
      trouble: 'key-unreadable',
      source: TLS,
    },
    {
      says: [
        'tls: first record does not look like a TLS handshake',
        'http: server gave HTTP response to HTTPS client',
      ],
      trouble: 'not-tls',
      source: CONN,
    },
    {
      says: ['client sent an HTTP request to an HTTPS server'],
      trouble: 'plain-to-tls',
      source: 'https://github.com/golang/go/blob/master/src/net/http/server.go',
    },
    {
      says: ['tls: either ServerName or InsecureSkipVerify must be specified in the tls.Config'],
      trouble: 'host-mismatch',
      means: 'the client does not say which name the certificate of the server must carry',
      causes: [],
      source: 'https://github.com/golang/go/blob/master/src/crypto/tls/handshake_client.go',
    },
    {
      says: ['remote error: tls: bad certificate'],
      trouble: 'peer-says-bad-certificate',
      source: ALERT,
    },
    {
      says: ['remote error: tls: unknown certificate authority'],
      trouble: 'peer-says-unknown-ca',
      source: ALERT,
    },
    {
      says: ['remote error: tls: unknown certificate'],
      trouble: 'peer-says-certificate-unknown',
      source: ALERT,
    },
    {
      says: ['remote error: tls: expired certificate'],
      trouble: 'peer-says-expired',
      source: ALERT,
    },
    {
      says: ['remote error: tls: revoked certificate'],
      trouble: 'peer-says-revoked',
      source: ALERT,
    },
    {
      says: ['remote error: tls: unsupported certificate'],
      trouble: 'peer-says-unsupported',
      source: ALERT,
    },
    {
      says: ['remote error: tls: certificate required'],
      trouble: 'peer-wants-certificate',
      source: ALERT,
    },
    {
      says: ['remote error: tls: access denied'],
      trouble: 'peer-says-access-denied',
      source: ALERT,
    },
    {
      says: ['remote error: tls: handshake failure'],
      trouble: 'peer-says-handshake-failure',
      source: ALERT,
    },
    {
      says: ['remote error: tls: error decrypting message'],
      trouble: 'peer-says-decrypt-error',
      source: ALERT,
    },
    {
      says: ['remote error: tls: protocol version not supported'],
      trouble: 'version-mismatch',
      source: ALERT,
    },
    {
      says: [
        'remote error: tls: no application protocol',
        'tls: server selected unadvertised ALPN protocol',
        'tls: client requested unsupported application protocols',
      ],
      trouble: 'no-alpn',
      source: ALERT,
    },
    {
      says: ['remote error: tls: unrecognized name'],
      trouble: 'unrecognized-name',
      source: ALERT,
    },
    {
      says: ['remote error: tls: internal error'],
      trouble: 'peer-internal-error',
      source: ALERT,
    },
    {
      says: [
        'remote error: tls: error decoding message',
        'tls: oversized record received',
        'local error: tls: bad record MAC',
        'remote error: tls: bad record MAC',
      ],
      trouble: 'broken-record',
      source: ALERT,
    },
    {
      says: ['dial tcp {target}: connect: connection refused', 'connect: connection refused'],
      trouble: 'refused',
      source: 'https://pkg.go.dev/net#OpError',
    },
    {
      says: ['dial tcp {target}: i/o timeout', 'net/http: TLS handshake timeout', 'i/o timeout'],
      trouble: 'timeout',
      source: 'https://github.com/golang/go/blob/master/src/net/http/transport.go',
    },
    {
      says: [
        'read: connection reset by peer',
        'write: connection reset by peer',
        'write: broken pipe',
      ],
      trouble: 'reset',
      source: 'https://pkg.go.dev/net#OpError',
    },
    {
      says: ['lookup {host}: no such host', 'lookup {host} on {resolver}: no such host'],
      trouble: 'name-unknown',
      source: 'https://github.com/golang/go/blob/master/src/net/net.go',
    },
    {
      says: ['http: TLS handshake error from', 'TLS handshake error from'],
      trouble: 'handshake-failed',
      means: 'a handshake with a client failed; the words after its address say why',
      judges: 'client',
      source: 'https://github.com/golang/go/blob/master/src/net/http/server.go',
    },
    {
      says: ['http: TLS handshake error from {peer}: EOF', 'TLS handshake error from {peer}: EOF'],
      trouble: 'closed-in-handshake',
      judges: 'client',
      source: 'https://github.com/golang/go/blob/master/src/net/http/server.go',
    },
  ],
};
