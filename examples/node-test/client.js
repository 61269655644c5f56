// Its client: it shows its own certificate, and believes only servers of the CA it was given.
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';

/** What the service says. Rejects with the error of TLS when either side refuses the other. */
export async function ask(port, tls, host = 'localhost') {
  // Whatever name is called, the service is on this machine
  const servername = isIP(host) ? undefined : host;
  const answer = await text(connect({ ...tls, host: '127.0.0.1', port, servername }));
  if (answer === '') throw new Error('the service hung up');
  return answer;
}
