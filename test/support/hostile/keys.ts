// Keys and certificates whose signatures are dear to check.
import { randomBytes } from 'node:crypto';
import { bitString, integerFromContent, oid, sequence } from '../../../src/asn1/writer.ts';
import { signatureAlgorithm } from '../../../src/crypto/algorithms.ts';
import { parsePublicKey, type PublicKey } from '../../../src/crypto/key.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import { spkiOfRsa } from '../../../src/crypto/public-key.ts';
import type { Signer } from '../../../src/crypto/sign.ts';
import { ask, ca, leaf, type Holder } from '../graph.ts';
import { hostile, many, type HostileCase } from './case.ts';

const trusted = await ca({ subject: 'CN=Trusted' });
const key = generateKey('ec-p256');
const SAME = 'CN=Same';

/** An odd number of so many bits, the first of them set. */
function odd(bits: number): Uint8Array {
  const bytes = new Uint8Array(randomBytes(bits / 8));
  bytes[0] = (bytes[0] as number) | 0x80;
  bytes[bytes.length - 1] = (bytes.at(-1) as number) | 1;
  return bytes;
}

const positive = (bytes: Uint8Array) =>
  integerFromContent((bytes[0] as number) < 0x80 ? bytes : Uint8Array.of(0, ...bytes));

function rsa(bits: number, exponent: Uint8Array): PublicKey {
  return parsePublicKey(spkiOfRsa(sequence(positive(odd(bits)), positive(exponent))));
}

function dsa(bits: number): PublicKey {
  const parameters = sequence(positive(odd(bits)), positive(odd(256)), positive(odd(bits)));
  const algorithm = sequence(oid('1.2.840.10040.4.1'), parameters);
  return parsePublicKey(sequence(algorithm, bitString(positive(odd(bits)))));
}

/** A signer whose signatures have the right form and nothing else. */
function pretender(publicKey: PublicKey): Signer {
  const name = publicKey.kind === 'rsa' ? 'rsa-sha256' : 'dsa-sha256';
  const small = odd(248);
  return {
    publicKey,
    algorithm: signatureAlgorithm(name),
    sign: () =>
      publicKey.kind === 'rsa'
        ? Uint8Array.of(0, ...odd((publicKey.bits ?? 0) - 8))
        : sequence(positive(small), positive(small)),
  };
}

/** A leaf that one of a crowd pretends to have signed; all of the crowd have dear keys. */
async function crowd(count: number, make: () => PublicKey, size = 1) {
  const keys = await many(count, () => Promise.resolve(make()));
  const cas: Holder[] = [];
  for (const publicKey of keys) cas.push(await ca({ subject: SAME, publicKey, key, by: trusted }));
  const names = Array.from({ length: size }, (_, i) => ({
    kind: 'dns' as const,
    value: `host${i}.example.org`,
  }));
  const by = { subject: SAME, key, certificate: trusted.certificate };
  const signer = pretender(keys[0] as PublicKey);
  return ask(await leaf({ by, signer, names }), [trusted], cas);
}

export const KEYS: readonly HostileCase[] = [
  hostile('300 RSA keys of 16,384 bits with long exponents', 'BUDGET_EXCEEDED', () =>
    crowd(300, () => rsa(16_384, odd(64))),
  ),
  hostile('300 DSA keys of 10,000 bits', ['BUDGET_EXCEEDED', 'BAD_SIGNATURE'], () =>
    crowd(300, () => dsa(10_000)),
  ),
  hostile('300 RSA keys that claim a leaf of 1 MB', 'BUDGET_EXCEEDED', () =>
    crowd(300, () => rsa(2048, Uint8Array.of(1, 0, 1)), 40_000),
  ),
  hostile('300 keys of P-521 that claim the leaf', 'BUDGET_EXCEEDED', async () => {
    const p521 = generateKey('ec-p521');
    const cas = await many(300, () =>
      ca({ subject: SAME, key: generateKey('ec-p521'), by: trusted }),
    );
    const by = { subject: SAME, key: p521, certificate: trusted.certificate };
    return ask(await leaf({ by }), [trusted], cas);
  }),
];
