import { describe, expect, it } from 'vitest';
import { isDotAtom, readMailbox, uriHostName } from '../../src/name/mailbox.ts';

describe('readMailbox', () => {
  it.each([
    ['user@example.org', 'user', 'example.org'],
    ['User.Name+tag@Example.ORG', 'User.Name+tag', 'example.org'],
    ['*@example.org', '*', 'example.org'],
    ['"a b\\"c@d"@example.org', 'a b"c@d', 'example.org'],
    ['user@[10.0.0.7]', 'user', '[10.0.0.7]'],
  ])('reads %s (RFC 5321 §4.1.2)', (text, local, host) => {
    expect(readMailbox(text)).toEqual({ local, host });
  });

  it.each([
    '',
    'example.org',
    '@example.org',
    'user@',
    'invalid@invalid@example.com',
    '.user@example.org',
    'us..er@example.org',
    'us er@example.org',
    '"a"b"@example.org',
    'usér@example.org',
    'user@\u212a.example',
    'user\u0000@example.org',
  ])('refuses %j', (text) => {
    expect(readMailbox(text)).toBeUndefined();
  });

  it('is linear', () => {
    expect(readMailbox(`"${'\\a'.repeat(200_000)}@x`)).toBeUndefined();
    expect(readMailbox(`${'a.'.repeat(200_000)}@x`)).toBeUndefined();
  });
});

describe('isDotAtom', () => {
  it('wants atoms between the dots', () => {
    expect(isDotAtom('a.b')).toBe(true);
    expect(isDotAtom('a.')).toBe(false);
  });
});

describe('uriHostName', () => {
  it.each([
    ['https://Example.org/path', 'example.org'],
    ['https://example.org', 'example.org'],
    ['https://example.org:8443/x', 'example.org'],
    ['https://example.org:', 'example.org'],
    ['https://user:pw@example.org/', 'example.org'],
    ['https://example.org./', 'example.org'],
    ['spiffe://example.org/ns/prod', 'example.org'],
    ['ldap://a_b.example?x', 'a_b.example'],
    ['https://example.org#f', 'example.org'],
    ['https://example.org/@evil.test', 'example.org'],
  ])('finds the host of %s (RFC 3986 §3.2.2)', (uri, host) => {
    expect(uriHostName(uri)).toBe(host);
  });

  it.each([
    '',
    'example.org',
    'urn:uuid:1',
    'mailto:a@b.example',
    'https:///x',
    'https://:443/',
    'https://10.0.0.7/',
    'https://[::1]/',
    'https://user@[::1]:1/',
    'https://a@b@example.org/',
    'https://exa%6Dple.org/',
    'https://example.org\\@evil.test/',
    'https://example.org:80x/',
    'https://exa mple.org/',
    '://example.org',
  ])('finds none in %j', (uri) => {
    expect(uriHostName(uri)).toBeUndefined();
  });
});
