import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodePem, parsePem, type PemBlock } from '../../src/codec/pem.ts';
import {
  isEncryptedKey,
  isPrivateKeyLabel,
  privateKeyForm,
  readPrivateKey,
  writePrivateKey,
} from '../../src/codec/pkcs8.ts';
import { decryptPbes2 } from '../../src/crypto/pbes2.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { describeKey, pkcs8Of } from '../../src/crypto/key.ts';
import { enterWhole, Tag } from '../../src/asn1/reader.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromHex, toUtf8 } from '../../src/base/bytes.ts';
import { thrown } from '../support/thrown.ts';
import { OPENSSL_KEYS, PASSPHRASE } from './openssl-keys.ts';

function keyBlock(pem: string): PemBlock {
  const found = parsePem(pem).find(({ label }) => isPrivateKeyLabel(label));
  if (found === undefined) throw new Error('no key block');
  return found;
}
const hex = (text: string) => fromHex(text) as Uint8Array;
const byForm = (form: string) =>
  keyBlock(OPENSSL_KEYS.find((known) => known.form === form)?.pem ?? '');

describe.each(OPENSSL_KEYS)('$form, of $command', (known) => {
  const block = keyBlock(known.pem);

  it('reads to the key that OpenSSL sees', () => {
    const key = readPrivateKey(block, () => PASSPHRASE);
    expect(describeKey(key.publicKey)).toBe(known.description);
    expect(createHash('sha256').update(key.publicKey.spki).digest('hex')).toBe(known.spkiSha256);
  });

  it(known.encrypted ? 'is seen to be encrypted' : 'asks for no passphrase', () => {
    expect(isEncryptedKey(block)).toBe(known.encrypted);
    if (known.encrypted) return;
    readPrivateKey(block, () => {
      throw new Error('asked');
    });
    expect(describeKey(readPrivateKey(block.bytes).publicKey)).toBe(known.description);
  });
});

describe.each(OPENSSL_KEYS.filter(({ encrypted }) => encrypted))('$form', ({ pem }) => {
  const block = keyBlock(pem);

  it('asks once, and says when nothing or the wrong thing comes', () => {
    let asked = 0;
    const ask = (answer: string | undefined) => () => {
      asked++;
      return answer;
    };
    expect(thrown(() => readPrivateKey(block)).code).toBe('PASSPHRASE_NEEDED');
    const nothing = thrown(() => readPrivateKey(block, ask(undefined)));
    expect(nothing.code).toBe('PASSPHRASE_NEEDED');
    expect(nothing.hint).toContain('--passphrase-file');
    expect(asked).toBe(1);
    for (const wrong of ['', 'MTLS-test', `${PASSPHRASE}\n`]) {
      const error = thrown(() => readPrivateKey(block, ask(wrong)));
      expect(error.code).toBe('PASSPHRASE_WRONG');
      if (wrong !== '') expect(inspect(error)).not.toContain(wrong);
    }
    expect(asked).toBe(4);
  });
});

describe('a wrong passphrase', () => {
  // One in 256 leaves padding that fits: over 3,000 tries about twelve do.
  it.each(['traditional AES-128-CBC RSA', 'traditional DES-EDE3-CBC'])(
    'is one also when its padding happens to fit: %s',
    (form) => {
      const block = byForm(form);
      for (let i = 0; i < 3000; i++)
        expect(thrown(() => readPrivateKey(block, () => `wrong ${i}`)).code).toBe(
          'PASSPHRASE_WRONG',
        );
    },
  );
});

describe('privateKeyForm', () => {
  it.each([
    ['EC P-384 SEC1', 'sec1'],
    ['RSA PKCS#1', 'pkcs1'],
    ['EC P-521 PKCS#8', 'pkcs8'],
    ['Ed25519', 'pkcs8'],
    ['PBES2 scrypt', 'encrypted-pkcs8'],
  ] as const)('%s is %s', (form, expected) => {
    expect(privateKeyForm(byForm(form).bytes)).toBe(expected);
  });

  it('is none for other things', () => {
    const { publicKey } = generateKey('ec-p256');
    for (const bytes of [
      publicKey.spki,
      hex(''),
      hex('3000'),
      hex('0500'),
      hex('3006020101020103'),
      toUtf8('-----BEGIN'),
    ])
      expect(privateKeyForm(bytes)).toBeUndefined();
  });
});

