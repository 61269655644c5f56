// Policies that multiply (CVE-2023-0464, RFC 9618 §1).
import { generateKey } from '../../../src/crypto/generate.ts';
import type { PolicyInput } from '../../../src/verify/policies.ts';
import type { ExtensionValue } from '../../../src/x509/extensions.ts';
import { ask, ca, leaf, type Holder, type Shape } from '../graph.ts';
import { first, hostile, last, list, many, type HostileCase } from './case.ts';

const trusted = await ca({ subject: 'CN=Trusted' });

const explicit: PolicyInput = { requireExplicitPolicy: true };
const oid = (level: number, i: number) => `1.2.3.${level}.${i}`;

const policies = (oids: readonly string[]): ExtensionValue => ({
  kind: 'certificatePolicies',
  policies: oids.map((one) => ({ oid: one, qualifiers: [] })),
});

const mappings = (pairs: readonly (readonly [string, string])[]): ExtensionValue => ({
  kind: 'policyMappings',
  mappings: pairs.map(([issuerDomain, subjectDomain]) => ({ issuerDomain, subjectDomain })),
});

/** At every level each of `width` policies is mapped to each of the next. */
function multiplied(level: number, width: number): NonNullable<Shape['extensions']> {
  const pairs = list(width * width, (i) => {
    const from = oid(level, Math.floor(i / width));
    return [from, oid(level + 1, i % width)] as const;
  });
  return {
    certificatePolicies: policies(list(width, (i) => oid(level, i))),
    policyMappings: mappings(pairs),
  };
}

async function levels(count: number, extensions: (level: number) => Shape['extensions']) {
  const made: Holder[] = [];
  for (let level = 0; level < count; level++)
    made.push(
      await ca({
        subject: `CN=Level ${level}`,
        by: made.at(-1) ?? trusted,
        extensions: extensions(level) ?? {},
      }),
    );
  return made;
}

export const POLICIES: readonly HostileCase[] = [
  hostile('nine levels that map 30 policies to 30 each', 'ok', async () => {
    const cas = await levels(9, (level) => multiplied(level, 30));
    const end = { certificatePolicies: policies([oid(9, 0)]) };
    const leaves = await leaf({ by: last(cas), extensions: end });
    return ask(leaves, [trusted], cas, { policy: explicit });
  }),
  hostile('the same, with a leaf that holds another policy', 'POLICY', async () => {
    const cas = await levels(9, (level) => multiplied(level, 30));
    const end = { certificatePolicies: policies(['1.2.4']) };
    const leaves = await leaf({ by: last(cas), extensions: end });
    return ask(leaves, [trusted], cas, { policy: explicit });
  }),
  hostile('three levels that map 150 policies to 150 each', 'POLICY', async () => {
    const cas = await levels(3, (level) => multiplied(level, 150));
    const leaves = await leaf({ by: last(cas) });
    return ask(leaves, [trusted], cas, { policy: explicit });
  }),
  hostile('10,000 policies at each of five levels, and any', 'ok', async () => {
    const held = policies(['2.5.29.32.0', ...list(10_000, (i) => oid(0, i))]);
    const cas = await levels(5, () => ({ certificatePolicies: held }));
    const end = { certificatePolicies: policies([oid(0, 9999)]) };
    const leaves = await leaf({ by: last(cas), extensions: end });
    return ask(leaves, [trusted], cas, { policy: explicit });
  }),
  hostile('one policy mapped to 20,000', 'POLICY', async () => {
    const pairs = list(20_000, (i) => [oid(0, 0), oid(1, i)] as const);
    const cas = await levels(1, () => ({
      certificatePolicies: policies([oid(0, 0)]),
      policyMappings: mappings(pairs),
    }));
    const leaves = await leaf({ by: last(cas) });
    return ask(leaves, [trusted], cas, { policy: explicit });
  }),
  hostile('thousands of ways up, each with policies that multiply', 'BUDGET_EXCEEDED', async () => {
    const all: Holder[] = [];
    let above: readonly Holder[] = [trusted];
    for (let level = 0; level < 4; level++) {
      const key = generateKey('ec-p256');
      const by = first(above);
      above = await many(8, (i) =>
        ca({
          subject: `CN=Level ${level}`,
          key,
          by,
          notBefore: new Date(Date.UTC(2020, i)),
          extensions: multiplied(level, 30),
        }),
      );
      all.push(...above);
    }
    return ask(await leaf({ by: first(above) }), [trusted], all, { policy: explicit });
  }),
];
