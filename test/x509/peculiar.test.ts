import { describe, expect, test } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { toHex } from '../../src/base/bytes.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import { parseConstraint } from '../../src/name/constraints.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { isSelfSigned, parseCertificate } from '../../src/x509/certificate.ts';
import { parseCsr, verifyCsr } from '../../src/x509/csr.ts';
import type { ExtensionInput } from '../../src/x509/extensions.ts';
import {
  authorCsr,
  authorIntermediate,
  authorRoot,
  type AuthorInput,
} from '../../src/x509/peculiar.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { folderWith, pemOf } from './support.ts';

const ROOT = encodeDn(parseDn('CN=Wurzel für Tests,O=Example'));
const BELOW = encodeDn(parseDn('O=Ä,CN=below'));
const START = new Date('2026-01-01T00:00:00.789Z');

function caExtensions(own: Uint8Array, issuer: Uint8Array): readonly ExtensionInput[] {
  const permitted = [
    'example.org',
    '10.0.0.0/8',
    'fd00::/9',
    '@example.org',
    'spiffe://td',
    'dir:O=Ä',
  ];
  return [
    { value: { kind: 'basicConstraints', ca: true, pathLength: 1 }, critical: true },
    { value: { kind: 'keyUsage', usages: ['keyCertSign', 'cRLSign'] }, critical: true },
    { value: { kind: 'subjectKeyIdentifier', id: keyIdentifier(own) }, critical: false },
    { value: { kind: 'authorityKeyIdentifier', keyId: keyIdentifier(issuer) }, critical: false },
    {
      value: {
        kind: 'nameConstraints',
        constraints: {
          permitted: permitted.map(parseConstraint),
          excluded: [parseConstraint('bad.test')],
        },
      },
      critical: true,
    },
    // One that the library has no class for
    { value: { kind: 'policyConstraints', inhibitPolicyMapping: 0 }, critical: true },
  ];
}

function rootInput(signer: Signer): AuthorInput {
  const { spki, keyBits } = signer.publicKey;
  return {
    serial: Uint8Array.of(0, 0xff, 1),
    issuer: ROOT,
    subject: ROOT,
    notBefore: START,
    notAfter: new Date('2050-01-01T00:00:00Z'),
    spki,
    extensions: caExtensions(keyBits, keyBits),
  };
}

