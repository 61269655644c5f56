// The service: it answers holders of a certificate of its CA, and decides by name who may do what.
import { createServer } from 'node:https';

export function handle(request, response) {
  // The handshake has proven who calls; what they may do is our rule
  const caller = request.socket.getPeerCertificate().subject?.CN;
  if (request.url === '/admin' && caller !== 'admin')
    response.writeHead(403).end(`not for ${caller}`);
  else response.end(`hello ${caller}`);
}

/** `tls` is `{ key, cert, ca }`: files in production, a PKI made on the spot in tests. */
export function createService(tls) {
  return createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, handle);
}
