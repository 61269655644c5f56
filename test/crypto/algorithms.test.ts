import { describe, expect, it } from 'vitest';
import {
  KEY_TYPES,
  parseKeyType,
  readSignatureAlgorithm,
  signatureAlgorithm,
  signatureAlgorithmFor,
  type SignatureName,
} from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromBase64, fromHex, toHex } from '../../src/base/bytes.ts';
import { thrown } from '../support/thrown.ts';
import { OPENSSL_SIGNATURES } from './openssl-signatures.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;
const base64 = (text: string) => fromBase64(text) as Uint8Array;

describe('key types', () => {
  it('parse, whatever the case', () => {
    expect(parseKeyType('EC-P256')).toBe('ec-p256');
    for (const type of KEY_TYPES) expect(parseKeyType(type)).toBe(type);
  });

  it('that are unknown are refused with the list', () => {
    const error = thrown(() => parseKeyType('rsa-1024'));
    expect(error.code).toBe('BAD_OPTION');
    expect(error.hint).toContain('ec-p256, ec-p384, ec-p521, ed25519, rsa-2048');
  });
});

describe('AlgorithmIdentifiers as written', () => {
  // RFC 5758 §3.2 and RFC 8410 §3: no parameters. RFC 4055 §5, RFC 8017 A.2.4: NULL.
  const written: readonly [Parameters<typeof signatureAlgorithm>[0], string][] = [
    ['ecdsa-sha256', '300a 0608 2a8648ce3d040302'],
    ['ecdsa-sha384', '300a 0608 2a8648ce3d040303'],
    ['ecdsa-sha512', '300a 0608 2a8648ce3d040304'],
    ['rsa-sha256', '300d 0609 2a864886f70d01010b 0500'],
    ['rsa-sha384', '300d 0609 2a864886f70d01010c 0500'],
    ['rsa-sha512', '300d 0609 2a864886f70d01010d 0500'],
    ['ed25519', '3005 0603 2b6570'],
  ];
  it.each(written)('%s', (name, expected) => {
    expect(toHex(signatureAlgorithm(name).identifier)).toBe(expected.replaceAll(' ', ''));
    expect(readSignatureAlgorithm(hex(expected))).toBe(signatureAlgorithm(name));
  });
});

describe('readSignatureAlgorithm', () => {
  it.each(OPENSSL_SIGNATURES)('knows $name as OpenSSL writes it', ({ name, identifier }) => {
    expect(readSignatureAlgorithm(base64(identifier))?.name).toBe(name);
  });

  it('takes RSA without parameters (RFC 4055 §5)', () => {
    expect(readSignatureAlgorithm(hex('300b 0609 2a864886f70d01010b'))?.name).toBe('rsa-sha256');
  });

  const pss = '0609 2a864886f70d01010a';
  const sha256 = '300d 0609 608648016503040201 0500';
  const mgf1 = `301a 0609 2a864886f70d010108 ${sha256}`;
  const withParameters = (parameters: string) =>
    der.sequence(hex(pss), der.sequence(hex(parameters)));
  it('reads the defaults of RSA-PSS: SHA-1, salt of 20 (RFC 4055 §3.1)', () => {
    expect(readSignatureAlgorithm(withParameters(''))).toMatchObject({
      name: 'rsa-pss-sha1',
      saltLength: 20,
    });
  });
  it('reads parameters of RSA-PSS', () => {
    const identifier = withParameters(`a00f ${sha256} a11c ${mgf1} a203 020120`);
    expect(readSignatureAlgorithm(identifier)).toMatchObject({
      name: 'rsa-pss-sha256',
      scheme: 'rsa-pss',
      hash: 'sha256',
      saltLength: 32,
      identifier,
    });
  });

  const unknown: readonly [why: string, input: Uint8Array][] = [
    ['ECDSA with NULL (RFC 5758 §3.2: absent)', hex('300c 0608 2a8648ce3d040302 0500')],
    ['Ed25519 with NULL (RFC 8410 §3: absent)', hex('3007 0603 2b6570 0500')],
    ['RSA with parameters that are no NULL', hex('300e 0609 2a864886f70d01010b 020100')],
    ['RSA with something after NULL', hex('300f 0609 2a864886f70d01010b 0500 0500')],
    ['RSA-PSS without parameters (RFC 4055 §3.1: present)', hex(`300b ${pss}`)],
    ['RSA-PSS whose mask hashes otherwise', withParameters(`a00f ${sha256} a203 020120`)],
    ['RSA-PSS with trailer 2', withParameters('a303 020102')],
    ['RSA-PSS with a negative salt', withParameters('a203 0201ff')],
    ['RSA-PSS with a salt beyond any key', withParameters('a204 02027fff')],
    ['MD5 with RSA', hex('300d 0609 2a864886f70d010104 0500')],
    ['an empty input', hex('')],
    ['a long form of length', hex('30810a 0608 2a8648ce3d040302')],
    ['data after the whole', hex('300a 0608 2a8648ce3d040302 00')],
  ];
  it.each(unknown)('answers undefined for %s', (_why, input) => {
    expect(readSignatureAlgorithm(input)).toBeUndefined();
  });
});

describe('signatureAlgorithmFor', () => {
  const fitting: readonly [Parameters<typeof generateKey>[0], SignatureName][] = [
    ['ec-p256', 'ecdsa-sha256'],
    ['ec-p384', 'ecdsa-sha384'],
    ['ec-p521', 'ecdsa-sha512'],
    ['ed25519', 'ed25519'],
    ['rsa-2048', 'rsa-sha256'],
  ];
  it.each(fitting)('%s signs with %s', (type, name) => {
    expect(signatureAlgorithmFor(generateKey(type).publicKey).name).toBe(name);
  });

  it('refuses keys that the program does not sign with', () => {
    for (const name of ['dsa-sha256', 'rsa-pss-sha384']) {
      const { spki } = OPENSSL_SIGNATURES.find((known) => known.name === name) as { spki: string };
      const error = thrown(() => signatureAlgorithmFor(parsePublicKey(base64(spki))));
      expect(error.code).toBe('KEY_UNSUPPORTED');
    }
  });
});
