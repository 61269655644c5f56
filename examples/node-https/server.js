// An HTTPS server that only speaks to holders of a certificate, and lets only alice in.
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name));

const server = createServer(
  {
    cert: read('localhost.crt'),
    key: read('localhost.key'),
    ca: read('ca.crt'),
    requestCert: true,
    rejectUnauthorized: true,
  },
  (request, response) => {
    // The handshake has proven that the certificate comes from our CA; who it is for is our rule.
    const { CN: name } = request.socket.getPeerCertificate().subject;
    if (name === 'alice') response.end('hello alice\n');
    else response.writeHead(403).end(`not for ${name}\n`);
  },
);

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
