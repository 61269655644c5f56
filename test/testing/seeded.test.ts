// What a seed decides: the same bytes each time, and no more in common than that.
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePem } from '../../src/codec/pem.ts';
import { KEY_TYPES } from '../../src/crypto/key-types.ts';
import { isFixtureKey } from '../../src/crypto/fixture-keys.ts';
import { privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { createTestPki, type TestPki, type TestPkiOptions } from '../../src/testing/pki.ts';
import { seeded } from '../../src/testing/seeded/index.ts';
import { ZOO_NAMES } from '../../src/testing/zoo/index.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { isTestFixture } from '../../src/x509/test-mark.ts';
import { thrown } from '../support/thrown.ts';

const MANY = 100;

const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;
const read = (pem: string) => parseCertificate(derOf(pem));
/** The certificates of a PEM text that our readers take. */
function readable(pem: string) {
  try {
    return parsePem(pem).map(({ bytes }) => parseCertificate(bytes));
  } catch {
    return [];
  }
}
const keysOf = ({ ca, server, client, intermediate }: TestPki): readonly string[] =>
  [ca, server, client, intermediate].flatMap((one) => one?.key ?? []);

describe('the same seed', () => {
  it.each(KEY_TYPES)(`gives the same bytes in ${MANY} runs: %s`, async (keyType) => {
    const options: TestPkiOptions = { keyType, intermediate: true, server: ['a.test', '10.0.0.7'] };
    const seen = new Set<string>();
    for (let run = 0; run < MANY; run++) {
      const pki = (await seeded('checkout')).createTestPki(options);
      const more = pki.issue('spiffe://example.org/api');
      seen.add(
        createHash('sha256')
          .update(JSON.stringify([pki, more]))
          .digest('hex'),
      );
    }
    expect(seen.size).toBe(1);
  });

  it('answers each PKI from its options alone', async () => {
    const { createTestPki: make } = await seeded('checkout');
    const first = make({ server: 'a.test' });
    make({ server: 'b.test' }).issue('c.test');
    expect(make({ server: 'a.test' }).server).toEqual(first.server);
  });

  it('changes no certificate for another beside it', async () => {
    const { createTestPki: make } = await seeded('checkout');
    const [plain, full] = [make(), make()];
    full.issue('first.test');
    const before = full.issue({ names: 'api.test', ttl: '1h' });
    expect(before).not.toEqual(plain.issue('api.test'));
    expect(full.issue('api.test')).toEqual(make().issue('api.test'));
  });

  it('gives a key of its own to each of equal certificates', async () => {
    const pki = (await seeded('checkout')).createTestPki();
    const [one, two] = [pki.issue('api.test'), pki.issue('api.test')];
    expect(two.key).not.toBe(one.key);
    expect(read(two.cert).serial).not.toEqual(read(one.cert).serial);
  });

  it('gives no serial number twice to what is not the same', async () => {
    const { createTestPki: make } = await seeded('checkout');
    const serials = ['1h', '2h', '3h'].map((ttl) => read(make({ ttl }).server.cert).serial);
    expect(new Set(serials.map((one) => Buffer.from(one).toString('hex'))).size).toBe(3);
  });

  it('has a source for what is shaped by hand', async () => {
    const draw = async () => {
      const { source } = await seeded('checkout');
      const apart = source.apart(() => 'mine');
      return [source.newKey('ed25519'), source.newKey('ed25519'), apart.newKey('ed25519')].map(
        ({ publicKey }) => Buffer.from(publicKey.keyBits).toString('hex'),
      );
    };
    const drawn = await draw();
    expect(new Set(drawn).size).toBe(3);
    expect(await draw()).toEqual(drawn);
  });
});

describe('another seed', () => {
  it('shares no key and no serial number', async () => {
    const made: string[] = [];
    for (let number = 0; number < 20; number++) {
      const pki = (await seeded(`seed ${number}`)).createTestPki({ intermediate: true });
      made.push(...keysOf(pki));
      made.push(...[pki.ca, pki.server].map(({ cert }) => new X509Certificate(cert).serialNumber));
    }
    expect(new Set(made).size).toBe(made.length);
  });

  it('shares none with chance', async () => {
    const chance = keysOf(createTestPki());
    const decided = keysOf((await seeded('checkout')).createTestPki());
    expect(chance.filter((key) => decided.includes(key))).toEqual([]);
  });

  it.each([[''], ['\ud800']])('is refused where it is no text: %j', async (seed) => {
    await expect(seeded(seed)).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
});

describe('what is made', () => {
  it('is good until the end of 2049, whatever the clock of the machine', async () => {
    const pki = (await seeded('checkout')).createTestPki({ intermediate: true });
    for (const { cert } of [pki.server, pki.client, pki.issue('api.test')]) {
      const { notBefore, notAfter } = read(cert);
      expect(notBefore.toISOString()).toBe('2025-12-31T23:55:00.000Z');
      expect(notAfter.toISOString()).toBe('2049-12-31T23:59:59.000Z');
    }
    expect(read(pki.ca.cert).notAfter.getUTCFullYear()).toBeGreaterThan(2070);
  });

  it('keeps to the moment and the lifetimes that are asked for', async () => {
    const at = new Date('2020-02-02T02:02:02Z');
    const { createTestPki: make } = await seeded('checkout', { at });
    const { notAfter } = read(make({ ttl: '1h' }).server.cert);
    expect(notAfter.toISOString()).toBe('2020-02-02T03:02:02.000Z');
    const late = make({ now: new Date('2049-12-01T00:00:00Z') });
    expect(read(late.server.cert).notAfter.toISOString()).toBe('2050-12-01T00:00:00.000Z');
    await expect(seeded('checkout', { at: new Date(NaN) })).rejects.toMatchObject({
      code: 'BAD_TIME',
    });
  });

  it('says that it is a test fixture', async () => {
    const pki = (await seeded('checkout')).createTestPki({ intermediate: true });
    const certificates = [pki.ca, pki.intermediate, pki.server, pki.client, pki.issue('a.test')];
    for (const one of certificates) expect(isTestFixture(read(one?.cert ?? ''))).toBe(true);
    expect(new X509Certificate(pki.ca.cert).subject).toBe('CN=test fixture root (public seed)');
    // Text that openssl shows as it stands
    expect(derOf(pki.server.cert).toString('latin1')).toContain('TEST FIXTURE of mtls-toolkit');
    expect(isTestFixture(read(createTestPki().ca.cert))).toBe(false);
  });

  it('is so in the zoo, wherever a certificate has room for it', async () => {
    const { zoo } = await seeded('checkout');
    for (const name of ZOO_NAMES) {
      const { cert, ca, peer } = zoo(name);
      for (const one of [cert, ca, peer.cert, peer.ca].flatMap(readable))
        expect([name, isTestFixture(one) || one.extensions.length === 0]).toEqual([name, true]);
    }
  });

  it('does what createTestPki does with its options', async () => {
    const { createTestPki: make } = await seeded('checkout');
    const pki = make({
      ca: { subject: 'CN=mine' },
      intermediate: { subject: 'CN=below' },
      server: { names: 'a.test', notBefore: new Date(0), notAfter: new Date(1e12) },
    });
    expect(new X509Certificate(pki.ca.cert).subject).toBe('CN=mine');
    expect(new X509Certificate(pki.server.cert).issuer).toBe('CN=below');
    expect(read(pki.server.cert).notAfter).toEqual(new Date(1e12));
    expect(thrown(() => make({ server: 'no name' })).code).toBe('BAD_NAME');
  });
});

describe('RSA keys', () => {
  const types = ['rsa-2048', 'rsa-3072', 'rsa-4096'] as const;

  it.each(types)('are none twice in a PKI while there are others: %s', async (keyType) => {
    const { createTestPki: make } = await seeded('checkout');
    expect(new Set(keysOf(make({ keyType, intermediate: true }))).size).toBe(4);
  });

  it.each(types)('are never lent again to leaves when they were those of CAs: %s', async (type) => {
    const pki = (await seeded('checkout')).createTestPki({ keyType: type, intermediate: true });
    const leaves = Array.from({ length: 12 }, (_, number) => pki.issue(`host${number}.test`).key);
    const cas = [pki.ca.key, pki.intermediate?.key];
    expect(leaves.filter((key) => cas.includes(key))).toEqual([]);
  });

  it('are all known to be public', async () => {
    const { source } = await seeded('checkout');
    for (const type of types) {
      const keys = Array.from({ length: type === 'rsa-2048' ? 8 : 4 }, () => source.newKey(type));
      expect(new Set(keys).size).toBe(keys.length);
      for (const { publicKey, keyObject } of keys) {
        expect(isFixtureKey(publicKey)).toBe(true);
        expect(keyObject.asymmetricKeyDetails?.modulusLength).toBe(Number(type.slice(4)));
      }
    }
  });

  it('are not confused with others', () => {
    const { key } = createTestPki({ keyType: 'rsa-2048' }).ca;
    const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
    expect(isFixtureKey(privateKeyFromPkcs8(der).publicKey)).toBe(false);
  });
});

it('any seed makes a chain that Node verifies, and is made again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('ec-p256', 'ec-p384', 'ec-p521', 'ed25519', 'rsa-2048' as const),
      fc.boolean(),
      async (seed, keyType, intermediate) => {
        const options = { keyType, intermediate } as const;
        const pki = (await seeded(seed)).createTestPki(options);
        const issuer = new X509Certificate((pki.intermediate ?? pki.ca).cert);
        for (const { cert, key } of [pki.server, pki.client]) {
          const leaf = new X509Certificate(cert);
          expect(leaf.verify(issuer.publicKey)).toBe(true);
          expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
        }
        expect((await seeded(seed)).createTestPki(options).client).toEqual(pki.client);
      },
    ),
    { numRuns: 40 },
  );
});

it('seeds that differ by anything are others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), async (one, two) => {
      fc.pre(one !== two);
      const keys = [one, two].map(async (seed) => {
        const { source } = await seeded(seed);
        return Buffer.from(source.newKey('ed25519').publicKey.keyBits).toString('hex');
      });
      expect(await keys[0]).not.toBe(await keys[1]);
    }),
    { numRuns: 50 },
  );
});
