import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as peculiar from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, toUtf8 } from '../../src/base/bytes.ts';
import { DerReader } from '../../src/asn1/reader.ts';
import { utf8String } from '../../src/asn1/string.ts';
import { encodeDn, formatDn, parseDn } from '../../src/name/dn.ts';
import { formatIp } from '../../src/name/ip.ts';
import {
  decodeGeneralNames,
  encodeGeneralName,
  encodeGeneralNames,
  formatGeneralName,
  generalNameFault,
  readGeneralName,
  type GeneralName,
} from '../../src/name/san.ts';
import { certificateWithNames } from './certificate-parts.ts';

const bytes = (hex: string) => fromHex(hex) as Uint8Array;
const dirName = (text: string): GeneralName => {
  const value = parseDn(text);
  return { kind: 'dirName', value, der: encodeDn(value) };
};

const names: fc.Arbitrary<GeneralName> = fc.oneof(
  fc.record({
    kind: fc.constant('dns' as const),
    value: fc.stringMatching(/^[a-z0-9.*_-]{0,40}$/),
  }),
  fc.record({
    kind: fc.constant('email' as const),
    value: fc.stringMatching(/^[a-z]{1,9}@[a-z.]{1,20}$/),
  }),
  fc.record({
    kind: fc.constant('uri' as const),
    value: fc.stringMatching(/^[a-z]+:\/\/[a-z./]{1,300}$/),
  }),
  fc.record({
    kind: fc.constant('ip' as const),
    value: fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    ),
  }),
  fc.stringMatching(/^[A-Za-z ]{0,10}[a-z]$/).map((text) => dirName(`CN=${text},O=x`)),
  fc.record({
    kind: fc.constant('other' as const),
    oid: fc.constant('1.3.6.1.4.1.311.20.2.3'),
    value: fc.string({ maxLength: 10 }).map((text) => utf8String(text)),
  }),
  fc.record({ kind: fc.constant('rid' as const), oid: fc.constantFrom('1.2.3.4', '2.999.1') }),
);

function peculiarName(name: GeneralName): peculiar.GeneralName {
  switch (name.kind) {
    case 'dns':
      return new peculiar.GeneralName({ dNSName: name.value });
    case 'email':
      return new peculiar.GeneralName({ rfc822Name: name.value });
    case 'uri':
      return new peculiar.GeneralName({ uniformResourceIdentifier: name.value });
    case 'ip':
      return new peculiar.GeneralName({ iPAddress: formatIp(name.value) });
    case 'rid':
      return new peculiar.GeneralName({ registeredID: name.oid });
    case 'dirName':
      return new peculiar.GeneralName({ directoryName: AsnConvert.parse(name.der, peculiar.Name) });
    case 'other':
      return new peculiar.GeneralName({
        otherName: new peculiar.OtherName({
          typeId: name.oid,
          value: name.value.slice().buffer,
        }),
      });
    default:
      throw new Error(`no ${name.kind} here`);
  }
}

describe('encodeGeneralNames', () => {
  it('writes what @peculiar/asn1-x509 writes, and reads it back', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 5 }), (list) => {
        const ours = encodeGeneralNames(list);
        const theirs = AsnConvert.serialize(new peculiar.GeneralNames(list.map(peculiarName)));
        expect(toHex(ours)).toBe(toHex(new Uint8Array(theirs)));
        expect(decodeGeneralNames(ours)).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });

  it('is shown by Node as we show it', () => {
    const list: GeneralName[] = [
      { kind: 'dns', value: '*.example.org' },
      { kind: 'ip', value: bytes('0a000007') },
      { kind: 'email', value: 'user@example.org' },
      { kind: 'uri', value: 'spiffe://example.org/ns/prod' },
    ];
    const node = new X509Certificate(certificateWithNames(list)).subjectAltName;
    expect(list.map(formatGeneralName).join(', ')).toBe(node?.replace('IP Address:', 'IP:'));
  });
});

