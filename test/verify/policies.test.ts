import { describe, expect, it } from 'vitest';
import { ANY_POLICY, checkPolicies, type PolicyInput } from '../../src/verify/policies.ts';
import type { ExtensionValue } from '../../src/x509/extensions.ts';
import { ca, leaf, type Shape } from '../support/graph.ts';

// PKITS decides about the rules (test/conformance); here stand the edges that it has not.

const A = '1.2.3.1';
const B = '1.2.3.2';

const policies = (...oids: readonly string[]): ExtensionValue => ({
  kind: 'certificatePolicies',
  policies: oids.map((oid) => ({ oid, qualifiers: [] })),
});

type Extensions = NonNullable<Shape['extensions']>;

async function path(upper: Extensions, end: Extensions) {
  const root = await ca({ subject: 'CN=Root' });
  const issuing = await ca({ subject: 'CN=Issuing', by: root, extensions: upper });
  const holder = await leaf({ by: issuing, extensions: end });
  return [holder.certificate, issuing.certificate];
}

const explicit: PolicyInput = { requireExplicitPolicy: true };

describe('policies', () => {
  it('bind nobody who asks for none', async () => {
    expect(checkPolicies(await path({}, {}))).toBeUndefined();
    expect(checkPolicies(await path({ certificatePolicies: policies(A) }, {}))).toBeUndefined();
  });

  it('must be held all the way down when one is asked for', async () => {
    const held = { certificatePolicies: policies(A) };
    expect(checkPolicies(await path(held, held), explicit)).toBeUndefined();
    expect(checkPolicies(await path(held, {}), explicit)?.position).toBe(0);
    expect(checkPolicies(await path({}, held), explicit)?.position).toBe(1);
    const other = { certificatePolicies: policies(B) };
    expect(checkPolicies(await path(held, other), explicit)?.position).toBe(0);
  });

  it('are those that the user names', async () => {
    const held = { certificatePolicies: policies(A) };
    const chain = await path(held, held);
    const ask = (...initialPolicySet: string[]) =>
      checkPolicies(chain, { ...explicit, initialPolicySet });
    expect(ask(A)).toBeUndefined();
    expect(ask(B, A)).toBeUndefined();
    expect(ask(ANY_POLICY)).toBeUndefined();
    expect(ask(B)?.position).toBe(0);
  });

  it('pass through anyPolicy, unless it is inhibited', async () => {
    const chain = await path(
      { certificatePolicies: policies(ANY_POLICY) },
      { certificatePolicies: policies(A) },
    );
    expect(checkPolicies(chain, { ...explicit, initialPolicySet: [A] })).toBeUndefined();
    expect(checkPolicies(chain, { ...explicit, inhibitAnyPolicy: true })).toBeDefined();
  });

  it('are mapped by a CA (RFC 5280 §6.1.4 (b))', async () => {
    const mapping: Extensions = {
      certificatePolicies: policies(A),
      policyMappings: {
        kind: 'policyMappings',
        mappings: [{ issuerDomain: A, subjectDomain: B }],
      },
    };
    const chain = await path(mapping, { certificatePolicies: policies(B) });
    expect(checkPolicies(chain, { ...explicit, initialPolicySet: [A] })).toBeUndefined();
    expect(checkPolicies(chain, { ...explicit, initialPolicySet: [B] })).toBeDefined();
    expect(checkPolicies(chain, { ...explicit, inhibitPolicyMapping: true })).toBeDefined();
  });

  it('cost time in line with their number (RFC 9618 §1: the tree of RFC 5280 explodes)', async () => {
    // Each level maps every policy to every other one: 12^20 paths through a tree.
    const oids = Array.from({ length: 12 }, (_, i) => `1.2.3.${i + 1}`);
    const mappings = oids.flatMap((issuerDomain) =>
      oids.map((subjectDomain) => ({ issuerDomain, subjectDomain })),
    );
    const level: Extensions = {
      certificatePolicies: policies(...oids),
      policyMappings: { kind: 'policyMappings', mappings },
    };
    let by = await ca({ subject: 'CN=Root' });
    const chain = [];
    for (let depth = 0; depth < 20; depth++) {
      by = await ca({ subject: `CN=Level ${depth}`, by, extensions: level });
      chain.unshift(by.certificate);
    }
    const end = await leaf({ by, extensions: { certificatePolicies: policies(...oids) } });
    const start = performance.now();
    const found = checkPolicies([end.certificate, ...chain], {
      ...explicit,
      initialPolicySet: ['1.2.3.12'],
    });
    expect(found).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(200);
  });
});
