import { beforeAll, describe, expect, it } from 'vitest';
import { readWhole } from '../../src/asn1/reader.ts';
import { sequence } from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { checkWorkload } from '../../src/manifest/workload.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { encodeTbs, joinCertificate } from '../../src/x509/tbs.ts';
import { below, now, root, sign, type TestAuthority } from '../profile/authorities.ts';
import * as holder from '../support/graph.ts';

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

  it('refuses the key of a CA that is known, whoever issued the leaf', async () => {
    const shared = await issue(other.key, lower);
    const files = { certificates: [shared], publicKey: other.key.publicKey, ca: [own(top)] };
    expect(checkWorkload(files).leaf).toBe(shared);
    expect(() => checkWorkload({ ...files, known: [own(other)] })).toThrow(
      code('CA_KEY_IN_SECRET'),
    );
  });

  it('refuses the key of a CA that does not say that it is one', async () => {
    const silent = { basicConstraints: null, keyUsage: null } as const;
    const old = await holder.ca({ subject: 'CN=Old Root', extensions: silent });
    const { key: oldKey, certificate } = old;
    const { certificate: below } = await holder.leaf({ by: old });
    const files = { certificates: [certificate], publicKey: oldKey.publicKey, ca: [certificate] };
    expect(certificate.version).toBe(3);
    expect(checkWorkload(files).leaf).toBe(certificate);
    expect(() => checkWorkload({ ...files, certificates: [below, certificate] })).toThrow(
      code('CA_KEY_IN_SECRET'),
    );
  });

  it('refuses the key of a root of version 1, and not that of a server', async () => {
    const made = async (subject: string) => {
      const own3 = await holder.ca({ subject });
      const algorithm = signerOf(own3.key).algorithm;
      const name = encodeDn(parseDn(subject));
      const { notBefore, notAfter, publicKey } = own3.certificate;
      const { spki } = publicKey;
      const fields = { serial: Uint8Array.of(1), issuer: name, subject: name, extensions: [] };
      const whole = encodeTbs({ ...fields, algorithm, notBefore, notAfter, spki });
      // Without the field that says 3
      const tbs = sequence(readWhole(whole).content.subarray(5));
      const signature = signerOf(own3.key).sign(tbs);
      const certificate = parseCertificate(joinCertificate(tbs, algorithm, signature));
      expect(certificate.version).toBe(1);
      return { certificates: [certificate], publicKey, ca: [certificate] };
    };
    const root1 = await made('CN=Old Root');
    expect(() => checkWorkload(root1)).toThrow(code('CA_KEY_IN_SECRET'));
    const server = await made('CN=api.example.org');
    expect(checkWorkload(server).roots).toEqual(server.ca);
  });

  it('refuses a CA file without a root, and no certificate at all', () => {
    const { publicKey } = key;
    expect(() => checkWorkload({ certificates: [leaf], publicKey, ca: [own(lower)] })).toThrow(
      code('CHAIN_INVALID'),
    );
    expect(() => checkWorkload({ certificates: [], publicKey })).toThrow(code('NOTHING_FOUND'));
  });
});
