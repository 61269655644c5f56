// Requests that no honest tool makes: what can be read in two ways, or not at all, is not signed.
import { describe, expect, test } from 'vitest';
import {
  bitString,
  element,
  implicitConstructed,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '../../src/asn1/writer.ts';
import { utf8String } from '../../src/asn1/string.ts';
import { toUtf8 } from '../../src/base/bytes.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { formatDn } from '../../src/name/dn.ts';
import { formatGeneralName } from '../../src/name/san.ts';
import { resolveRequest } from '../../src/profile/request.ts';
import { parseCsr, verifyCsr } from '../../src/x509/csr.ts';
import { thrown } from '../support/thrown.ts';
import { now, root } from './authorities.ts';

const signer = signerOf(generateKey('ec-p256'));
const authority = await root();

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const MICROSOFT = '1.3.6.1.4.1.311.2.1.14';
const ALT_NAME = '2.5.29.17';
const KEY_USAGE = '2.5.29.15';

const rdn = (type: string, value: Uint8Array) => setOf(sequence(oid(type), value));
const common = (text: string) => rdn('2.5.4.3', utf8String(text));
const extension = (type: string, value: Uint8Array) => sequence(oid(type), octetString(value));
const dns = (...names: readonly string[]) =>
  sequence(...names.map((name) => element(0x82, toUtf8(name))));
const names = (...given: readonly string[]) => extension(ALT_NAME, dns(...given));
const asking = (...extensions: readonly Uint8Array[]) =>
  sequence(oid(EXTENSION_REQUEST), setOf(sequence(...extensions)));

/** A request with a good signature, whatever it says. */
function request(
  attributes: readonly Uint8Array[],
  subject: readonly Uint8Array[] = [common('fallback.example.org')],
  version = 0,
) {
  const info = sequence(
    integer(version),
    sequence(...subject),
    signer.publicKey.spki,
    implicitConstructed(0, ...attributes),
  );
  const csr = parseCsr(sequence(info, signer.algorithm.identifier, bitString(signer.sign(info))));
  expect(verifyCsr(csr)).toBe(true);
  return csr;
}

const plan = (...given: Parameters<typeof request>) =>
  resolveRequest(request(...given), {}, authority.path, { now });

const refused = (...given: Parameters<typeof request>) => {
  const csr = request(...given);
  return thrown(() => resolveRequest(csr, {}, authority.path, { now }));
};

describe('extensions', () => {
  test('of one list, once each, are taken', () => {
    const { names: taken } = plan([asking(names('a.example.org'))]);
    expect(taken.map(formatGeneralName)).toEqual(['DNS:a.example.org']);
  });

  test('said twice in the same words, as Windows does, are taken', () => {
    const twice = [EXTENSION_REQUEST, MICROSOFT].map((type) =>
      sequence(oid(type), setOf(sequence(names('a.example.org')))),
    );
    const { names: taken } = plan(twice);
    expect(taken.map(formatGeneralName)).toEqual(['DNS:a.example.org']);
  });

  test.each<[string, readonly Uint8Array[]]>([
    ['two lists of names', [asking(names('a.example.org'), names('b.example.org'))]],
    ['one list of names twice', [asking(names('a.example.org'), names('a.example.org'))]],
    ['two lists in two attributes', [asking(names('a.test')), asking(names('b.test'))]],
    ['names that cannot be read', [asking(extension(ALT_NAME, utf8String('a.example.org')))]],
    ['names with more behind', [asking(extension(ALT_NAME, Uint8Array.of(...dns('a.test'), 0)))]],
    ['an empty list of names', [asking(names())]],
    ['an empty list of extensions', [asking()]],
    ['an attribute without a list', [sequence(oid(EXTENSION_REQUEST), setOf())]],
    [
      'another extension that cannot be read',
      [asking(names('a.example.org'), extension(KEY_USAGE, utf8String('all')))],
    ],
  ])('%s: refused, and the common name does not take their place', (_, attributes) => {
    expect(refused(attributes).code).toBe('CSR_MALFORMED');
  });

  test('of a version that nobody knows are refused', () => {
    const error = refused([asking(names('a.example.org'))], undefined, 1);
    expect(error.code).toBe('CSR_MALFORMED');
  });
});

describe('a subject', () => {
  const asked = [asking(names('a.example.org'))];

  test.each<[string, Uint8Array]>([
    ['a NUL', common('a.example.org\0.evil.test')],
    ['a line feed', common('a.example.org\nCN=admin')],
    ['a terminal escape', common('\u001b[2Jadmin')],
    ['a mark that turns text round', common('\u202egro.elpmaxe')],
    ['a zero-width space', common('ad\u200bmin')],
    ['no text', rdn('2.5.4.3', sequence())],
    ['an empty text', common('')],
    ['more than its type takes', common('a'.repeat(65))],
    ['a country of three letters', rdn('2.5.4.6', element(0x13, toUtf8('CHE')))],
  ])('with %s is refused', (_, bad) => {
    expect(refused(asked, [bad]).code).toBe('CSR_MALFORMED');
  });

  test('of a thousand parts is refused', () => {
    const many = Array.from({ length: 1000 }, () => common('a'));
    expect(refused(asked, many).code).toBe('CSR_MALFORMED');
  });

  test('in the words of any language is taken', () => {
    const { subject } = plan(asked, [rdn('2.5.4.10', utf8String('Größe 東京')), common('a')]);
    expect(formatDn(subject)).toBe('O=Größe 東京, CN=a');
  });
});
