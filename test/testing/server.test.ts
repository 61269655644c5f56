import { after, before } from 'node:test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestPki, startTestServer, useTestServer } from '../../src/testing/index.ts';
import { TLSSocket } from 'node:tls';
import type { IncomingMessage, ServerResponse } from 'node:http';

function handler(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (!(socket instanceof TLSSocket)) throw new Error('no TLS here');
  const caller = String(socket.getPeerCertificate().subject.CN);
  if (request.url === '/echo') request.pipe(response);
  else response.setHeader('x-caller', caller).end(`${request.method ?? ''} by ${caller}`);
}

describe('startTestServer', () => {
  it('lets its client in, and knows it', async () => {
    const server = await startTestServer(handler);
    const { status, headers, body } = await server.request('/', { method: 'DELETE' });
    expect([status, headers['x-caller'], body]).toEqual([200, 'client', 'DELETE by client']);
    const echoed = await server.request('/echo', { method: 'POST', body: 'ping' });
    expect(echoed.body).toBe('ping');
    await server.close();
    await server.close();
    await expect(server.request('/')).rejects.toThrow('ECONNREFUSED');
  });

  it('lets others in under the same CA alone', async () => {
    const pki = createTestPki();
    const server = await startTestServer(handler, { pki });
    const billing = pki.issue({ names: 'billing', profile: 'client' });
    expect((await server.request('/', { as: billing })).body).toBe('GET by billing');
    const stranger = createTestPki().client;
    const as = { tls: { ...stranger.tls, ca: pki.ca.cert } };
    await expect(server.request('/', { as })).rejects.toThrow();
    await expect(server.request('/', { as: 'nobody' })).rejects.toThrow('certificate required');
    await server.close();
  });

  it('ends open connections when it is closed', async () => {
    const server = await startTestServer(() => undefined);
    const waiting = server.request('/');
    const ended = expect(waiting).rejects.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    await ended;
  });
});

describe('useTestServer', () => {
  const server = useTestServer({ beforeAll, afterAll }, handler, { pki: { client: 'ci' } });

  it('is there for every test of a file', async () => {
    expect((await server().request('/')).body).toBe('GET by ci');
  });

  it('takes the hooks of node:test', async () => {
    const works: (() => Promise<void>)[] = [];
    const hooks: { before: typeof before; after: typeof after } = {
      before: (work) => works.push(work as () => Promise<void>),
      after: (work) => works.push(work as () => Promise<void>),
    };
    const own = useTestServer(hooks, handler);
    expect(own).toThrow('runs only while tests do');
    await works[0]?.();
    expect((await own().request('/')).status).toBe(200);
    await works[1]?.();
    await expect(own().request('/')).rejects.toThrow('ECONNREFUSED');
  });
});
