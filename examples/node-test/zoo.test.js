// Our service and our client, each put before every bad certificate that has a name.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { createTestPki, verdictOf, zoo, ZOO } from 'mtls-toolkit/testing';
import { ask } from './client.js';
import { createService } from './service.js';

async function start(t, tls) {
  const service = createService(tls);
  t.after(() => service.close());
  await once(service.listen(0, '127.0.0.1'), 'listening');
  return { service, port: service.address().port };
}

/** What the client says of a server: `accepted`, or the code of its error. */
async function clientSays(t, serverTls, clientTls, host) {
  const { port } = await start(t, serverTls);
  return ask(port, clientTls, host).then(
    () => 'accepted',
    (error) => error.code,
  );
}

/** What the service says of a caller, who only sees a connection that breaks. */
async function serviceSays(t, serviceTls, callerTls) {
  const { service, port } = await start(t, serviceTls);
  const refused = once(service, 'tlsClientError');
  return ask(port, callerTls).then(
    () => 'accepted',
    async () => {
      const [error, socket] = await refused;
      return socket.authorizationError ?? error.code;
    },
  );
}

test('a good pair talks', async (t) => {
  const { server, client } = createTestPki();
  const { port } = await start(t, server.tls);
  assert.equal(await ask(port, client.tls), 'hello client');
});

for (const { name, reason, side, host, expected, loading = 'accepted' } of ZOO)
  test(`${name}: ${reason}`, async (t) => {
    const { tls, peer } = zoo(name);
    // Some of them Node would not even present
    if (verdictOf(loading) !== 'accepted') {
      assert.throws(() => createSecureContext(tls), { code: verdictOf(loading) });
      return;
    }
    const said =
      side === 'server'
        ? await clientSays(t, tls, peer.tls, host)
        : await serviceSays(t, peer.tls, tls);
    // Some are accepted: what TLS does not look at is left to the service
    assert.equal(said, verdictOf(expected.node));
  });
