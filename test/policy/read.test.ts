import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/policy/read.ts';
import { thrown } from '../support/thrown.ts';

const GOOD = `version: 1
rules:
  - name: web-reads-orders
    effect: allow
    who:
      - spiffe: spiffe://example.org/ns/*/sa/web
      - dns: '**.Prod.svc'
        extension: 1.3.6.1.4.1.99999.1=utf8:finance
      - cn: web
    what:
      - methods: [GET, HEAD]
        paths: [/orders, /orders/*, '*.json']
  - name: nobody
    effect: deny
    who: [{ any: true }]
    what: [{ paths: [/*] }]
`;

describe('a policy', () => {
  it('is read', () => {
    expect(readPolicy(GOOD, 'p.yaml').rules).toEqual([
      {
        name: 'web-reads-orders',
        effect: 'allow',
        line: 3,
        who: [
          { spiffe: { text: 'spiffe://example.org/ns/*/sa/web', exact: false } },
          {
            dns: { text: '**.prod.svc', exact: false },
            extension: {
              oid: '1.3.6.1.4.1.99999.1',
              value: new Uint8Array(Buffer.from('0c0766696e616e6365', 'hex')),
            },
          },
          { cn: 'web' },
        ],
        what: [
          {
            methods: ['GET', 'HEAD'],
            paths: [
              { kind: 'exact', text: '/orders' },
              { kind: 'prefix', text: '/orders/' },
              { kind: 'suffix', text: '.json' },
            ],
          },
        ],
      },
      {
        name: 'nobody',
        effect: 'deny',
        line: 13,
        who: [{ any: true }],
        what: [{ methods: undefined, paths: [{ kind: 'prefix', text: '/' }] }],
      },
    ]);
  });

  const bent = (from: string, to: string) => GOOD.replace(from, to);
  it.each([
    ['nothing', '', undefined, 'it is empty'],
    ['a list', '- a\n', 1, 'not a mapping'],
    ['another version', bent('version: 1', 'version: 2'), 1, 'version is not 1'],
    ['no version', bent('version: 1\n', ''), 1, 'has no version'],
    ['a field that is none', bent('effect: allow', 'effect: allow\n    when: now'), 5, '"when"'],
    ['a field twice', bent('effect: allow', 'effect: allow\n    effect: deny'), 5, 'twice'],
    ['no effect', bent('    effect: allow\n', ''), 3, 'has no effect'],
    ['an effect that is none', bent('effect: allow', 'effect: permit'), 4, '"permit"'],
    ['a name twice', bent('name: nobody', 'name: web-reads-orders'), 13, 'second rule'],
    ['a name that is none', bent('name: nobody', 'name: No_body'), 13, 'cannot name a rule'],
    ['nobody', bent('- cn: web', '- {}'), 9, 'nobody is named'],
    ['any beside a name', bent('- cn: web', '- cn: web\n        any: true'), 10, 'narrower'],
    ['any that is false', bent('any: true', 'any: false'), 15, 'any is not true'],
    ['a number as a name', bent('- cn: web', '- cn: 7'), 9, 'not text'],
    ['an empty name', bent('- cn: web', '- cn: '), 9, 'cn is empty'],
    ['a common name with a star', bent('- cn: web', "- cn: 'web*'"), 9, 'no patterns'],
    ['a common name beyond ASCII', bent('- cn: web', '- cn: wéb'), 9, 'all programs read alike'],
    ['a SPIFFE ID in capitals', bent('spiffe://example', 'spiffe://Example'), 6, 'lower-case'],
    ['a star in a trust domain', bent('spiffe://example.org', 'spiffe://*'), 6, 'trust domain'],
    ['** before the end', bent('/ns/*/sa/web', '/ns/**/sa/web'), 6, 'path holds only'],
    ['half a segment', bent('/ns/*/sa/web', '/ns/prod-*/sa/web'), 6, 'path holds only'],
    ['a star within a DNS name', bent("'**.Prod.svc'", 'a.*.svc'), 7, 'wildcard'],
    ['an IP address', bent("'**.Prod.svc'", '10.0.0.1'), 7, 'IP address'],
    [
      'an extension of our own',
      bent('1.3.6.1.4.1.99999.1=', '2.5.29.17='),
      8,
      'meaning of its own',
    ],
    ['a method in lower case', bent('[GET, HEAD]', '[get]'), 11, '"get"'],
    ['no methods', bent('[GET, HEAD]', '[]'), 11, 'methods is empty'],
    ['a path without a slash', bent('/orders,', 'orders,'), 12, 'begin with a slash'],
    ['dot segments', bent('/orders,', '/a/../orders,'), 12, 'dot segment'],
    ['a doubled slash', bent('/orders,', '//orders,'), 12, 'empty segment'],
    ['an escape', bent('/orders,', '/%6frders,'), 12, 'escape'],
    ['a query', bent('/orders,', "'/orders?x',"), 12, 'different ways'],
    ['a semicolon', bent('/orders,', "'/orders;x',"), 12, 'different ways'],
    ['a star within a path', bent('/orders,', "'/o*rs',"), 12, 'a * stands for'],
    ['a star alone', bent('/orders,', "'*',"), 12, 'would be any'],
    ['an alias', GOOD.replace('[GET, HEAD]', '&m [GET]').replace('[/*]', '*m'), 11, 'an anchor'],
    ['a tag', bent('[GET, HEAD]', '!!set {GET}'), 11, 'a tag'],
    ['a merge', bent('- cn: web', '- <<: {cn: web}'), 9, '"<<"'],
    ['a key that is a list', bent('- cn: web', '- [a, b]: web'), 9, 'a field without a name'],
    ['a nesting', `version: ${'['.repeat(10_000)}`, 1, 'nested too deeply'],
    ['two documents', `${GOOD}---\nversion: 1\n`, 18, 'second document'],
    ['broken YAML', bent('rules:', 'rules: ['), undefined, 'malformed YAML'],
    ['brackets without end', '['.repeat(40_000), undefined, 'p.yaml'],
    ['too many brackets', '['.repeat(60_000), undefined, 'lines and items'],
    ['too long a text', `#${' '.repeat(300_000)}`, undefined, 'characters'],
    [
      'too many rules',
      `version: 1\nrules:\n${Array.from({ length: 501 }, (_, n) => `  - {name: r${n}, effect: deny, who: [{any: true}], what: [{paths: [/*]}]}\n`).join('')}`,
      3,
      'over 500',
    ],
  ])('is refused: %s', (_, text, line, why) => {
    const error = thrown(() => readPolicy(text, 'p.yaml'));
    expect(error.code).toBe('YAML_MALFORMED');
    expect(error.message).toContain(why);
    if (line !== undefined) expect(error.message).toContain(`p.yaml: line ${line}: `);
  });
});
