// PostgreSQL: libpq and the server.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const LIBPQ =
  'https://github.com/postgres/postgres/blob/master/src/interfaces/libpq/fe-secure-openssl.c';
const COMMON =
  'https://github.com/postgres/postgres/blob/master/src/interfaces/libpq/fe-secure-common.c';
const CONNECT =
  'https://github.com/postgres/postgres/blob/master/src/interfaces/libpq/fe-connect.c';
const SERVER =
  'https://github.com/postgres/postgres/blob/master/src/backend/libpq/be-secure-openssl.c';
const AUTH = 'https://github.com/postgres/postgres/blob/master/src/backend/libpq/auth.c';

export const POSTGRESQL: ForeignProgram<TroubleId> = {
  program: 'PostgreSQL',
  messages: [
    {
      says: [
        'server certificate for "{names…}" (and {more…}) does not match host name "{host}"',
        'server certificate for "{names…}" does not match host name "{host}"',
      ],
      trouble: 'host-mismatch',
      source: COMMON,
    },
    {
      says: ['root certificate file "{file}" does not exist'],
      trouble: 'trust-file',
      causes: [
        cause(
          'libpq looks for ~/.postgresql/root.crt where sslrootcert does not name a file',
          [tell('mtls inspect ca.crt', 'the root to give')],
          'give sslrootcert=ca.crt with sslmode=verify-full',
        ),
      ],
      source: LIBPQ,
    },
    {
      says: [
        'private key file "{file}" has group or world access',
        'private key file "{file}" must be owned by the current user or root',
        'private key file "{file}" must be owned by the database user or root',
      ],
      trouble: 'key-permissions',
      source: LIBPQ,
    },
    {
      says: ['certificate present, but not private key file "{file}"'],
      trouble: 'identity-file',
      means: 'the client has a certificate, and its key is not where it belongs (sslkey)',
      source: LIBPQ,
    },
    {
      says: ['certificate does not match private key file "{file}"'],
      trouble: 'key-mismatch',
      source: LIBPQ,
    },
    {
      says: ['could not load private key file "{file}"'],
      trouble: 'key-unreadable',
      source: LIBPQ,
    },
    {
      says: ['server does not support SSL, but SSL was required'],
      trouble: 'tls-not-offered',
      source: CONNECT,
    },
    {
      says: ['connection requires a valid client certificate'],
      trouble: 'no-client-certificate',
      source: AUTH,
    },
    {
      says: [
        'certificate authentication failed for user "{user}"',
        'certificate validation (clientcert=verify-full) failed for user "{user}"',
      ],
      trouble: 'client-not-allowed',
      source: AUTH,
    },
    {
      says: ['pg_hba.conf rejects connection for host', 'no pg_hba.conf entry for host'],
      trouble: 'tls-demanded',
      means: 'no line of pg_hba.conf lets this client in as it came: hostssl takes TLS alone',
      source: AUTH,
    },
    {
      says: [
        'could not accept SSL connection: EOF detected',
        'could not accept SSL connection: Connection reset by peer',
      ],
      trouble: 'closed-in-handshake',
      source: SERVER,
    },
    {
      says: ['could not load server certificate file "{file}"'],
      trouble: 'identity-file',
      source: SERVER,
    },
    {
      says: [
        'could not load root certificate file "{file}"',
        'could not read root certificate file "{file}"',
      ],
      trouble: 'trust-file',
      source: SERVER,
    },
    {
      says: ['client certificates can only be checked if a root certificate store is available'],
      trouble: 'trust-file',
      means: 'pg_hba.conf asks for client certificates, and ssl_ca_file is not set',
      source: 'https://github.com/postgres/postgres/blob/master/src/backend/libpq/hba.c',
    },
    {
      says: ['weak sslmode "{mode}" may not be used with sslrootcert=system'],
      trouble: 'verify-failed',
      means: 'with the system’s CAs only sslmode=verify-full is safe, and libpq takes nothing less',
      source: CONNECT,
    },
  ],
};
