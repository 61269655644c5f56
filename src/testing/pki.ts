// A whole PKI in memory for a test: made in a millisecond, gone with the process.
import type { Clock } from '../base/clock.ts';
import { makeIntermediate, makeLeaf, makeRoot } from './authority.ts';
import type { Holder } from './certify.ts';
import { leafOptions, type TestLeafOptions, type TestPkiOptions } from './options.ts';
import { RANDOM, type KeySource } from './source.ts';

export type { TestPkiOptions } from './options.ts';

/** PEM texts for `tls.createSecureContext`, `tls.connect`, `https.request` and what takes the like. */
export interface TestTlsOptions {
  readonly key: string;
  /** The certificate, then the CAs below the root. */
  readonly cert: string;
  /** Who is trusted. */
  readonly ca: string;
}

/** The same for `tls.createServer` and `https.createServer`: a client certificate is demanded. */
export interface TestServerTlsOptions extends TestTlsOptions {
  readonly requestCert: true;
  readonly rejectUnauthorized: true;
}

/** A certificate with its key and the root that vouches for it, all in PEM. */
export interface TestIdentity {
  /** The certificate, then the CAs below the root. */
  readonly cert: string;
  /** PKCS#8, unencrypted. */
  readonly key: string;
  /** The root. */
  readonly ca: string;
  /** For a server that demands client certificates. */
  readonly serverTls: TestServerTlsOptions;
  /** For a client, and for a server that demands none. */
  readonly tls: TestTlsOptions;
}

export interface TestCa {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** A CA, a server and a client. */
export interface TestPki {
  /** The root. */
  readonly ca: TestCa;
  /** The CA that signs leaves where it is not the root. */
  readonly intermediate?: TestCa;
  readonly server: TestIdentity;
  readonly client: TestIdentity;
  /** One more leaf under the same CA. Throws BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_TIME … */
  issue(names: string | readonly string[] | TestLeafOptions): TestIdentity;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'] as const;

/**
 * Makes a root, a server and a client at once, in memory: P-256, valid for a day, for localhost.
 * Nothing is shared between two calls; nothing has to be cleaned up.
 *
 * @throws MtlsError BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_DURATION, BAD_TIME, BAD_OPTION
 * @example
 * const pki = createTestPki();
 * const server = https.createServer(pki.server.serverTls, handler);
 * https.get({ host: 'localhost', port, ...pki.client.tls });
 */
export function createTestPki(options: TestPkiOptions = {}): TestPki {
  return createPki(RANDOM, () => new Date(), options);
}

/** As `createTestPki`, with the keys of a source. */
export function createPki(source: KeySource, clock: Clock, options: TestPkiOptions): TestPki {
  const { keyType, ttl } = options;
  const now = options.now ?? clock();
  const root = makeRoot(source, { keyType, ...options.ca }, now);
  const path: [Holder, ...Holder[]] = [root];
  if (options.intermediate !== undefined && options.intermediate !== false) {
    const own = options.intermediate === true ? {} : options.intermediate;
    path.unshift(makeIntermediate(source, root, { keyType, ...own }, now));
  }
  const [issuer] = path;
  const intermediates = path.slice(0, -1).map(({ pem }) => pem);

  const issue = (asked: TestLeafOptions): TestIdentity => {
    const leaf = makeLeaf(source, path, asked, { now, keyType, ttl });
    return identityOf([leaf.pem, ...intermediates].join(''), leaf.keyPem, root.pem);
  };

  return {
    ca: { cert: root.pem, key: root.keyPem },
    ...(issuer !== root && { intermediate: { cert: issuer.pem, key: issuer.keyPem } }),
    server: issue({ names: LOOPBACK, profile: 'server', ...leafOptions(options.server) }),
    client: issue({ names: 'client', profile: 'client', ...leafOptions(options.client) }),
    issue: (asked) => issue(leafOptions(asked)),
  };
}

/** What Node's TLS takes, of one identity. */
export function identityOf(cert: string, key: string, ca: string): TestIdentity {
  const tls = { key, cert, ca };
  return {
    ...tls,
    tls,
    serverTls: { ...tls, requestCert: true, rejectUnauthorized: true },
  };
}
