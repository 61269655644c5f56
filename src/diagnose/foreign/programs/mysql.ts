// MySQL and MariaDB.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const CLIENT = 'https://dev.mysql.com/doc/mysql-errors/8.0/en/client-error-reference.html';
const SERVER = 'https://github.com/mysql/mysql-server/blob/trunk/share/messages_to_clients.txt';
const LOG = 'https://github.com/mysql/mysql-server/blob/trunk/share/messages_to_error_log.txt';

export const MYSQL: ForeignProgram<TroubleId> = {
  program: 'MySQL',
  messages: [
    {
      says: ['ERROR 2026 (HY000): SSL connection error', 'ERROR 2026 (HY000): TLS/SSL error'],
      trouble: 'handshake-failed',
      means: 'the handshake with the server failed; the words after it say why',
      source: CLIENT,
    },
    {
      says: [
        'SSL connection error: SSL is required but the server doesn’t support it',
        'SSL connection error: SSL is required, but the server does not support it',
        'SSL is required but the server',
      ],
      trouble: 'tls-not-offered',
      source: CLIENT,
    },
    {
      says: [
        'Connections using insecure transport are prohibited while --require_secure_transport=ON',
      ],
      trouble: 'tls-demanded',
      source: SERVER,
    },
    {
      says: [
        'Failed to verify the server certificate',
        'SSL certificate validation failure',
        'Validation of SSL server certificate failed',
      ],
      trouble: 'verify-failed',
      source: CLIENT,
    },
    {
      says: ['Failed to set up SSL because of the following SSL library error'],
      trouble: 'identity-file',
      source: LOG,
    },
    {
      says: ['SSL error: Unable to get private key from', 'Unable to get private key'],
      trouble: 'key-unreadable',
      source: 'https://github.com/mysql/mysql-server/blob/trunk/vio/viosslfactories.cc',
    },
    {
      says: [
        'SSL error: Unable to get certificate from',
        'SSL_CTX_set_default_verify_paths failed',
      ],
      trouble: 'identity-file',
      source: 'https://github.com/mysql/mysql-server/blob/trunk/vio/viosslfactories.cc',
    },
    {
      says: ['Private key does not match the certificate public key'],
      trouble: 'key-mismatch',
      source: 'https://github.com/mysql/mysql-server/blob/trunk/vio/viosslfactories.cc',
    },
  ],
};
