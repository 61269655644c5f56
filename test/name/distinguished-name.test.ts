import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AttributeTypeAndValue as PeculiarAttribute,
  AttributeValue,
  Name,
  RelativeDistinguishedName,
} from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex, toUtf8, type NameDer } from '../../src/base/bytes.ts';
import { enterWhole, Tag } from '../../src/asn1/reader.ts';
import { element, oid, sequence } from '../../src/asn1/writer.ts';
import {
  attributeValues,
  commonName,
  comparisonKeys,
  decodeDn,
  dnEqual,
  EMPTY_DN,
  encodeDn,
  formatDn,
  parseDn,
} from '../../src/name/dn.ts';
import { certificateWithNames } from './certificate-parts.ts';

const CN = '2.5.4.3';

/** A Name of one RDN for each list of encoded attributes, in the order given. */
function nameOf(...rdns: readonly (readonly [type: string, value: Uint8Array])[][]): NameDer {
  return sequence(
    ...rdns.map((rdn) =>
      element(Tag.Set, ...rdn.map(([type, value]) => sequence(oid(type), value))),
    ),
  ) as NameDer;
}

const utf8 = (text: string) => element(Tag.Utf8String, toUtf8(text));
const printable = (text: string) => element(Tag.PrintableString, toUtf8(text));
const cn = (value: Uint8Array) => nameOf([[CN, value]]);

