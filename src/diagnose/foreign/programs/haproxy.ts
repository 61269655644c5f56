// HAProxy: its log and what it says at its start.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';
import { CONNECT, VERIFY_CLIENT } from '../troubles/lines.ts';

const CONNECTION = 'https://github.com/haproxy/haproxy/blob/master/src/connection.c';
const SSL = 'https://github.com/haproxy/haproxy/blob/master/src/ssl_sock.c';
const LOAD = 'https://github.com/haproxy/haproxy/blob/master/src/ssl_ckch.c';

export const HAPROXY: ForeignProgram<TroubleId> = {
  program: 'HAProxy',
  messages: [
    {
      says: ['SSL handshake failure'],
      trouble: 'client-refused',
      means:
        'a handshake with a client, or with a server behind, failed; %[ssl_fc_err_str] logs why',
      causes: [
        cause(
          'the client’s certificate is missing, expired or of another CA (verify required)',
          [
            tell(CONNECT, 'the alert that HAProxy sends, which says which of them'),
            tell(VERIFY_CLIENT, 'what is wrong with it'),
          ],
          'give the client a certificate of a CA in ca-file',
          'mtls issue client --profile client',
        ),
        cause(
          'the client refused the certificate of HAProxy, and sent an alert',
          [tell('mtls connect {target} --ca ./ca.crt', 'what is wrong with chain or names')],
          'mend the chain in the crt file: leaf, then CAs, then the key',
        ),
      ],
      source: CONNECTION,
    },
    {
      says: ['SSL client certificate not trusted'],
      trouble: 'client-refused',
      judges: 'client',
      source: CONNECTION,
    },
    {
      says: ['SSL client CA chain cannot be verified'],
      trouble: 'client-refused',
      judges: 'client',
      source: CONNECTION,
    },
    {
      says: ['Connection closed during SSL handshake', 'Timeout during SSL handshake'],
      trouble: 'closed-in-handshake',
      source: CONNECTION,
    },
    {
      says: [
        'SSL server certificate verify failed',
        'Server presented an SSL certificate different from the configured one',
      ],
      trouble: 'verify-failed',
      source: CONNECTION,
    },
    {
      says: ['inconsistencies between private key and certificate loaded'],
      trouble: 'key-mismatch',
      source: SSL,
    },
    {
      says: ['unable to load certificate from file', 'unable to stat SSL certificate from file'],
      trouble: 'identity-file',
      source: LOAD,
    },
    {
      says: ['No Private Key found in', 'unable to load private key from file'],
      trouble: 'key-unreadable',
      source: LOAD,
    },
    {
      says: [
        'unable to load CA file',
        'unable to set CA file',
        'verify is enabled by default but no CA file specified',
      ],
      trouble: 'trust-file',
      source: SSL,
    },
  ],
};
