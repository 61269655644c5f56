// Every form that the openssl at hand writes, made anew at each run; and what it makes of ours.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePem, type PemBlock } from '../../src/codec/pem.ts';
import { isPrivateKeyLabel, readPrivateKey, writePrivateKey } from '../../src/codec/pkcs8.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { describeKey } from '../../src/crypto/key.ts';
import { toHex } from '../../src/base/bytes.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';

const PASS = 'pass:ein Paßwort';
const passphrase = () => PASS.slice('pass:'.length);

describe.skipIf(!hasOpenssl)('openssl', () => {
  let folder = '';
  const run = (args: readonly string[]) => openssl(args, { cwd: folder });
  const spkiOf = (file: string, ...more: string[]) =>
    run(['pkey', '-in', file, '-pubout', '-outform', 'DER', '-passin', PASS, ...more]);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mtls-pkcs8-'));
    run(['genrsa', '-out', 'rsa.pem', '2048']);
    run(['ecparam', '-name', 'secp384r1', '-genkey', '-out', 'ec.pem']);
    run(['genpkey', '-algorithm', 'ed25519', '-out', 'ed.pem']);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const plain: readonly [description: string, command: string][] = [
    ['RSA 2048 bits', 'genrsa 2048'],
    ['RSA 3072 bits', 'genrsa -traditional 3072'],
    ['ECDSA P-256', 'ecparam -name prime256v1 -genkey'],
    ['ECDSA P-384', 'ecparam -name secp384r1 -genkey -noout'],
    ['ECDSA P-521', 'ecparam -name secp521r1 -genkey -noout'],
    ['ECDSA secp256k1', 'ecparam -name secp256k1 -genkey -noout'],
    ['ECDSA P-256', 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'],
    ['Ed25519', 'genpkey -algorithm ed25519'],
    ['RSA 2048 bits', 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048'],
    ['ECDSA P-384', 'ec -in ec.pem'],
    ['ECDSA P-384', 'ec -in ec.pem -no_public'],
    ['ECDSA P-384', 'ec -in ec.pem -conv_form compressed'],
    ['RSA 2048 bits', 'rsa -in rsa.pem -traditional'],
    ['ECDSA P-384', 'pkcs8 -topk8 -nocrypt -in ec.pem'],
  ];
  const ciphers = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des3'];
  const functions = ['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'];
  const encrypted: readonly [description: string, command: string][] = [
    ['ECDSA P-384', 'pkcs8 -topk8 -in ec.pem'],
    ['RSA 2048 bits', 'pkcs8 -topk8 -in rsa.pem -iter 100000'],
    ['RSA 2048 bits', 'pkcs8 -topk8 -scrypt -in rsa.pem'],
    ['Ed25519', 'pkcs8 -topk8 -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 2 -in ed.pem'],
    ['Ed25519', 'genpkey -algorithm ed25519 -aes-256-cbc'],
    ...ciphers.flatMap((cipher) =>
      functions.map(
        (name) =>
          ['ECDSA P-384', `pkcs8 -topk8 -v2 ${cipher} -v2prf hmacWith${name} -in ec.pem`] as const,
      ),
    ),
    ...['-aes128', '-aes192', '-aes256', '-des3'].flatMap((cipher) => [
      ['ECDSA P-384', `ec ${cipher} -in ec.pem`] as const,
      ['RSA 2048 bits', `rsa -traditional ${cipher} -in rsa.pem`] as const,
      ['RSA 2048 bits', `genrsa ${cipher} 2048`] as const,
    ]),
  ].map(([description, command]) => [description, command]);

  it.each([...plain, ...encrypted])('%s: openssl %s', (description, command) => {
    const secret = encrypted.some(([, known]) => known === command);
    const [name = '', ...rest] = command.split(' ');
    const pem = run([name, ...(secret ? [passOption(name), PASS] : []), ...rest]);
    writeFileSync(join(folder, 'made.pem'), pem);
    const block = parsePem(pem).find(({ label }) => isPrivateKeyLabel(label)) as PemBlock;
    const key = readPrivateKey(block, passphrase);
    expect(describeKey(key.publicKey)).toBe(description);
    const form = description.startsWith('ECDSA') ? ['-ec_conv_form', 'uncompressed'] : [];
    const seen = spkiOf('made.pem', ...form);
    expect(toHex(key.publicKey.spki)).toBe(seen.toString('hex'));
    if (secret)
      expect(thrown(() => readPrivateKey(block, () => 'ein Passwort')).code).toBe(
        'PASSPHRASE_WRONG',
      );
  });

  it.each(['rsa', 'ec', 'ed'])('DER: %s', (name) => {
    const bytes = run(['pkcs8', '-topk8', '-nocrypt', '-in', `${name}.pem`, '-outform', 'DER']);
    const closed = run([
      'pkcs8',
      '-topk8',
      '-in',
      `${name}.pem`,
      '-outform',
      'DER',
      '-passout',
      PASS,
    ]);
    const expected = spkiOf(`${name}.pem`).toString('hex');
    expect(toHex(readPrivateKey(bytes).publicKey.spki)).toBe(expected);
    expect(toHex(readPrivateKey(closed, passphrase).publicKey.spki)).toBe(expected);
  });

  it.each(KEY_TYPES)(
    'reads what we write: %s',
    (type) => {
      const key = generateKey(type);
      const expected = toHex(key.publicKey.spki);
      writeFileSync(join(folder, 'plain.pem'), writePrivateKey(key));
      expect(spkiOf('plain.pem').toString('hex')).toBe(expected);
      writeFileSync(join(folder, 'closed.pem'), writePrivateKey(key, passphrase()));
      expect(spkiOf('closed.pem').toString('hex')).toBe(expected);
      expect(() =>
        run(['pkey', '-in', 'closed.pem', '-noout', '-passin', 'pass:another']),
      ).toThrow();
      expect(run(['pkey', '-in', 'plain.pem', '-noout', '-check']).toString()).toContain('valid');
    },
    60_000,
  );

  const refused: readonly [why: string, making: string, mending: string, description: string][] = [
    [
      'a curve spelt out',
      'ecparam -name prime256v1 -genkey -noout -param_enc explicit',
      'ec -in made.pem -param_enc named_curve',
      'ECDSA P-256',
    ],
    [
      'PKCS#12’s old encryption',
      `pkcs8 -topk8 -v1 PBE-SHA1-3DES -in ec.pem -passout ${PASS.replace(' ', '_')}`,
      `pkcs8 -topk8 -v2 aes-256-cbc -in made.pem -passin ${PASS.replace(' ', '_')} -passout pass:x`,
      'ECDSA P-384',
    ],
  ];
  it.each(refused)('%s is refused, and the hint mends it', (_why, making, mending, description) => {
    const pem = run(making.split(' '));
    writeFileSync(join(folder, 'made.pem'), pem);
    const error = thrown(() => readPrivateKey(parsePem(pem)[0] as PemBlock, () => 'x'));
    expect(error.code).toBe('KEY_UNSUPPORTED');
    const options = mending.split(' ').filter((word) => /^-(param_enc|v2|topk8)$/.test(word));
    for (const option of options) expect(error.hint).toContain(option);
    const mended = parsePem(run(mending.split(' ')))[0] as PemBlock;
    expect(describeKey(readPrivateKey(mended, () => 'x').publicKey)).toBe(description);
  });
});

function passOption(command: string): string {
  return command === 'genpkey' ? '-pass' : '-passout';
}
