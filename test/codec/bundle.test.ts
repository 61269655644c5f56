import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import { encodeBundle, readBundle, type Bundle } from '../../src/codec/bundle.ts';
import { formatOrigin, type Origin } from '../../src/codec/origin.ts';
import { readSource } from '../../src/codec/source.ts';
import { haveOpenssl, OpensslFolder } from './openssl-files.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe.skipIf(!haveOpenssl)('a bundle of openssl’s files', () => {
  const folder = new OpensslFolder();
  let spki: Buffer;
  beforeAll(() => {
    folder.fill();
    folder.run('ecparam -name secp384r1 -genkey -noout -out other.key');
    folder.run('req -x509 -new -key other.key -subj /CN=other -days 30 -out other.crt');
    spki = createPublicKey(folder.text('sec1.pem')).export({ type: 'spki', format: 'der' });
  });
  afterAll(() => {
    folder.remove();
  });

  const read = (name: string) => readBundle(folder.read(name), { name });
  const joined = (...parts: string[]) =>
    readBundle(toUtf8(parts.map((part) => folder.text(part)).join('')));
  const kinds = (bundle: Bundle) => bundle.parts.map(({ kind }) => kind);

  it.each(['certificate.pem', 'certificate.der', 'trusted.pem'])(
    '%s holds a certificate',
    (name) => {
      const [certificate, ...more] = read(name).certificates;
      const expected = new X509Certificate(folder.read('certificate.pem'));
      expect(Buffer.from(certificate?.der ?? []).equals(expected.raw)).toBe(true);
      expect(more).toEqual([]);
    },
  );

  it.each([
    ['sec1.pem', false],
    ['sec1.der', false],
    ['pkcs8.pem', false],
    ['pkcs8.der', false],
    ['encrypted.pem', true],
    ['encrypted.der', true],
    ['traditional.pem', true],
  ])('%s holds a key, encrypted: %s', (name, encrypted) => {
    const [key] = read(name).keys;
    expect(key?.encrypted).toBe(encrypted);
    if (encrypted) expect(() => key?.decode()).toThrow(code('PASSPHRASE_NEEDED'));
    const decoded = key?.decode(() => 'secret');
    expect(spki.equals(decoded?.publicKey.spki ?? new Uint8Array())).toBe(true);
    if (encrypted) expect(() => key?.decode(() => 'wrong')).toThrow(code('PASSPHRASE_WRONG'));
  });

  it.each(['pkcs1.pem', 'pkcs1.der'])('%s holds an RSA key', (name) => {
    const expected = createPublicKey(createPrivateKey(folder.text('pkcs1.pem')));
    const decoded = read(name).keys[0]?.decode();
    expect(
      expected
        .export({ type: 'spki', format: 'der' })
        .equals(decoded?.publicKey.spki ?? Buffer.of()),
    ).toBe(true);
  });

  it.each([
    ['request.pem', 'request'],
    ['request.der', 'request'],
    ['crl.pem', 'crl'],
    ['crl.der', 'crl'],
    ['public.pem', 'publicKey'],
    ['public.der', 'publicKey'],
    ['rsa-public.pem', 'publicKey'],
    ['rsa-public.der', 'publicKey'],
  ])('%s holds a %s', (name, kind) => {
    expect(kinds(read(name))).toEqual([kind]);
  });

  it('keeps the order of one file that holds everything', () => {
    const bundle = joined(
      'other.crt',
      'sec1.pem',
      'certificate.pem',
      'other.key',
      'request.pem',
      'crl.pem',
    );
    expect(kinds(bundle)).toEqual(['certificate', 'key', 'certificate', 'key', 'request', 'crl']);
    expect(bundle.certificates).toHaveLength(2);
    expect(bundle.keys).toHaveLength(2);
    // openssl puts the curve before the key
    expect(bundle.skipped.map(({ what }) => what)).toEqual(['a block "EC PARAMETERS"']);
  });

  it('passes over the text that openssl and its users write around blocks', () => {
    folder.run('x509 -in certificate.pem -text -out text.pem');
    folder.run('pkcs12 -in store.p12 -nodes -passin pass:secret -out bags.pem');
    expect(kinds(read('text.pem'))).toEqual(['certificate']);
    expect(kinds(read('bags.pem'))).toEqual(['certificate', 'key']);
    expect(folder.text('bags.pem')).toContain('Bag Attributes');
  });

  it('reads CRLF, marks of Windows and indentation', () => {
    const text = folder.text('certificate.pem');
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    const variants = [
      text.replaceAll('\n', '\r\n'),
      `\ufeff${text}`,
      text.replace(/^/gm, '    '),
      text.trimEnd(),
    ];
    for (const bytes of [...variants.map(toUtf8), utf16])
      expect(kinds(readBundle(bytes))).toEqual(['certificate']);
  });

  it('reads base64 without armour, of PEM and of DER', () => {
    for (const name of ['certificate.pem', 'certificate.der']) {
      const text = Buffer.from(folder.read(name)).toString('base64');
      expect(kinds(readBundle(toUtf8(`${text}\n`)))).toEqual(['certificate']);
    }
  });

  it('does not look at names', () => {
    expect(kinds(readBundle(folder.read('certificate.der'), { name: 'my.key' }))).toEqual([
      'certificate',
    ]);
  });

  it('says where each part stands', () => {
    folder.write(
      'all.pem',
      `# mine\n${folder.text('certificate.pem')}${folder.text('public.pem')}`,
    );
    const lines = folder.text('certificate.pem').trimEnd().split('\n').length;
    expect(read('all.pem').parts.map(({ origin }) => formatOrigin(origin))).toEqual([
      'all.pem, block 1 (line 2)',
      `all.pem, block 2 (line ${2 + lines})`,
    ]);
    expect(formatOrigin(read('certificate.der').parts[0]?.origin ?? { source: 'none' })).toBe(
      'certificate.der',
    );
  });

  it('is written as openssl writes it', () => {
    const text = folder.text('certificate.pem') + folder.text('other.crt');
    expect(encodeBundle(readBundle(toUtf8(text)).certificates)).toBe(text);
  });

  it('names the block that is broken, and where', () => {
    const text = folder.text('certificate.pem');
    const inside = text.replace(/\n(M\w)/, '\nM!');
    expect(() => readBundle(toUtf8(inside), { name: 'a.pem' })).toThrow(
      /^a\.pem: malformed PEM: line 2/,
    );
    const der = Buffer.from(folder.read('certificate.der'));
    der[4] = 0x31;
    const broken = encodeBundle([{ der: der as never }]);
    const both = toUtf8(text + broken);
    expect(() => readBundle(both, { name: 'a.pem' })).toThrow(
      expect.objectContaining({
        code: 'CERT_MALFORMED',
        message: expect.stringMatching(/^a\.pem, block 2 \(line \d+\): /) as unknown,
      }) as Error,
    );
  });

  it('says what a block with the wrong label holds', () => {
    const relabel = (name: string, from: string, to: string) =>
      toUtf8(folder.text(name).replaceAll(from, to));
    expect(() => readBundle(relabel('pkcs8.pem', 'PRIVATE KEY', 'CERTIFICATE'))).toThrow(
      'labelled "CERTIFICATE", but it holds a private key',
    );
    expect(() => readBundle(relabel('request.pem', 'CERTIFICATE REQUEST', 'CERTIFICATE'))).toThrow(
      'holds a certificate request',
    );
  });

  it('of a key store is read under its passphrase', () => {
    const bytes = folder.read('store.p12');
    const store = readBundle(bytes, { name: 'store.p12', passphrase: () => 'secret' });
    expect(kinds(store)).toEqual(['certificate', 'key']);
    expect(encodeBundle(store.certificates)).toBe(
      encodeBundle(read('certificate.pem').certificates),
    );
    const [key] = store.keys;
    expect(key).toMatchObject({ encrypted: true, locked: false });
    expect(Buffer.from(key?.decode().publicKey.spki ?? []).equals(spki)).toBe(true);
    expect(formatOrigin(key?.origin as Origin)).toBe('store.p12, entry 2');
    expect(() => read('store.p12')).toThrow(
      expect.objectContaining({
        code: 'PASSPHRASE_NEEDED',
        message: 'store.p12: a PKCS#12 key store that is encrypted, and no passphrase was given',
      }) as Error,
    );
    expect(() => readBundle(bytes, { name: 'store.p12', passphrase: () => 'Secret' })).toThrow(
      expect.objectContaining({
        code: 'PASSPHRASE_WRONG',
        message: 'store.p12: the passphrase does not open the PKCS#12 key store',
      }) as Error,
    );
  });

  it('of PKCS#7 alone is refused, beside others it is passed over', () => {
    for (const name of ['pkcs7.pem', 'pkcs7.der'])
      expect(() => read(name)).toThrow(
        expect.objectContaining({
          code: 'NOTHING_FOUND',
          hint: expect.stringContaining('openssl pkcs7 -print_certs') as unknown,
        }) as Error,
      );
    expect(kinds(joined('pkcs7.pem', 'certificate.pem'))).toEqual(['certificate']);
  });

  it('that is cut off, or followed by more, says so', () => {
    const der = folder.read('certificate.der');
    expect(() => readBundle(der.subarray(0, 200))).toThrow(
      /cut off: \d+ bytes announced, 200 there/,
    );
    expect(() => readBundle(Buffer.concat([der, Buffer.from('\n')]))).toThrow(
      code('CERT_MALFORMED'),
    );
  });

  it.each([
    ['a web page', '<!DOCTYPE html><title>404</title>', 'NOT_RECOGNIZED', /a web page/],
    ['a program', '\x7fELF\x02\x01\x01\0\0', 'NOT_RECOGNIZED', /binary data/],
    ['spaces', ' \n', 'FILE_EMPTY', /nothing in it/],
    ['the end of a block', 'MCow\n-----END PUBLIC KEY-----\n', 'PEM_MALFORMED', /without its/],
  ] as const)('that is %s says so', (_what, text, expected, message) => {
    const reading = () => readBundle(Buffer.from(text));
    expect(reading).toThrow(code(expected));
    expect(reading).toThrow(message);
  });

  it('that holds a certificate under the label of a key says so', () => {
    const pem = Buffer.from(folder.read('certificate.pem')).toString('latin1');
    expect(() => readBundle(Buffer.from(pem.replaceAll('CERTIFICATE', 'PRIVATE KEY')))).toThrow(
      'labelled "PRIVATE KEY", but it holds a certificate',
    );
  });

  it('is the same by the door that takes manifests too', async () => {
    const bundle = await readSource(folder.read('certificate.pem'), { name: 'a' });
    expect(kinds(bundle)).toEqual(['certificate']);
  });
});

