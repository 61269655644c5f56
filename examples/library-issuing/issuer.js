// A service that issues client certificates for an hour: whoever has a token gets them for its name.
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { MtlsError } from 'mtls-toolkit';

const MAX_REQUEST = 16_384;

/**
 * The CA is that of `openCa({ home })` in production, where every certificate is on record before
 * it leaves, and that of `createCa()` in tests. `tokens` maps each token to the name it is good for.
 */
export async function createIssuer(ca, tokens) {
  const { key, cert } = await ca.issue({ names: 'localhost', ttl: '30d' });
  let { crl } = await ca.crl();

  async function answer(request) {
    const { method, url, headers } = request;
    // Who is revoked is no secret, and everybody has to know it
    if (method === 'GET' && url === '/crl') return [200, crl];

    const name = tokens.get(headers.authorization?.replace(/^Bearer /, ''));
    if (name === undefined) return [401, 'a token, please'];
    if (method === 'POST' && url === '/sign') {
      if (!(Number(headers['content-length']) <= MAX_REQUEST)) return [413, 'too long'];
      // The request decides its key and nothing else: names beside the token's are refused
      const { cert } = await ca.sign(await text(request), {
        allow: name,
        profile: 'client',
        ttl: '1h',
      });
      return [201, cert];
    }
    if (method === 'POST' && url === '/revoke') {
      const serials = [...ca.list({ name, status: 'valid' })].map(({ serial }) => serial);
      if (serials.length > 0) ({ crl } = await ca.revoke(serials));
      return [200, crl];
    }
    return [404, 'no such place'];
  }

  return createServer({ key, cert }, (request, response) => {
    answer(request).then(
      ([status, body]) => response.writeHead(status).end(body),
      (error) => {
        // Codes are stable and tell no secrets; any other error is a bug, and nobody's business
        const known = error instanceof MtlsError;
        response.writeHead(known ? 400 : 500).end(known ? error.code : 'internal error');
      },
    );
  });
}
