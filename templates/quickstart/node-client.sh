node -e '
const { readFileSync: read } = require("node:fs");
require("node:https").get("https://localhost:8443/",
  { ca: read("ca.crt"), cert: read("client.crt"), key: read("client.key") },
  (response) => response.pipe(process.stdout));
'
