// Tests for the Rego of a policy: for each rule a caller and a request that it is for, and a stranger.
import { toBase64 } from '../../base/bytes.ts';
import type { PathPattern, Policy, Rule, Subject } from '../../policy/policy.ts';
import { jsonLiteral } from './literals.ts';
import type { PolicyTarget } from './target.ts';

/** The certificate is left out: a test states what was read from it. */
export const REGO_TEST: PolicyTarget = {
  title: 'OPA',
  fault: () => undefined,
  write: (policy) =>
    [HEAD, ...policy.rules.map((rule) => testsOf(rule, policy)), STRANGER].join('\n'),
};

const HEAD = `# Tests of what mtls policy export --to rego made: opa test policy.rego policy_test.rego
package mtls.policy_test

import data.mtls.policy
import rego.v1
`;

const NOBODY = { cn: [], dns: [], spiffe: [], extensions: [] };

const STRANGER = `test_a_stranger_is_denied if {
  not policy.allow with input as {"method": "GET", "path": "/x"} with data.mtls.policy.caller as ${jsonLiteral({ ...NOBODY, cn: ['nobody of this policy'] })}
    with data.mtls.policy.rules as [rule | some rule in policy.rules; count([one | some one in rule.who; count(one) == 0]) == 0]
}

test_a_path_with_dot_segments_is_denied if {
  not policy.allow with input as {"method": "GET", "path": "/a/../b"} with data.mtls.policy.caller as ${jsonLiteral(NOBODY)}
}
`;

function testsOf(rule: Rule, { rules }: Policy): string {
  const [subject = {}] = rule.who;
  const [what] = rule.what;
  const [path] = what?.paths ?? [];
  const input = { method: what?.methods?.[0] ?? 'GET', path: path ? pathFor(path) : '/' };
  // Another rule may deny what this one allows, so each is tested by itself
  const alone = `[rule | some rule in policy.rules; rule.name == ${jsonLiteral(rule.name)}]`;
  const decided = jsonLiteral({ allow: rule.effect === 'allow', rule: rule.name });
  const number = rules.indexOf(rule) + 1;
  return `test_rule_${number}_${rule.name.replaceAll('-', '_')} if {
  policy.decision == ${decided} with input as ${jsonLiteral(input)} with data.mtls.policy.caller as ${jsonLiteral(callerFor(subject))}
    with data.mtls.policy.rules as ${alone}
}
`;
}

/** Somebody whom a subject means. */
function callerFor({ cn, dns, spiffe, extension }: Subject) {
  return {
    cn: cn === undefined ? [] : [cn],
    dns: dns ? [dns.text.replaceAll('*.', 'x.').replace('*x', 'x')] : [],
    spiffe: spiffe ? [spiffe.text.replace(/\*\*?/g, 'x')] : [],
    extensions: extension ? [{ oid: extension.oid, value: toBase64(extension.value) }] : [],
  };
}

function pathFor({ kind, text }: PathPattern): string {
  if (kind === 'exact') return text;
  return kind === 'prefix' ? `${text}x` : `${text.startsWith('/') ? '' : '/x'}${text}`;
}
