import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { formatIp, parseIp } from '../../src/name/ip.ts';
import { formatGeneralName, type GeneralName } from '../../src/name/san.ts';
import { parseNamePattern } from '../../src/profile/name-pattern.ts';
import { thrown } from '../support/thrown.ts';

const dns = (value: string): GeneralName => ({ kind: 'dns', value });
const email = (value: string): GeneralName => ({ kind: 'email', value });
const uri = (value: string): GeneralName => ({ kind: 'uri', value });
const ip = (text: string): GeneralName => ({ kind: 'ip', value: parseIp(text) as Uint8Array });

// Few letters, so that patterns and names often meet
const label = fc.stringMatching(/^[ab]{1,2}$/);
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const star = fc.constantFrom('*', 'a', 'b');
const hostPattern = fc
  .tuple(fc.constantFrom('', '*.', '**.'), fc.array(star, { minLength: 1, maxLength: 3 }))
  .map(([front, rest]) => front + rest.join('.'));
const path = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const pathPattern = fc
  .tuple(fc.array(star, { minLength: 1, maxLength: 2 }), fc.constantFrom('', '/**'))
  .map(([parts, end]) => parts.join('/') + end);
const address = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => formatIp(parseIp(text) as Uint8Array));

/** What a pattern means, said again as a regular expression. */
function meaning(pattern: string, separator: '.' | '/'): RegExp {
  const part = separator === '.' ? '[^.]+' : '[^/]+';
  const source = pattern
    .replaceAll('.', '\\.')
    .replaceAll('**', '\u0000')
    .replaceAll('*', part)
    .replaceAll('\u0000', `${part}(?:\\${separator}${part})*`);
  return new RegExp(`^${source}$`);
}