describe('readPrivateKey refuses', () => {
  it('an OpenSSH key, with what to type', () => {
    const [block] = parsePem(encodePem('OPENSSH PRIVATE KEY', toUtf8('openssh-key-v1\0')));
    const error = thrown(() => readPrivateKey(block as PemBlock));
    expect(error.code).toBe('KEY_UNSUPPORTED');
    expect(error.hint).toContain('ssh-keygen -p -m PKCS8');
  });

  it('a block that is no key', () => {
    const [block] = parsePem(encodePem('CERTIFICATE', hex('3000')));
    expect(thrown(() => readPrivateKey(block as PemBlock)).code).toBe('KEY_MALFORMED');
  });

  it('bytes that are no key', () => {
    for (const bytes of [hex(''), hex('3000'), generateKey('ec-p256').publicKey.spki])
      expect(thrown(() => readPrivateKey(bytes)).code).toBe('KEY_MALFORMED');
  });

  const traditional = byForm('traditional DES-EDE3-CBC');
  const withInfo = (info: string): PemBlock => ({
    ...traditional,
    headers: new Map([['DEK-Info', info]]),
  });
  it.each([
    ['KEY_UNSUPPORTED', 'DES-CBC,0011223344556677'],
    ['KEY_UNSUPPORTED', ''],
    ['KEY_UNSUPPORTED', '\u001b[2J,00'],
    ['KEY_MALFORMED', 'DES-EDE3-CBC'],
    ['KEY_MALFORMED', 'DES-EDE3-CBC,'],
    ['KEY_MALFORMED', 'DES-EDE3-CBC,zz11223344556677'],
    ['KEY_MALFORMED', 'DES-EDE3-CBC,00112233445566778899aabbccddeeff'],
  ])('%s for DEK-Info %j', (code, info) => {
    const error = thrown(() => readPrivateKey(withInfo(info), () => PASSPHRASE));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('\u001b');
  });

  it('ciphertext that is no whole number of blocks, whatever the passphrase', () => {
    const cut = { ...traditional, bytes: traditional.bytes.subarray(1) };
    expect(thrown(() => readPrivateKey(cut, () => PASSPHRASE)).code).toBe('KEY_MALFORMED');
  });
});

