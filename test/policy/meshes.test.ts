import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { invariant } from '../../src/base/assert.ts';
import { exportPolicy, inexpressible } from '../../src/manifest/policy/target.ts';
import { POLICY_TARGETS, type PolicyTargetName } from '../../src/manifest/policy/targets.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { makeRoot } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { thrown } from '../support/thrown.ts';
import { callers, meshCallers } from './callers.ts';
import { expectCover, questions } from './cases.ts';
import { envoyAllows, istioAllows, linkerdAllows } from './meshes.ts';

const OPTIONS = { name: 'orders', namespace: 'prod', selector: { app: 'orders' }, port: '8080' };

function documentsOf(target: PolicyTargetName, policy: Policy): unknown[] {
  const text = exportPolicy(POLICY_TARGETS[target], policy, OPTIONS);
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

describe('requests under generated policies are answered alike', () => {
  it.each([
    // A mesh knows its workloads by one name
    ['istio', 'istio', 'uri'],
    ['linkerd', 'linkerd', 'dns'],
    ['envoy', 'san', undefined],
  ] as const)('by %s', async (target, language, kind) => {
    const root = await makeRoot();
    const who = kind ? await meshCallers(root, kind) : await callers(new SeededRandom(7), root, 20);
    const held = (policy: Policy) => inexpressible(POLICY_TARGETS[target], policy).length === 0;
    const asked = questions(new SeededRandom(1), language, who, { cases: 200, policies: 8, held });
    expectCover(asked, who);
    const written = asked.policies.map((policy) => documentsOf(target, policy));
    const wrong = asked.cases.filter((one, at) => {
      const { certificate } = who[one.caller] ?? {};
      invariant(certificate, 'a case of nobody');
      const request = { certificate, method: one.method, path: one.path.split('?')[0] ?? '' };
      const objects = written[one.policy] as never[];
      const theirs =
        target === 'istio'
          ? istioAllows(objects, request)
          : target === 'linkerd'
            ? linkerdAllows(objects, request)
            : envoyAllows(objects[0] as never, request);
      return theirs !== asked.ours[at];
    });
    expect(wrong).toEqual([]);
  });
});

describe('a rule that a program cannot hold', () => {
  const policyWith = (effect: string, who: string, path: string, more = '') =>
    readPolicy(
      `version: 1\nrules:\n  - {name: odd, effect: ${effect}, who: [{${who}}], what: [{paths: ['${path}']}]}\n${more}`,
      'p',
    );
  const EXTENSION = 'extension: 1.2.3.4=utf8:x';
  const MORE = `  - {name: all, effect: allow, who: [{any: true}], what: [{paths: [/*]}]}\n`;
  it.each([
    ['istio', 'allow', 'cn: web', '/*', 'common name'],
    ['istio', 'allow', 'dns: web.svc', '/*', 'DNS name'],
    ['istio', 'deny', EXTENSION, '/*', 'extension'],
    ['istio', 'allow', 'spiffe: spiffe://a/ns/*/sa/web', '/*', 'longer rest'],
    ['istio', 'allow', 'spiffe: spiffe://a/b/*', '/*', 'longer rest'],
    ['linkerd', 'deny', 'any: true', '/*', 'only allow'],
    ['linkerd', 'allow', 'cn: web', '/*', 'common name'],
    ['linkerd', 'allow', 'spiffe: spiffe://a/b', '/*', 'SPIFFE ID'],
    ['linkerd', 'allow', "dns: '*.web.svc'", '/*', 'write **'],
    ['linkerd', 'allow', 'dns: web.svc', '/orders/*', '/orders/../admin'],
    ['linkerd', 'allow', 'dns: web.svc', '*.json', 'how a path ends'],
    ['linkerd', 'allow', 'dns: web.svc', '/', 'the path /'],
    ['envoy', 'allow', 'cn: web', '/*', 'common name'],
    ['envoy', 'allow', EXTENSION, '/*', 'extension'],
    ['envoy', 'allow', `dns: ${'a'.repeat(60)}.${'b'.repeat(60)}.svc`, '/*', 'larger than'],
    ['envoy', 'allow', 'spiffe: spiffe://example.org/*/*/*/*', '/*', 'larger than'],
    ['nginx', 'allow', 'dns: web.svc', '/*', 'DNS name'],
    ['nginx', 'deny', 'spiffe: spiffe://a/b', '/*', 'SPIFFE ID'],
    ['nginx', 'deny', `cn: web, ${EXTENSION}`, '/*', 'extension'],
  ] as const)('%s: %s %s on %s', (target, effect, who, path, why) => {
    const policy = policyWith(effect, who, path, path === '/' ? MORE : '');
    const error = thrown(() => exportPolicy(POLICY_TARGETS[target], policy, OPTIONS));
    expect(error.code).toBe('POLICY_INEXPRESSIBLE');
    expect(error.message).toContain('rule odd (line 3)');
    expect(error.message).toContain(why);
  });

  it('keeps what Envoy refuses of itself, whatever a rule is called', async () => {
    const policy = readPolicy(
      `version: 1
rules:
  - {name: not-in-normal-form, effect: deny, who: [{any: true}], what: [{paths: [/x]}]}
  - {name: all, effect: allow, who: [{any: true}], what: [{paths: [/*]}]}
`,
      'p',
    );
    const [filters] = documentsOf('envoy', policy);
    const { certificate } = await makeRoot();
    const allows = (path: string) =>
      envoyAllows(filters as never, { certificate, method: 'GET', path });
    expect(['/a', '/x', '/a//x', '/a/../x'].map(allows)).toEqual([true, false, false, false]);
  });

  it('keeps Istio from allowing all where no rule allows anything', () => {
    const [paths, deny, allow] = documentsOf('istio', policyWith('deny', 'any: true', '/x'));
    expect(paths).toMatchObject({
      kind: 'EnvoyFilter',
      metadata: { name: 'orders-paths', namespace: 'prod' },
      spec: { workloadSelector: { labels: { app: 'orders' } } },
    });
    expect(deny).toMatchObject({ spec: { action: 'DENY' } });
    expect(allow).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'orders-allow', namespace: 'prod' },
      spec: { selector: { matchLabels: { app: 'orders' } }, action: 'ALLOW' },
    });
  });
});