describe('what is no bundle', () => {
  it.each([
    ['nothing', '', 'FILE_EMPTY'],
    ['blanks', ' \r\n\t', 'FILE_EMPTY'],
    ['prose', 'hello', 'NOT_RECOGNIZED'],
    [
      'a public key of SSH',
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@example.org',
      'NOT_RECOGNIZED',
    ],
    ['a manifest', 'apiVersion: v1\nkind: Secret\n', 'NOT_RECOGNIZED'],
    [
      'only parameters',
      '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n',
      'NOTHING_FOUND',
    ],
    [
      'a block of the wide world',
      '-----BEGIN __proto__-----\nAAAA\n-----END __proto__-----\n',
      'NOTHING_FOUND',
    ],
    ['a block without an end', '-----BEGIN CERTIFICATE-----\nAAAA\n', 'PEM_MALFORMED'],
  ])('%s', (_, text, wanted) => {
    expect(() => readBundle(toUtf8(text))).toThrow(code(wanted));
  });

  it('binary', () => {
    expect(() => readBundle(Uint8Array.of(0, 1, 2, 0xff))).toThrow(code('NOT_RECOGNIZED'));
  });

  it('keeps what drives a terminal out of its messages', () => {
    expect(() => readBundle(toUtf8('x'), { name: 'a\u001b[2J.pem' })).toThrow('a\\x1b[2J.pem: ');
  });
});
