// What a handshake shows that no file does: each code with what it means and what to do.
import type { Explanation } from './catalogue.ts';

/** Codes of findings about a connection, besides those of faults; stable for scripts. */
export const HANDSHAKE_CODES = [
  // No TLS came
  'HOST_UNKNOWN',
  'CONNECTION_REFUSED',
  'HOST_UNREACHABLE',
  'CONNECT_TIMEOUT',
  'NOT_TLS',
  'STARTTLS_REFUSED',
  'CLOSED_EARLY',
  'NO_ANSWER',
  // TLS came, and ended before certificates mattered
  'HANDSHAKE_TIMEOUT',
  'PROTOCOL_BROKEN',
  'VERSION_MISMATCH',
  'CIPHER_MISMATCH',
  'ALPN_MISMATCH',
  'SERVER_NAME_UNKNOWN',
  'TLS_ALERT',
  // The server’s certificate
  'SERVER_CERT_MISSING',
  'SELF_SIGNED',
  // Ours
  'CLIENT_CERT_NOT_REQUESTED',
  'CLIENT_CERT_MISSING',
  'CLIENT_CERT_UNUSABLE',
  'CLIENT_CERT_UNTRUSTED',
  'CLIENT_CERT_REFUSED',
  'CLIENT_ACCESS_DENIED',
  'SIGNATURE_MISMATCH',
  // Beside the certificates
  'CLOCK_AHEAD',
  'NOT_HTTP',
] as const;

export type HandshakeCode = (typeof HANDSHAKE_CODES)[number];

export const HANDSHAKES: Readonly<Record<HandshakeCode, Explanation>> = {
  HOST_UNKNOWN: {
    means: 'no address is known for the name of the host',
    remedy: 'check the spelling, and which names this machine can resolve: getent hosts <name>',
  },
  CONNECTION_REFUSED: {
    means: 'the machine is there, and nothing listens on this port',
    remedy: 'check the port, and on the server whether the program runs: ss -ltn',
  },
  HOST_UNREACHABLE: {
    means: 'no way leads to the machine',
    remedy: 'check the address, the network and the routes',
  },
  CONNECT_TIMEOUT: {
    means: 'nobody answered the request for a connection: often a firewall drops it',
    remedy: 'check the address and the firewalls between; wait longer with --timeout',
  },
  NOT_TLS: {
    means: 'the port answers, in a protocol that is not TLS',
    remedy: 'name the port that speaks TLS, or ask for it: --starttls',
  },
  STARTTLS_REFUSED: {
    means: 'the server does not change to TLS on this port',
    remedy: 'check that TLS is on in the server; where it speaks TLS at once, leave out --starttls',
  },
  CLOSED_EARLY: {
    means: 'the server closed the connection in the middle of the handshake, without a word',
    remedy:
      'check the port and --servername: what stands in between may close for names it does not know',
  },
  NO_ANSWER: {
    means: 'the server took the connection, or the request, and did not answer in time',
    remedy: 'check that the port speaks TLS; servers that speak first may need --starttls',
  },
  HANDSHAKE_TIMEOUT: {
    means: 'the handshake began and did not end in time',
    remedy: 'see after which message it stopped; wait longer with --timeout',
  },
  PROTOCOL_BROKEN: {
    means: 'what came is no proper TLS',
    remedy: 'check what stands in between: a proxy, a port forward, another program on this port',
  },
  VERSION_MISMATCH: {
    means: 'the two sides have no version of TLS in common',
    remedy: 'allow TLS 1.2 or 1.3 on the side that is behind',
  },
  CIPHER_MISMATCH: {
    means: 'the two sides have no cipher suite, group or signature algorithm in common',
    remedy: 'compare what both sides allow; servers need a certificate that fits their ciphers',
  },
  ALPN_MISMATCH: {
    means: 'the two sides have no application protocol in common',
    remedy: 'offer one that the server speaks: --alpn h2,http/1.1',
  },
  SERVER_NAME_UNKNOWN: {
    means: 'the server does not serve the name that it was asked for',
    remedy: 'name one that it serves with --servername',
  },
  TLS_ALERT: {
    means: 'a side broke the handshake off with an alert',
    remedy: 'look at the log of the server: alerts say little by design',
  },
  SERVER_CERT_MISSING: {
    means: 'the server shows no certificate',
    remedy: 'give it one: mtls issue <name> --profile server',
  },
  SELF_SIGNED: {
    means: 'the server’s certificate was signed by itself, and nobody said to trust it',
    remedy: 'issue it under a CA: mtls issue <name>; or trust it alone with --ca <its file>',
  },
  CLIENT_CERT_NOT_REQUESTED: {
    means: 'the server does not ask for a client certificate: whoever connects is let in',
    remedy:
      'have it demand one: ssl_verify_client on (nginx), verify required (HAProxy), requestCert (Node), ClientAuth (Go)',
  },
  CLIENT_CERT_MISSING: {
    means: 'the server asks for a client certificate, and none was shown',
    remedy: 'give it with --cert and --key',
  },
  CLIENT_CERT_UNUSABLE: {
    means: 'TLS here does not take our own certificate or key',
    remedy: 'see what is wrong with it: mtls verify <file> --purpose client',
  },
  CLIENT_CERT_UNTRUSTED: {
    means: 'the server does not trust the CA of our certificate',
    remedy: 'show one that was issued by a CA that the server names, or have it trust this CA',
  },
  CLIENT_CERT_REFUSED: {
    means: 'the server refused our certificate and did not say more',
    remedy: 'look at the log of the server: the reason stands there',
  },
  CLIENT_ACCESS_DENIED: {
    means: 'the server believes our certificate and does not let its holder in',
    remedy: 'add the name in the certificate to those that the server lets in',
  },
  SIGNATURE_MISMATCH: {
    means: 'the server takes no signature that our key can make',
    remedy: 'issue the certificate with a usual key: mtls issue --key-type ec-p256',
  },
  CLOCK_AHEAD: {
    means: 'the clock of this machine is ahead of the server’s',
    remedy: 'see whose clock is right; timedatectl shows whether it is synchronised',
  },
  NOT_HTTP: {
    means: 'the answer to the request is no HTTP',
    remedy: 'leave out --get, or name the port that speaks HTTP',
  },
};
