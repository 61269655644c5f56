// A whole PKI in memory for a test: made in a millisecond, gone with the process.
import { YEAR, type Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { invariant } from '../base/assert.ts';
import { KEY_TYPES, type KeyType } from '../crypto/key-types.ts';
import { parseDn } from '../name/dn.ts';
import { parseIdentityName } from '../name/san.ts';
import { parseDuration } from '../profile/duration.ts';
import { tbsOf, type IssuePlan } from '../profile/plan.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { resolveIntermediate, resolveLeaf, resolveRoot } from '../profile/resolve.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certify, type Holder } from './certify.ts';
import { RANDOM, type KeySource } from './source.ts';

/** From when until when. A certificate may outlive its issuer here, lie in the past or the future. */
export interface TestValidity {
  /** Five minutes before now where absent. */
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
  /** Instead of `notAfter`: from `notBefore`, or from now; `'24h'`, `'90d'`, or milliseconds. */
  readonly ttl?: string | number | undefined;
}

export interface TestLeafOptions extends TestValidity {
  /** DNS names, wildcards, IP addresses, e-mail addresses, a SPIFFE ID: each tells its own kind. */
  readonly names?: string | readonly string[] | undefined;
  /** `client` for the PKI's client, else what the names ask for: `server` or `svid`. */
  readonly profile?: LeafProfileName | undefined;
  /** As `CN=api,O=Example`; the first name as the common name where absent. */
  readonly subject?: string | undefined;
  readonly keyType?: KeyType | undefined;
}

export interface TestCaOptions extends TestValidity {
  /** As `CN=Example Root`. */
  readonly subject?: string | undefined;
  readonly keyType?: KeyType | undefined;
}

export interface TestPkiOptions {
  /** Names of the server, or more about it; localhost, 127.0.0.1 and ::1 where absent. */
  readonly server?: string | readonly string[] | TestLeafOptions | undefined;
  /** Names of the client, or more about it; `client` where absent. */
  readonly client?: string | readonly string[] | TestLeafOptions | undefined;
  readonly ca?: TestCaOptions | undefined;
  /** Puts a CA between root and leaves. */
  readonly intermediate?: boolean | TestCaOptions | undefined;
  /** The type of every key that has no other; `ec-p256` where absent. */
  readonly keyType?: KeyType | undefined;
  /** The validity of every leaf that has no other; a day where absent. */
  readonly ttl?: string | number | undefined;
  /** The present moment. */
  readonly now?: Date | undefined;
}

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

/** So long that no clock a test sets falls out of it. */
const CA_SPAN = 50 * YEAR;

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
  const { keyType } = options;
  const now = options.now ?? clock();
  const make = (plan: IssuePlan, dates: Dates, issuer?: Holder) => {
    invariant(plan.keyType !== undefined, 'a test certificate is planned with a new key');
    const key = source.newKey(plan.keyType);
    const signer = source.signerOf(issuer?.key ?? key);
    const tbs = tbsOf(plan, {
      publicKey: key.publicKey,
      serial: source.newSerial(),
      algorithm: signer.algorithm,
    });
    const { subject, serial, extensions } = tbs;
    const by = issuer && { subject: tbs.issuer, key: issuer.key };
    return certify(source, { subject, serial, extensions, key, issuer: by, signer, ...dates });
  };

  const caOptions = { keyType, ...options.ca };
  const subject = (text: string | undefined, usual: string) => parseDn(text ?? usual);
  const caDates = datesOf(caOptions, { now, before: CA_SPAN, after: CA_SPAN });
  const root = make(
    resolveRoot(
      {
        subject: subject(caOptions.subject, 'CN=test root'),
        keyType: keyTypeOf(caOptions.keyType),
      },
      { now },
    ),
    caDates,
  );
  const path: [Holder, ...Holder[]] = [root];
  if (options.intermediate !== undefined && options.intermediate !== false) {
    const own = options.intermediate === true ? {} : options.intermediate;
    const wanted = {
      subject: subject(own.subject, 'CN=test intermediate'),
      keyType: keyTypeOf(own.keyType ?? keyType),
    };
    const plan = resolveIntermediate(wanted, [root.certificate], { now: within(path) });
    const dates = datesOf(own, {
      now,
      before: now.getTime() - caDates.notBefore.getTime(),
      after: caDates.notAfter.getTime() - now.getTime(),
    });
    path.unshift(make(plan, dates, root));
  }
  const [issuer] = path;
  const certificates = path.map(({ certificate }) => certificate) as [Certificate];
  const intermediates = path
    .slice(0, -1)
    .map(({ pem }) => pem)
    .join('');

  const issue = (asked: TestLeafOptions): TestIdentity => {
    const { profile } = asked;
    const plan = resolveLeaf(
      {
        names: listOf(asked.names).map(parseIdentityName),
        profile,
        keyType: keyTypeOf(asked.keyType ?? keyType),
        ...(asked.subject !== undefined && { subject: parseDn(asked.subject) }),
      },
      certificates,
      { now: within(path) },
    );
    const ttl = asked.ttl ?? options.ttl ?? '1d';
    const dates = datesOf(asked, { now, before: 5 * 60_000, after: msOf(ttl) });
    const leaf = make(plan, dates, issuer);
    return identityOf(leaf.pem + intermediates, leaf.keyPem, root.pem);
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

interface Dates {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function datesOf(
  asked: TestValidity,
  usual: { readonly now: Date; readonly before: number; readonly after: number },
): Dates {
  const { now } = usual;
  if (asked.ttl !== undefined && asked.notAfter !== undefined)
    throw new MtlsError('BAD_OPTION', 'ttl and notAfter exclude each other', {
      hint: 'give one of the two',
    });
  const notBefore = asked.notBefore ?? new Date(now.getTime() - usual.before);
  const start = asked.notBefore ?? now;
  const span = asked.ttl === undefined ? usual.after : msOf(asked.ttl);
  const notAfter = asked.notAfter ?? new Date(start.getTime() + span);
  for (const date of [notBefore, notAfter])
    if (Number.isNaN(date.getTime()))
      throw new MtlsError('BAD_TIME', 'the date is none', { hint: 'give a valid Date' });
  return { notBefore, notAfter };
}

function msOf(ttl: string | number): number {
  return typeof ttl === 'number' ? ttl : parseDuration(ttl);
}

/** A moment at which all of these are valid: what is planned below them is not refused for today. */
function within(path: readonly Holder[]): Date {
  return new Date(Math.max(...path.map(({ certificate }) => certificate.notBefore.getTime())));
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

function leafOptions(
  given: string | readonly string[] | TestLeafOptions | undefined,
): TestLeafOptions {
  if (given === undefined) return {};
  return typeof given === 'string' || isList(given) ? { names: given } : given;
}

// Array.isArray says nothing about readonly arrays
function isList(given: readonly string[] | TestLeafOptions): given is readonly string[] {
  return Array.isArray(given);
}

/** JavaScript callers misspell it without a compiler's word. */
function keyTypeOf(given: KeyType | undefined): KeyType | undefined {
  if (given === undefined || KEY_TYPES.includes(given)) return given;
  throw new MtlsError('BAD_OPTION', 'unknown key type', { hint: `one of ${KEY_TYPES.join(', ')}` });
}
