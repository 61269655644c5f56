import { describe, expect, test } from 'vitest';
import { EMPTY_DN, formatDn, parseDn } from '../../src/name/dn.ts';
import { parseIp } from '../../src/name/ip.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { allowedSubject, checkAllowed } from '../../src/profile/allow.ts';
import { parseNamePattern } from '../../src/profile/name-pattern.ts';
import { thrown } from '../support/thrown.ts';

const dns = (value: string): GeneralName => ({ kind: 'dns', value });
const email = (value: string): GeneralName => ({ kind: 'email', value });
const uri = (value: string): GeneralName => ({ kind: 'uri', value });
const ip = (text: string): GeneralName => ({ kind: 'ip', value: parseIp(text) as Uint8Array });
const mapped = (text: string): GeneralName => ({
  kind: 'ip',
  value: Uint8Array.of(...Array<number>(10).fill(0), 255, 255, ...(parseIp(text) as Uint8Array)),
});

const allows = (pattern: string, name: GeneralName) => parseNamePattern(pattern).matches(name);

describe('a pattern', () => {
  test.each<[string, GeneralName]>([
    ['example.org', dns('example.org')],
    ['example.org', dns('EXAMPLE.org')],
    ['*.example.org', dns('api.example.org')],
    ['*.example.org', dns('*.example.org')],
    ['**.example.org', dns('a.b.c.example.org')],
    ['api.*.example.org', dns('api.prod.example.org')],
    ['10.0.0.0/8', ip('10.255.0.1')],
    ['10.0.0.7', ip('10.0.0.7')],
    ['fd00::/8', ip('fd12::1')],
    ['*@example.org', email('a.b@EXAMPLE.org')],
    ['a@example.org', email('a@example.org')],
    ['spiffe://example.org/ns/*/sa/*', uri('spiffe://example.org/ns/prod/sa/api')],
    ['spiffe://example.org/ns/prod/**', uri('spiffe://example.org/ns/prod/sa/api')],
  ])('%s covers %o', (pattern, name) => {
    expect(allows(pattern, name)).toBe(true);
  });

  test.each<[string, GeneralName]>([
    ['example.org', dns('api.example.org')],
    ['example.org', dns('evil-example.org')],
    ['example.org', dns('example.org.evil.test')],
    ['example.org', dns('example.org.')],
    ['*.example.org', dns('example.org')],
    ['*.example.org', dns('.example.org')],
    ['*.example.org', dns('a.b.example.org')],
    ['**.example.org', dns('example.org')],
    ['**.example.org', dns('evil-example.org')],
    ['*.example.org', email('a@b.example.org')],
    ['*.example.org', uri('https://a.example.org')],
    ['10.0.0.0/8', ip('11.0.0.1')],
    ['10.0.0.0/8', mapped('10.0.0.7')],
    ['10.0.0.0/8', { kind: 'ip', value: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) }],
    ['*@example.org', email('a@evil.example.org')],
    ['a@example.org', email('A@example.org')],
    ['*@example.org', dns('a@example.org')],
    ['spiffe://example.org/ns/*/sa/*', uri('spiffe://example.org/ns/prod/x/sa/api')],
    ['spiffe://example.org/ns/*/sa/*', uri('spiffe://evil.test/ns/prod/sa/api')],
    ['spiffe://example.org/ns/*/sa/*', uri('spiffe://example.org/ns//sa/api')],
    ['spiffe://example.org/**', uri('spiffe://example.org@evil.test/a')],
    ['https://example.org/*', uri('https://example.org/a?b')],
    ['O=Example', dns('Example')],
  ])('%s does not cover %o', (pattern, name) => {
    expect(allows(pattern, name)).toBe(false);
  });

  test.each(['', ' ', 'a b', 'a/b', '10.0.0.7/8', '@example.org', 'a@', 'a\u001bb', 'X=y', 'O='])(
    '%j is none',
    (text) => {
      expect(thrown(() => parseNamePattern(text)).code).toBe('BAD_OPTION');
    },
  );
});

describe('a request under patterns', () => {
  const check = (
    names: readonly GeneralName[],
    subject: string,
    ...patterns: readonly string[]
  ) => {
    checkAllowed(
      names,
      subject === '' ? EMPTY_DN : parseDn(subject),
      patterns.map(parseNamePattern),
    );
  };
  const api = [dns('api.example.org')];

  test.each<[string, ...string[]]>([
    ['', '*.example.org'],
    ['CN=api.example.org', '*.example.org'],
    ['CN=API.EXAMPLE.ORG', '*.example.org'],
    ['CN=other.example.org', '*.example.org'],
    ['CN=admin', '*.example.org', 'admin'],
    ['CN=Jane Doe', '*.example.org', 'CN=Jane Doe'],
    ['CN=Jane Doe', '*.example.org', 'cn=*'],
    ['CN=10.0.0.7', '*.example.org', '10.0.0.0/8'],
    ['emailAddress=a@example.org', '*.example.org', '*@example.org'],
  ])('with the subject %j is in order', (subject, ...patterns) => {
    check(api, subject, ...patterns);
  });

  test.each<[string]>([
    ['CN=api.evil.test'],
    ['CN=api.example.org,CN=api.evil.test'],
    ['CN=api.example.org+CN=api.evil.test'],
    ['CN=*.evil.test'],
    ['CN=api.evil.test.'],
    ['CN=api.evil.test/'],
    ['CN=api_1.evil.test'],
    ['CN=root@evil.test'],
    ['CN=spiffe://evil.test/a'],
    ['CN=10.0.0.7'],
    // PostgreSQL, Kubernetes and many others take a common name for who logs in
    ['CN=postgres'],
    ['CN=system:admin'],
    ['CN=Jane Doe'],
    ['emailAddress=root@evil.test'],
    ['CN=api.example.org,emailAddress=root@evil.test'],
    ['CN=root@evil.test,CN=api.example.org'],
  ])('is refused for the subject %j, which is a name too', (subject) => {
    const error = thrown(() => {
      check(api, subject, '*.example.org');
    });
    expect(error.code).toBe('NAME_NOT_ALLOWED');
  });

  test('is refused for the one name that none covers', () => {
    const error = thrown(() => {
      check([...api, dns('api.evil.test')], '', '*.example.org', '10.0.0.0/8');
    });
    expect(error).toMatchObject({
      code: 'NAME_NOT_ALLOWED',
      data: { name: 'DNS:api.evil.test', allow: ['*.example.org', '10.0.0.0/8'] },
    });
  });
});

describe('the subject of a request under patterns', () => {
  const kept = (subject: string, ...patterns: readonly string[]) => {
    const allowed = allowedSubject(parseDn(subject), patterns.map(parseNamePattern));
    return [formatDn(allowed.subject), formatDn(allowed.leftOut)];
  };

  test('keeps its names, and of the rest what a pattern covers', () => {
    // Kubernetes takes O for groups: system:masters may do everything
    const asked = 'O=system:masters,OU=ops,CN=api.example.org';
    expect(kept(asked, '*.example.org')).toEqual([
      'CN=api.example.org',
      'O=system:masters, OU=ops',
    ]);
    expect(kept(asked, '*.example.org', 'OU=*')).toEqual([
      'OU=ops, CN=api.example.org',
      'O=system:masters',
    ]);
    expect(kept('O=Example+CN=a', 'O=Example')).toEqual(['O=Example+CN=a', '']);
    expect(kept('O=Example\\, Ltd', 'O=Example')).toEqual(['', 'O=Example\\, Ltd']);
    expect(kept('UID=root,CN=a')).toEqual(['CN=a', 'UID=root']);
  });
});
