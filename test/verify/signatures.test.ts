import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integerFromContent, sequence } from '../../src/asn1/writer.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { Budget, DEFAULT_LIMITS } from '../../src/verify/budget.ts';
import { isSignedBy, signatureWeight } from '../../src/verify/signatures.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { ca, leaf } from '../support/graph.ts';

const root = await ca({ subject: 'CN=Root' });
const other = await ca({ subject: 'CN=Root' });
const issuing = await ca({ subject: 'CN=Issuing', by: root });

/** The answer, and how many signatures were checked for it. */
function ask(der: Uint8Array, { certificate } = root): readonly [boolean, number] {
  const budget = new Budget(DEFAULT_LIMITS);
  const answer = isSignedBy(parseCertificate(der), certificate.publicKey, budget);
  return [answer, budget.spent.signatures];
}

describe('the signature of a CA certificate', () => {
  const { der } = issuing.certificate;

  it('is checked once, however often the certificate is read', () => {
    expect(ask(der)).toEqual([true, 1]);
    expect(ask(der)).toEqual([true, 0]);
    expect(ask(Uint8Array.from(der))).toEqual([true, 0]);
  });

  it('is another one by another key, or over another byte', () => {
    expect(ask(der)[0]).toBe(true);
    expect(ask(der, other)).toEqual([false, 1]);
    const changed = Uint8Array.from(der);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    expect(ask(changed)).toEqual([false, 1]);
  });

  it('does not vouch for other bytes that it was copied to', () => {
    expect(ask(der)[0]).toBe(true);
    const forged = Uint8Array.from(der);
    const at = Buffer.from(forged).indexOf('Issuing');
    forged[at] = 0x58;
    expect(ask(forged)).toEqual([false, 1]);
    expect(ask(der)).toEqual([true, 0]);
  });

  it('is asked for again after a no, and after many others', async () => {
    expect(ask(der, other)).toEqual([false, 1]);
    expect(ask(der, other)).toEqual([false, 1]);
    expect(ask(der)[1]).toBe(0);
    for (let i = 0; i < 300; i++) ask((await ca({ by: root })).certificate.der);
    expect(ask(der)).toEqual([true, 1]);
  });
});

it('of a leaf is checked every time', async () => {
  const { der } = (await leaf({ by: root })).certificate;
  expect(ask(der)).toEqual([true, 1]);
  expect(ask(der)).toEqual([true, 1]);
});

describe('a check counts', () => {
  const rsa = (bits: number, exponent: number) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 512, publicExponent: 3 });
    const key = parsePublicKey(publicKey.export({ type: 'spki', format: 'der' }));
    const bytes = (length: number) => new Uint8Array(length).fill(0x7f);
    const keyBits = sequence(
      integerFromContent(bytes(bits / 8)),
      integerFromContent(bytes(exponent)),
    );
    return { ...key, bits, keyBits };
  };

  it('as one by the keys that CAs have', () => {
    expect(signatureWeight(root.certificate.publicKey)).toBe(1);
    expect(signatureWeight(rsa(2048, 3))).toBe(1);
    expect(signatureWeight(rsa(4096, 3))).toBe(1);
  });

  it('as several by a key that is dear', () => {
    expect(signatureWeight(rsa(8192, 3))).toBe(4);
    expect(signatureWeight(rsa(16_384, 8))).toBe(43);
  });
});
