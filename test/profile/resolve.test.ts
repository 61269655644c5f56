import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { MtlsError } from '../../src/base/errors.ts';
import { DAY, HOUR, MINUTE, YEAR } from '../../src/base/clock.ts';
import { toHex } from '../../src/base/bytes.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { tbsOf } from '../../src/profile/plan.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { formatDn, parseDn } from '../../src/name/dn.ts';
import { formatGeneralName, parseIdentityName } from '../../src/name/san.ts';
import {
  resolveIntermediate,
  resolveLeaf,
  resolveRoot,
  type CaRequest,
  type LeafRequest,
  type ResolveContext,
} from '../../src/profile/resolve.ts';
import type { ExtensionValue } from '../../src/x509/extensions.ts';
import { below, constraints, now, root, sign, type TestAuthority } from './authorities.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await root();
});

type Asked = Omit<Partial<LeafRequest>, 'names'> & { readonly names?: readonly string[] };

function leaf(asked: Asked, issuer = authority, context: Partial<ResolveContext> = {}) {
  const names = (asked.names ?? ['api.example.org']).map(parseIdentityName);
  return resolveLeaf({ ...asked, names }, issuer.path, { now, ...context });
}

function ca(asked: Partial<CaRequest>, issuer?: TestAuthority) {
  const request = { subject: parseDn('CN=New CA'), ...asked };
  return issuer
    ? resolveIntermediate(request, issuer.path, { now })
    : resolveRoot(request, { now });
}

