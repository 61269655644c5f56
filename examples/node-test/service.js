// A service that greets holders of a certificate of its CA, over plain TLS.
import { createServer } from 'node:tls';

/** `tls` is `{ key, cert, ca }`. */
export function createService(tls) {
  return createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (socket) => {
    // The handshake has proven who calls
    socket.end(`hello ${socket.getPeerCertificate().subject?.CN}`);
  });
}
