import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { fromHex, toUtf8 } from '../../src/base/bytes.ts';
import { detectKind, readText } from '../../src/codec/detect.ts';
import { haveOpenssl, OpensslFolder } from './openssl-files.ts';

const of = (text: string) => detectKind(toUtf8(text));

describe.skipIf(!haveOpenssl)('files of openssl', () => {
  const folder = new OpensslFolder();
  beforeAll(() => {
    folder.fill();
  });
  afterAll(() => {
    folder.remove();
  });

  it.each([
    ['certificate.der', 'der-certificate'],
    ['request.der', 'der-csr'],
    ['crl.der', 'der-crl'],
    ['pkcs8.der', 'der-pkcs8'],
    ['encrypted.der', 'der-encrypted-pkcs8'],
    ['sec1.der', 'der-sec1'],
    ['pkcs1.der', 'der-pkcs1'],
    ['public.der', 'der-spki'],
    ['rsa-public.der', 'der-rsa-public-key'],
    ['pkcs7.der', 'pkcs7'],
    ['store.p12', 'pkcs12'],
    ['certificate.pem', 'pem'],
    ['trusted.pem', 'pem'],
    ['traditional.pem', 'pem'],
  ])('%s is %s', (file, kind) => {
    expect(detectKind(folder.read(file))).toBe(kind);
  });

  it('of version 1 are certificates too', () => {
    folder.run('x509 -req -in request.pem -signkey sec1.pem -out v1.der -outform DER');
    expect(detectKind(folder.read('v1.der'))).toBe('der-certificate');
  });

  it('in base64 without armour are seen through', () => {
    const der = Buffer.from(folder.read('certificate.der')).toString('base64');
    expect(of(der)).toBe('base64');
    expect(of(der.replace(/(.{76})/g, '$1\r\n'))).toBe('base64');
    expect(of(Buffer.from(folder.text('certificate.pem')).toString('base64'))).toBe('base64');
  });
});

describe('text', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

  it.each([
    ['Bag Attributes: none\n' + pem, 'pem'],
    ['\ufeff' + pem, 'pem'],
    ['apiVersion: v1\nkind: Secret\nstringData:\n  tls.crt: |\n    ' + pem, 'yaml'],
    ['---\n# made by hand\napiVersion: v1\n', 'yaml'],
    ['- apiVersion: v1\n  kind: Secret\n', 'yaml'],
    ['"apiVersion": v1\n', 'yaml'],
    ['kind: Secret\napiVersion : v1\n', 'yaml'],
    ['tls:\n  certificate: LS0tLS1CRUdJTiBDRVJU\n', 'yaml'],
    ['{"apiVersion":"v1"}', 'json'],
    [' [\n {"a":1}]', 'json'],
    ['[ req ]\nprompt = no\n' + pem, 'pem'],
    ['hello', 'unknown'],
    ['', 'unknown'],
    ['A'.repeat(100), 'unknown'],
    ['the apiVersion: of it', 'unknown'],
  ])('%j is %s', (text, kind) => {
    expect(of(text)).toBe(kind);
  });

  it('in UTF-16 is read by its mark', () => {
    const little = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(pem, 'utf16le')]);
    expect(detectKind(little)).toBe('pem');
    expect(detectKind(Buffer.from(little).swap16())).toBe('pem');
    expect(readText(little)).toBe(pem);
  });

  it('in Latin-1 around blocks does no harm', () => {
    expect(detectKind(Buffer.from('Zürich\n' + pem, 'latin1'))).toBe('pem');
  });
});

describe('bytes of other kinds', () => {
  it.each([
    ['a Java key store', 'feedfeed00000002', 'jks'],
    ['a JCEKS key store', 'cececece00000002', 'jks'],
    ['PKCS#12 of indefinite length', '3080020103308006092a864886f70d010701', 'pkcs12'],
    ['an empty SEQUENCE', '3000', 'unknown'],
    ['a SEQUENCE that is cut off', '308201', 'unknown'],
    ['zeros', '0000000000000000', 'unknown'],
    ['gzip', '1f8b080000000000', 'unknown'],
  ])('%s', (_, hex, kind) => {
    expect(detectKind(fromHex(hex) as Uint8Array)).toBe(kind);
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(detectKind(bytes)).toBeTypeOf('string');
        expect(detectKind(Uint8Array.of(0x30, bytes.length & 0x7f, ...bytes))).toBeTypeOf('string');
      }),
    );
  });

  it('takes linear time over hostile text', () => {
    for (const unit of ['apiVersion', ' ', '\n-', '-', '- ', 'A', 'A=', '"a.'])
      for (const head of ['', '{', 'LS0tLS1CRUdJTi']) {
        const bytes = toUtf8(head + unit.repeat(2_000_000 / unit.length));
        const started = performance.now();
        detectKind(bytes);
        expect(performance.now() - started, `${head}${unit}…`).toBeLessThan(1500);
      }
  });
});