describe('encodeDn', () => {
  it('writes what @peculiar/asn1-x509 writes', () => {
    const types = fc.constantFrom(
      ['2.5.4.3', 'CN'],
      ['2.5.4.10', 'O'],
      ['2.5.4.7', 'L'],
      ['1.2.3.4', '1.2.3.4'],
    );
    const value = fc
      .stringMatching(/^[A-Za-z0-9 'é_€-]{0,20}[a-zé]$/)
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(fc.array(fc.tuple(types, value), { maxLength: 5 }), (attributes) => {
        const ours = encodeDn(
          parseDn(attributes.map(([[, word], text]) => `${word}=${text}`).join(',')),
        );
        const theirs = new Name(
          attributes.map(
            ([[type], text]) =>
              new RelativeDistinguishedName([
                new PeculiarAttribute({
                  type: type,
                  value: new AttributeValue(
                    /[é_€]/.test(text) ? { utf8String: text } : { printableString: text },
                  ),
                }),
              ]),
          ),
        );
        expect(toHex(ours)).toBe(toHex(new Uint8Array(AsnConvert.serialize(theirs))));
      }),
    );
  });

  it('sorts the attributes of one RDN (X.690 §11.6)', () => {
    expect(toHex(encodeDn(parseDn('OU=b+CN=a')))).toBe(toHex(encodeDn(parseDn('CN=a+OU=b'))));
  });

  it('writes the empty name', () => {
    expect(toHex(encodeDn(EMPTY_DN))).toBe('3000');
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!openssl)('OpenSSL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-dn-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  // PrintableString where it fits, else UTF8String
  const config = join(folder, 'req.cnf');
  writeFileSync(
    config,
    '[req]\nprompt=no\nstring_mask=MASK:0x2002\ndistinguished_name=dn\n[dn]\nCN=x\n',
  );
  const key = join(folder, 'key.pem');
  beforeAll(() => {
    execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key]);
  });

  it.each([
    '/CN=api/O=Example',
    '/C=DE/ST=Bayern/L=München/O=Bücher & Söhne/OU=a+CN=b',
    '/DC=org/DC=example/UID=jsmith',
    '/CN=a\\/b',
    '/CN=a, b',
    '/emailAddress=a@b.example/CN=a_b',
    '/serialNumber=12 34/title=Dr./SN=Roe/GN=Jane',
  ])('encodes %s to the same bytes', (subject) => {
    const der = execFileSync('openssl', [
      ...['req', '-new', '-utf8', '-multivalue-rdn', '-config', config],
      ...['-key', key, '-subj', subject, '-outform', 'DER'],
    ]);
    const info = enterWhole(new Uint8Array(der)).enter();
    info.next(Tag.Integer);
    expect(toHex(encodeDn(parseDn(subject)))).toBe(toHex(info.next(Tag.Sequence).whole));
  });

  it.each([
    'CN=api,O=Example,C=DE',
    'CN=\\ a\\, b\\+c\\"\\\\\\<\\>\\; ,OU=x',
    'CN=\\#1+OU=y,O=Bücher',
    'DC=example,UID=u,ST=Bayern,L=München,emailAddress=a@b.example',
  ])('shows %s alike', (text) => {
    const dn = decodeDn(encodeDn(parseDn(text)));
    const file = join(folder, 'subject.der');
    writeFileSync(file, certificateWithNames([], dn));
    const shown = execFileSync('openssl', [
      ...['x509', '-in', file, '-inform', 'DER', '-noout', '-subject'],
      ...['-nameopt', 'esc_2253,esc_ctrl,utf8,sep_comma_plus_space,sname'],
    ]).toString('utf8');
    expect(`subject=${formatDn(dn)}\n`).toBe(shown.replaceAll(' + ', '+'));
  });
});

describe('decodeDn', () => {
  it('reads back what encodeDn writes', () => {
    const dn = parseDn('CN=a+OU=b,O=Bücher,DC=org,C=DE');
    expect(decodeDn(encodeDn(dn))).toEqual(dn);
  });

  it('shows values that break their string type, and keeps their bytes', () => {
    const cases: [Uint8Array, string][] = [
      [printable('a@b_c*'), 'a@b_c*'],
      [element(Tag.TeletexString, Uint8Array.of(0xe9)), 'é'],
      [element(Tag.BmpString, Uint8Array.of(0x20, 0xac)), '€'],
      [element(Tag.UniversalString, Uint8Array.of(0, 1, 0xf6, 0x1c)), '😜'],
      [element(Tag.NumericString, toUtf8('12a')), '12a'],
      [element(Tag.Utf8String, Uint8Array.of(0xff)), '#0c01ff'],
      [element(Tag.PrintableString, Uint8Array.of(0xe9)), '#1301e9'],
      [element(Tag.BmpString, Uint8Array.of(0x20)), '#1e0120'],
      [element(Tag.Integer, Uint8Array.of(5)), '#020105'],
      [utf8(''), ''],
    ];
    for (const [value, text] of cases) {
      const dn = decodeDn(cn(value));
      expect(dn.rdns[0]?.[0]?.value).toBe(text);
      expect(toHex(encodeDn(dn))).toBe(toHex(cn(value)));
    }
  });

  it.each([
    ['no sequence', '0500'],
    ['an empty RDN', '30023100'],
    ['an attribute without value', '3009310730050603550403'],
    ['a third element', '300d310b3009060355040313000500'],
    ['data behind the name', '30000500'],
    ['a set that is cut off', '3003310500'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeDn(Uint8Array.from(Buffer.from(hex, 'hex')))).toThrow(/malformed DER/);
  });
});

describe('formatDn', () => {
  it.each([
    ['a,b+c"d\\e<f>g;h', 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h'],
    [' a ', 'CN=\\ a\\ '],
    [' ', 'CN=\\ '],
    ['#a#', 'CN=\\#a#'],
    ['a=b/c', 'CN=a=b/c'],
    ['Lučić 😜', 'CN=Lučić 😜'],
    ['a\u0000b', 'CN=a\\00b'],
    ['a\nb', 'CN=a\\0Ab'],
    ['\u001b[31m', 'CN=\\1B[31m'],
    ['\u202egro', 'CN=\\E2\\80\\AEgro'],
    ['\u009b', 'CN=\\C2\\9B'],
    ['', 'CN='],
  ])('writes %j', (value, text) => {
    expect(formatDn(decodeDn(cn(utf8(value))))).toBe(text);
  });

  it('keeps the order of the certificate, joins RDNs and shows unknown types', () => {
    expect(formatDn(parseDn('CN=a+OU=b,O=c,1.2.3.4=d'))).toBe('CN=a+OU=b, O=c, 1.2.3.4=d');
    expect(formatDn(EMPTY_DN)).toBe('');
  });

  it('cannot be made to show one value as two', () => {
    expect(formatDn(decodeDn(cn(utf8('a, O=b'))))).toBe('CN=a\\, O=b');
    // Text that looks like the form of an unreadable value is escaped
    expect(formatDn(decodeDn(cn(utf8('#0c01ff'))))).toBe('CN=\\#0c01ff');
    expect(formatDn(decodeDn(cn(element(Tag.Utf8String, Uint8Array.of(0xff)))))).toBe('CN=#0c01ff');
  });

  it('never lets a control character through, and is read back by parseDn', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
        const text = formatDn(decodeDn(cn(utf8(value))));
        // eslint-disable-next-line no-control-regex -- none may be left
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e]/);
        let parsed;
        try {
          parsed = parseDn(text);
        } catch {
          return;
        }
        expect(commonName(parsed)).toBe(value);
      }),
    );
  });
});

