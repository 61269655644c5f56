import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { fromHex } from '../../src/base/bytes.ts';
import {
  formatGeneralName,
  parseIdentityName,
  parseNameAs,
  type NameFlag,
} from '../../src/name/san.ts';

function failure(run: () => unknown): MtlsError {
  try {
    run();
  } catch (error) {
    if (error instanceof MtlsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseIdentityName', () => {
  it.each([
    ['api.example.internal', 'DNS:api.example.internal'],
    ['localhost', 'DNS:localhost'],
    ['client', 'DNS:client'],
    ['*.example.org', 'DNS:*.example.org'],
    ['bücher.example', 'DNS:xn--bcher-kva.example'],
    ['10.0.0.7', 'IP:10.0.0.7'],
    ['::1', 'IP:::1'],
    ['[fd00::7]', 'IP:fd00::7'],
    ['FD00::7', 'IP:fd00::7'],
    ['user@example.org', 'email:user@example.org'],
    ['User+tag@bücher.example', 'email:User+tag@xn--bcher-kva.example'],
    ['spiffe://example.org/ns/prod/sa/api', 'URI:spiffe://example.org/ns/prod/sa/api'],
    ['https://example.org/api', 'URI:https://example.org/api'],
    ['https://user@example.org/api', 'URI:https://user@example.org/api'],
    ['https://[::1]:8443/', 'URI:https://[::1]:8443/'],
    ['https://10.0.0.7/', 'URI:https://10.0.0.7/'],
    ['urn:example:plc:4', 'URI:urn:example:plc:4'],
  ])('tells the kind of %s', (text, shown) => {
    expect(formatGeneralName(parseIdentityName(text))).toBe(shown);
  });

  it.each([
    ['', 'BAD_NAME', /empty/, /--cn/],
    ['My Service', 'BAD_NAME', /other than letters/, /--cn/],
    ['10.0.0.300', 'BAD_NAME', /not an IP address/, /10\.0\.0\.7/],
    ['10.0.0', 'BAD_NAME', /not an IP address/, /10\.0\.0\.7/],
    ['fe80::1%eth0', 'BAD_NAME', /not an IP address/, /leave out the zone: fe80::1$/],
    ['[::1', 'BAD_NAME', /not/, /./],
    ['10.0.0.0/8', 'BAD_NAME', /network/, /--permit/],
    ['example.org:8443', 'BAD_NAME', /port/, /: example\.org$/],
    ['10.0.0.7:8443', 'BAD_NAME', /port/, /: 10\.0\.0\.7$/],
    ['a_b.example', 'BAD_NAME', /underscore/, /a-b\.example/],
    ['bü_cher.example', 'BAD_NAME', /underscore/, /bü-cher\.example/],
    ['*.local', 'BAD_NAME', /single label/, /\*\.app\.local/],
    ['../../etc/x', 'BAD_NAME', /slash/, /--out/],
    ['..\\..\\x', 'BAD_NAME', /slash/, /--out/],
    ['/etc/passwd', 'BAD_NAME', /slash/, /--out/],
    ['a\u0000.example', 'BAD_NAME', /"a\\x00\.example"/, /./],
    ['a\nb', 'BAD_NAME', /"a\\nb"/, /./],
    ['\u001b[2Jx', 'BAD_NAME', /"\\x1b\[2Jx"/, /./],
    ['$(reboot)', 'BAD_NAME', /other than letters/, /./],
    ['`id`', 'BAD_NAME', /other than letters/, /./],
    ['a; rm -rf', 'BAD_NAME', /other than letters/, /./],
    ['- a: {b: c}', 'BAD_NAME', /not a DNS name/, /./],
    ['&anchor', 'BAD_NAME', /other than letters/, /./],
    ['@example.org', 'BAD_NAME', /before @/, /user@example\.org/],
    ['a@b@example.org', 'BAD_NAME', /before @/, /user@example\.org/],
    ['a b@example.org', 'BAD_NAME', /before @/, /./],
    ['user@10.0.0.7', 'BAD_NAME', /IP address/, undefined],
    ['user@*.example.org', 'BAD_NAME', /wildcard/, undefined],
    ['usér@example.org', 'BAD_NAME', /ASCII/, undefined],
    [`${'a'.repeat(65)}@example.org`, 'BAD_NAME', /64/, undefined],
    ['spiffe://Example.org/x', 'BAD_SPIFFE_ID', /lower-case/, undefined],
    ['spiffe:example', 'BAD_SPIFFE_ID', /spiffe:\/\//, /slashes/],
    ['https://', 'BAD_NAME', /host/, undefined],
    ['https:///x', 'BAD_NAME', /host/, undefined],
    ['https://exa mple.org/', 'BAD_NAME', /%-escape/, undefined],
    ['https://example.org/é', 'BAD_NAME', /%-escape/, undefined],
    ['https://example.org/%zz', 'BAD_NAME', /%-escape/, undefined],
    ['https://[::g]/', 'BAD_NAME', /host/, undefined],
    ['https://1.2.3.4.5]/', 'BAD_NAME', /host/, undefined],
    ['https://example.org/\n', 'BAD_NAME', /%-escape/, undefined],
    [`https://example.org/${'a'.repeat(2048)}`, 'BAD_NAME', /2048/, undefined],
  ] as const)('refuses %j', (text, code, why, hint) => {
    const error = failure(() => parseIdentityName(text));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(why);
    if (hint) expect(error.hint).toMatch(hint);
    // eslint-disable-next-line no-control-regex -- none may be left
    expect(`${error.message}${error.hint ?? ''}`).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('parseNameAs', () => {
  it('takes what the flag names, whatever the text looks like', () => {
    expect(parseNameAs('ip', '10.0.0.7')).toEqual({ kind: 'ip', value: fromHex('0a000007') });
    expect(parseNameAs('uri', 'mailto:a@b.example')).toEqual({
      kind: 'uri',
      value: 'mailto:a@b.example',
    });
    expect(parseNameAs('uri', 'spiffe://td/x')).toEqual({ kind: 'uri', value: 'spiffe://td/x' });
    expect(parseNameAs('spiffe', 'spiffe://td/x')).toEqual({ kind: 'uri', value: 'spiffe://td/x' });
    expect(parseNameAs('dns', 'A.example.')).toEqual({ kind: 'dns', value: 'a.example' });
    expect(parseNameAs('email', 'a@b.example')).toEqual({ kind: 'email', value: 'a@b.example' });
  });

  it.each<[NameFlag, string]>([
    ['dns', '10.0.0.7'],
    ['dns', 'user@example.org'],
    ['ip', 'example.org'],
    ['email', 'example.org'],
    ['uri', 'example.org'],
    ['uri', 'spiffe://TD/x'],
    ['spiffe', 'https://example.org'],
  ])('refuses --%s %s', (kind, text) => {
    expect(failure(() => parseNameAs(kind, text)).code).toMatch(/^BAD_/);
  });
});
