import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchBytes, FETCH_LIMITS } from '../../src/probe/fetch.ts';

/** A server on loopback, gone with the test. */
function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

const limits = (changes: Partial<typeof FETCH_LIMITS>) => ({ ...FETCH_LIMITS, ...changes });

describe('fetchBytes', () => {
  it('answers the body', async () => {
    const base = await serve((_request, response) => response.end(Buffer.from([1, 2, 3])));
    expect([...(await fetchBytes(`${base}/ca.crl`))]).toEqual([1, 2, 3]);
  });

  it('follows a redirect', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end('new');
    });
    expect(Buffer.from(await fetchBytes(`${base}/old`)).toString()).toBe('new');
  });

  it.each([
    ['file:///etc/passwd'],
    ['https://127.0.0.1/ca.crl'],
    ['ldap://127.0.0.1/cn=ca'],
    ['http://user:secret@127.0.0.1/'],
    ['not a url'],
  ])('refuses %s without asking anyone', async (url) => {
    await expect(fetchBytes(url)).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('does not follow a redirect out of http', async () => {
    const base = await serve((_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    await expect(fetchBytes(base)).rejects.toMatchObject({
      message: expect.stringMatching(/only http/) as string,
    });
  });

  it.each([
    ['a loop of redirects', 302, /more than 3 redirects/],
    ['an error', 500, /answered 500/],
    ['nothing', 404, /answered 404/],
  ] as const)('refuses %s', async (_what, status, message) => {
    const base = await serve((_request, response) =>
      response.writeHead(status, { location: '/' }).end(),
    );
    await expect(fetchBytes(base)).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(message) as string,
    });
  });

  it('stops reading what is too large', async () => {
    const base = await serve((_request, response) => response.end(Buffer.alloc(5000)));
    await expect(fetchBytes(base, limits({ bytes: 4999 }))).rejects.toThrow('more than 4999 bytes');
    await expect(fetchBytes(base, limits({ bytes: 5000 }))).resolves.toHaveLength(5000);
  });

  it('stops waiting for what never comes', async () => {
    const base = await serve(() => undefined);
    await expect(fetchBytes(base, limits({ timeout: 50 }))).rejects.toThrow('it took too long');
  });

  it('stops waiting for what never ends', async () => {
    const base = await serve((_request, response) => {
      response.write('x');
    });
    await expect(fetchBytes(base, limits({ timeout: 50 }))).rejects.toThrow('it took too long');
  });

  it('says when nobody listens', async () => {
    await expect(fetchBytes('http://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED');
  });
});
