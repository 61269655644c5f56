// A CA of the library whose key the caller keeps.
import {
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { expect, it } from 'vitest';
import { initCa, openCa, type CaSigner, type SigningQuestion } from '../../src/index.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { rejected } from './support.ts';

interface Kms extends CaSigner {
  readonly questions: SigningQuestion[];
}

function kms(type: 'ec' | 'ed25519' = 'ec'): Kms {
  const { privateKey } = (
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('ed25519')
  ) as { privateKey: KeyObject };
  const questions: SigningQuestion[] = [];
  const secret = () => Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  return {
    questions,
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }),
    sign(question) {
      questions.push(question);
      return type === 'ed25519'
        ? sign(null, question.input, privateKey)
        : Promise.resolve(
            p256.sign(question.input, secret(), { prehash: false, lowS: false, format: 'der' }),
          );
    },
  };
}

it.each(['ec', 'ed25519'] as const)('a CA issues without having its key: %s', async (type) => {
  const home = temporaryFolder();
  const signer = kms(type);
  const root = await initCa({ home, name: 'root', signer });
  expect(existsSync(join(home, 'ca/root/ca.key'))).toBe(false);
  // The root and the record of it
  expect(signer.questions).toHaveLength(2);
  expect(signer.questions[0]).toMatchObject(
    type === 'ec'
      ? { algorithm: 'ecdsa-sha256', hash: 'sha256' }
      : { algorithm: 'ed25519', hash: null },
  );
  const { cert, ca } = await openCa({ home, signer }).issue('api.example.internal');
  const issuer = new X509Certificate(ca);
  expect(new X509Certificate(cert).verify(issuer.publicKey)).toBe(true);
  expect(issuer.publicKey.equals(createPublicKey(signer.publicKey as string))).toBe(true);

  const below = kms();
  const mesh = await root.intermediate({ name: 'mesh', signer: below });
  await mesh.issue('b.example.internal');
  expect(below.questions).toHaveLength(3);
});

it('what is not signed by its key, or not signed, comes to nothing', async () => {
  const home = temporaryFolder();
  const signer = kms();
  await initCa({ home, signer });
  const other = kms();
  expect(thrown(() => openCa({ home, signer: other }))).toMatchObject({ code: 'KEY_MISMATCH' });
  const wrong = { publicKey: signer.publicKey, sign: other.sign.bind(other) };
  const ca = openCa({ home, signer: wrong });
  expect(await rejected(ca.issue('a.example.internal'))).toMatchObject({ code: 'SIGNER_WRONG' });
  const failure = new Error('no credentials');
  const failing = { publicKey: signer.publicKey, sign: () => Promise.reject(failure) };
  expect(await rejected(openCa({ home, signer: failing }).crl())).toBe(failure);
  expect(await rejected(openCa({ home }).crl())).toMatchObject({ code: 'CA_KEY_MISSING' });
  expect([...ca.list()]).toEqual([]);
});

it('what makes no sense is refused', async () => {
  const home = temporaryFolder();
  const signer = kms();
  for (const more of [{ keyType: 'ec-p384' as const }, { passphrase: 'x' }])
    expect(await rejected(initCa({ home, signer, ...more }))).toMatchObject({ code: 'BAD_OPTION' });
  const none = { ...signer, publicKey: '' };
  expect(await rejected(initCa({ home, signer: none }))).toMatchObject({ code: 'FILE_EMPTY' });
});
