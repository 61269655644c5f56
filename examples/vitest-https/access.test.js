// Proves the rules behind the handshake: the handler alone, on a test server that demands certificates.
import { useTestServer } from 'mtls-toolkit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handle } from './service.js';

const server = useTestServer({ beforeAll, afterAll }, handle);

it('keeps /admin for the admin', async () => {
  const admin = server().pki.issue({ names: 'admin', profile: 'client' });
  expect(await server().request('/admin', { as: admin })).toMatchObject({
    status: 200,
    body: 'hello admin',
  });
  expect(await server().request('/admin')).toMatchObject({ status: 403, body: 'not for client' });
});