describe('dnEqual', () => {
  const same = (a: NameDer, b: NameDer) => dnEqual(a, b);

  it.each<[string, Uint8Array, Uint8Array]>([
    ['case', printable('Good CA'), printable('gOOD ca')],
    ['string type', printable('Good CA'), utf8('Good CA')],
    ['BMPString', element(Tag.BmpString, Uint8Array.of(0, 0x61)), utf8('A')],
    ['runs of spaces', printable('  Good   CA '), printable('Good CA')],
    ['case beyond ASCII', utf8('ÉCOLE'), utf8('école')],
    ['composed and decomposed', utf8('é'), utf8('e\u0301')],
  ])('sets aside %s (RFC 5280 §7.1, RFC 4518)', (_, a, b) => {
    expect(same(cn(a), cn(b))).toBe(true);
  });

  it.each<[string, NameDer, NameDer]>([
    ['another value', cn(utf8('a')), cn(utf8('b'))],
    ['another type', cn(utf8('a')), nameOf([['2.5.4.10', utf8('a')]])],
    ['missing spaces', cn(utf8('a b')), cn(utf8('ab'))],
    ['a longer name', cn(utf8('a')), nameOf([[CN, utf8('a')]], [[CN, utf8('b')]])],
    [
      'another order of RDNs',
      nameOf([[CN, utf8('a')]], [[CN, utf8('b')]]),
      nameOf([[CN, utf8('b')]], [[CN, utf8('a')]]),
    ],
    [
      'one RDN for two',
      nameOf([[CN, utf8('a')]], [[CN, utf8('b')]]),
      nameOf([
        [CN, utf8('a')],
        [CN, utf8('b')],
      ]),
    ],
    [
      'text like unreadable bytes',
      cn(utf8('#0c01ff')),
      cn(element(Tag.Utf8String, Uint8Array.of(0xff))),
    ],
    ['an empty name', cn(utf8('a')), nameOf()],
  ])('tells apart %s', (_, a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it('does not count the order within one RDN', () => {
    const [a, b] = [
      [CN, utf8('a')],
      ['2.5.4.10', utf8('b')],
    ] as [string, Uint8Array][];
    expect(same(nameOf([a as never, b as never]), nameOf([b as never, a as never]))).toBe(true);
  });

  it('stays linear over a wide RDN', () => {
    const wide = (upper: boolean) =>
      nameOf(
        Array.from({ length: 20_000 }, (_, i): [string, Uint8Array] => [
          CN,
          utf8(upper ? `A${i}` : `a${i}`),
        ]),
      );
    const start = performance.now();
    expect(same(wide(true), wide(false))).toBe(true);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('attributeValues', () => {
  it('answers every text of a type, in order', () => {
    const dn = decodeDn(
      nameOf(
        [[CN, utf8('a')]],
        [['2.5.4.10', utf8('o')]],
        [[CN, element(Tag.Utf8String, Uint8Array.of(0xff))]],
        [[CN, utf8('b')]],
      ),
    );
    expect(attributeValues(dn, CN)).toEqual(['a', 'b']);
    expect(commonName(dn)).toBe('a');
    expect(commonName(EMPTY_DN)).toBeUndefined();
    expect(comparisonKeys(EMPTY_DN)).toEqual([]);
  });
});

describe('a certificate with our subject', () => {
  it('is read by Node', () => {
    const dn = parseDn('CN=api,O=Bücher');
    expect(new X509Certificate(certificateWithNames([], dn)).subject).toBe('CN=api\nO=Bücher');
  });
});
