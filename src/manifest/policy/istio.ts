// A policy as Istio's AuthorizationPolicy: names are SPIFFE IDs alone, without their scheme.
import type { NamePattern, Policy, Rule, Subject } from '../../policy/policy.ts';
import { formatPath } from '../../policy/paths.ts';
import { writeDocuments } from './documents.ts';
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
      'Made by mtls policy export --to istio. Istio decides on the path that it forwards:\n' +
        'set meshConfig.pathNormalization.normalization to DECODE_AND_MERGE_SLASHES.',
      (['deny', 'allow'] as const).flatMap((effect) => document(effect, policy, options)),
    ),
};

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
