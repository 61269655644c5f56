import { AsnConvert } from '@peculiar/asn1-schema';
import * as peculiar from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { concatBytes, fromHex, toHex } from '../../src/base/bytes.ts';
import {
  decodeNameConstraints,
  encodeNameConstraints,
  formatSubtree,
  parseConstraint,
  type GeneralSubtree,
} from '../../src/name/constraints.ts';

const bytes = (hex: string) => fromHex(hex) as Uint8Array;

function failure(text: string): MtlsError {
  try {
    parseConstraint(text);
  } catch (error) {
    if (error instanceof MtlsError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('parseConstraint', () => {
  it.each([
    ['example.org', 'DNS:example.org'],
    ['Example.ORG.', 'DNS:example.org'],
    ['.example.org', 'DNS:.example.org'],
    ['localhost', 'DNS:localhost'],
    ['bücher.example', 'DNS:xn--bcher-kva.example'],
    ['dns:example.org', 'DNS:example.org'],
    ['10.0.0.0/8', 'IP:10.0.0.0/8'],
    ['10.0.0.7', 'IP:10.0.0.7/32'],
    ['0.0.0.0/0', 'IP:0.0.0.0/0'],
    ['fd00::/8', 'IP:fd00::/8'],
    ['::1', 'IP:::1/128'],
    ['IP:10.0.0.0/8', 'IP:10.0.0.0/8'],
    ['@example.org', 'email:example.org'],
    ['user@Example.org', 'email:user@example.org'],
    ['email:example.org', 'email:example.org'],
    ['email:@example.org', 'email:example.org'],
    ['email:.example.org', 'email:.example.org'],
    ['uri:example.org', 'URI:example.org'],
    ['uri:.example.org', 'URI:.example.org'],
    ['spiffe://example.org', 'URI:example.org'],
    ['uri:spiffe://example.org', 'URI:example.org'],
    ['dir:O=Example,OU=a', 'dirName:O=Example, OU=a'],
  ])('reads %s', (text, shown) => {
    expect(formatSubtree(parseConstraint(text))).toBe(shown);
  });

  it.each([
    ['', /empty/, undefined],
    ['dns:', /empty/, undefined],
    ['*.example.org', /no wildcard/, /^example\.org covers/],
    ['10.1.2.3/8', /bits behind the prefix/, /^10\.0\.0\.0\/8$/],
    ['10.0.0.0/33', /not an address block/, undefined],
    ['ip:example.org', /not an address block/, undefined],
    ['fd00::1/8', /bits behind the prefix/, /^fd00::\/8$/],
    ['spiffe://example.org/ns/prod', /trust domain, not a path/, /^spiffe:\/\/example\.org$/],
    ['spiffe://Example.org', /lower-case/, undefined],
    ['https://example.org/x', /neither a DNS name/, undefined],
    ['uri:https://example.org/x', /host alone/, /^uri:example\.org$/],
    ['uri:10.0.0.7', /IP address/, undefined],
    ['CN=a', /neither a DNS name/, undefined],
    ['dir:XX=a', /unknown attribute type/, undefined],
    ['a b', /neither a DNS name/, undefined],
    ['a@b@example.org', /before @/, undefined],
    ['email:..example.org', /empty label/, undefined],
    ['example.org\n', /neither/, undefined],
    ['\u001b[31m', /"\\x1b\[31m"/, undefined],
  ])('refuses %j', (text, why, hint) => {
    const error = failure(text);
    expect(error.message).toMatch(why);
    if (hint) expect(error.hint).toMatch(hint);
  });
});

describe('encodeNameConstraints', () => {
  const permitted = [
    'example.org',
    '10.0.0.0/8',
    'fd00::/8',
    'email:example.org',
    'dir:O=Example',
  ].map(parseConstraint);
  const excluded = ['bad.example.org', 'uri:.example.org'].map(parseConstraint);

  function theirs(list: readonly GeneralSubtree[]): peculiar.GeneralSubtrees {
    return new peculiar.GeneralSubtrees(
      list.map((subtree) => {
        switch (subtree.kind) {
          case 'dns':
            return new peculiar.GeneralSubtree({
              base: new peculiar.GeneralName({ dNSName: subtree.value }),
            });
          case 'email':
            return new peculiar.GeneralSubtree({
              base: new peculiar.GeneralName({ rfc822Name: subtree.value }),
            });
          case 'uri':
            return new peculiar.GeneralSubtree({
              base: new peculiar.GeneralName({ uniformResourceIdentifier: subtree.value }),
            });
          case 'dirName':
            return new peculiar.GeneralSubtree({
              base: new peculiar.GeneralName({
                directoryName: AsnConvert.parse(subtree.der, peculiar.Name),
              }),
            });
          case 'ip':
            return new peculiar.GeneralSubtree({
              base: AsnConvert.parse(
                concatBytes([
                  Uint8Array.of(0x87, 2 * subtree.address.length),
                  subtree.address,
                  subtree.mask,
                ]),
                peculiar.GeneralName,
              ),
            });
          default:
            throw new Error('no such subtree here');
        }
      }),
    );
  }

  it('writes what @peculiar/asn1-x509 writes, and reads it back', () => {
    for (const [yes, no] of [
      [permitted, excluded],
      [permitted, []],
      [[], excluded],
    ] as const) {
      const ours = encodeNameConstraints({ permitted: yes, excluded: no });
      const value = new peculiar.NameConstraints({
        ...(yes.length > 0 && { permittedSubtrees: theirs(yes) }),
        ...(no.length > 0 && { excludedSubtrees: theirs(no) }),
      });
      expect(toHex(ours)).toBe(toHex(new Uint8Array(AsnConvert.serialize(value))));
      expect(decodeNameConstraints(ours)).toEqual({ permitted: yes, excluded: no });
    }
  });
});

describe('decodeNameConstraints', () => {
  const read = (subtree: string) =>
    decodeNameConstraints(
      bytes(
        `30${(subtree.length / 2 + 2).toString(16).padStart(2, '0')}a0${(subtree.length / 2).toString(16).padStart(2, '0')}${subtree}`,
      ),
    ).permitted[0];

  it.each([
    ['30038201 61', { kind: 'dns', value: 'a' }],
    ['3006820161800100', { kind: 'dns', value: 'a' }],
    ['3006820161 800101', { kind: 'unsupported', tag: 0x82, der: bytes('3006820161800101') }],
    ['3006820161 810105', { kind: 'unsupported', tag: 0x82, der: bytes('3006820161810105') }],
    ['3004 88022a03', { kind: 'unsupported', tag: 0x88, der: bytes('300488022a03') }],
    ['30068704 7f000001', { kind: 'ip', address: bytes('7f00'), mask: bytes('0001') }],
    ['30058703 7f0000', { kind: 'ip', address: bytes('7f00'), mask: bytes('00') }],
  ])('reads %s', (spaced, subtree) => {
    const hex = spaced.replaceAll(' ', '');
    const found = read(hex);
    expect(found).toEqual(subtree);
    const { length } = bytes(hex);
    expect(
      toHex(encodeNameConstraints({ permitted: found ? [found] : [], excluded: [] })),
    ).toContain(
      // The default minimum is not written back (X.690 §11.5)
      hex.endsWith('800100') ? '3003820161' : hex,
    );
    expect(length).toBeGreaterThan(0);
  });

  it.each([
    ['nothing at all', '3000'],
    ['an empty list', '3002a000'],
    ['NULL for a list', '30040500 0500'],
    ['lists in the wrong order', '300ea1053003820161a0053003820161'],
    ['a list twice', '300ea0053003820161a0053003820161'],
    ['a subtree without base', '3004a0023000'],
    ['a base that is no name', '3007a00530030c0161'],
    ['a third list', '3007a2053003820161'],
    ['a non-IA5 base', '3007a00530038201ff'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeNameConstraints(bytes(hex.replaceAll(' ', '')))).toThrow(/malformed DER/);
  });
});

describe('formatSubtree', () => {
  it('shows what odd constraints hold, escaped', () => {
    expect(formatSubtree({ kind: 'dns', value: '' })).toBe('DNS:(all)');
    expect(formatSubtree({ kind: 'dns', value: '\u001b[31m' })).toBe('DNS:\\x1b[31m');
    expect(formatSubtree({ kind: 'ip', address: bytes('7f00'), mask: bytes('0001') })).toBe(
      'IP:invalid(7F:00)/invalid(00:01)',
    );
    expect(formatSubtree({ kind: 'unsupported', tag: 0x88, der: bytes('3000') })).toBe(
      'unsupported:#3000',
    );
  });
});
