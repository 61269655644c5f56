// The one decision: deny wins, then allow; what no rule allows is denied.
import { bytesEqual } from '../base/bytes.ts';
import { quoteForeign } from '../base/text.ts';
import { formatAttributeValue } from '../x509/attribute.ts';
import type { Certificate } from '../x509/certificate.ts';
import { callerOf, type Caller } from './caller.ts';
import { dnsMatches, spiffeMatches } from './names.ts';
import { formatPath, pathMatches } from './paths.ts';
import type { Policy, RequestPattern, Rule, Subject } from './policy.ts';
import { readRequest, type NormalRequest } from './request.ts';

export interface Decision {
  readonly allow: boolean;
  /** The rule that decided; undefined where none did, which denies. */
  readonly rule: Rule | undefined;
  /** Sentences, lower case, without a full stop. */
  readonly reasons: readonly string[];
}

/** As an HTTP request has them; the target may have a query. */
export interface AskedRequest {
  readonly method: string;
  readonly path: string;
}

/** Decides on a request of a certificate's holder. That the certificate is valid is not asked here. */
export function decide(policy: Policy, certificate: Certificate, asked: AskedRequest): Decision {
  const request = readRequest(asked.method, asked.path);
  if ('refused' in request) return { allow: false, rule: undefined, reasons: [request.refused] };
  const caller = callerOf(certificate);
  const meant = policy.rules.flatMap((rule) => {
    const why = ruleReasons(rule, caller, request);
    return why ? [{ rule, why }] : [];
  });
  const [found] = [
    ...meant.filter(({ rule }) => rule.effect === 'deny'),
    ...meant.filter(({ rule }) => rule.effect === 'allow'),
  ];
  if (found) return { allow: found.rule.effect === 'allow', rule: found.rule, reasons: found.why };
  return { allow: false, rule: undefined, reasons: nearMisses(policy, caller, request) };
}

function ruleReasons(
  { who, what }: Rule,
  caller: Caller,
  request: NormalRequest,
): readonly string[] | undefined {
  const asked = what.flatMap((pattern) => requestReason(pattern, request) ?? [])[0];
  if (asked === undefined) return undefined;
  const subject = who.find((one) => subjectMatches(one, caller));
  return subject && [`the caller is ${describeSubject(subject)}`, asked];
}

/** Whether all that a subject asks for is in a certificate. */
function subjectMatches(subject: Subject, caller: Caller): boolean {
  const { cn, dns, spiffe, extension } = subject;
  return (
    (cn === undefined || caller.commonNames.includes(cn)) &&
    (!dns || caller.dns.some((name) => dnsMatches(dns, name))) &&
    (!spiffe || caller.spiffe.some((id) => spiffeMatches(spiffe, id))) &&
    (!extension ||
      caller.extensions.some(
        ({ oid, value }) => oid === extension.oid && bytesEqual(value, extension.value),
      ))
  );
}

function requestReason(
  { methods, paths }: RequestPattern,
  { method, path }: NormalRequest,
): string | undefined {
  if (methods && !methods.includes(method)) return undefined;
  const pattern = paths.find((one) => pathMatches(one, path));
  if (!pattern) return undefined;
  return `${method} is ${methods ? 'one of its methods' : 'a method'}, and ${quoteForeign(path)} is meant by ${quoteForeign(formatPath(pattern))}`;
}

/** A subject in words. */
export function describeSubject({ cn, dns, spiffe, extension }: Subject): string {
  const parts = [
    ...(cn === undefined ? [] : [`CN ${quoteForeign(cn)}`]),
    ...(dns ? [`DNS ${dns.text}`] : []),
    ...(spiffe ? [spiffe.text] : []),
    ...(extension
      ? [`extension ${extension.oid}=${quoteForeign(formatAttributeValue(extension.value))}`]
      : []),
  ];
  return parts.length === 0 ? 'any certificate' : parts.join(' and ');
}

/** Why nothing was allowed. */
function nearMisses(policy: Policy, caller: Caller, request: NormalRequest): readonly string[] {
  const allowed = policy.rules.filter(({ effect }) => effect === 'allow');
  const named = allowed.filter(({ who }) => who.some((one) => subjectMatches(one, caller)));
  const asked = allowed.filter(({ what }) =>
    what.some((pattern) => requestReason(pattern, request) !== undefined),
  );
  const list = (rules: readonly Rule[]) => rules.map(({ name }) => name).join(', ');
  const what = `${request.method} ${quoteForeign(request.path)}`;
  return [
    'no rule allows it',
    named.length === 0
      ? 'no rule allows this caller anything'
      : `the caller is allowed other requests: ${list(named)}`,
    asked.length === 0
      ? `no rule allows ${what} to anybody`
      : `others are allowed ${what}: ${list(asked)}`,
  ];
}
