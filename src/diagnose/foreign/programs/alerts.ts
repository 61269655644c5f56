// TLS alerts: the other side's word, as OpenSSL and BoringSSL spell it, and Node and Envoy with them.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

// The first is OpenSSL's of today, then that of before 3.2, then BoringSSL's
const SOURCE = 'https://github.com/openssl/openssl/blob/master/ssl/ssl_err.c';
const RFC = 'https://www.rfc-editor.org/rfc/rfc8446#section-6.2';

export const ALERTS: ForeignProgram<TroubleId> = {
  program: 'OpenSSL, a TLS alert',
  messages: [
    {
      says: [
        'ssl/tls alert bad certificate',
        'sslv3 alert bad certificate',
        'alert bad certificate',
        'SSL alert number 42',
      ],
      trouble: 'peer-says-bad-certificate',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert unsupported certificate',
        'sslv3 alert unsupported certificate',
        'SSL alert number 43',
      ],
      trouble: 'peer-says-unsupported',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert certificate revoked',
        'sslv3 alert certificate revoked',
        'SSL alert number 44',
      ],
      trouble: 'peer-says-revoked',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert certificate expired',
        'sslv3 alert certificate expired',
        'SSL alert number 45',
      ],
      trouble: 'peer-says-expired',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert certificate unknown',
        'sslv3 alert certificate unknown',
        'SSL alert number 46',
      ],
      trouble: 'peer-says-certificate-unknown',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert unknown ca', 'alert unknown ca', 'SSL alert number 48'],
      trouble: 'peer-says-unknown-ca',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert access denied', 'alert access denied', 'SSL alert number 49'],
      trouble: 'peer-says-access-denied',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert decrypt error', 'SSL alert number 51', 'ssl routines bad signature'],
      trouble: 'peer-says-decrypt-error',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert protocol version', 'SSL alert number 70'],
      trouble: 'version-mismatch',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert insufficient security', 'SSL alert number 71'],
      trouble: 'no-shared-cipher',
      source: SOURCE,
    },
    {
      says: ['tlsv1 alert internal error', 'SSL alert number 80'],
      trouble: 'peer-internal-error',
      source: SOURCE,
    },
    {
      says: [
        'tlsv1 unrecognized name',
        'tlsv1 alert unrecognized name',
        'ssl/tls alert unrecognized name',
        'SSL alert number 112',
      ],
      trouble: 'unrecognized-name',
      source: SOURCE,
    },
    {
      says: [
        'tlsv13 alert certificate required',
        'alert certificate required',
        'SSL alert number 116',
      ],
      trouble: 'peer-wants-certificate',
      source: SOURCE,
    },
    {
      says: [
        'tlsv1 alert no application protocol',
        'alert no application protocol',
        'SSL alert number 120',
      ],
      trouble: 'no-alpn',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert handshake failure',
        'sslv3 alert handshake failure',
        'SSL alert number 40',
      ],
      trouble: 'peer-says-handshake-failure',
      source: SOURCE,
    },
    {
      says: [
        'ssl/tls alert bad record mac',
        'sslv3 alert bad record mac',
        'ssl/tls alert illegal parameter',
        'sslv3 alert illegal parameter',
        'tlsv1 alert decode error',
        'tlsv1 alert record overflow',
        'ssl/tls alert unexpected message',
        'sslv3 alert unexpected message',
      ],
      trouble: 'broken-record',
      source: RFC,
    },
  ],
};
