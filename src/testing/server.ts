// An HTTPS server that demands client certificates, for the span of a test.
import { once } from 'node:events';
import { createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invariant } from '../base/assert.ts';
import type { TestPkiOptions } from './options.ts';
import { createTestPki, type TestPki, type TestTlsOptions } from './pki.ts';

export interface TestServerOptions {
  /** Its certificates, or what they shall be like; a new PKI where absent. */
  readonly pki?: TestPki | TestPkiOptions | undefined;
}

export interface TestRequest {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Who calls; the PKI's client where absent, `'nobody'` for a client without a certificate. */
  readonly as?: { readonly tls: TestTlsOptions } | 'nobody' | undefined;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface TestServer {
  /** `https://localhost:` and a port that was free. */
  readonly url: string;
  readonly port: number;
  readonly pki: TestPki;
  /** Calls the server over a connection of its own. Rejects with the error of TLS where one side refuses. */
  request(path: string, request?: TestRequest): Promise<TestResponse>;
  /** Ends every connection, and the server. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server on the loopback interface that lets only clients of its own CA in.
 *
 * @example
 * await using server = await startTestServer((request, response) => response.end('hello'));
 * const { body } = await server.request('/');
 * await server.request('/', { as: 'nobody' }); // rejects: the server demands a certificate
 */
export async function startTestServer(
  handler: RequestListener,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const pki = pkiOf(options.pki);
  const server = createServer(pki.server.serverTls, handler);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    url: `https://localhost:${port}`,
    port,
    pki,
    request: (path, asked = {}) => call(port, path, asked, pki),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function pkiOf(given: TestPki | TestPkiOptions | undefined): TestPki {
  return given !== undefined && 'issue' in given ? given : createTestPki(given);
}

function call(port: number, path: string, asked: TestRequest, pki: TestPki): Promise<TestResponse> {
  const { as = pki.client, method, headers, body } = asked;
  const options: RequestOptions = {
    host: 'localhost',
    port,
    path,
    // One connection each: what was agreed for one caller is not another's
    agent: false,
    ...(as === 'nobody' ? { ca: pki.ca.cert } : as.tls),
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      const { statusCode, headers: answered } = response;
      invariant(statusCode !== undefined, 'an answer has a status');
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: statusCode, headers: answered, body: Buffer.concat(parts).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

type Hook = (work: () => Promise<void>) => unknown;

/** The hooks of vitest and jest, or those of `node:test`. */
export type TestHooks =
  | { readonly beforeAll: Hook; readonly afterAll: Hook }
  | { readonly before: Hook; readonly after: Hook };

/**
 * Has a server for all tests of a file: started before the first, closed after the last.
 *
 * @returns answers the server; throws before the tests have begun
 * @example
 * import { afterAll, beforeAll, expect, it } from 'vitest';
 * const server = useTestServer({ beforeAll, afterAll }, handler);
 * it('answers', async () => expect((await server().request('/')).status).toBe(200));
 */
export function useTestServer(
  hooks: TestHooks,
  handler: RequestListener,
  options: TestServerOptions = {},
): () => TestServer {
  let server: TestServer | undefined;
  const start = async (): Promise<void> => {
    server = await startTestServer(handler, options);
  };
  const stop = async (): Promise<void> => {
    await server?.close();
  };
  if ('beforeAll' in hooks) {
    hooks.beforeAll(start);
    hooks.afterAll(stop);
  } else {
    hooks.before(start);
    hooks.after(stop);
  }
  return () => {
    if (server === undefined)
      throw new Error('the test server runs only while tests do: call this within a test');
    return server;
  };
}
