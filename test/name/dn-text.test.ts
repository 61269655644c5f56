import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { Tag } from '../../src/asn1/reader.ts';
import { dnOf, parseDn, type DistinguishedName } from '../../src/name/dn.ts';

/** `oid=value` for each attribute, RDN by RDN. */
function flat(dn: DistinguishedName): readonly (readonly string[])[] {
  return dn.rdns.map((rdn) => rdn.map(({ oid, value }) => `${oid}=${value}`));
}

function failure(text: string): MtlsError {
  try {
    parseDn(text);
  } catch (error) {
    if (error instanceof MtlsError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was taken`);
}

const CN = '2.5.4.3';
const O = '2.5.4.10';
const OU = '2.5.4.11';
const DC = '0.9.2342.19200300.100.1.25';

describe('parseDn', () => {
  it.each<[string, string[][]]>([
    ['', []],
    ['CN=api,O=Example', [[`${CN}=api`], [`${O}=Example`]]],
    ['cn = api , o = Example', [[`${CN}=api`], [`${O}=Example`]]],
    ['/CN=api/O=Example', [[`${CN}=api`], [`${O}=Example`]]],
    ['/CN=a\\/b/O=c, d', [[`${CN}=a/b`], [`${O}=c, d`]]],
    ['CN=a+OU=b,O=c', [[`${CN}=a`, `${OU}=b`], [`${O}=c`]]],
    ['OID.2.5.4.3=api', [[`${CN}=api`]]],
    ['2.5.4.3=api,1.3.6.1.4.1.99999.1=x', [[`${CN}=api`], ['1.3.6.1.4.1.99999.1=x']]],
    // RFC 4514 §4
    [
      'UID=jsmith,DC=example,DC=net',
      [['0.9.2342.19200300.100.1.1=jsmith'], [`${DC}=example`], [`${DC}=net`]],
    ],
    ['CN=James \\"Jim\\" Smith\\, III', [[`${CN}=James "Jim" Smith, III`]]],
    ['CN=Lu\\C4\\8Di\\C4\\87', [[`${CN}=Lučić`]]],
    ['CN=#0C0548656C6C6F', [[`${CN}=Hello`]]],
    // RFC 2253 §4, still typed
    ['CN="Example, Inc." ,O=x', [[`${CN}=Example, Inc.`], [`${O}=x`]]],
    ['CN=\\ a\\ ', [[`${CN}= a `]]],
    ['CN=\\#1', [[`${CN}=#1`]]],
    ['CN=a=b', [[`${CN}=a=b`]]],
    ['CN=a#b', [[`${CN}=a#b`]]],
    ['CN=👩‍💻', [[`${CN}=👩‍💻`]]],
  ])('reads %s', (text, attributes) => {
    expect(flat(parseDn(text))).toEqual(attributes);
  });

  it.each([
    ['api', /not TYPE=value/],
    ['CN=a,b', /"b" in the subject is not TYPE=value/],
    ['CN=a,', /not TYPE=value/],
    ['CN=a,,O=b', /not TYPE=value/],
    ['=a', /not TYPE=value/],
    ['XX=a', /unknown attribute type "XX"/],
    ['9.1=a', /unknown attribute type/],
    ['1.40.1=a', /unknown attribute type/],
    ['CN=', /CN in the subject is empty/],
    ['CN=,O=a', /empty/],
    ['CN=a;O=b', /";" in the subject must be escaped/],
    ['CN=a<b', /must be escaped/],
    ['CN="a', /not closed/],
    ['CN="a"b', /must be escaped/],
    ['CN=a\\', /backslash/],
    ['CN=\\FF', /not UTF-8/],
    ['CN=#zz', /not a DER string/],
    ['CN=#0201', /not a DER string/],
    ['CN=#020101', /not a DER string/],
    ['C=DEU', /two letters/],
    ['C=D', /two letters/],
    ['C=1!', /two letters/],
    [`CN=${'x'.repeat(65)}`, /65 characters, 64 are allowed/],
    [`CN=${'é'.repeat(65)}`, /65 characters, 64 are allowed/],
    [`ST=${'x'.repeat(129)}`, /128 are allowed/],
    ['serialNumber=a_b', /must be letters, digits/],
    ['emailAddress=é@example.org', /must be ASCII/],
    ['CN=a\u0000b', /control or invisible/],
    ['CN=a\nb', /control or invisible/],
    ['CN=\u001b[31m', /control or invisible/],
    ['CN=a\\0Ab', /control or invisible/],
    ['CN=\u202egro.elpmaxe', /control or invisible/],
    ['CN=#0C0201\u001b', /.*/],
    ['x'.repeat(10_000), /longer than/],
  ])('refuses %j', (text, why) => {
    const error = failure(text);
    expect(error.code).toBe('BAD_SUBJECT');
    expect(error.message).toMatch(why);
    // eslint-disable-next-line no-control-regex -- none may be left
    expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(flat(parseDn(`CN=${'😜'.repeat(64)}`))).toEqual([[`${CN}=${'😜'.repeat(64)}`]]);
  });

  it('chooses the string type by RFC 5280 §4.1.2.4 and appendix A', () => {
    const tags = parseDn(
      'CN=api,CN=Bücher,CN=a_b,C=DE,DC=a,emailAddress=a@b.example,serialNumber=1',
    );
    expect(tags.rdns.map(([attribute]) => attribute?.tag)).toEqual([
      Tag.PrintableString,
      Tag.Utf8String,
      Tag.Utf8String,
      Tag.PrintableString,
      Tag.Ia5String,
      Tag.Ia5String,
      Tag.PrintableString,
    ]);
  });
});

describe('dnOf', () => {
  it('takes the value as it is, and checks it', () => {
    expect(flat(dnOf('CN', 'a, b+c'))).toEqual([[`${CN}=a, b+c`]]);
    expect(() => dnOf('CN', '')).toThrow(/empty/);
    expect(() => dnOf('CN', 'a\u001b')).toThrow(/control/);
  });
});
