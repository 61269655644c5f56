// The API on a test server that demands client certificates, called by one service after the other.
const { createTestPki, useTestServer } = require('mtls-toolkit/testing');
const { handle } = require('./api.js');

const pki = createTestPki();
const server = useTestServer({ beforeAll, afterAll }, handle, { pki });

test.each([
  ['web', 'GET', 200],
  ['web', 'POST', 403],
  ['billing', 'GET', 200],
  ['billing', 'POST', 201],
  ['guest', 'GET', 403],
])('%s asks for %s and gets %d', async (name, method, status) => {
  const caller = pki.issue(`spiffe://example.test/${name}`);
  expect(await server().request('/', { method, as: caller })).toMatchObject({ status });
});

test('nobody calls without a certificate', async () => {
  await expect(server().request('/', { as: 'nobody' })).rejects.toThrow('certificate required');
});

test('nobody calls with one that has ended', async () => {
  const notAfter = new Date(Date.now() - 1000);
  const late = pki.issue({ names: 'spiffe://example.test/web', notAfter });
  await expect(server().request('/', { as: late })).rejects.toThrow();
});
