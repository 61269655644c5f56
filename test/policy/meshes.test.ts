import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { exportPolicy, inexpressible } from '../../src/manifest/policy/target.ts';
import { POLICY_TARGETS, type PolicyTargetName } from '../../src/manifest/policy/targets.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { makeRoot } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { thrown } from '../support/thrown.ts';
import {
  callers,
  casesOf,
  meshCaller,
  MESH_NAMES,
  policyText,
  type Caller,
  type Language,
} from './cases.ts';
import { envoyAllows, istioAllows, linkerdAllows } from './meshes.ts';

const OPTIONS = { name: 'orders', namespace: 'prod', selector: { app: 'orders' }, port: '8080' };

function documentsOf(target: PolicyTargetName, policy: Policy): unknown[] {
  const text = exportPolicy(POLICY_TARGETS[target], policy, OPTIONS);
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

/** Generated policies that the target takes. */
function policiesFor(target: PolicyTargetName, language: Language, count: number): Policy[] {
  const random = new SeededRandom(11);
  const found: Policy[] = [];
  while (found.length < count) {
    const policy = readPolicy(policyText(random, language), 'generated');
    if (inexpressible(POLICY_TARGETS[target], policy).length === 0) found.push(policy);
  }
  return found;
}

describe('200 requests under generated policies are answered alike', () => {
  it.each([
    // A mesh knows its workloads by one name, and its paths come in normal form
    ['istio', 'istio', 'uri', 0],
    ['linkerd', 'linkerd', 'dns', 0],
    ['envoy', 'san', undefined, 1 / 6],
  ] as const)('by %s', async (target, language, kind, abnormal) => {
    const root = await makeRoot();
    const who: Caller[] = kind
      ? await Promise.all(MESH_NAMES[kind].map((name) => meshCaller(root, name)))
      : await callers(new SeededRandom(3), root, 30);
    const policies = policiesFor(target, language, 20);
    const written = policies.map((policy) => documentsOf(target, policy));
    const counts = { cases: 200, policies: policies.length, callers: who.length };
    const answers = casesOf(new SeededRandom(5), counts, abnormal).map((one) => {
      const { certificate } = who[one.caller] as Caller;
      const asked = { certificate, method: one.method, path: one.path.split('?')[0] ?? '' };
      const objects = written[one.policy] as never[];
      const theirs =
        target === 'istio'
          ? istioAllows(objects, asked)
          : target === 'linkerd'
            ? linkerdAllows(objects, asked)
            : envoyAllows(objects[0] as never, asked);
      return { one, theirs, ours: decide(policies[one.policy] as Policy, certificate, one).allow };
    });
    expect(answers.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
    expect(answers.filter(({ ours }) => ours).length).toBeGreaterThan(20);
    expect(answers.filter(({ ours }) => !ours).length).toBeGreaterThan(20);
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

  it('keeps Istio from allowing all where no rule allows anything', () => {
    const [deny, allow] = documentsOf('istio', policyWith('deny', 'any: true', '/x'));
    expect(deny).toMatchObject({ spec: { action: 'DENY' } });
    expect(allow).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'orders-allow', namespace: 'prod' },
      spec: { selector: { matchLabels: { app: 'orders' } }, action: 'ALLOW' },
    });
  });
});
