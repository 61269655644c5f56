// A policy as Istio's AuthorizationPolicy: names are SPIFFE IDs alone, without their scheme.
import type { NamePattern, Policy, Rule, Subject } from '../../policy/policy.ts';
import { formatPath } from '../../policy/paths.ts';
import { writeDocuments } from './documents.ts';
import { filter, REFUSE_ODD_PATHS } from './envoy-filter.ts';
import { FIELD_TITLES, goesBy, type ExportOptions, type PolicyTarget } from './target.ts';

export const ISTIO: PolicyTarget = {
  title: 'Istio',
  fault: (rule) => {
    const field = goesBy(rule, ['cn', 'dns', 'extension']);
    if (field) return `it goes by ${FIELD_TITLES[field]}, and Istio knows callers by SPIFFE ID`;
    const odd = rule.who.find(({ spiffe }) => spiffe && principal(spiffe) === undefined)?.spiffe;
    return (
      odd &&
      `${odd.text} has a * that Istio cannot tell from a longer rest; it takes names, …/** and …/ns/<namespace>/sa/*`
    );
  },
  write: (policy, options) =>
    writeDocuments(
      'Made by mtls policy export --to istio. Istio decides on the path that it forwards. What it does\n' +
        'not normalise, such as /orders/..;/admin, the EnvoyFilter refuses: without it, the policies\n' +
        'allow more than was meant.',
      [
        oddPaths(options),
        ...(['deny', 'allow'] as const).flatMap((effect) => document(effect, policy, options)),
      ],
    ),
};

/** Istio's own policies compare beginnings and ends, and cannot say of a path that it is in normal form. */
function oddPaths({ name, namespace, selector }: ExportOptions) {
  const value = filter('DENY', REFUSE_ODD_PATHS);
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: `${name}-paths`, namespace },
    spec: {
      workloadSelector: Object.keys(selector).length > 0 ? { labels: selector } : undefined,
      configPatches: ['SIDECAR_INBOUND', 'GATEWAY'].map((context) => ({
        applyTo: 'HTTP_FILTER',
        match: { context },
        patch: { operation: 'INSERT_FIRST', value: { ...value, name: `mtls.${name}-paths` } },
      })),
    },
  };
}

function document(effect: Rule['effect'], policy: Policy, options: ExportOptions) {
  const { name, namespace, selector } = options;
  const rules = policy.rules.filter((rule) => rule.effect === effect);
  // One that allows nothing denies all: without any, Istio would allow what is not denied
  if (effect === 'deny' && rules.length === 0) return [];
  return [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: `${name}-${effect}`, namespace },
      spec: {
        selector: Object.keys(selector).length > 0 ? { matchLabels: selector } : undefined,
        action: effect.toUpperCase(),
        rules: rules.length > 0 ? rules.map(istioRule) : undefined,
      },
    },
  ];
}

function istioRule({ who, what }: Rule) {
  return {
    from: [{ source: { principals: who.map(principalOf) } }],
    to: what.map(({ methods, paths }) => ({
      operation: { methods, paths: paths.map(formatPath) },
    })),
  };
}

function principalOf({ spiffe }: Subject): string {
  return (spiffe && principal(spiffe)) ?? '*';
}

/** Istio takes a name, what it begins with, or what it ends with. */
function principal({ text, exact }: NamePattern): string | undefined {
  const bare = text.slice('spiffe://'.length);
  if (exact) return bare;
  // Istio's own names have no part behind the account's
  if (/^[^*]+\/\*\*$/.test(bare)) return bare.slice(0, -1);
  return /^[^*/]+\/ns\/[^*/]+\/sa\/\*$/.test(bare) ? bare : undefined;
}
