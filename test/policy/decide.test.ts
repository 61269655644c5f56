import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decide, describeSubject } from '../../src/policy/decide.ts';
import { DNS_LABEL, SPIFFE_SEGMENT } from '../../src/policy/names.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { NORMAL_METHOD, NORMAL_PATH, readRequest } from '../../src/policy/request.ts';
import { makeLeaf, makeRoot, type Pair } from '../support/pki.ts';

const policyOf = (...rules: readonly string[]) =>
  readPolicy(`version: 1\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`, 'p');
const rule = (name: string, effect: string, who: string, what: string) =>
  `{name: ${name}, effect: ${effect}, who: [{${who}}], what: [{${what}}]}`;

let root: Pair;
beforeAll(async () => {
  root = await makeRoot();
});
const holderOf = async (...names: readonly string[]) => (await makeLeaf(root, names)).certificate;
const GET = { method: 'GET', path: '/orders/7' };

describe('a decision', () => {
  it('denies what no rule allows, and says what is near', async () => {
    const web = await holderOf('web.prod.svc');
    const policy = policyOf(
      rule('reads', 'allow', 'dns: web.prod.svc', 'methods: [GET], paths: [/invoices/*]'),
      rule('others', 'allow', 'dns: api.prod.svc', 'paths: [/orders/*]'),
    );
    expect(decide(policy, web, GET)).toEqual({
      allow: false,
      rule: undefined,
      reasons: [
        'no rule allows it',
        'the caller is allowed other requests: reads',
        'others are allowed GET "/orders/7": others',
      ],
    });
  });

  it('lets deny win, wherever it stands', async () => {
    const web = await holderOf('web.prod.svc');
    const allow = rule('a', 'allow', 'any: true', 'paths: [/*]');
    const deny = rule('d', 'deny', 'dns: web.prod.svc', 'paths: [/orders/*]');
    for (const policy of [policyOf(allow, deny), policyOf(deny, allow)])
      expect(decide(policy, web, GET)).toMatchObject({ allow: false, rule: { name: 'd' } });
    expect(decide(policyOf(allow, deny), web, { ...GET, path: '/' })).toMatchObject({
      allow: true,
      rule: { name: 'a' },
    });
  });

  // who, the names of a certificate, whether they are meant
  it.each([
    ['dns: web.prod.svc', ['web.prod.svc'], true],
    ['dns: Web.prod.svc', ['web.prod.svc'], true],
    ['dns: web.prod.svc', ['api.prod.svc', 'web.prod.svc'], true],
    ['dns: web.prod.svc', ['x.web.prod.svc'], false],
    // a certificate for all hosts of a domain is no one host
    ['dns: web.prod.svc', ['*.prod.svc'], false],
    ["dns: '*.prod.svc'", ['*.prod.svc'], false],
    ["dns: '*.prod.svc'", ['web.prod.svc'], true],
    ["dns: '*.prod.svc'", ['a.web.prod.svc'], false],
    ["dns: '**.prod.svc'", ['a.web.prod.svc'], true],
    ["dns: '**.prod.svc'", ['prod.svc'], false],
    ['spiffe: spiffe://a.org/ns/p/sa/web', ['spiffe://a.org/ns/p/sa/web'], true],
    ['spiffe: spiffe://a.org/ns/p/sa/web', ['spiffe://a.org/ns/p/sa/Web'], false],
    ['spiffe: spiffe://a.org/ns/*/sa/web', ['spiffe://a.org/ns/q/sa/web'], true],
    ['spiffe: spiffe://a.org/ns/*/sa/web', ['spiffe://a.org/ns/q/r/sa/web'], false],
    ['spiffe: spiffe://a.org/ns/*', ['spiffe://a.org/ns/q/sa/web'], false],
    ['spiffe: spiffe://a.org/ns/**', ['spiffe://a.org/ns/q/sa/web'], true],
    ['spiffe: spiffe://a.org/ns/**', ['spiffe://a.org/ns'], false],
    ['spiffe: spiffe://a.org/**', ['spiffe://a.org.evil.org/x'], false],
    // the common name is the first name
    ['cn: web.prod.svc', ['web.prod.svc', 'api.prod.svc'], true],
    ['cn: api.prod.svc', ['web.prod.svc', 'api.prod.svc'], false],
    ['cn: WEB.prod.svc', ['web.prod.svc'], false],
    ['any: true', ['whoever.svc'], true],
    // both must hold
    ['dns: web.prod.svc, cn: web.prod.svc', ['web.prod.svc'], true],
    ['dns: api.prod.svc, cn: web.prod.svc', ['web.prod.svc'], false],
  ])('who: %s, for %j: %s', async (who, names, meant) => {
    const policy = policyOf(rule('r', 'allow', who, 'paths: [/*]'));
    expect(decide(policy, await holderOf(...names), GET).allow).toBe(meant);
  });

  it.each([
    ['paths: [/orders]', 'GET', '/orders', true],
    ['paths: [/orders]', 'GET', '/orders?page=2', true],
    ['paths: [/orders]', 'GET', '/orders/', false],
    ['paths: [/orders]', 'GET', '/Orders', false],
    ['paths: [/orders/*]', 'GET', '/orders/', true],
    ['paths: [/orders/*]', 'GET', '/orders', false],
    ['paths: [/orders/*]', 'GET', '/orders-of-others', false],
    ["paths: ['*/health']", 'GET', '/api/health', true],
    ["paths: ['*/health']", 'GET', '/health', true],
    ["paths: ['*/health']", 'GET', '/unhealth', false],
    ['methods: [GET], paths: [/*]', 'POST', '/', false],
    ['paths: [/*]', 'PURGE', '/', true],
    // not in normal form
    ['paths: [/*]', 'get', '/', false],
    ['paths: [/*]', 'GET', '', false],
    ['paths: [/*]', 'GET', 'http://a/', false],
    ['paths: [/*]', 'GET', '/a//b', false],
    ['paths: [/*]', 'GET', '/a/./b', false],
    ['paths: [/*]', 'GET', '/a/..', false],
    ['paths: [/*]', 'GET', '/a/...', true],
    ['paths: [/*]', 'GET', '/a/%2e%2e/b', false],
    ['paths: [/*]', 'GET', '/a%2Fb', false],
    ['paths: [/*]', 'GET', '/a%5cb', false],
    ['paths: [/*]', 'GET', '/a\\b', false],
    ['paths: [/*]', 'GET', '/a%00', false],
    ['paths: [/*]', 'GET', '/%61', false],
    ['paths: [/*]', 'GET', '/a;b=c/d', false],
    ['paths: [/*]', 'GET', '/a#b', false],
    ['paths: [/*]', 'GET', '/a b', false],
    ['paths: [/*]', 'GET', '/é', false],
    ['paths: [/*]', 'GET', '/%C0%AF', false],
    ['paths: [/*]', 'GET', '/%c3%a9', false],
    ['paths: [/*]', 'GET', '/%C3%A9', true],
    ['paths: [/*]', 'GET', '/a%20b', true],
    ['paths: [/*]', 'GET', '/a\n', false],
  ])('what: %s, %s %j: %s', async (what, method, path, meant) => {
    const policy = policyOf(rule('r', 'allow', 'any: true', what));
    const { allow, reasons } = decide(policy, await holderOf('a.svc'), { method, path });
    expect([allow, reasons.length > 0]).toEqual([meant, true]);
  });

  it('reads a path in linear time, however long', () => {
    for (const piece of ['/a', '.', '/..a', '%20', 'a.'])
      expect(readRequest('GET', `/${piece.repeat(200_000).replace(/^\//, '')}//`)).toHaveProperty(
        'refused',
      );
  });
});

describe('the programs that are exported', () => {
  // Each holds the expressions as they are here
  it.each(['middleware.mjs', 'middleware.go', 'policy.rego'])('%s reads as we do', (file) => {
    const text = readFileSync(new URL(`../../templates/policy/${file}`, import.meta.url), 'utf8');
    for (const piece of [NORMAL_PATH, NORMAL_METHOD]) expect(text).toContain(`^${piece}$`);
    expect(text).toContain(`^spiffe://[a-z0-9._-]+(?:/${SPIFFE_SEGMENT})*$`);
    expect(text).toContain(`^${DNS_LABEL}(?:[.]${DNS_LABEL})*$`);
  });
});

describe('a subject in words', () => {
  it('says all that it asks for', () => {
    const [found] = policyOf(
      rule('r', 'allow', 'cn: a, dns: a.svc, extension: 1.2.3.4=utf8:x', 'paths: [/*]'),
    ).rules;
    expect(found?.who.map(describeSubject)).toEqual([
      'CN "a" and DNS a.svc and extension 1.2.3.4="utf8:x"',
    ]);
  });
});