describe('encrypted PKCS#8 with odd parameters', () => {
  const oid = der.oid;
  const PBES2 = '1.2.840.113549.1.5.13';
  const AES = der.sequence(oid('2.16.840.1.101.3.4.1.42'), der.octetString(new Uint8Array(16)));
  const HMAC = der.sequence(oid('1.2.840.113549.2.9'), der.nullValue());
  const pbkdf2 = (iterations: number, ...rest: Uint8Array[]) =>
    der.sequence(
      oid('1.2.840.113549.1.5.12'),
      der.sequence(der.octetString(new Uint8Array(8)), der.integer(iterations), ...rest),
    );
  const scrypt = (n: number, r: number, p: number, ...rest: Uint8Array[]) =>
    der.sequence(
      oid('1.3.6.1.4.1.11591.4.11'),
      der.sequence(
        der.octetString(toUtf8('Mouse')),
        ...[n, r, p].map((value) => der.integer(value)),
        ...rest,
      ),
    );
  const pbes2 = (kdf: Uint8Array, cipher = AES, length = 48) =>
    der.sequence(
      der.sequence(oid(PBES2), der.sequence(kdf, cipher)),
      der.octetString(new Uint8Array(length)),
    );
  const cases: readonly [code: string, why: string, bytes: Uint8Array][] = [
    ['PASSPHRASE_WRONG', 'none odd', pbes2(pbkdf2(1000, HMAC))],
    ['PASSPHRASE_WRONG', 'a key length that fits', pbes2(pbkdf2(1000, der.integer(32), HMAC))],
    ['KEY_MALFORMED', 'a key length that does not fit', pbes2(pbkdf2(1, der.integer(16), HMAC))],
    ['KEY_MALFORMED', 'no rounds', pbes2(pbkdf2(0, HMAC))],
    ['KEY_UNSUPPORTED', 'four thousand million rounds', pbes2(pbkdf2(2 ** 32, HMAC))],
    ['KEY_UNSUPPORTED', 'scrypt over 1 GiB (RFC 7914 §13)', pbes2(scrypt(1048576, 8, 1))],
    ['KEY_MALFORMED', 'scrypt with N = 3', pbes2(scrypt(3, 8, 1))],
    ['KEY_MALFORMED', 'something after scrypt', pbes2(scrypt(2, 8, 1, der.integer(32), HMAC))],
    ['KEY_UNSUPPORTED', 'an unknown derivation', pbes2(der.sequence(oid('1.2.3')))],
    ['KEY_UNSUPPORTED', 'an unknown HMAC', pbes2(pbkdf2(1, der.sequence(oid('1.2.3'))))],
    ['KEY_UNSUPPORTED', 'an unknown cipher', pbes2(pbkdf2(1), der.sequence(oid('1.2.3')))],
    [
      'KEY_MALFORMED',
      'an IV of 8 bytes for AES',
      pbes2(
        pbkdf2(1),
        der.sequence(oid('2.16.840.1.101.3.4.1.42'), der.octetString(new Uint8Array(8))),
      ),
    ],
    ['KEY_MALFORMED', 'no ciphertext', pbes2(pbkdf2(1), AES, 0)],
    ['KEY_MALFORMED', 'half a block', pbes2(pbkdf2(1), AES, 40)],
    [
      'KEY_UNSUPPORTED',
      'PKCS#12’s 3DES',
      der.sequence(
        der.sequence(oid('1.2.840.113549.1.12.1.3'), der.sequence()),
        der.octetString(new Uint8Array(8)),
      ),
    ],
    [
      'KEY_MALFORMED',
      'no parameters',
      der.sequence(der.sequence(oid(PBES2)), der.octetString(new Uint8Array(16))),
    ],
  ];
  it.each(cases)('%s: %s', (code, _why, bytes) => {
    expect(thrown(() => readPrivateKey(bytes, () => 'Rabbit')).code).toBe(code);
  });
});

describe('writePrivateKey', () => {
  const key = generateKey('ec-p256');

  it('writes PKCS#8, and reads it back', () => {
    const pem = writePrivateKey(key);
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^-]*\n-----END PRIVATE KEY-----\n$/);
    expect(pkcs8Of(readPrivateKey(keyBlock(pem)))).toEqual(pkcs8Of(key));
  });

  it('encrypts under PBES2 as DESIGN has it, each time with another salt and IV', () => {
    const [first, second] = [0, 1].map(() => keyBlock(writePrivateKey(key, 'pass phrase')));
    for (const block of [first, second] as PemBlock[]) {
      expect(block.label).toBe('ENCRYPTED PRIVATE KEY');
      const read = readPrivateKey(block, () => toUtf8('pass phrase'));
      expect(pkcs8Of(read)).toEqual(pkcs8Of(key));
    }
    expect(first?.bytes.subarray(0, 80)).not.toEqual(second?.bytes.subarray(0, 80));
    const fields = enterWhole((first as PemBlock).bytes);
    const algorithm = fields.next(Tag.Sequence).whole;
    expect(decryptPbes2(algorithm, fields.octetString(), toUtf8('pass phrase'))).toEqual(
      pkcs8Of(key),
    );
    // PBKDF2 with 600,000 rounds (09 27 c0) and hmacWithSHA256; aes256-CBC
    const text = Buffer.from(algorithm).toString('hex');
    expect(text).toContain('02030927c0300c06082a864886f70d02090500');
    expect(text).toContain('060960864801650304012a0410');
  });

  it('refuses an empty passphrase', () => {
    for (const empty of ['', new Uint8Array(0)])
      expect(thrown(() => writePrivateKey(key, empty)).code).toBe('PASSPHRASE_NEEDED');
  });
});
