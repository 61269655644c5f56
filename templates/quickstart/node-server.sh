node -e '
const { readFileSync: read } = require("node:fs");
require("node:https").createServer(
  { cert: read("server.crt"), key: read("server.key"), ca: read("ca.crt"), requestCert: true },
  (request, response) => response.end(`hello ${request.socket.getPeerCertificate().subject.CN}\n`),
).listen(8443, "127.0.0.1");
'