describe('a root and an intermediate', () => {
  test.each(KEY_TYPES)('signed by %s', async (type) => {
    const signer = signerOf(generateKey(type));
    const root = parseCertificate(await authorRoot(rootInput(signer), signer));
    expect(root.irregularities).toEqual([]);
    expect(isSelfSigned(root)).toBe(true);
    expect(toHex(root.subjectDer)).toBe(toHex(ROOT));
    expect(toHex(root.issuerDer)).toBe(toHex(ROOT));
    expect(toHex(root.serial)).toBe('00ff01');
    expect(root.notBefore.toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(root.notAfter.toISOString()).toBe('2050-01-01T00:00:00.000Z');
    expect(root.signatureAlgorithm).toEqual(signer.algorithm);
    expect(root.extensions.map(({ parsed, critical }) => [parsed.kind, critical])).toEqual([
      ['basicConstraints', true],
      ['keyUsage', true],
      ['subjectKeyIdentifier', false],
      ['authorityKeyIdentifier', false],
      ['nameConstraints', true],
      ['policyConstraints', true],
    ]);

    const below = generateKey('ec-p256').publicKey;
    const intermediate = parseCertificate(
      await authorIntermediate(
        {
          ...rootInput(signer),
          subject: BELOW,
          spki: below.spki,
          extensions: caExtensions(below.keyBits, signer.publicKey.keyBits),
        },
        signer,
      ),
    );
    expect(toHex(intermediate.publicKey.spki)).toBe(toHex(below.spki));
    expect(
      verifySignature(signer.algorithm, root.publicKey, intermediate.tbs, intermediate.signature),
    ).toBe(true);

    if (!hasOpenssl) return;
    const cwd = folderWith({
      'root.pem': pemOf('CERTIFICATE', root.der),
      'below.pem': pemOf('CERTIFICATE', intermediate.der),
    });
    const shown = openssl(['x509', '-in', 'root.pem', '-noout', '-text', '-nameopt', 'utf8'], {
      cwd,
    }).toString();
    expect(shown).toContain('CA:TRUE, pathlen:1');
    expect(shown).toContain('Certificate Sign, CRL Sign');
    expect(shown).toContain('IP:10.0.0.0/255.0.0.0');
    expect(shown).toContain('Serial Number: 65281 (0xff01)');
    expect(
      openssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', 'root.pem', 'below.pem'], {
        cwd,
      }).toString(),
    ).toContain('OK');
  });

  test('signing may take its time, as a key elsewhere does', async () => {
    const local = signerOf(generateKey('ec-p384'));
    const remote: Signer = {
      ...local,
      sign: async (message) => {
        await new Promise((resolve) => setImmediate(resolve));
        return local.sign(message);
      },
    };
    expect(isSelfSigned(parseCertificate(await authorRoot(rootInput(remote), remote)))).toBe(true);
  });

  const refusal = async (run: () => Promise<unknown>) => {
    const outcome = await run().catch((error: unknown) => error);
    if (outcome instanceof MtlsError) return outcome.code;
    throw new Error('nothing was refused');
  };

  test('a signer that signs with another key is found out', async () => {
    for (const type of ['ec-p256', 'ed25519', 'rsa-2048'] as const) {
      const [named, other] = [signerOf(generateKey(type)), signerOf(generateKey(type))];
      const liar: Signer = { ...named, sign: (message) => other.sign(message) };
      expect(await refusal(() => authorRoot(rootInput(liar), liar))).toBe('KEY_MISMATCH');
    }
  });

  test.each([new Uint8Array(0), Uint8Array.of(0x30, 0), new Uint8Array(64).fill(1)])(
    'a signer that answers no ECDSA signature is found out',
    async (answer) => {
      const named = signerOf(generateKey('ec-p256'));
      const liar: Signer = { ...named, sign: () => answer };
      expect(await refusal(() => authorRoot(rootInput(liar), liar))).toBe('KEY_MISMATCH');
    },
  );

  test('a root is signed by its own key under its own name', async () => {
    const [signer, other] = [signerOf(generateKey('ec-p256')), generateKey('ec-p256')];
    const input = rootInput(signer);
    expect(await refusal(() => authorRoot({ ...input, spki: other.publicKey.spki }, signer))).toBe(
      'INTERNAL',
    );
    expect(await refusal(() => authorRoot({ ...input, subject: BELOW }, signer))).toBe('INTERNAL');
  });
});

describe('requests', () => {
  test.each(KEY_TYPES)('signed by %s', async (type) => {
    const signer = signerOf(generateKey(type));
    const names = [
      'api.test',
      '*.b.test',
      '10.0.0.7',
      'fd00::1',
      'ops@a.test',
      'spiffe://td/x',
    ].map(parseIdentityName);
    const request = parseCsr(await authorCsr({ subject: ROOT, names }, signer));
    expect(verifyCsr(request)).toBe(true);
    expect(request.names).toEqual(names);
    expect(toHex(request.subjectDer)).toBe(toHex(ROOT));
    expect(request.requestedExtensions.map(({ critical }) => critical)).toEqual([false]);
    if (!hasOpenssl) return;
    const cwd = folderWith({ 'r.pem': pemOf('CERTIFICATE REQUEST', request.der) });
    const shown = openssl(['req', '-in', 'r.pem', '-noout', '-verify', '-text'], {
      cwd,
    }).toString();
    expect(shown).toContain('DNS:api.test, DNS:*.b.test, IP Address:10.0.0.7');
  });

  test('of names alone marks them critical; of a subject alone asks for nothing', async () => {
    const signer = signerOf(generateKey('ec-p256'));
    const names = [parseIdentityName('spiffe://td/x')];
    const empty = encodeDn({ rdns: [] });
    const named = parseCsr(await authorCsr({ subject: empty, names }, signer));
    expect(named.subject.rdns).toEqual([]);
    expect(named.requestedExtensions.map(({ critical }) => critical)).toEqual([true]);
    const plain = parseCsr(await authorCsr({ subject: BELOW, names: [] }, signer));
    expect(plain.requestedExtensions).toEqual([]);
    expect(verifyCsr(plain)).toBe(true);
  });
});
