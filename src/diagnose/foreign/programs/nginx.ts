// nginx: its log and the pages that it answers with.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const SSL = 'https://github.com/nginx/nginx/blob/master/src/event/ngx_event_openssl.c';
const REQUEST = 'https://github.com/nginx/nginx/blob/master/src/http/ngx_http_request.c';
const PAGES = 'https://github.com/nginx/nginx/blob/master/src/http/ngx_http_special_response.c';
const UPSTREAM = 'https://github.com/nginx/nginx/blob/master/src/http/ngx_http_upstream.c';

export const NGINX: ForeignProgram<TroubleId> = {
  program: 'nginx',
  messages: [
    {
      says: ['No required SSL certificate was sent'],
      trouble: 'no-client-certificate',
      source: PAGES,
    },
    {
      says: ['client sent no required SSL certificate'],
      trouble: 'no-client-certificate',
      source: REQUEST,
    },
    {
      says: ['The SSL certificate error', '400 The SSL certificate error'],
      trouble: 'client-refused',
      means: 'nginx refused the certificate of the client; its log says why',
      judges: 'client',
      source: PAGES,
    },
    {
      says: ['client SSL certificate verify error'],
      trouble: 'client-refused',
      judges: 'client',
      source: REQUEST,
    },
    {
      says: [
        'The plain HTTP request was sent to HTTPS port',
        'client sent plain HTTP request to HTTPS port',
      ],
      trouble: 'plain-to-tls',
      source: PAGES,
    },
    {
      says: ['while SSL handshaking, client'],
      trouble: 'handshake-failed',
      means: 'a handshake with a client failed; the words before it say why',
      judges: 'client',
      source: SSL,
    },
    {
      says: ['upstream SSL certificate verify error'],
      trouble: 'verify-failed',
      means: 'nginx refused the certificate of the server behind it (proxy_ssl_verify)',
      source: UPSTREAM,
    },
    {
      says: ['upstream SSL certificate does not match "{host}"'],
      trouble: 'host-mismatch',
      source: UPSTREAM,
    },
    {
      says: ['SSL_CTX_use_PrivateKey("{file}") failed'],
      trouble: 'key-mismatch',
      source: SSL,
    },
    {
      says: ['cannot load certificate "{file}"'],
      trouble: 'identity-file',
      source: SSL,
    },
    {
      says: ['cannot load certificate key "{file}"'],
      trouble: 'key-unreadable',
      source: SSL,
    },
    {
      says: ['SSL_CTX_load_verify_locations("{file}") failed'],
      trouble: 'trust-file',
      source: SSL,
    },
    {
      says: ['peer closed connection in SSL handshake'],
      trouble: 'closed-in-handshake',
      source: SSL,
    },
    {
      says: ['no "ssl_certificate" is defined'],
      trouble: 'no-shared-cipher',
      means: 'a server block listens with ssl and was given no certificate',
      source: 'https://github.com/nginx/nginx/blob/master/src/http/modules/ngx_http_ssl_module.c',
    },
    {
      says: [
        'no ssl_client_certificate for ssl_verify_client',
        'no ssl_client_certificate for ssl_client_verify',
      ],
      trouble: 'trust-file',
      means: 'client certificates are to be verified, and no file of trusted CAs was named',
      source: 'https://github.com/nginx/nginx/blob/master/src/http/modules/ngx_http_ssl_module.c',
    },
    {
      says: ['connect() failed (111: Connection refused) while connecting to upstream'],
      trouble: 'refused',
      source: UPSTREAM,
    },
  ],
};
