// Policies for programs: an interpreter that reads as ours does, and the rules as its data.
import { toHex } from '../../base/bytes.ts';
import type { Policy, Subject } from '../../policy/policy.ts';
import { readTemplate } from '../template.ts';
import { goString, jsonLiteral, plainRules, withRules } from './literals.ts';
import type { PolicyTarget } from './target.ts';

/** Nothing that a policy says is beyond them. */
const everything = () => undefined;

export const NODE: PolicyTarget = {
  title: 'the middleware for Node',
  fault: everything,
  write: (policy) =>
    withRules(
      readTemplate('policy/middleware.mjs'),
      plainRules(policy, 'hex').map((rule) => `${jsonLiteral(rule)},`),
    ),
};

export const REGO: PolicyTarget = {
  title: 'OPA',
  fault: everything,
  write: (policy) =>
    withRules(
      readTemplate('policy/policy.rego'),
      plainRules(policy, 'base64').map((rule) => `${jsonLiteral(rule)},`),
    ),
};

export const GO: PolicyTarget = {
  title: 'the middleware for Go',
  fault: everything,
  write: (policy) => withRules(readTemplate('policy/middleware.go'), goRules(policy)),
};

// As gofmt has them: one composite literal a line
function goRules({ rules }: Policy): readonly string[] {
  const list = (type: string, items: readonly string[]) => `[]${type}{${items.join(', ')}}`;
  return rules.flatMap(({ name, effect, who, what }) => [
    '{',
    `\tname: ${goString(name)}, effect: ${goString(effect)},`,
    `\twho: ${list('subject', who.map(goSubject))},`,
    '\twhat: []pattern{',
    ...what.map(({ methods, paths }) => {
      const texts = paths.map(({ kind, text }) => `{${goString(kind)}, ${goString(text)}}`);
      const of = methods ? `methods: ${list('string', methods.map(goString))}, ` : '';
      return `\t\t{${of}paths: ${list('pathPattern', texts)}},`;
    }),
    '\t},',
    '},',
  ]);
}

function goSubject({ cn, dns, spiffe, extension }: Subject): string {
  const fields = {
    cn,
    dns: dns?.text,
    spiffe: spiffe?.text,
    oid: extension?.oid,
    value: extension && toHex(extension.value),
  };
  const given = Object.entries(fields).flatMap(([field, text]) =>
    text === undefined ? [] : [`${field}: ${goString(text)}`],
  );
  return `{${given.join(', ')}}`;
}
