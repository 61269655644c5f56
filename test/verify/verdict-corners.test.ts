// Verdicts where two things come together.
import { describe, expect, it } from 'vitest';
import { oid, sequence, bitString, nullValue } from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { ask, ca, leaf, type Shape } from '../support/graph.ts';

const WITHOUT_IDS: Shape['extensions'] = {
  subjectKeyIdentifier: null,
  authorityKeyIdentifier: null,
};

/** md5WithRSAEncryption, RFC 3279 §2.2.1: no program here checks it. */
const MD5 = sequence(oid('1.2.840.113549.1.1.4'), nullValue());

it('a path that comes to light after the budget is spent changes no verdict', async () => {
  const root = await ca({ subject: 'CN=Root' });
  const name = { subject: 'CN=Same', by: root, extensions: WITHOUT_IDS };
  const others = await Promise.all(Array.from({ length: 120 }, () => ca(name)));
  const right = await ca(name);
  const end = await leaf({ by: right, extensions: WITHOUT_IDS });
  const { ok, fault } = verifyCertificate(ask(end, [root], [...others, right]));
  expect([ok, fault?.code]).toEqual([false, 'BUDGET_EXCEEDED']);
});

describe('an algorithm that nobody here knows', () => {
  it('of a signature is told as that, and not as a forgery', async () => {
    const root = await ca({ subject: 'CN=Root' });
    const signer = signerOf(root.key);
    const algorithm = { ...signatureAlgorithm('rsa-sha256'), identifier: MD5 };
    const end = await leaf({ by: root, signer: { ...signer, algorithm } });
    const { fault, attempts } = verifyCertificate(ask(end, [root]));
    expect(fault?.code).toBe('ALGORITHM_UNSUPPORTED');
    expect(attempts.flatMap(({ faults }) => faults.map(({ code }) => code))).not.toContain(
      'BAD_SIGNATURE',
    );
  });

  it('of an issuer’s key is told as that', async () => {
    const key = generateKey('ec-p256');
    // id-X448, RFC 8410 §3: it agrees on keys and signs nothing
    const spki = sequence(sequence(oid('1.3.101.111')), bitString(new Uint8Array(56)));
    const root = await ca({ subject: 'CN=Root' });
    const strange = await ca({
      subject: 'CN=Strange',
      by: root,
      key,
      publicKey: parsePublicKey(spki),
    });
    const end = await leaf({ by: strange });
    const { fault } = verifyCertificate(ask(end, [root], [strange]));
    expect(fault?.code).toBe('ALGORITHM_UNSUPPORTED');
    expect(fault?.position).toBe(1);
  });
});
