// What becomes of authentication in a policy of Cilium: the API server drops fields that it does not
// know, and then nobody proves anything.
import { quoteForeign } from '../../base/text.ts';
import { isMapping, type Mapping } from '../../codec/manifest-entries.ts';
import type { Resource } from '../document.ts';
import { found, type MeshFinding } from './mesh-set.ts';

const KINDS = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'];

/** Of the CRD, and the one that its own tests use. */
const MODES = ['required', 'disabled', 'test-always-fail'];

/** Directions whose rules have an authentication. */
const DIRECTIONS = ['ingress', 'egress'] as const;

/** Fields of a rule that name others than endpoints of the cluster. */
const OUTSIDE = ['fromCIDR', 'fromCIDRSet', 'fromGroups', 'fromNodes', 'toCIDR', 'toCIDRSet'];
const ENTITIES = ['fromEntities', 'toEntities'];
/** Entities that are endpoints; all others have reserved identities, which the agent passes over. */
const ENDPOINTS = ['cluster', 'cluster-mesh', 'all'];

/** Whether it is a policy of Cilium that says something of authentication. */
export function isMutualPolicy({ kind, apiVersion, tree }: Resource): boolean {
  return KINDS.includes(kind) && apiVersion.startsWith('cilium.io/') && says(tree, MAX_DEPTH);
}

/** Deeper than a policy goes. */
const MAX_DEPTH = 24;

function says(value: unknown, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  if (isMapping(value) && Object.hasOwn(value, 'authentication')) return true;
  return Object.values(value).some((one) => says(one, depth - 1));
}

/** What is wrong with each policy. */
export function ciliumPolicyFindings(policies: readonly Resource[]): readonly MeshFinding[] {
  return policies.flatMap(({ place, tree }) => {
    const findings: MeshFinding[] = [];
    const right = new Set<unknown>();
    for (const rule of [tree['spec'], ...listOf(tree['specs'])])
      for (const direction of DIRECTIONS)
        for (const one of listOf(isMapping(rule) ? rule[direction] : undefined))
          if (isMapping(one) && Object.hasOwn(one, 'authentication')) {
            right.add(one);
            findings.push(...ruleFindings(one, place));
          }
    if (isStray(tree, right, MAX_DEPTH)) findings.push(stray(place));
    return findings;
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Whether an authentication stands anywhere else. */
function isStray(value: unknown, right: ReadonlySet<unknown>, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  if (isMapping(value) && Object.hasOwn(value, 'authentication') && !right.has(value)) return true;
  return Object.entries(value).some(
    ([key, one]) => key !== 'metadata' && isStray(one, right, depth - 1),
  );
}

function stray(place: string): MeshFinding {
  return found(
    'MESH_POLICY',
    place,
    'an authentication stands where Cilium has none: the field is dropped, and nobody proves who they are',
    { mend: 'put it beside fromEndpoints or toEndpoints, in a rule of ingress or egress' },
  );
}

function ruleFindings(rule: Mapping, place: string): readonly MeshFinding[] {
  const { authentication } = rule;
  const mode = isMapping(authentication) ? authentication['mode'] : undefined;
  if (typeof mode !== 'string' || !MODES.includes(mode))
    return [
      found(
        'MESH_POLICY',
        place,
        typeof mode === 'string'
          ? `authentication.mode ${quoteForeign(mode)} is none: the API server refuses the policy`
          : 'an authentication has no mode: the API server refuses the policy',
        { mend: 'write authentication: {mode: required}' },
      ),
    ];
  const others = isMapping(authentication)
    ? Object.keys(authentication).filter((key) => key !== 'mode')
    : [];
  return [
    ...others.map((key) =>
      found('MESH_POLICY', place, `authentication has no field ${quoteForeign(key)}`, {
        severity: 'warning',
        mend: 'leave it out: it is dropped',
      }),
    ),
    ...(mode === 'test-always-fail'
      ? [
          found('MESH_POLICY', place, 'authentication.mode test-always-fail drops every call', {
            severity: 'warning',
            mend: 'write required',
          }),
        ]
      : []),
    ...(mode === 'required' ? outsideFindings(rule, place) : []),
  ];
}

/** Only endpoints have an identity that SPIRE knows. */
function outsideFindings(rule: Mapping, place: string): readonly MeshFinding[] {
  const entities = ENTITIES.flatMap((field) => listOf(rule[field])).filter(
    (one) => typeof one === 'string' && !ENDPOINTS.includes(one),
  );
  const named = [
    ...OUTSIDE.filter((field) => listOf(rule[field]).length > 0),
    ...entities.map((one) => `the entity ${quoteForeign(String(one))}`),
  ];
  if (named.length === 0) return [];
  return [
    found(
      'MESH_POLICY',
      place,
      `authentication is required of ${named.join(', ')}: only endpoints of the cluster can prove who they are, and such calls are dropped`,
      { severity: 'warning', mend: 'give them a rule of their own without authentication' },
    ),
  ];
}
