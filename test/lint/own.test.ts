// One finding never accuses what is fine: everything that mtls makes is clean.
import { describe, expect, it } from 'vitest';
import { parsePem } from '../../src/codec/pem.ts';
import { KEY_TYPES, type KeyType } from '../../src/crypto/algorithms.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { lint, type LintOptions } from '../../src/lint/engine.ts';
import { createTestPki, zoo, ZOO_NAMES } from '../../src/testing/index.ts';
import { LEAF_PROFILE_NAMES } from '../../src/profile/profile.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { below, constraints, now, root, sign } from '../profile/authorities.ts';
import { ca, leaf, names, svid } from './support.ts';

/** Errors and warnings, each with what it is about. */
function complaints(
  certificates: readonly Certificate[],
  options: LintOptions = {},
): readonly string[] {
  return lint(
    certificates.map((certificate) => ({ certificate })),
    options,
  )
    .filter(({ rule }) => rule.severity !== 'info')
    .map(({ rule, field, value }) => `${rule.id} ${field} ${value}`);
}

describe('what mtls issues is clean', () => {
  it.each(KEY_TYPES)('CAs with %s', async (keyType) => {
    const top = await root({ keyType });
    const middle = await below(top, { keyType });
    expect(complaints(middle.path)).toEqual([]);
  });

  it.each(
    LEAF_PROFILE_NAMES.flatMap((profile) => KEY_TYPES.map((type) => [profile, type] as const)),
  )('a leaf of profile %s with %s', async (profile, keyType) => {
    const issuer = await root();
    const wanted = profile === 'svid' ? ['spiffe://example.org/ns/prod/sa/api'] : NAMES;
    const request = { names: wanted.map(parseIdentityName), profile, keyType };
    const plan = resolveLeaf(request, issuer.path, { now });
    const certificate = await sign(plan, keyOf(keyType), issuer);
    expect(complaints([certificate, ...issuer.path])).toEqual([]);
  });

  it('a CA bound to names', async () => {
    const permit = [
      'example.org',
      '10.0.0.0/8',
      'fd00::/8',
      '@example.org',
      'spiffe://example.org',
    ];
    const top = await root({ constraints: constraints({ permit, exclude: ['uri:localhost'] }) });
    expect(complaints(top.path)).toEqual([]);
  });

  it.each([undefined, true])('a test’s PKI, intermediate: %s', (intermediate) => {
    const pki = createTestPki(intermediate === undefined ? {} : { intermediate });
    const texts = [pki.server.cert, pki.client.cert, pki.ca.cert];
    expect(complaints(texts.flatMap(certificatesOf))).toEqual([]);
  });

  it('the certificates that these tests bend', () => {
    const issuer = ca();
    for (const one of [issuer, ca({ issuer, subject: 'CN=Sub' }), leaf(), svid()])
      expect(complaints([one.certificate])).toEqual([]);
    expect(
      complaints([leaf({ with: { subjectAltName: names('*.example.org') } }).certificate]),
    ).toEqual(['common-name-not-in-names subject: CN api.example.org']);
  });
});

const keys = new Map<KeyType, PrivateKey>();

/** Long RSA keys take seconds to make; whose they are is nobody's matter here. */
function keyOf(type: KeyType): PrivateKey {
  const key = keys.get(type) ?? generateKey(type);
  keys.set(type, key);
  return key;
}

const NAMES = ['api.example.org', '*.example.org', '10.0.0.7', 'fd00::7', 'ops@example.org'];

function certificatesOf(pem: string): readonly Certificate[] {
  return parsePem(pem).map(({ bytes }) => parseCertificate(bytes));
}

/** They hold for decades, so that a test may set any clock. */
const LONG = new Set(['leaf-validity-too-long', 'server-validity-too-long']);

/** Cured cases that keep something that a rule is about, and which. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  // Its cured CA has purposes too, the right ones
  intermediateEku: ['ca-with-purposes'],
  // SVIDs for one side only, as TLS wants them and SPIFFE does not
  twoSpiffeIds: ['spiffe-purposes'],
  noSpiffeId: ['spiffe-purposes'],
  wrongTrustDomain: ['spiffe-purposes'],
  spiffeIdWithoutPath: ['spiffe-purposes'],
  badSpiffeId: ['spiffe-purposes'],
  spiffeIdOfIntermediate: ['spiffe-purposes'],
  svidMaySign: ['spiffe-purposes'],
};

describe('the zoo’s certificates without their fault are clean', () => {
  it.each(ZOO_NAMES)('%s', (name) => {
    const { cert, ca: trusted } = zoo(name, { cured: true });
    const all = [...certificatesOf(cert), ...certificatesOf(trusted)];
    const found = complaints(all, { ignore: LONG });
    expect([...new Set(found.map((one) => one.split(' ')[0]))]).toEqual(KEPT[name] ?? []);
  });
});
