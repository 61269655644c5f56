// A policy from its YAML: strict, so that a slip of the pen is an error and no open door.
import { quoteForeign } from '../base/text.ts';
import { parseAttribute } from '../x509/attribute.ts';
import { parseDnsPattern, parseSpiffePattern } from './names.ts';
import { parsePath } from './paths.ts';
import type { Policy, RequestPattern, Rule, Subject } from './policy.ts';
import { NORMAL_METHOD } from './request.ts';
import { openYaml, type YamlField } from './yaml.ts';

const MOST = { rules: 500, who: 100, what: 100, methods: 20, paths: 100 };
const MAX_METHOD = 32;
const METHOD = RegExp(`^${NORMAL_METHOD}$`);
// Part of names of Kubernetes objects and of variables
const NAME = /^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

/**
 * Reads a policy.
 *
 * @param where how messages call the file
 * @throws MtlsError YAML_MALFORMED, with the line
 */
export function readPolicy(text: string, where: string): Policy {
  const { version, rules } = openYaml(text, where).fields(['version', 'rules']);
  if (version.scalar() !== 1)
    throw version.fail('the version is not 1', 'begin the file with version: 1');
  const names = new Set<string>();
  return {
    rules: rules.items(MOST.rules).map((item) => {
      const rule = readRule(item);
      if (names.has(rule.name)) throw item.fail(`a second rule is called ${rule.name}`);
      names.add(rule.name);
      return rule;
    }),
  };
}

function readRule(item: YamlField): Rule {
  const { name, effect, who, what } = item.fields(['name', 'effect', 'who', 'what']);
  const called = name.text();
  if (!NAME.test(called))
    throw name.fail(
      `${quoteForeign(called)} cannot name a rule`,
      'lower-case letters, digits and hyphens, a letter first, 50 at most',
    );
  const does = effect.text();
  if (does !== 'allow' && does !== 'deny')
    throw effect.fail(`the effect is ${quoteForeign(does)}`, 'write allow or deny');
  return {
    name: called,
    effect: does,
    who: who.items(MOST.who).map(readSubject),
    what: what.items(MOST.what).map(readPattern),
    line: item.line,
  };
}

function readSubject(item: YamlField): Subject {
  const given = item.fields([], ['any', 'cn', 'dns', 'spiffe', 'extension']);
  const { any, cn, dns, spiffe, extension } = given;
  if (!any && !cn && !dns && !spiffe && !extension)
    throw item.fail('nobody is named', 'write any: true for every certificate');
  if (any && any.scalar() !== true)
    throw any.fail('any is not true', 'leave it out, or write true');
  if (any && (cn ?? dns ?? spiffe ?? extension))
    throw any.fail('any stands beside something narrower', 'leave out one of the two');
  return {
    ...(any && { any: true }),
    ...(cn && { cn: readCommonName(cn) }),
    ...(dns && { dns: dns.read(parseDnsPattern) }),
    ...(spiffe && { spiffe: spiffe.read(parseSpiffePattern) }),
    ...(extension && { extension: extension.read(parseAttribute) }),
  };
}

function readCommonName(field: YamlField): string {
  const text = field.text();
  // ub-common-name (RFC 5280 appendix A.1)
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/.test(text))
    throw field.fail(
      `${quoteForeign(text)} is not a common name that all programs read alike`,
      '1 to 64 letters, digits and signs of ASCII; for others go by a DNS name or a SPIFFE ID',
    );
  if (text.includes('*'))
    throw field.fail('a common name has no patterns', 'name each, or go by DNS names');
  return text;
}

function readPattern(item: YamlField): RequestPattern {
  const { paths, methods } = item.fields(['paths'], ['methods']);
  return {
    methods: methods?.items(MOST.methods).map((method) => {
      const text = method.text();
      if (METHOD.test(text) && text.length <= MAX_METHOD) return text;
      throw method.fail(
        `${quoteForeign(text)} is not a method`,
        /^[A-Za-z]+$/.test(text)
          ? `methods are in upper case: ${text.toUpperCase().slice(0, 32)}`
          : 'leave out methods for all of them',
      );
    }),
    paths: paths.items(MOST.paths).map((path) => path.read(parsePath)),
  };
}
