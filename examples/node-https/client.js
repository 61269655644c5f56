// Calls the server with a client certificate and prints what it answers.
import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, port, name] = process.argv.slice(2);
const read = (file) => readFileSync(join(folder, file));

request(
  {
    host: 'localhost',
    port,
    family: 4,
    ca: read('ca.crt'),
    cert: read(`${name}.crt`),
    key: read(`${name}.key`),
  },
  (response) => {
    process.stdout.write(`${response.statusCode} `);
    response.pipe(process.stdout);
  },
).end();
