import { beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/crypto/generate.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { checkWorkload } from '../../src/manifest/workload.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { below, now, root, sign, type TestAuthority } from '../profile/authorities.ts';

let top: TestAuthority;
let upper: TestAuthority;
let lower: TestAuthority;
let other: TestAuthority;
let key: PrivateKey;
let leaf: Certificate;
beforeAll(async () => {
  top = await root();
  upper = await below(top, { pathLength: 1, subject: 'CN=Upper' });
  lower = await below(upper, { subject: 'CN=Lower' });
  other = await root({ subject: 'CN=Other Root' });
  key = generateKey('ec-p256');
  leaf = await issue(key, lower);
});

async function issue(own: PrivateKey, issuer: TestAuthority): Promise<Certificate> {
  const names = [parseIdentityName('api.example.org')];
  return sign(resolveLeaf({ names }, issuer.path, { now }), own, issuer);
}

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;
const own = (authority: TestAuthority) => authority.path[0];

describe('checkWorkload', () => {
  it('puts the chain in order and the root elsewhere', () => {
    const certificates = [own(top), own(upper), leaf, own(lower)];
    const workload = checkWorkload({ certificates, publicKey: key.publicKey, ca: [own(top)] });
    expect(workload.leaf).toBe(leaf);
    expect(workload.chain).toEqual([leaf, own(lower), own(upper)]);
    expect(workload.roots).toEqual([own(top)]);
    expect(workload.warnings).toEqual([]);
  });

  it('fills the chain from the CA file, which keeps only roots', () => {
    const ca = [own(lower), own(upper), own(top), own(top), own(other)];
    const workload = checkWorkload({ certificates: [leaf], publicKey: key.publicKey, ca });
    expect(workload.chain).toEqual([leaf, own(lower), own(upper)]);
    expect(workload.roots).toEqual([own(top), own(other)]);
  });

  it('says what it leaves out', async () => {
    const stranger = await issue(generateKey('ec-p256'), other);
    const certificates = [leaf, own(lower), own(upper), stranger];
    const { chain, warnings, roots } = checkWorkload({ certificates, publicKey: key.publicKey });
    expect(chain).toHaveLength(3);
    expect(warnings).toEqual([expect.stringContaining('"CN=api.example.org" is neither')]);
    expect(roots).toEqual([]);
  });

  it('goes by signatures, not by names', async () => {
    const namesake = await below(other, { subject: 'CN=Lower' });
    const certificates = [leaf, own(namesake), own(lower), own(upper)];
    const { chain } = checkWorkload({ certificates, publicKey: key.publicKey });
    expect(chain).toEqual([leaf, own(lower), own(upper)]);
  });

  it('ends where an issuer is missing', () => {
    const certificates = [leaf, own(upper)];
    const { chain } = checkWorkload({ certificates, publicKey: key.publicKey, ca: [own(top)] });
    expect(chain).toEqual([leaf]);
  });

  it('refuses the key of another certificate', () => {
    const { publicKey } = generateKey('ed25519');
    const refused = (...certificates: Certificate[]) =>
      expect.objectContaining({
        code: 'KEY_MISMATCH',
        message:
          certificates.length === 1
            ? 'the key is not the key of the certificate "CN=api.example.org": it is Ed25519, not ECDSA P-256'
            : (expect.stringContaining(
                'none of the 2 certificates, the first is "CN=api.example.org"',
              ) as unknown),
      }) as Error;
    for (const certificates of [[leaf], [leaf, own(lower)]])
      expect(() => checkWorkload({ certificates, publicKey })).toThrow(refused(...certificates));
  });

  it('refuses the key of a CA, as the tutorials put it there', () => {
    const { publicKey } = top.key;
    expect(() => checkWorkload({ certificates: [own(top)], publicKey })).toThrow(
      code('CA_KEY_IN_SECRET'),
    );
    expect(() =>
      checkWorkload({ certificates: [own(lower)], publicKey: lower.key.publicKey }),
    ).toThrow(code('CA_KEY_IN_SECRET'));
    expect(() => checkWorkload({ certificates: [leaf], publicKey, ca: [own(top)] })).toThrow(
      code('CA_KEY_IN_SECRET'),
    );
  });

  it('refuses a leaf that shares its key with a CA', async () => {
    const shared = await issue(top.key, lower);
    const files = { certificates: [shared], publicKey: top.key.publicKey, ca: [own(top)] };
    expect(() => checkWorkload(files)).toThrow(code('CA_KEY_IN_SECRET'));
  });

  it('refuses a CA file without a root, and no certificate at all', () => {
    const { publicKey } = key;
    expect(() => checkWorkload({ certificates: [leaf], publicKey, ca: [own(lower)] })).toThrow(
      code('CHAIN_INVALID'),
    );
    expect(() => checkWorkload({ certificates: [], publicKey })).toThrow(code('NOTHING_FOUND'));
  });
});