function extension<Kind extends ExtensionValue['kind']>(plan: ReturnType<typeof leaf>, kind: Kind) {
  const found = plan.extensions.find(({ value }) => value.kind === kind);
  return found as
    | { readonly value: Extract<ExtensionValue, { kind: Kind }>; readonly critical: boolean }
    | undefined;
}

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe('a leaf', () => {
  it('lives 90 days from now and starts five minutes back', () => {
    const plan = leaf({});
    expect(plan.notBefore.getTime()).toBe(now.getTime() - 5 * MINUTE);
    expect(plan.notAfter.getTime()).toBe(now.getTime() + 90 * DAY);
    expect(plan.warnings).toEqual([]);
  });

  it.each([
    ['server', ['1.3.6.1.5.5.7.3.1']],
    ['client', ['1.3.6.1.5.5.7.3.2']],
    ['peer', ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']],
  ] as const)('of profile %s has its purposes', (profile, purposes) => {
    const found = extension(leaf({ profile }), 'extendedKeyUsage');
    expect(found?.value.purposes).toEqual(purposes);
    expect(found?.critical).toBe(false);
  });

  it('may encipher keys only with RSA', () => {
    const usages = (keyType: LeafRequest['keyType']) =>
      extension(leaf({ keyType }), 'keyUsage')?.value.usages;
    expect(usages('ec-p256')).toEqual(['digitalSignature']);
    expect(usages('ed25519')).toEqual(['digitalSignature']);
    expect(usages('rsa-2048')).toEqual(['digitalSignature', 'keyEncipherment']);
    expect(extension(leaf({}), 'keyUsage')?.critical).toBe(true);
  });

  it('is no CA', () => {
    expect(extension(leaf({}), 'basicConstraints')?.value.ca).toBe(false);
  });

  it.each([
    [['api.example.org', '10.0.0.7'], 'CN=api.example.org'],
    [['*.example.org'], 'CN=*.example.org'],
    [['10.0.0.7'], 'CN=10.0.0.7'],
    [['fd00::7'], 'CN=fd00::7'],
    [['user@example.org'], 'CN=user@example.org'],
    [[`${'a'.repeat(60)}.org`], `CN=${'a'.repeat(60)}.org`],
    [[`${'a'.repeat(61)}.org`], ''],
    [['https://example.org/a', 'api.example.org'], ''],
    [['spiffe://example.org/ns/a/sa/b', 'api.example.org'], ''],
  ])('named %j has the subject %j', (names, subject) => {
    const plan = leaf({ names });
    expect(formatDn(plan.subject)).toBe(subject);
    expect(extension(plan, 'subjectAltName')?.critical).toBe(subject === '');
  });

  it('takes the subject that is asked for', () => {
    expect(formatDn(leaf({ commonName: 'My API' }).subject)).toBe('CN=My API');
    expect(formatDn(leaf({ subject: parseDn('O=Example,OU=A') }).subject)).toBe('O=Example, OU=A');
    const both = leaf({ subject: parseDn('O=Example'), commonName: 'api' });
    expect(formatDn(both.subject)).toBe('O=Example, CN=api');
    expect(() => leaf({ subject: parseDn('CN=a'), commonName: 'b' })).toThrow(code('BAD_OPTION'));
    expect(() => leaf({ commonName: 'x'.repeat(65) })).toThrow(code('BAD_SUBJECT'));
  });

  it('carries each name once, in the order given', () => {
    const { names } = leaf({ names: ['b.org', 'a.org', 'B.org', '10.0.0.1', 'a.org'] });
    expect(names.map(formatGeneralName)).toEqual(['DNS:b.org', 'DNS:a.org', 'IP:10.0.0.1']);
  });

  it.each([
    [['api.example.org'], 'server'],
    [['10.0.0.7'], 'server'],
    [['user@example.org'], 'client'],
    [['spiffe://example.org/a'], 'svid'],
    [['api.example.org', 'spiffe://example.org/a'], 'peer'],
  ])('named %j is by itself a %s', (names, profile) => {
    expect(leaf({ names }).profile.name).toBe(profile);
  });

  it('keeps to the config where nothing is asked', () => {
    const defaults = { ttl: HOUR, keyType: 'ed25519', profile: 'peer' } as const;
    const plan = leaf({}, authority, { defaults });
    expect(plan.keyType).toBe('ed25519');
    expect(plan.profile.name).toBe('peer');
    expect(plan.notAfter.getTime()).toBe(now.getTime() + HOUR);
    const asked = leaf({ keyType: 'ec-p384', profile: 'client', ttl: DAY }, authority, {
      defaults,
    });
    expect([asked.keyType, asked.profile.name]).toEqual(['ec-p384', 'client']);
    expect(asked.notAfter.getTime()).toBe(now.getTime() + DAY);
  });

  it('says who decided each field', () => {
    const plan = leaf({ ttl: DAY }, authority, { defaults: { keyType: 'ed25519' } });
    const source = (name: string) => plan.fields.find((field) => field.name === name)?.source;
    expect(source('not after')).toBe('flag');
    expect(source('not before')).toBe('default');
    expect(source('key')).toBe('config');
    expect(source('subject')).toBe('profile');
    expect(source('names')).toBe('flag');
    expect(source('issuer')).toBe('issuer');
    expect(source('profile')).toBe('default');
    expect(plan.fields.map(({ value }) => value)).toContain('DNS:api.example.org');
  });

  it('refuses a key that is too weak or unknown to TLS', () => {
    const { publicKey } = generateKey('ec-p256');
    expect(leaf({ publicKey }).keyType).toBeUndefined();
    const spki = (made: { publicKey: KeyObject }) =>
      parsePublicKey(made.publicKey.export({ type: 'spki', format: 'der' }));
    const weak = spki(generateKeyPairSync('rsa', { modulusLength: 1024 }));
    expect(() => leaf({ publicKey: weak })).toThrow(code('KEY_TOO_WEAK'));
    const odd = spki(generateKeyPairSync('rsa', { modulusLength: 2304 }));
    expect(extension(leaf({ publicKey: odd }), 'keyUsage')?.value.usages).toHaveLength(2);
    for (const made of [
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('x25519'),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    ])
      expect(() => leaf({ publicKey: spki(made) })).toThrow(code('KEY_UNSUPPORTED'));
  });
});

describe('names and profiles', () => {
  it('a server is named by host', () => {
    for (const names of [['user@example.org'], ['spiffe://example.org/a'], []])
      expect(() => leaf({ names, profile: 'server', commonName: 'x' })).toThrow(code('BAD_NAME'));
  });

  it('a client may have a subject alone', () => {
    const plan = leaf({ names: [], commonName: 'client' });
    expect(plan.profile.name).toBe('client');
    expect(extension(plan, 'subjectAltName')).toBeUndefined();
    expect(() => leaf({ names: [] })).toThrow(code('USAGE'));
  });

  it('an SVID is one SPIFFE ID with a path and no subject', () => {
    const plan = leaf({ names: ['spiffe://example.org/ns/a/sa/b'], profile: 'svid' });
    expect(formatDn(plan.subject)).toBe('');
    expect(extension(plan, 'subjectAltName')?.critical).toBe(true);
    expect(extension(plan, 'extendedKeyUsage')?.value.purposes).toHaveLength(2);
    const named = leaf({ names: ['spiffe://example.org/a', 'api'], profile: 'svid' });
    expect(formatDn(named.subject)).toBe('');
  });

  it.each([
    [['api.example.org']],
    [['spiffe://example.org']],
    [['spiffe://example.org/a', 'spiffe://example.org/b']],
    [['spiffe://example.org/a', 'https://example.org/']],
  ])('%j makes no SVID', (names) => {
    expect(() => leaf({ names, profile: 'svid' })).toThrow(code('BAD_SPIFFE_ID'));
  });

  it('a SPIFFE ID stands alone among URIs in every profile', () => {
    const names = ['api', 'spiffe://example.org/a', 'https://example.org/'];
    expect(() => leaf({ names, profile: 'peer' })).toThrow(code('BAD_SPIFFE_ID'));
    expect(leaf({ names: ['api', 'https://a.org/', 'https://b.org/'] }).names).toHaveLength(3);
  });

  it('a SPIFFE ID without a path is said to disappoint', () => {
    const { warnings } = leaf({ names: ['api', 'spiffe://example.org'], profile: 'peer' });
    expect(warnings).toEqual([expect.stringContaining('no path')]);
  });
});

describe('dates', () => {
  const at = (text: string) => new Date(text);

  it('ttl counts from a start that is given', () => {
    const plan = leaf({ notBefore: at('2026-06-01T00:00:00Z'), ttl: DAY });
    expect(plan.notBefore).toEqual(at('2026-06-01T00:00:00Z'));
    expect(plan.notAfter).toEqual(at('2026-06-02T00:00:00Z'));
  });

  it('ttl and an end exclude each other', () => {
    expect(() => leaf({ ttl: DAY, notAfter: at('2027-01-01') })).toThrow(code('BAD_OPTION'));
  });

  it.each([
    ['2026-06-01', '2026-05-01'],
    ['2026-06-01', '2026-06-01'],
    [undefined, '2026-01-01'],
  ])('from %s until %s is refused', (from, until) => {
    const dates = { ...(from && { notBefore: at(from) }), notAfter: at(until) };
    expect(() => leaf(dates)).toThrow(code('BAD_TIME'));
  });

  it('end with the issuer, and say so', () => {
    const plan = leaf({ ttl: 20 * YEAR });
    const [issuer] = authority.path;
    expect(plan.notAfter).toEqual(issuer.notAfter);
    expect(plan.warnings).toEqual([
      `shortened to ${issuer.notAfter.toISOString().slice(0, 19)}Z: the issuer expires then`,
    ]);
    expect(plan.fields.find(({ name }) => name === 'not after')?.source).toBe('issuer');
  });

  it('end with a root that ends before the issuer', async () => {
    const short = await root({ ttl: 10 * DAY, subject: 'CN=Short Root' });
    const long = await root({ subject: 'CN=Long' });
    const path = [long.path[0], short.path[0]] as const;
    const plan = resolveLeaf({ names: [parseIdentityName('api')] }, path, { now });
    expect(plan.notAfter).toEqual(short.path[0].notAfter);
    expect(plan.warnings[0]).toContain('"CN=Short Root" expires then');
  });

  it('start with the issuer; only a start that was asked for is worth a word', async () => {
    const young = await root({ notBefore: new Date(now.getTime() - MINUTE) });
    const quiet = leaf({}, young);
    expect(quiet.notBefore).toEqual(young.path[0].notBefore);
    expect(quiet.warnings).toEqual([]);
    const asked = leaf({ notBefore: new Date(now.getTime() - HOUR) }, young);
    expect(asked.notBefore).toEqual(young.path[0].notBefore);
    expect(asked.warnings).toEqual([expect.stringContaining('the issuer is not valid before')]);
  });

  it('that lie outside the issuer are refused', () => {
    const [issuer] = authority.path;
    const after = new Date(issuer.notAfter.getTime() + DAY);
    expect(() => leaf({ notBefore: after })).toThrow(code('ISSUER_EXPIRED'));
    const past = { notBefore: at('2020-01-01'), notAfter: at('2020-02-01') };
    expect(() => leaf(past)).toThrow(code('BAD_TIME'));
  });

  it('are refused under an issuer that has expired or is not yet valid', async () => {
    const old = await root({ ttl: DAY }, new Date(now.getTime() - 10 * DAY));
    expect(() => leaf({}, old)).toThrow(code('ISSUER_EXPIRED'));
    const future = await root({ notBefore: new Date(now.getTime() + DAY) });
    expect(() => leaf({}, future)).toThrow(code('ISSUER_EXPIRED'));
    expect(() => ca({}, old)).toThrow(code('ISSUER_EXPIRED'));
  });

  it('are refused below an expired root', async () => {
    const old = await root({ ttl: DAY }, new Date(now.getTime() - 10 * DAY));
    const path = [authority.path[0], old.path[0]] as const;
    expect(() => resolveLeaf({ names: [parseIdentityName('api')] }, path, { now })).toThrow(
      /above the issuer, expired/,
    );
  });

  it('hold in the very second of the issuer’s end, and no longer', () => {
    const [issuer] = authority.path;
    const last = new Date(issuer.notAfter.getTime() - 1000);
    const plan = resolveLeaf({ names: [parseIdentityName('api')] }, authority.path, { now: last });
    expect(plan.notAfter).toEqual(issuer.notAfter);
    const late = new Date(issuer.notAfter.getTime() + 1000);
    expect(() =>
      resolveLeaf({ names: [parseIdentityName('api')] }, authority.path, { now: late }),
    ).toThrow(code('ISSUER_EXPIRED'));
  });

  it('carry no milliseconds', () => {
    const plan = leaf({}, authority, { now: new Date(now.getTime() + 987) });
    expect(plan.notBefore.getMilliseconds()).toBe(0);
    expect(plan.notAfter.getMilliseconds()).toBe(0);
  });

  it('beyond the year 9999 or before 1950 are refused', () => {
    expect(ca({ notAfter: at('9999-12-31T23:59:59Z') }).notAfter.getUTCFullYear()).toBe(9999);
    expect(() => ca({ ttl: 8000 * YEAR })).toThrow(code('BAD_TIME'));
    expect(() => ca({ ttl: 1e18 })).toThrow(code('BAD_TIME'));
    expect(() => ca({ notBefore: at('1949-12-31T23:59:59Z') })).toThrow(code('BAD_TIME'));
  });

  it('lie inside every issuer, whatever is asked, or are refused', async () => {
    const top = await root({ ttl: 300 * DAY });
    const middle = await below(top, { notBefore: new Date(now.getTime() - DAY), ttl: 200 * DAY });
    const day = fc.integer({ min: -400, max: 400 });
    const asked = fc.record(
      { notBefore: day, notAfter: day, ttl: fc.integer({ min: 1, max: 400 }) },
      { requiredKeys: [] },
    );
    const on = (days: number | undefined) =>
      days === undefined ? undefined : new Date(now.getTime() + days * DAY);
    let planned = 0;
    fc.assert(
      fc.property(asked, ({ notBefore, notAfter, ttl }) => {
        let plan: ReturnType<typeof leaf>;
        try {
          plan = leaf(
            { notBefore: on(notBefore), notAfter: on(notAfter), ttl: ttl && ttl * DAY },
            middle,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(MtlsError);
          return;
        }
        planned++;
        expect(plan.notBefore.getTime()).toBeLessThan(plan.notAfter.getTime());
        for (const certificate of middle.path) {
          expect(plan.notBefore.getTime()).toBeGreaterThanOrEqual(certificate.notBefore.getTime());
          expect(plan.notAfter.getTime()).toBeLessThanOrEqual(certificate.notAfter.getTime());
        }
      }),
      { numRuns: 500 },
    );
    expect(planned).toBeGreaterThan(50);
  });

  it.each(['2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])('end at %s', async (end) => {
    const { path } = await root({ notAfter: at(end) });
    expect(path[0].notAfter).toEqual(at(end));
    expect(path[0].irregularities).toEqual([]);
  });
});

describe('CAs', () => {
  it('a root lives ten years, with P-256 and no path length', () => {
    const plan = ca({});
    expect(plan.notAfter.getTime()).toBe(now.getTime() + 10 * YEAR);
    expect(plan.keyType).toBe('ec-p256');
    expect(extension(plan, 'basicConstraints')).toEqual({
      value: { kind: 'basicConstraints', ca: true },
      critical: true,
      source: 'profile',
    });
    expect(extension(plan, 'keyUsage')?.value.usages).toEqual(['keyCertSign', 'cRLSign']);
    expect(extension(plan, 'extendedKeyUsage')).toBeUndefined();
    expect(plan.issuer).toBeUndefined();
  });

  it('an intermediate lives five years, with path length 0', () => {
    const plan = ca({}, authority);
    expect(plan.notAfter.getTime()).toBe(now.getTime() + 5 * YEAR);
    expect(extension(plan, 'basicConstraints')?.value.pathLength).toBe(0);
    expect(extension(plan, 'extendedKeyUsage')).toBeUndefined();
  });

  it('carry what is asked', () => {
    const asked = {
      pathLength: 1,
      names: [parseIdentityName('spiffe://example.org')],
      constraints: constraints({ permit: ['.example.org', '10.0.0.0/8'] }),
    };
    const plan = ca(asked);
    expect(extension(plan, 'basicConstraints')?.value.pathLength).toBe(1);
    expect(extension(plan, 'subjectAltName')?.critical).toBe(false);
    expect(extension(plan, 'nameConstraints')?.critical).toBe(true);
    expect(extension(ca({ constraints: constraints({}) }), 'nameConstraints')).toBeUndefined();
  });

  it.each([
    [
      'a workload’s SPIFFE ID',
      { names: [parseIdentityName('spiffe://example.org/a')] },
      'BAD_SPIFFE_ID',
    ],
    ['an empty subject', { subject: parseDn('') }, 'BAD_SUBJECT'],
    ['a negative path length', { pathLength: -1 }, 'BAD_OPTION'],
    ['half a path length', { pathLength: 0.5 }, 'BAD_OPTION'],
  ])('refuse %s', (_, asked, wanted) => {
    expect(() => ca(asked)).toThrow(code(wanted));
  });

  it('fit the path length above them', async () => {
    const top = await root({ pathLength: 1 });
    expect(() => ca({ pathLength: 1 }, top)).toThrow(code('PATH_LENGTH'));
    const middle = await below(top, { pathLength: 0 });
    expect(() => ca({}, middle)).toThrow(code('PATH_LENGTH'));
    expect(leaf({}, middle).warnings).toEqual([]);
  });

  it('count the whole path above them', async () => {
    const top = await root({ pathLength: 1 });
    // none of its own: the root's bound still holds
    const middle = await below(top, { pathLength: null });
    expect(middle.path[0].basicConstraints?.pathLength).toBeUndefined();
    expect(() => ca({}, middle)).toThrow(code('PATH_LENGTH'));
  });

  it('do not take the name of a CA above them', () => {
    expect(() => ca({ subject: parseDn('CN=test  root') }, authority)).toThrow(code('BAD_SUBJECT'));
  });

  it('are not issued by a leaf', async () => {
    const key = generateKey('ec-p256');
    const certificate = await sign(leaf({}), key, authority);
    const path = [certificate, ...authority.path] as const;
    expect(() => ca({}, { key, path })).toThrow(code('ISSUER_NOT_CA'));
    expect(() => leaf({}, { key, path })).toThrow(code('ISSUER_NOT_CA'));
  });
});

describe('name constraints', () => {
  it('of the issuer and of every CA above it hold', async () => {
    const top = await root({
      constraints: constraints({
        permit: ['example.org', '10.0.0.0/8'],
        exclude: ['bad.example.org'],
      }),
    });
    const middle = await below(top, { constraints: constraints({ permit: ['a.example.org'] }) });
    expect(leaf({ names: ['x.a.example.org', '10.1.2.3'] }, middle).names).toHaveLength(2);
    expect(() => leaf({ names: ['x.b.example.org'] }, middle)).toThrow(code('NAME_NOT_PERMITTED'));
    expect(() => leaf({ names: ['a.example.org', '192.0.2.1'] }, middle)).toThrow(
      expect.objectContaining({
        code: 'NAME_NOT_PERMITTED',
        data: expect.objectContaining({ name: 'IP:192.0.2.1', ca: 'CN=Test Root' }) as unknown,
      }) as Error,
    );
    expect(() => leaf({ names: ['x.bad.example.org'] }, top)).toThrow(/excluded/);
  });

  it('hold for a host in the subject when there is no DNS name', async () => {
    const top = await root({ constraints: constraints({ permit: ['example.org'] }) });
    expect(() => leaf({ names: [], commonName: 'api.other.org' }, top)).toThrow(
      code('NAME_NOT_PERMITTED'),
    );
    expect(leaf({ names: [], commonName: 'client' }, top).names).toEqual([]);
    expect(leaf({ names: ['a.example.org'], commonName: 'api.other.org' }, top).names).toHaveLength(
      1,
    );
  });

  it.each([
    'CN=*.other.org',
    'CN=api.other.org.',
    'CN=API.OTHER.ORG',
    'CN=my_api.other.org',
    'CN=client,CN=api.other.org',
    'CN=api.example.org+CN=api.other.org',
  ])('hold for a host in the subject, however it is written: %s', async (subject) => {
    const top = await root({ constraints: constraints({ permit: ['example.org'] }) });
    expect(() => leaf({ names: [], subject: parseDn(subject), profile: 'client' }, top)).toThrow(
      code('NAME_NOT_PERMITTED'),
    );
    const inside = parseDn(subject.replaceAll(/other/gi, 'example'));
    expect(leaf({ names: [], subject: inside, profile: 'client' }, top).names).toEqual([]);
  });

  it('hold for the names and the subject of a CA below', async () => {
    const top = await root({
      constraints: constraints({ permit: ['uri:example.org', 'dir:O=Example'] }),
    });
    const subject = parseDn('O=Example,CN=below');
    expect(
      ca({ subject, names: [parseIdentityName('spiffe://example.org')] }, top).names,
    ).toHaveLength(1);
    expect(() => ca({ subject: parseDn('O=Other,CN=below') }, top)).toThrow(
      code('NAME_NOT_PERMITTED'),
    );
    expect(() => ca({ subject, names: [parseIdentityName('spiffe://other.org')] }, top)).toThrow(
      code('NAME_NOT_PERMITTED'),
    );
  });
});

describe('key identifiers', () => {
  it('are the leftmost 160 bits of SHA-256, or SHA-1 when asked', async () => {
    const key = generateKey('ec-p256');
    const certificate = await sign(leaf({}), key, authority);
    const id = toHex(certificate.subjectKeyId as Uint8Array);
    expect(id).toBe(toHex(keyIdentifier(key.publicKey.keyBits, 'sha256')));
    const [issuer] = authority.path;
    expect(certificate.authorityKeyId?.keyId).toEqual(issuer.subjectKeyId);
    expect(issuer.authorityKeyId?.keyId).toEqual(issuer.subjectKeyId);
    const old = await sign(leaf({ keyIdMethod: 'sha1' }), key, authority);
    expect(toHex(old.subjectKeyId as Uint8Array)).toBe(
      toHex(keyIdentifier(key.publicKey.keyBits, 'sha1')),
    );
    expect(old.authorityKeyId?.keyId).toEqual(issuer.subjectKeyId);
  });

  it('name an issuer by its key where it carries none', async () => {
    const key = generateKey('ec-p256');
    const plan = resolveRoot({ subject: parseDn('CN=Bare') }, { now });
    const signer = signerOf(key);
    const { algorithm } = signer;
    const tbs = tbsOf(plan, { publicKey: key.publicKey, serial: Uint8Array.of(1), algorithm });
    const extensions = tbs.extensions.filter(({ value }) => value.kind !== 'subjectKeyIdentifier');
    const bare = parseCertificate(await signCertificate({ ...tbs, extensions }, signer));
    expect(bare.subjectKeyId).toBeUndefined();
    const below = resolveLeaf({ names: [parseIdentityName('api')] }, [bare], { now });
    expect(below.issuer?.keyId).toEqual(keyIdentifier(key.publicKey.keyBits, 'sha256'));
  });
});
