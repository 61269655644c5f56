// The client: it shows its own certificate, and believes only servers of the CA it was given.
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** Rejects with the error of TLS when either side refuses the other. */
export function get(url, tls) {
  return new Promise((resolve, reject) => {
    // No agent: a connection that was agreed for one certificate must not serve another
    request(url, { ...tls, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
