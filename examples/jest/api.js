// An API whose callers are known by the SPIFFE ID in their certificates.
const READERS = ['spiffe://example.test/web', 'spiffe://example.test/billing'];
const WRITERS = ['spiffe://example.test/billing'];

function handle(request, response) {
  // As OpenSSL prints them: "URI:spiffe://…, DNS:…"; an SVID has one name only
  const caller = request.socket.getPeerCertificate().subjectaltname?.replace(/^URI:/, '');
  const allowed = request.method === 'GET' ? READERS : WRITERS;
  if (!allowed.includes(caller)) response.writeHead(403).end();
  else if (request.method === 'GET') response.end('[]');
  else response.writeHead(201).end();
}

module.exports = { handle };
