// Clients: whether a certificate was asked for, sent, and taken.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, CONNECT_AS_NOBODY, VERIFY_CLIENT, WHY } from './lines.ts';

const NOT_CONFIGURED = cause(
  'the client was given no certificate, or one of the two options only (--cert and --key)',
  [
    tell(CONNECT, 'that it works with them'),
    tell(CONNECT_AS_NOBODY, 'that the server requests a certificate, and refuses without'),
  ],
  'give the client its certificate and key',
  'mtls issue client --profile client',
);

const NOT_AMONG_NAMED = cause(
  'the client has one and does not send it: its issuer is not among the CAs that the server names',
  [tell(CONNECT, 'the CAs that the server names, and the issuer of our certificate')],
  'let the server name the root, or send the CA below it along with our certificate',
  'mtls inspect client.crt',
);

const SENT_WRONG = cause(
  'the certificate is not for clients (extended key usage serverAuth alone)',
  [tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE')],
  'issue one for clients',
  'mtls issue client --profile client',
);

const NOT_TRUSTED = cause(
  'the server does not trust the CA of our certificate, or misses a CA between',
  [tell(VERIFY_CLIENT, 'UNTRUSTED_ROOT or ISSUER_NOT_FOUND, with the server’s CAs as --ca')],
  'add our CA to the server’s list, or send the CA between along',
);

const EXPIRED_HERE = cause(
  'our certificate has expired, or the server’s clock is wrong',
  [tell(VERIFY_CLIENT, 'EXPIRED or NOT_YET_VALID')],
  'renew it',
  'mtls renew client.crt',
);

const THROUGH_PROXY = cause(
  'a proxy or load balancer ends TLS before the server: the client’s certificate stops there',
  [tell(CONNECT, 'a certificate of the proxy, and that none of ours is requested')],
  'pass TLS through, or let the proxy demand the certificate and tell the server',
);

export const CLIENTS = {
  'no-client-certificate': {
    rank: 150,
    means: 'the server demands a client certificate, and the client sent none',
    causes: [NOT_CONFIGURED, NOT_AMONG_NAMED, THROUGH_PROXY],
    codes: ['HANDSHAKE_FAILED'],
  },
  'peer-wants-certificate': {
    rank: 151,
    means: 'the server demands a client certificate, and WE sent none',
    causes: [NOT_CONFIGURED, NOT_AMONG_NAMED],
    codes: ['HANDSHAKE_FAILED'],
  },
  'client-refused': {
    rank: 16,
    means: 'the client sent a certificate, and the server did not accept it',
    causes: [NOT_TRUSTED, EXPIRED_HERE, SENT_WRONG],
    codes: ['UNTRUSTED_ROOT', 'ISSUER_NOT_FOUND', 'EXPIRED', 'EXTENDED_KEY_USAGE'],
  },
  'peer-says-bad-certificate': {
    rank: 40,
    means:
      'the other side refused OUR certificate (alert bad_certificate), or missed it; it does not say why',
    causes: [
      cause(
        'we sent none: under TLS 1.2 older Go servers answer so where a certificate is missing',
        [tell(CONNECT_AS_NOBODY, 'the same alert; none with --cert and --key')],
        'give the client its certificate and key',
        'mtls issue client --profile client',
      ),
      NOT_TRUSTED,
      SENT_WRONG,
      EXPIRED_HERE,
      cause(
        'the other side checks more, such as a name or a SPIFFE ID, and found another',
        [tell('mtls inspect client.crt', 'the names to compare with what it expects')],
        'issue one with the name that is expected',
      ),
    ],
    codes: ['UNTRUSTED_ROOT', 'EXTENDED_KEY_USAGE', 'EXPIRED'],
  },
  'peer-says-certificate-unknown': {
    rank: 42,
    means:
      'the other side refused OUR certificate (alert certificate_unknown): it could not build or check its chain',
    causes: [
      cause(
        'the other side does not trust our CA; Java says so for whatever its trust manager refuses',
        [
          tell(VERIFY_CLIENT, 'UNTRUSTED_ROOT with the other side’s own CAs as --ca'),
          tell('keytool -list -keystore truststore.p12', 'no entry for our CA'),
        ],
        'add our CA to its truststore, as a trusted certificate',
        'keytool -importcert -noprompt -alias ca -file ca.crt -keystore truststore.p12',
      ),
      cause(
        'it is the client that refused the SERVER’s certificate: a browser or a Java client',
        [tell(CONNECT_AS_NOBODY, 'what is wrong with the server’s chain or names')],
        'hand the client the CA, or mend the server’s chain or names',
      ),
      EXPIRED_HERE,
      SENT_WRONG,
    ],
    codes: ['UNTRUSTED_ROOT', 'ISSUER_NOT_FOUND'],
  },
  'peer-says-access-denied': {
    rank: 130,
    means: 'our certificate is valid, and the other side does not let it in (alert access_denied)',
    causes: [
      cause(
        'a list of allowed names or SPIFFE IDs does not have ours',
        [tell('mtls inspect client.crt', 'the names that the list would need')],
        'add it to the list, or issue a certificate for an allowed name',
      ),
    ],
    codes: ['SPIFFE_MISMATCH'],
  },
  'peer-says-handshake-failure': {
    rank: 35,
    means:
      'the other side gave up (alert handshake_failure): nothing in common, or a certificate is missed',
    causes: [
      cause(
        'the server demands a client certificate and got none: under TLS 1.2 servers answer so',
        [
          tell(CONNECT_AS_NOBODY, 'that a certificate is requested, and then the same alert'),
          tell(CONNECT, 'that it works with --cert and --key'),
        ],
        'give the client its certificate and key',
        'mtls issue client --profile client',
      ),
      cause(
        'no cipher suite, curve or signature algorithm is common to both sides',
        [tell(CONNECT, 'the alert right after ClientHello; try it with --tls1.2 too')],
        'allow what both have; the type of the server’s key decides as well (ECDSA, RSA, Ed25519)',
      ),
      cause(
        'the server has no certificate for this name, or none at all',
        [tell(CONNECT, 'another answer with another --servername')],
        'send the name that the server knows; give the server its certificate',
      ),
    ],
    codes: ['HANDSHAKE_FAILED'],
  },
  'peer-says-decrypt-error': {
    rank: 160,
    means:
      'a signature of the handshake does not fit: the key that signed is not that of the certificate',
    causes: [
      cause(
        'our key is not the key of our certificate, and our program did not check it',
        [tell('mtls match client.crt client.key', 'orphans: they do not belong together')],
        'use the key that the certificate was issued with, or issue both anew',
        'mtls issue client --profile client',
      ),
      cause(
        'the server’s key is not the key of its certificate',
        [tell('mtls match server.crt server.key', 'orphans: they do not belong together')],
        'bring the right key back, or issue both anew',
        'mtls renew server.crt',
      ),
      cause(
        'a middlebox, or a faulty TLS library or hardware key, changed or mis-signed the handshake',
        [tell(WHY, 'that the files are in order')],
        'try without the middlebox, and with another TLS version',
      ),
    ],
    codes: ['KEY_MISMATCH'],
  },
  'forbidden-by-policy': {
    rank: 128,
    means: 'TLS is in order; a policy does not let this identity in',
    causes: [
      cause(
        'no ALLOW rule names the identity of the caller',
        [tell('mtls inspect client.crt', 'its SPIFFE ID, to compare with the rule’s principals')],
        'add the principal as the certificate spells it, without spiffe://',
      ),
      cause(
        'the caller came without mutual TLS, so that it has no identity at all',
        [tell(CONNECT_AS_NOBODY, 'that the server does not request a certificate')],
        'turn on mutual TLS for both (PeerAuthentication STRICT, DestinationRule ISTIO_MUTUAL)',
      ),
    ],
    codes: ['SPIFFE_MISMATCH'],
  },
} satisfies Readonly<Record<string, Trouble>>;