describe('readGeneralName', () => {
  it('reads the element given, or the next', () => {
    const der = encodeGeneralName({ kind: 'dns', value: 'a' });
    expect(readGeneralName(new DerReader(der))).toEqual({ kind: 'dns', value: 'a' });
    expect(readGeneralName(new DerReader(der).next())).toEqual({ kind: 'dns', value: 'a' });
  });

  it('keeps odd values readable, and says what is wrong with them', () => {
    const cases: [string, GeneralName, RegExp | undefined][] = [
      ['82012a', { kind: 'dns', value: '*' }, /not a DNS name/],
      ['8200', { kind: 'dns', value: '' }, /not a DNS name/],
      ['8203610062', { kind: 'dns', value: 'a\u0000b' }, /not a DNS name/],
      ['8203615f62', { kind: 'dns', value: 'a_b' }, undefined],
      ['82032a2e61', { kind: 'dns', value: '*.a' }, undefined],
      ['82022e61', { kind: 'dns', value: '.a' }, /not a DNS name/],
      ['87083132333435363738', { kind: 'ip', value: toUtf8('12345678') }, /8 bytes/],
      ['8700', { kind: 'ip', value: new Uint8Array() }, /0 bytes/],
      ['810161', { kind: 'email', value: 'a' }, /mailbox/],
      ['8103614062', { kind: 'email', value: 'a@b' }, undefined],
      ['860161', { kind: 'uri', value: 'a' }, /URI/],
      ['86046120623a', { kind: 'uri', value: 'a b:' }, /URI/],
      ['8605613a2f2f62', { kind: 'uri', value: 'a://b' }, undefined],
      ['88022a03', { kind: 'rid', oid: '1.2.3' }, undefined],
      ['a3023000', { kind: 'x400', der: bytes('a3023000') }, undefined],
      ['a5023000', { kind: 'ediParty', der: bytes('a5023000') }, undefined],
    ];
    for (const [hex, name, fault] of cases) {
      const read = readGeneralName(new DerReader(bytes(hex)));
      expect(read).toEqual(name);
      expect(toHex(encodeGeneralName(read))).toBe(hex);
      if (fault) expect(generalNameFault(read)).toMatch(fault);
      else expect(generalNameFault(read)).toBeUndefined();
    }
  });

  it.each([
    ['a dNSName that is no IA5String', '820180'],
    ['an e-mail that is no IA5String', '8101ff'],
    ['a URI that is no IA5String', '8602c3a9'],
    ['a kind beyond registeredID', '890161'],
    ['a constructed dNSName', 'a2030c0161'],
    ['a primitive directoryName', '84023000'],
    ['a directoryName without its explicit tag', 'a400'],
    ['a directoryName with more behind', 'a40430003000'],
    ['an otherName without value', 'a00406022a03'],
    ['an otherName with two values', 'a00a06022a03a00405000500'],
    ['an empty registered ID', '8800'],
  ])('refuses %s', (_, hex) => {
    expect(() => readGeneralName(new DerReader(bytes(hex)))).toThrow(/malformed DER/);
  });

  it('refuses names that are none at all (RFC 5280 §4.2.1.6)', () => {
    expect(() => decodeGeneralNames(bytes('3000'))).toThrow(/empty/);
    expect(() => decodeGeneralNames(bytes('30038201610000'))).toThrow(/malformed DER/);
  });
});

describe('formatGeneralName', () => {
  it.each<[GeneralName, string]>([
    [{ kind: 'ip', value: bytes('fd000000000000000000000000000007') }, 'IP:fd00::7'],
    [{ kind: 'ip', value: bytes('0a') }, 'IP:invalid(0A)'],
    [dirName('CN=a,O=b'), 'dirName:CN=a, O=b'],
    [{ kind: 'other', oid: '1.2.3', value: bytes('0c0161') }, 'otherName:1.2.3#0c0161'],
    [{ kind: 'rid', oid: '1.2.3' }, 'RID:1.2.3'],
    [{ kind: 'x400', der: bytes('a3023000') }, 'X400:#a3023000'],
    [{ kind: 'ediParty', der: bytes('a5023000') }, 'ediParty:#a5023000'],
    // CVE-2021-44532: one name must not pass for two
    [{ kind: 'dns', value: 'a, DNS:b' }, 'DNS:"a, DNS:b"'],
    [{ kind: 'dns', value: 'a","DNS:b' }, 'DNS:"a\\",\\"DNS:b"'],
    [{ kind: 'uri', value: 'http://a/\\' }, 'URI:"http://a/\\\\"'],
    [{ kind: 'dns', value: '' }, 'DNS:""'],
    [{ kind: 'dns', value: 'a\u0000\u001b[31m\n' }, 'DNS:"a\\x00\\x1b[31m\\n"'],
  ])('writes %j', (name, text) => {
    expect(formatGeneralName(name)).toBe(text);
  });

  it('never writes a control character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('dns', 'email', 'uri'),
        (value, kind) => {
          // eslint-disable-next-line no-control-regex -- none may be left
          expect(formatGeneralName({ kind, value })).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });

  it('shows a directory name as formatDn does', () => {
    expect(formatGeneralName(dirName('CN=a\\,b'))).toBe(`dirName:${formatDn(parseDn('CN=a\\,b'))}`);
  });
});
