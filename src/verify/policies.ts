// Certificate policies (RFC 5280 §6.1) over the policy graph of RFC 9618, whose size is linear
// in what the certificates hold, where the tree of RFC 5280 grows exponentially.
import type { Certificate } from '../x509/certificate.ts';
import { isSelfIssued } from './names.ts';
import type { Extension, ExtensionValue } from '../x509/extensions.ts';

export const ANY_POLICY = '2.5.29.32.0';

/** What the user asks of policies (RFC 5280 §6.1.1 (c), (e), (f), (g)). */
export interface PolicyInput {
  /** Absent or anyPolicy: every policy will do. */
  readonly initialPolicySet?: readonly string[];
  readonly requireExplicitPolicy?: boolean;
  readonly inhibitPolicyMapping?: boolean;
  readonly inhibitAnyPolicy?: boolean;
}

/** Counts work on hostile input; throws when it is spent. */
export interface PolicySpending {
  policy(count: number): void;
}

const UNBOUND: PolicySpending = { policy: () => undefined };

/** Why the policies of a path fail, and at which certificate (0 is the leaf). */
export interface PolicyViolation {
  readonly position: number;
  readonly message: string;
  readonly clause: string;
}

interface Node {
  readonly policy: string;
  expected: readonly string[];
  readonly parents: readonly Node[];
}

type Level = Map<string, Node>;

type Found<Kind extends ExtensionValue['kind']> = Extract<ExtensionValue, { kind: Kind }>;

function valueOf<Kind extends ExtensionValue['kind']>(
  certificate: Certificate,
  kind: Kind,
  oid: string,
): Found<Kind> | undefined {
  const found = certificate.extensions.find((extension: Extension) => extension.oid === oid);
  return found?.parsed.kind === kind ? (found.parsed as Found<Kind>) : undefined;
}

class PolicyGraph {
  readonly #levels: Level[];

  constructor() {
    const root: Node = { policy: ANY_POLICY, expected: [ANY_POLICY], parents: [] };
    this.#levels = [new Map([[ANY_POLICY, root]])];
  }

