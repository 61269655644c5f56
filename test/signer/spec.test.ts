import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { parsePkcs11Uri } from '../../src/signer/pkcs11-uri.ts';
import { describeSigner, execSpecOf, parseSigner } from '../../src/signer/spec.ts';

const CWD = resolve('/srv/pki');

function refused(parse: () => unknown): MtlsError {
  try {
    parse();
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'BAD_OPTION') return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('--signer', () => {
  it.each([
    ['exec:/usr/local/bin/kms-sign', ['/usr/local/bin/kms-sign']],
    ['exec:./sign', [resolve(CWD, 'sign')]],
    // One program: no shell takes it apart
    ['exec:/opt/my signer --key x', ['/opt/my signer --key x']],
    ['exec:["/opt/kms sign", "--key", "alias/mesh"]', ['/opt/kms sign', '--key', 'alias/mesh']],
  ])('%s', (text, argv) => {
    expect(parseSigner(text, CWD)).toEqual({ kind: 'exec', argv, timeout: 60_000 });
  });

  it.each([
    'kms-sign',
    '/usr/local/bin/kms-sign',
    'EXEC:/bin/true',
    'exec:',
    'exec:[]',
    'exec:[""]',
    'exec:["/bin/true", 7]',
    'exec:["/bin/true"',
    'exec:/bin/true\0',
  ])('does not take %j', (text) => {
    refused(() => parseSigner(text, CWD));
  });

  it('is shown without arguments', () => {
    expect(describeSigner(parseSigner('exec:["/opt/sign", "--token", "s3cret"]', CWD))).toBe(
      'the program "/opt/sign"',
    );
  });

  it('is named by its whole path in a configuration', () => {
    expect(execSpecOf(['/opt/sign', 'a'])).toMatchObject({ argv: ['/opt/sign', 'a'] });
    for (const words of [['sign'], ['./sign'], '/opt/sign', [], undefined, ['/opt/sign', null]])
      refused(() => execSpecOf(words));
  });
});

const octets = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

describe('pkcs11: URIs', () => {
  // RFC 7512 §3, the examples that name private keys or leave the type open
  it.each([
    ['pkcs11:', {}],
    [
      'pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=private;id=%69%95%3E%5C%F4%BD%EC%91;serial=',
      {
        token: {
          label: 'The Software PKCS#11 Softtoken',
          manufacturer: 'Snake Oil, Inc.',
          model: '1.0',
          serial: '',
        },
        label: 'my-certificate',
        id: octets('\x69\x95\x3e\x5c\xf4\xbd\xec\x91'),
      },
    ],
    [
      'pkcs11:object=my-sign-key;type=private?pin-source=file:/etc/token',
      { label: 'my-sign-key', pinFile: '/etc/token' },
    ],
    [
      'pkcs11:slot-id=327?module-path=/mnt/libpkcs11.so.1',
      { token: { slot: 327 }, module: '/mnt/libpkcs11.so.1' },
    ],
    [
      'pkcs11:token=ca;object=%C3%BCber?pin-source=/run/pin',
      { label: 'über', pinFile: '/run/pin' },
    ],
  ])('%s', (text, expected) => {
    expect(parsePkcs11Uri(text)).toMatchObject(expected);
  });

  it('never hold a PIN', () => {
    const secret = 'pkcs11:object=key?pin-value=s3cret';
    const { message, hint, data } = refused(() => parsePkcs11Uri(secret));
    expect(message).toContain('a PIN does not belong into a URI');
    expect(JSON.stringify([message, hint, data])).not.toContain('s3cret');
  });

  it.each([
    ['two queries', 'pkcs11:object=a?module-path=/a?module-path=/b'],
    ['an attribute twice', 'pkcs11:object=a;object=b'],
    ['no attribute', 'pkcs11:object'],
    ['no name', 'pkcs11:=a'],
    ['half an octet', 'pkcs11:object=a%4'],
    ['no UTF-8', 'pkcs11:object=%ff'],
    ['a public key', 'pkcs11:object=a;type=public'],
    ['a certificate', 'pkcs11:object=my-pubkey;type=cert'],
    ['an unknown attribute', 'pkcs11:object=a;x-muppet=cookie'],
    ['a module by name', 'pkcs11:object=a?module-name=softhsm2'],
    ['a module somewhere', 'pkcs11:object=a?module-path=softhsm2.so'],
    ['a program for a PIN', 'pkcs11:object=a?pin-source=|/usr/lib/pinomatic'],
    ['a PIN of the web', 'pkcs11:object=a?pin-source=https://example.org/pin'],
    ['a slot that is no number', 'pkcs11:slot-id=one'],
  ])('with %s are refused', (_what, text) => {
    refused(() => parsePkcs11Uri(text));
  });
});