describe('a pattern of hosts', () => {
  it('covers a name as it reads: `*` is one label, `**` one or more', () => {
    fc.assert(
      fc.property(hostPattern, host, (pattern, name) => {
        expect(parseNamePattern(pattern).matches(dns(name))).toBe(meaning(pattern, '.').test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('has no star that spans a dot', () => {
    fc.assert(
      fc.property(host, host, (front, base) => {
        const covered = parseNamePattern(`*.${base}`).matches(dns(`${front}.${base}`));
        expect(covered).toBe(!front.includes('.'));
      }),
    );
  });

  it('may be international, as people write it', () => {
    expect(parseNamePattern('*.bücher.example').matches(dns('a.xn--bcher-kva.example'))).toBe(true);
    expect(parseNamePattern('*.BÜCHER.example').matches(dns('a.xn--bcher-kva.example'))).toBe(true);
    expect(parseNamePattern('*@bücher.example').matches(email('a@xn--bcher-kva.example'))).toBe(
      true,
    );
    expect(parseNamePattern('bücher.example').matches(dns('bucher.example'))).toBe(false);
  });
});

describe('a pattern of URIs', () => {
  it('covers one as it reads, host and path each for themselves', () => {
    fc.assert(
      fc.property(hostPattern, pathPattern, host, path, (hosts, paths, domain, rest) => {
        const pattern = parseNamePattern(`spiffe://${hosts}/${paths}`);
        expect(pattern.matches(uri(`spiffe://${domain}/${rest}`))).toBe(
          meaning(hosts, '.').test(domain) && meaning(paths, '/').test(rest),
        );
        expect(pattern.matches(uri(`https://${domain}/${rest}`))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['spiffe://*/a', 'spiffe://example.org/a'],
    ['spiffe://**/a', 'spiffe://example.org/b/a'],
    ['https://*.example.org/a', 'https://x@evil.test.example.org/a'],
    ['https://**/a', 'https://x:y@evil.test/a'],
    ['https://**/a', 'https://example.org:8443/a'],
    ['https://**/**', 'https://example.org/'],
    ['https://**', 'https://example.org/a'],
    ['https://example.org/**', 'https://example.org/a?b'],
    ['https://example.org/**', 'https://example.org/a#b'],
    ['https://example.org:8443/*', 'https://example.org/a'],
  ])('%s does not cover %s', (pattern, name) => {
    expect(parseNamePattern(pattern).matches(uri(name))).toBe(false);
  });

  it.each([
    ['spiffe://**/a', 'spiffe://example.org/a'],
    ['spiffe://Example.org/a', 'spiffe://example.org/a'],
    ['https://*.example.org:8443/*', 'https://api.example.org:8443/a'],
    ['https://[::1]:8443/a', 'https://[::1]:8443/a'],
    ['https://example.org', 'https://example.org'],
  ])('%s covers %s', (pattern, name) => {
    expect(parseNamePattern(pattern).matches(uri(name))).toBe(true);
  });
});

describe('a pattern of addresses', () => {
  it('covers what Node’s block list does', () => {
    fc.assert(
      fc.property(address, fc.nat(128), address, fc.boolean(), (base, bits, other, near) => {
        const six = isIPv6(base);
        const prefix = bits % (six ? 129 : 33);
        const block = parseIp(base) as Uint8Array;
        block.forEach((_, i) => {
          const kept = Math.min(8, Math.max(0, prefix - 8 * i));
          block[i] = (block[i] as number) & ~(0xff >> kept);
        });
        const network = formatIp(block);
        const list = new BlockList();
        list.addSubnet(network, prefix, six ? 'ipv6' : 'ipv4');
        // An address within, or any other
        const found = near ? base : other;
        // A mapped IPv4 address is IPv4 to Node, and to a certificate it is not
        fc.pre(isIPv6(found) === six && !found.startsWith('::ffff:'));
        expect(parseNamePattern(`${network}/${prefix}`).matches(ip(found))).toBe(
          list.check(found, six ? 'ipv6' : 'ipv4'),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('covers nothing that is no address', () => {
    const pattern = parseNamePattern('0.0.0.0/0');
    for (const length of [0, 3, 5, 8, 16])
      expect(pattern.matches({ kind: 'ip', value: new Uint8Array(length) })).toBe(false);
  });

  it('of one address covers that one', () => {
    fc.assert(
      fc.property(address, address, (one, other) => {
        expect(parseNamePattern(one).matches(ip(one))).toBe(true);
        expect(parseNamePattern(one).matches(ip(other))).toBe(one === other);
      }),
    );
  });
});

describe('every pattern', () => {
  const patterns = fc.oneof(
    fc.record({ kind: fc.constant('dns'), text: hostPattern }),
    fc.record({ kind: fc.constant('dns'), text: fc.constantFrom('*', '**', '*.*', '10.0.0') }),
    fc.record({ kind: fc.constant('email'), text: hostPattern.map((hosts) => `*@${hosts}`) }),
    fc.record({ kind: fc.constant('ip'), text: fc.oneof(address, fc.constant('::/0')) }),
    fc.record({ kind: fc.constant('ip'), text: fc.constant('0.0.0.0/0') }),
    fc.record({ kind: fc.constant('uri'), text: pathPattern.map((end) => `spiffe://**/${end}`) }),
  );
  const anyText = fc.oneof(host, address, path, fc.string());
  const names: fc.Arbitrary<GeneralName> = fc.oneof(
    anyText.map(dns),
    anyText.map(email),
    host.map((name) => email(`a@${name}`)),
    anyText.map(uri),
    fc.tuple(host, path).map(([name, rest]) => uri(`spiffe://${name}/${rest}`)),
    fc.uint8Array({ maxLength: 40 }).map((value): GeneralName => ({ kind: 'ip', value })),
    fc.uint8Array().map((value): GeneralName => ({ kind: 'other', oid: '1.3.6.1.4.1.311', value })),
    fc.constant<GeneralName>({ kind: 'rid', oid: '1.2.3' }),
  );

  it('leaves names of another kind alone, whatever they say', () => {
    fc.assert(
      fc.property(patterns, names, ({ kind, text }, name) => {
        if (name.kind !== kind) expect(parseNamePattern(text).matches(name)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('without a star covers itself alone', () => {
    const exact = fc.oneof(
      host.map(dns),
      host.map((name) => email(`a.b@${name}`)),
      address.map(ip),
      fc.tuple(host, path).map(([name, rest]) => uri(`spiffe://${name}/${rest}`)),
    );
    fc.assert(
      fc.property(exact, exact, (one, other) => {
        const [text, same] = [one, other].map(formatGeneralName) as [string, string];
        const pattern = parseNamePattern(text.replace(/^(DNS|IP|URI|email):/, ''));
        expect(pattern.matches(one)).toBe(true);
        expect(pattern.matches(other)).toBe(text === same);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a star that is part of a label', 'api-*.example.org'],
    ['two stars that are not in front', 'api.**.example.org'],
    ['three stars', '***.example.org'],
    ['an empty label', 'api..example.org'],
    ['a trailing dot', 'example.org.'],
    ['a leading dot', '.example.org'],
    ['a star that is part of a mailbox', 'a*@example.org'],
    ['an empty label of a mailbox’s host', '*@.example.org'],
    ['a star that is part of a segment', 'spiffe://example.org/ns/p*'],
    ['two stars within a path', 'spiffe://example.org/**/sa/api'],
    ['a star that is part of a trust domain', 'spiffe://*-prod/a'],
    ['a query', 'https://example.org/?a=*'],
    ['a fragment', 'https://example.org/a#b'],
    ['no host', 'spiffe:///a'],
    ['characters that no host has', 'a\u200bb.example'],
  ])('is refused for %s, since it would cover nothing', (_what, text) => {
    expect(thrown(() => parseNamePattern(text)).code).toBe('BAD_OPTION');
  });

  it('is read or refused, and then covers or does not, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), names, (text, name) => {
        try {
          expect(typeof parseNamePattern(text).matches(name)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(MtlsError);
          expect((error as MtlsError).code).toBe('BAD_OPTION');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
