// JWK Sets: the example of RFC 7517 §A.1 and bundles as go-spiffe writes them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { detectKind } from '../../src/codec/detect.ts';
import { readJwks } from '../../src/codec/jwks.ts';
import { readSource } from '../../src/codec/source.ts';
import { describeKey } from '../../src/crypto/key.ts';
import { spiffeBundle } from '../../src/manifest/spire.ts';
import { ca } from '../support/graph.ts';

// RFC 7517 §A.1
const EC = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  use: 'enc',
  kid: '1',
};
const RSA = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};
const read = (value: unknown) => readJwks(JSON.stringify(value), { source: 'bundle.json' });

describe('readJwks', () => {
  it('reads the example of RFC 7517', () => {
    const { jwks, parts, skipped } = read({ keys: [EC, RSA] });
    expect(
      jwks?.keys?.map(({ publicKey }) =>
        publicKey && !(publicKey instanceof MtlsError) ? describeKey(publicKey) : publicKey,
      ),
    ).toEqual(['ECDSA P-256', 'RSA 2048 bits']);
    expect(parts).toEqual([]);
    expect(skipped.map(({ origin }) => origin.entry)).toEqual(['keys[0]', 'keys[1]']);
  });

  it('gives what stands in x5c, with its place', async () => {
    const { certificate } = await ca({ subject: 'CN=root' });
    const text = spiffeBundle({ roots: [certificate], sequence: 1 });
    const { parts } = await readSource(toUtf8(text), { name: 'bundle.json' });
    expect(parts).toMatchObject([
      { kind: 'certificate', origin: { source: 'bundle.json', entry: 'keys[0]' } },
    ]);
    const configMap = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'spire-bundle' },
      data: { 'bundle.json': text },
    });
    expect((await readSource(toUtf8(configMap))).certificates).toHaveLength(1);
  });

  it('keeps numbers as they are written, of equal names the last', () => {
    const { jwks } = readJwks(
      '{"spiffe_sequence":1,"a":{"spiffe_sequence":2},"b":[{"spiffe_sequence":3}],"c":"\\"spiffe_sequence\\": 4","spiffe_refresh_hint": 1e3 ,"keys":[],"spiffe_sequence":18446744073709551615}',
      { source: undefined },
    );
    expect(jwks).toMatchObject({
      sequence: '18446744073709551615',
      refreshHint: '1e3',
      keys: [],
    });
    expect(read({ spiffe_sequence: -1, keys: [] }).jwks?.sequence).toBe('-1');
    expect(read({ keys: [] }).jwks?.sequence).toBeUndefined();
  });

  it('leaves the others alone where one is damaged', async () => {
    const { certificate } = await ca();
    const { keys } = JSON.parse(spiffeBundle({ roots: [certificate], sequence: 1 })) as {
      keys: unknown[];
    };
    const { parts, skipped } = read({ keys: [{ ...EC, x5c: ['AAAA'] }, ...keys, null] });
    expect(parts).toHaveLength(1);
    expect(skipped.map(({ what }) => what)).toEqual([
      'a certificate that cannot be read',
      'a key without a certificate',
    ]);
  });

  it('says what else it holds where there is no certificate', () => {
    expect(() => readBundle(toUtf8(JSON.stringify({ keys: [EC] })), { name: 'a' })).toThrow(
      expect.objectContaining({ code: 'NOTHING_FOUND' }) as Error,
    );
  });

  it('never fails but with an error of ours', () => {
    const member = fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'use', 'kid', 'x5c', 'd');
    const value = fc.oneof(
      fc.constantFrom('EC', 'RSA', 'OKP', 'P-256', 'Ed25519', 'x509-svid', EC.x, RSA.n),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.array(fc.dictionary(member, value)), fc.jsonValue(), (keys, sequence) => {
        read({ keys, spiffe_sequence: sequence });
      }),
      { numRuns: 500 },
    );
  });
});

describe('detectKind', () => {
  const kind = (value: unknown) => detectKind(toUtf8(JSON.stringify(value)));

  it.each([
    ['keys', { keys: [EC] }],
    ['no keys', { keys: [] }],
    ['a sequence alone', { spiffe_sequence: 1 }],
    ['other members', { issued: 'x', keys: [{ use: 'x509-svid' }] }],
  ])('knows a JWK Set by %s', (_, value) => {
    expect(kind(value)).toBe('jwks');
  });

  it.each([
    ['a Secret', { apiVersion: 'v1', kind: 'Secret', keys: [] }],
    ['keys of another kind', { keys: ['a'] }],
    ['keys that are no list', { keys: {} }],
    ['an array', [{ keys: [EC] }]],
    ['a set inside of something else', { a: { keys: [EC] } }],
  ])('takes no %s for one', (_, value) => {
    expect(kind(value)).toBe('json');
  });

  it('nor what is cut', () => {
    expect(detectKind(toUtf8(JSON.stringify({ keys: [EC] }).slice(0, -1)))).toBe('json');
  });
});
