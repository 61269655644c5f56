// What OpenSSL and Go refuse, and what a reader of names could be misled by, is not called good.
import { describe, expect, test } from 'vitest';
import { element, oid, sequence, setOf } from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import type { NameDer } from '../../src/base/bytes.ts';
import { parseConstraint } from '../../src/name/constraints.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { ExtensionValue } from '../../src/x509/extensions.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { ask, ca, leaf, NOW, type Holder, type Shape } from '../support/graph.ts';

const root = await ca({ subject: 'CN=root' });

const faultOf = (end: Holder, roots = [root], untrusted: Holder[] = []) =>
  verifyCertificate(ask(end, roots, untrusted)).fault?.code;

describe('a critical extension that nothing acts upon', () => {
  const names = [parseIdentityName('ca.example.org')];
  const values: readonly ExtensionValue[] = [
    { kind: 'subjectKeyIdentifier', id: Uint8Array.of(1) },
    { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(1) },
    { kind: 'issuerAltName', names },
    {
      kind: 'authorityInfoAccess',
      descriptions: [{ method: '1.3.6.1.5.5.7.48.1', location: names[0] as never }],
    },
    { kind: 'crlNumber', number: 1n },
  ];

  test.each(values)('$kind, in a leaf and in a CA', async (value) => {
    const extensions: Shape['extensions'] = { [value.kind]: { critical: value } };
    expect(faultOf(await leaf({ by: root, extensions }))).toBe('UNKNOWN_CRITICAL_EXTENSION');
    const middle = await ca({ subject: 'CN=middle', by: root, extensions });
    expect(faultOf(await leaf({ by: middle }), [root], [middle])).toBe(
      'UNKNOWN_CRITICAL_EXTENSION',
    );
  });

  test('which is not critical is no fault', async () => {
    const [, , issuerNames] = values as readonly [unknown, unknown, ExtensionValue];
    expect(
      faultOf(await leaf({ by: root, extensions: { issuerAltName: issuerNames } })),
    ).toBeUndefined();
  });
});

describe('a subject under name constraints', () => {
  const bounded = ca({
    subject: 'CN=bounded',
    extensions: {
      nameConstraints: {
        kind: 'nameConstraints',
        constraints: {
          permitted: ['example.org', 'email:example.org'].map(parseConstraint),
          excluded: [],
        },
      },
    },
  });
  const judged = async (subject: string, ...names: readonly string[]) => {
    const by = await bounded;
    return faultOf(await leaf({ by, subject, names: names.map(parseIdentityName) }), [by]);
  };

  test.each([
    ['CN=evil.test'],
    ['CN=*.evil.test'],
    ['CN=evil.test.'],
    ['CN=api.example.org,CN=evil.test'],
    ['emailAddress=a@evil.test'],
    ['emailAddress=a@evil.test', 'a@example.org'],
    ['emailAddress=a@evil.test', 'api.example.org'],
  ])('breaks them: %s %s', async (subject, ...names) => {
    expect(await judged(subject, ...names)).toBe('NAME_CONSTRAINT');
  });

  test.each([
    ['CN=api.example.org'],
    ['CN=client'],
    ['CN=Jane Doe'],
    // Nobody reads the common name where an alternative name stands
    ['CN=evil.test', 'api.example.org'],
    ['CN=evil.test', '10.0.0.7'],
    ['emailAddress=a@example.org'],
  ])('keeps them: %s %s', async (subject, ...names) => {
    expect(await judged(subject, ...names)).toBeUndefined();
  });
});

test('a text that is not of its string type makes a name malformed', async () => {
  const holder = generateKey('ec-p256');
  const subjectOf = (tag: number, ...octets: number[]) =>
    sequence(setOf(sequence(oid('2.5.4.3'), element(tag, Uint8Array.from(octets))))) as NameDer;
  const verdict = async (subject: NameDer) => {
    const der = await signCertificate(
      {
        serial: randomSerial(),
        issuer: root.certificate.subjectDer,
        subject,
        notBefore: new Date(NOW.getTime() - 1000),
        notAfter: new Date(NOW.getTime() + 1000),
        spki: holder.publicKey.spki,
        extensions: [],
      },
      signerOf(root.key),
    );
    return faultOf({ subject: '', key: holder, certificate: parseCertificate(der) });
  };
  // UTF8String, PrintableString, BMPString
  expect(await verdict(subjectOf(0x0c, 0xff, 0xfe))).toBe('MALFORMED');
  expect(await verdict(subjectOf(0x13, 0x61, 0xe4))).toBe('MALFORMED');
  expect(await verdict(subjectOf(0x1e, 0x00, 0x61, 0x00))).toBe('MALFORMED');
  expect(await verdict(subjectOf(0x0c, 0xc3, 0xa4))).toBeUndefined();
  // Not of its type either, and common: the reader knows what is meant
  expect(await verdict(subjectOf(0x13, 0x61, 0x40))).toBeUndefined();
});

describe('an address that is none', () => {
  test.each([1, 5, 8, 17])('of %d octets is refused, as Go refuses it', async (octets) => {
    const names = [
      { kind: 'dns' as const, value: 'api.example.org' },
      { kind: 'ip' as const, value: new Uint8Array(octets).fill(10) },
    ];
    const extensions: Shape['extensions'] = {
      subjectAltName: { kind: 'subjectAltName', names },
    };
    expect(faultOf(await leaf({ by: root, extensions }))).toBe('MALFORMED');
  });
});
