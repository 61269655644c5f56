import { X509Certificate } from 'node:crypto';
import { domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { dnsNameMatches, isDnsName, isLooseDnsName, parseDnsName } from '../../src/name/dns.ts';
import { certificateWithNames } from './certificate-parts.ts';

function failure(text: string, wildcard = true): MtlsError {
  try {
    parseDnsName(text, { wildcard });
  } catch (error) {
    if (error instanceof MtlsError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was taken`);
}

describe('parseDnsName', () => {
  it.each([
    ['api.example.org', 'api.example.org'],
    ['API.Example.ORG', 'api.example.org'],
    ['localhost', 'localhost'],
    ['example.org.', 'example.org'],
    ['3com.example', '3com.example'],
    ['r3---sn-4g5e6nz7.example', 'r3---sn-4g5e6nz7.example'],
    ['*.example.org', '*.example.org'],
    // UTS #46, nontransitional: IdnaTestV2 and RFC 5893 name these
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['faß.de', 'xn--fa-hia.de'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['a。b', 'a.b'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('reads %s', (text, name) => {
    expect(parseDnsName(text, { wildcard: true })).toBe(name);
  });

  it.each([
    ['', /empty/],
    ['.', /empty label/],
    ['a..b', /empty label/],
    ['.example.org', /empty label/],
    ['example.org..', /empty label/],
    ['-a.example', /hyphen/],
    ['a-.example', /hyphen/],
    ['a_b.example', /underscore/],
    [`${'a'.repeat(64)}.example`, /63/],
    [`${'a.'.repeat(127)}ab`, /253/],
    ['a'.repeat(100_000), /253/],
    ['1.2.3.4', /IP address/],
    ['example.123', /IP address/],
    ['example.0x1f', /IP address/],
    ['１２７.0.0.1', /IP address/],
    ['*', /whole first label/],
    ['a*.example.org', /whole first label/],
    ['a.*.example.org', /whole first label/],
    ['*.*.example.org', /whole first label/],
    ['*.local', /single label/],
    // junk behind xn--: undecodable, decodes to ASCII, not what the Unicode form encodes to
    ['xn--a.example', /does not decode/],
    ['xn--abc-.example', /hyphen/],
    ['xn--0.example', /does not decode/],
    ['xn--.example', /hyphen/],
    ['xn--ls8h=.example', /other than letters/],
    // disallowed by IDNA, hidden, or of a mapping that would leave the host
    ['bücher.example/evil', /IDNA/],
    ['bücher.example／evil', /IDNA/],
    ['user@bücher.example', /IDNA/],
    ['bücher.example:8443', /IDNA/],
    ['bü%2fcher.example', /IDNA/],
    ['℀.example', /IDNA/],
    ['exa\u00admple.org', /IDNA/],
    ['exa\u200bmple.org', /IDNA/],
    ['\u202eexample.org', /IDNA/],
    ['\ud800.example', /IDNA/],
    ['a b', /other than letters/],
    ['a\u0000.example.org', /other than letters/],
    ['a\n.example.org', /other than letters/],
    ['\u001b[31m.example.org', /other than letters/],
    ['../../etc/x', /empty label/],
    ['$(id).example', /other than letters/],
    ['a: {b}', /other than letters/],
  ])('refuses %j', (text, why) => {
    const error = failure(text);
    expect(error.code).toBe('BAD_NAME');
    expect(error.message).toMatch(why);
  });

  it('takes a wildcard only where it is asked to', () => {
    expect(failure('*.example.org', false).message).toMatch(/cannot stand here/);
  });

  it('escapes what it shows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        try {
          parseDnsName(text);
        } catch (error) {
          expect(error).toBeInstanceOf(MtlsError);
          // eslint-disable-next-line no-control-regex -- none may be left
          expect((error as MtlsError).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
        }
      }),
    );
  });

  it('answers its own names unchanged, and IDNs by their Unicode form', () => {
    const label = fc.oneof(
      fc.stringMatching(/^[a-z0-9]{1,8}$/),
      fc.constantFrom('bücher', 'straße', '例え', 'xn--bcher-kva', 'ÉCOLE', 'o', '-a', 'a_b', '😜'),
    );
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        let name;
        try {
          name = parseDnsName(labels.join('.'));
        } catch {
          return;
        }
        expect(name).toMatch(/^[a-z0-9.-]+$/);
        expect(parseDnsName(name)).toBe(name);
        expect(parseDnsName(domainToUnicode(name))).toBe(name);
      }),
    );
  });
});

describe('isDnsName', () => {
  it('takes ASCII names only', () => {
    expect(isDnsName('api.example.org')).toBe(true);
    expect(isDnsName('bücher.example')).toBe(false);
    expect(isDnsName('a_b.example')).toBe(false);
    expect(isDnsName('*.example.org')).toBe(false);
    expect(isDnsName('*.example.org', { wildcard: true })).toBe(true);
  });
});

describe('isLooseDnsName', () => {
  it('takes what live certificates hold, and nothing that could be two names', () => {
    for (const name of ['a_b.example', '_x', '-a.b-']) expect(isLooseDnsName(name)).toBe(true);
    for (const name of ['', '.a', 'a.', 'a..b', 'a,b', 'a b', '*.a', 'a\u0000b', '\u212a.example'])
      expect(isLooseDnsName(name)).toBe(false);
  });
});

describe('dnsNameMatches', () => {
  it.each([
    ['example.org', 'example.org'],
    ['EXAMPLE.org', 'example.ORG'],
    ['example.org', 'example.org.'],
    ['localhost', 'localhost'],
    ['a_b.example', 'a_b.example'],
    ['*.example.org', 'foo.example.org'],
    ['*.example.org', 'FOO.example.org.'],
    ['*.example.org', 'xn--bcher-kva.example.org'],
  ])('%s stands for %s', (pattern, host) => {
    expect(dnsNameMatches(pattern, host)).toBe(true);
  });

  // RFC 6125 §6.4.3, RFC 9525 §6.3 and x509-limbo's webpki::san cases
  it.each([
    ['example.org', 'sub.example.org'],
    ['*.example.org', 'example.org'],
    ['*.example.org', 'a.b.example.org'],
    ['*.example.org', '.example.org'],
    ['*.example.org', '*.example.org'],
    ['ba*.example.org', 'baz.example.org'],
    ['*a.example.org', 'ba.example.org'],
    ['foo.*.example.org', 'foo.bar.example.org'],
    ['*.*.example.org', 'foo.bar.example.org'],
    ['xn--*-1b3c148a.example.org', 'xn--bliss-1b3c148a.example.org'],
    ['*', 'localhost'],
    ['*', 'example.org'],
    ['*.', 'a.'],
    ['*.com', 'example.com'],
    ['*.local', 'a.local'],
    ['example.org.', 'example.org'],
    ['', ''],
    ['.', '.'],
    ['1.2.3.4', '1.2.3.4'],
    ['*.2.3.4', '1.2.3.4'],
    ['::1', '::1'],
    ['example.org\u0000.evil.test', 'example.org'],
    ['\u212a.example', 'k.example'],
    ['a b', 'a b'],
  ])('%j does not stand for %j', (pattern, host) => {
    expect(dnsNameMatches(pattern, host)).toBe(false);
  });

  it('agrees with OpenSSL’s X509_check_host', () => {
    const label = fc.constantFrom('a', 'B', 'b', '*', 'a*', 'xn--n3h', 'c-d', 'local', '0');
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const host = fc
      .array(fc.constantFrom('a', 'A', 'b', 'xn--n3h', 'c-d', 'local', '0', 'aa'), {
        minLength: 1,
        maxLength: 4,
      })
      .map((labels) => labels.join('.'));
    fc.assert(
      fc.property(name, host, (pattern, wanted) => {
        const certificate = new X509Certificate(
          certificateWithNames([{ kind: 'dns', value: pattern }]),
        );
        const theirs = certificate.checkHost(wanted, { partialWildcards: false, subject: 'never' });
        // OpenSSL takes 0.0.0.0 for a host name; RFC 9525 §6.3 keeps addresses out
        fc.pre(!/^0\.0\.0\.0$/.test(wanted));
        expect(dnsNameMatches(pattern, wanted)).toBe(theirs !== undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
