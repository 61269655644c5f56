import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../src/base/bytes.ts';
import {
  attributesOf,
  formatAttributeValue,
  parseAttribute,
  parseAttributes,
} from '../../src/x509/attribute.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';
import { derOf, folderWith } from './support.ts';

const OID = '1.3.6.1.4.1.99999.1';

describe('an extension of one’s own', () => {
  // X.690 §8.23: tag 12, length, UTF-8
  it.each([
    ['utf8:finance', '0c0766696e616e6365'],
    ['utf8:Zürich', '0c075ac3bc72696368'],
    ['utf8:a=b', '0c03613d62'],
    ['hex:0C0766696e616e6365', '0c0766696e616e6365'],
    ['hex:020105', '020105'],
    ['hex:30060101ff020105', '30060101ff020105'],
  ])('%s', (text, hex) => {
    const { oid, value } = parseAttribute(`${OID}=${text}`);
    expect([oid, toHex(value)]).toEqual([OID, hex]);
  });

  it('is shown as it is typed', () => {
    for (const text of ['utf8:finance', 'hex:020105', 'hex:0c02c328'])
      expect(formatAttributeValue(parseAttribute(`${OID}=${text}`).value)).toBe(text);
  });

  it.each([
    ['no value', OID],
    ['no kind', `${OID}=finance`],
    ['another kind', `${OID}=base64:DAdm`],
    ['an empty text', `${OID}=utf8:`],
    ['a line end', `${OID}=utf8:a\nb`],
    ['a direction mark', `${OID}=utf8:a\u202eb`],
    ['a long text', `${OID}=utf8:${'a'.repeat(1025)}`],
    ['half a byte', `${OID}=hex:0c0`],
    ['no bytes', `${OID}=hex:`],
    ['half an element', `${OID}=hex:0c0766`],
    ['two elements', `${OID}=hex:020105020106`],
    ['a length that is not the shortest', `${OID}=hex:0c810161`],
    ['a name in place of numbers', 'department=utf8:finance'],
    ['one number', '1=utf8:finance'],
    ['a leading zero', '1.3.06=utf8:finance'],
    ['a second number over 39', '1.40.1=utf8:finance'],
    ['a number over 31 bits', '1.3.2147483648=utf8:finance'],
    ['many numbers', `1.3${'.1'.repeat(30)}=utf8:finance`],
    ['criticality', `${OID}=critical,utf8:finance`],
    ['basic constraints', '2.5.29.19=hex:3003010101'],
    ['an identifier of id-ce that nothing has yet', '2.5.29.99=utf8:x'],
    ['authority information', '1.3.6.1.5.5.7.1.1=hex:3000'],
    ['the poison of certificate transparency', '1.3.6.1.4.1.11129.2.4.3=hex:0500'],
    [
      'the mark of test fixtures',
      '1.2.840.113556.1.8000.2554.26843.12109.34215.16917.38936.4313110.2270185=utf8:x',
    ],
  ])('is refused: %s', (_, text) => {
    expect(thrown(() => parseAttribute(text)).code).toBe('BAD_OPTION');
  });

  it('is refused twice', () => {
    const twice = [`${OID}=utf8:a`, `${OID}=utf8:b`];
    expect(thrown(() => parseAttributes(twice)).message).toContain('given twice');
    expect(parseAttributes([`${OID}=utf8:a`, `${OID}1=utf8:b`])).toHaveLength(2);
  });

  it.skipIf(!hasOpenssl)('is read from what openssl makes', () => {
    const folder = folderWith({});
    openssl(
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
        .concat(['-keyout', join(folder, 'k'), '-out', join(folder, 'c'), '-subj', '/CN=a'])
        .concat(['-addext', `${OID}=ASN1:UTF8String:finance`])
        .concat(['-addext', '1.3.6.1.4.1.99999.2=critical,ASN1:UTF8String:x']),
    );
    const { extensions } = parseCertificate(derOf(readFileSync(join(folder, 'c'), 'utf8')));
    // Neither what the program writes itself nor what is critical
    expect(attributesOf(extensions)).toEqual([parseAttribute(`${OID}=utf8:finance`)]);
  });
});