  get #leaves(): Level {
    return this.#levels.at(-1) as Level;
  }

  leaf(policy: string): Node | undefined {
    return this.#leaves.get(policy);
  }

  get empty(): boolean {
    return this.#leaves.size === 0;
  }

  /** RFC 9618 §5.1, step (d): one level for one certificate. */
  descend(policies: readonly string[], anyAllowed: boolean): void {
    const above = this.#leaves;
    const expecting = new Map<string, Node[]>();
    for (const node of above.values())
      for (const policy of node.expected) {
        const nodes = expecting.get(policy);
        if (nodes) nodes.push(node);
        else expecting.set(policy, [node]);
      }
    const anyParent = above.get(ANY_POLICY);
    const level: Level = new Map();
    const add = (policy: string, parents: readonly Node[]) =>
      level.set(policy, { policy, expected: [policy], parents });
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue;
      const parents = expecting.get(policy) ?? (anyParent && [anyParent]);
      if (parents) add(policy, parents);
    }
    if (anyAllowed && policies.includes(ANY_POLICY))
      for (const [policy, parents] of expecting) if (!level.has(policy)) add(policy, parents);
    this.#levels.push(level);
    this.prune();
  }

  /** RFC 9618 §5.2, step (b)(1) and (2). */
  map(issuerDomain: string, subjectDomains: readonly string[]): void {
    const node = this.leaf(issuerDomain);
    if (node) {
      node.expected = subjectDomains;
      return;
    }
    const any = this.leaf(ANY_POLICY);
    if (any)
      this.#leaves.set(issuerDomain, {
        policy: issuerDomain,
        expected: subjectDomains,
        parents: any.parents,
      });
  }

  drop(policy: string): void {
    this.#leaves.delete(policy);
    this.prune();
  }

  /** Removes nodes above the last level that have no child left. */
  prune(): void {
    for (let depth = this.#levels.length - 2; depth >= 0; depth--) {
      const used = new Set<Node>();
      for (const child of (this.#levels[depth + 1] as Level).values())
        for (const parent of child.parents) used.add(parent);
      const level = this.#levels[depth] as Level;
      for (const [policy, node] of level) if (!used.has(node)) level.delete(policy);
    }
  }

  /** RFC 9618 §5.3, step (g)(1)–(4): the policies that the authorities agree on. */
  authorityConstrained(): Set<string> {
    const set = new Set<string>();
    for (const level of this.#levels)
      for (const node of level.values())
        if (
          node.policy !== ANY_POLICY &&
          node.parents.some((parent) => parent.policy === ANY_POLICY)
        )
          set.add(node.policy);
    if (this.leaf(ANY_POLICY)) set.add(ANY_POLICY);
    return set;
  }
}

/** Whether a certificate can make a path fail that nobody asked a policy of. */
function bindsPolicies(certificate: Certificate): boolean {
  return certificate.extensions.some(({ oid }) => oid === '2.5.29.36' || oid === '2.5.29.33');
}

/** Takes a counter down to the one that a certificate asks for. */
function lower(counter: number, asked: number | undefined): number {
  return asked === undefined ? counter : Math.min(counter, asked);
}

/**
 * Judges the policies of a path, leaf first, without its anchor; answers what is violated, if
 * anything is. Without input this binds only where a certificate requires an explicit policy.
 * Each policy and each mapping is spent before it is walked.
 */
export function checkPolicies(
  path: readonly Certificate[],
  input: PolicyInput = {},
  budget: PolicySpending = UNBOUND,
): PolicyViolation | undefined {
  if (!input.requireExplicitPolicy && !path.some(bindsPolicies)) return undefined;
  const count = path.length;
  const initial = new Set(
    input.initialPolicySet && input.initialPolicySet.length > 0
      ? input.initialPolicySet
      : [ANY_POLICY],
  );
  let explicit = input.requireExplicitPolicy ? 0 : count + 1;
  let mapping = input.inhibitPolicyMapping ? 0 : count + 1;
  let anyPolicy = input.inhibitAnyPolicy ? 0 : count + 1;
  let graph: PolicyGraph | undefined = new PolicyGraph();
  const violation = (position: number): PolicyViolation => ({
    position,
    message: 'holds no policy that is valid for this path, and one is required',
    clause: 'RFC 5280 §6.1.3 (f), RFC 9618 §5',
  });

  for (let position = count - 1; position >= 0; position--) {
    const certificate = path[position] as Certificate;
    const selfIssued = isSelfIssued(certificate);
    const last = position === 0;
    const policies = valueOf(certificate, 'certificatePolicies', '2.5.29.32')?.policies;
    if (!policies) graph = undefined;
    else if (graph) {
      budget.policy(policies.length);
      graph.descend(
        policies.map((policy) => policy.oid),
        anyPolicy > 0 || (!last && selfIssued),
      );
      if (graph.empty) graph = undefined;
    }
    if (explicit === 0 && !graph) return violation(position);
    if (last) {
      explicit = Math.max(0, explicit - 1);
      const asked = valueOf(certificate, 'policyConstraints', '2.5.29.36');
      if (asked?.requireExplicitPolicy === 0) explicit = 0;
      continue;
    }

    const mappings = valueOf(certificate, 'policyMappings', '2.5.29.33')?.mappings ?? [];
    budget.policy(mappings.length);
    const bySource = new Map<string, string[]>();
    for (const { issuerDomain, subjectDomain } of mappings) {
      // RFC 5280 §6.1.4 (a)
      if (issuerDomain === ANY_POLICY || subjectDomain === ANY_POLICY)
        return {
          position,
          message: 'maps a policy from or to anyPolicy',
          clause: 'RFC 5280 §6.1.4 (a)',
        };
      const known = bySource.get(issuerDomain);
      if (known) known.push(subjectDomain);
      else bySource.set(issuerDomain, [subjectDomain]);
    }
    for (const [issuerDomain, subjectDomains] of bySource) {
      if (mapping > 0) graph?.map(issuerDomain, subjectDomains);
      else graph?.drop(issuerDomain);
    }
    if (graph?.empty) graph = undefined;
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      anyPolicy = Math.max(0, anyPolicy - 1);
    }
    const constraints = valueOf(certificate, 'policyConstraints', '2.5.29.36');
    explicit = lower(explicit, constraints?.requireExplicitPolicy);
    mapping = lower(mapping, constraints?.inhibitPolicyMapping);
    anyPolicy = lower(anyPolicy, valueOf(certificate, 'inhibitAnyPolicy', '2.5.29.54')?.skipCerts);
  }

  if (explicit > 0) return undefined;
  const authority = graph?.authorityConstrained() ?? new Set<string>();
  const satisfied = initial.has(ANY_POLICY)
    ? authority.size > 0
    : authority.has(ANY_POLICY) || [...initial].some((policy) => authority.has(policy));
  return satisfied ? undefined : violation(0);
}
