// Policies and requests: some at random, the same ones with the same seed, and all corners that bite.
import { expect } from 'vitest';
import { decide } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import type { SeededRandom } from '../support/random.ts';
import { ABNORMAL, METHODS, NORMAL, ODD_METHODS, PATH_PATTERNS, PATHS } from './requests.ts';
import { CALLER_CORNERS, CNS, DNS, OIDS, SPIFFE, VALUES, type Caller } from './callers.ts';

/** Which names a policy goes by: what a program can hold. */
export type Language = 'all' | 'cn' | 'istio' | 'linkerd' | 'san';

const quoted = (field: string, texts: readonly string[]) =>
  texts.map((text) => `${field}: ${JSON.stringify(text)}`);

const CN_WHO = quoted('cn', CNS);
const DNS_WHO = quoted('dns', [
  ...DNS,
  '*.prod.svc',
  '**.prod.svc',
  '*.web.prod.svc',
  'WEB.prod.svc',
]);
const SPIFFE_WHO = quoted('spiffe', [
  ...SPIFFE,
  'spiffe://example.org',
  'spiffe://example.org/*',
  'spiffe://example.org/ns/*/sa/web',
  'spiffe://example.org/ns/*/sa/*',
  'spiffe://example.org/ns/prod/sa/*',
  'spiffe://example.org/*/prod/**',
  'spiffe://example.org/ns/prod/**',
  'spiffe://example.org/**',
]);
const EXTENSION_WHO = quoted(
  'extension',
  VALUES.flatMap((value) => OIDS.map((oid) => `${oid}=${value}`)),
);
const BOTH_WHO = [
  `dns: web.prod.svc, extension: "${OIDS[0]}=utf8:finance"`,
  'dns: web.prod.svc, spiffe: spiffe://example.org/ns/prod/**',
];
const ANY = 'any: true';

/** Callers as rules name them. */
const WHO: Readonly<Record<Language, readonly string[]>> = {
  all: [ANY, ...CN_WHO, ...DNS_WHO, ...SPIFFE_WHO, ...EXTENSION_WHO, ...BOTH_WHO],
  cn: [ANY, ...CN_WHO],
  istio: [
    ANY,
    ...quoted(
      'spiffe',
      SPIFFE.filter((id) => id.includes('/sa/')),
    ),
    'spiffe: spiffe://example.org/ns/prod/sa/*',
    'spiffe: spiffe://example.org/ns/prod/**',
    'spiffe: spiffe://example.org/**',
  ],
  linkerd: [ANY, ...quoted('dns', [...DNS, '**.prod.svc', '**.svc'])],
  san: [
    ANY,
    ...DNS_WHO,
    ...SPIFFE_WHO.filter((text) => !text.includes('/*/sa/*')),
    'dns: web.prod.svc, spiffe: spiffe://example.org/ns/prod/**',
  ],
};

/** For the corners of requests: each is asked of all these. */
const REQUEST_POLICIES: Readonly<Record<Language, readonly string[]>> = (() => {
  const rule = (name: string, effect: string, what: string) =>
    `{name: ${name}, effect: ${effect}, who: [{${ANY}}], what: [{${what}}]}`;
  const all = rule('all', 'allow', 'paths: [/*]');
  const exact = [rule('exact', 'allow', 'paths: [/, /orders, /orders/, /orders/7, /a]')];
  const every = [
    [all],
    exact,
    [rule('prefix', 'allow', 'paths: [/orders/*, /a/b/*]')],
    [rule('suffix', 'allow', "paths: ['*.json', '*/health', '*7']")],
    [all, rule('exact', 'deny', 'paths: [/orders, /orders/7, /a]')],
    [rule('prefix', 'deny', "paths: [/orders/*, '*.json']"), all],
    [
      rule('methods', 'allow', 'methods: [GET, PUT], paths: [/*]'),
      rule('d', 'deny', 'methods: [PUT], paths: [/a/*]'),
    ],
  ].map(text);
  const linkerd = [
    exact,
    [rule('methods', 'allow', 'methods: [GET, PUT], paths: [/orders, /a]')],
    [
      rule('exact', 'allow', 'methods: [POST], paths: [/orders]'),
      rule('all', 'allow', 'methods: [GET], paths: [/*]'),
    ],
  ].map(text);
  return { all: every, cn: every, istio: every, san: every, linkerd };
})();

function text(rules: readonly string[]): string {
  return `version: 1\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`;
}

const several = <Item>(random: SeededRandom, most: number, make: () => Item): Item[] =>
  Array.from({ length: 1 + random.below(most) }, make);

/** The YAML of a policy. */
export function policyText(random: SeededRandom, language: Language): string {
  const onlyAllows = language === 'linkerd';
  const paths = onlyAllows ? PATHS.slice(1).concat('/*') : PATH_PATTERNS;
  return text(
    several(random, 5, () => {
      const who = several(random, 3, () => `{${random.pick(WHO[language])}}`);
      const what = several(random, 2, () => {
        const methods = random.chance(0.6)
          ? `methods: [${several(random, 3, () => random.pick(METHODS)).join(', ')}], `
          : '';
        const list = several(random, 4, () => JSON.stringify(random.pick(paths)));
        return `{${methods}paths: [${list.join(', ')}]}`;
      });
      const effect = !onlyAllows && random.chance(0.25) ? 'deny' : 'allow';
      return `effect: ${effect}, who: [${who.join(', ')}], what: [${what.join(', ')}]`;
    }).map((rule, at) => `{name: rule-${at + 1}, ${rule}}`),
  );
}

export interface AskedCase {
  readonly policy: number;
  readonly caller: number;
  readonly method: string;
  readonly path: string;
  /** What is odd about the request or the caller. */
  readonly corner: string;
}

const AT_RANDOM = 'at random';

export interface Questions {
  readonly policies: readonly Policy[];
  readonly cases: readonly AskedCase[];
  /** Our own answers. */
  readonly ours: readonly boolean[];
}

interface Counts {
  readonly cases: number;
  readonly policies: number;
  /** Of the callers that a rule does not mean, one in so many: there are too many for a server. */
  readonly oneIn?: number;
  /** Whether a policy can be held by the program that is asked. */
  readonly held?: (policy: Policy) => boolean;
}

const read = (yaml: string) => readPolicy(yaml, 'generated');
const pathsOf = (corners: Readonly<Record<string, readonly string[]>>) =>
  Object.values(corners).flat();

/** Random ones, the corners of requests under each of their policies, and each caller for each who. */
export function questions(
  random: SeededRandom,
  language: Language,
  callers: readonly Caller[],
  { cases, policies: count, oneIn = 1, held = () => true }: Counts,
): Questions {
  const policies: Policy[] = [];
  while (policies.length < count) {
    const policy = read(policyText(random, language));
    if (held(policy)) policies.push(policy);
  }
  // Nothing normalises for Linkerd: what is odd meets /* there, which is every path
  const abnormal = language === 'linkerd' ? 0 : 1 / 6;
  const ordinary = callers.flatMap(({ corner }, at) => (corner === undefined ? [at] : []));
  const asked: AskedCase[] = Array.from({ length: cases }, () => ({
    policy: random.below(count),
    caller: random.chance(0.7) ? random.pick(ordinary) : random.below(callers.length),
    method: random.pick(METHODS),
    path: random.chance(abnormal)
      ? random.pick(pathsOf(ABNORMAL))
      : random.pick(random.chance(0.6) ? PATHS : pathsOf(NORMAL)),
    corner: AT_RANDOM,
  }));
  for (const yaml of REQUEST_POLICIES[language]) {
    const policy = policies.push(read(yaml)) - 1;
    const every = language !== 'linkerd' || !yaml.includes('/*');
    for (const corners of every ? [NORMAL, ABNORMAL] : [NORMAL])
      for (const [corner, paths] of Object.entries(corners))
        for (const path of paths)
          asked.push({ policy, caller: random.below(callers.length), method: 'GET', path, corner });
    for (const [corner, methods] of Object.entries(ODD_METHODS))
      // Linkerd asks for a method only where a rule does
      for (const method of language !== 'linkerd' || yaml.includes('methods') ? methods : [])
        for (const path of ['/orders', '/a/b'])
          asked.push({ policy, caller: random.below(callers.length), method, path, corner });
  }
  const who = WHO[language];
  const rules = who.map(
    (one, at) =>
      `{name: who-${at + 1}, effect: allow, who: [{${one}}], what: [{paths: [/who/${at + 1}]}]}`,
  );
  const policy = policies.push(read(text(rules))) - 1;
  let denied = 0;
  callers.forEach(({ corner = AT_RANDOM }, caller) => {
    who.forEach((_, at) => {
      const one = { policy, caller, method: 'GET', path: `/who/${at + 1}`, corner };
      if (decided({ policies }, callers, one).allow || denied++ % oneIn === 0) asked.push(one);
    });
  });
  const ours = asked.map((one) => decided({ policies }, callers, one).allow);
  return { policies, cases: asked, ours };
}

export function decided(
  { policies }: Pick<Questions, 'policies'>,
  callers: readonly Caller[],
  { policy, caller, method, path }: AskedCase,
) {
  const { certificate } = callers[caller] as Caller;
  return decide(policies[policy] as Policy, certificate, { method, path });
}

/** Fails where questions have not met every corner, in both answers where there are two. */
export function expectCover(
  { cases, ours, policies }: Questions,
  callers: readonly Caller[],
): void {
  const met = new Map<string, { allowed: number; denied: number }>();
  cases.forEach(({ corner }, at) => {
    const count = met.get(corner) ?? { allowed: 0, denied: 0 };
    count[ours[at] === true ? 'allowed' : 'denied']++;
    met.set(corner, count);
  });
  const lacking = (corners: readonly string[], allowed: number, denied: number) =>
    corners.filter((corner) => {
      const count = met.get(corner) ?? { allowed: 0, denied: 0 };
      return count.allowed < allowed || count.denied < denied;
    });
  const odd = callers.flatMap(({ corner }) => corner ?? []);
  expect(lacking([AT_RANDOM], 20, 40)).toEqual([]);
  expect(lacking(Object.keys(NORMAL), 2, 2)).toEqual([]);
  expect(lacking([...new Set(odd)], 1, 2)).toEqual([]);
  expect(lacking([...Object.keys(ABNORMAL), ...Object.keys(ODD_METHODS)], 0, 6)).toEqual([]);
  expect(new Set(odd)).toEqual(new Set(odd.length > 0 ? CALLER_CORNERS : []));
  const never = [...Object.keys(ABNORMAL), 'a method in lower case'];
  expect(never.filter((corner) => met.get(corner)?.allowed !== 0)).toEqual([]);
  // A rule that denies has the last word where others allow
  const onlyAllow = policies.map(({ rules }) => ({
    rules: rules.filter(({ effect }) => effect === 'allow'),
  }));
  const overridden = cases.filter(
    (one, at) => !ours[at] && decided({ policies: onlyAllow }, callers, one).allow,
  );
  const denying = policies.some(({ rules }) => rules.some(({ effect }) => effect === 'deny'));
  expect(overridden.length > 20).toBe(denying);
}
