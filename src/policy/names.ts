// Names of callers: patterns part by part, `*` for one part, `**` for one or more at the open end.
import { parseDnsName } from '../name/dns.ts';
import { parseSpiffeId } from '../name/spiffe.ts';
import type { NamePattern } from './policy.ts';

/** A path segment of a SPIFFE ID, without look-around: neither `.` nor `..`. */
export const SPIFFE_SEGMENT =
  '(?:[A-Za-z0-9_-][A-Za-z0-9._-]*|[.][A-Za-z0-9_-][A-Za-z0-9._-]*|[.][.][A-Za-z0-9._-]+)';

/** A DNS label as certificates hold them. */
export const DNS_LABEL = '[a-z0-9_-]+';

const SPIFFE = RegExp(`^spiffe://[a-z0-9._-]+(?:/${SPIFFE_SEGMENT})*$`);
const DNS = RegExp(`^${DNS_LABEL}(?:[.]${DNS_LABEL})*$`);

/** Whether a URI name is a SPIFFE ID; one that is not is nobody's. */
export function isSpiffeName(uri: string): boolean {
  return SPIFFE.test(uri);
}

/** Whether a DNS name in lower case names one caller; a wildcard does not. */
export function isCallerDns(name: string): boolean {
  return DNS.test(name);
}

/** Reads `api.prod.svc`, `*.prod.svc`, `**.prod.svc`. Throws BAD_NAME. */
export function parseDnsPattern(text: string): NamePattern {
  const [stars = ''] = /^(?:\*\*?\.)?/.exec(text) ?? [];
  const name = parseDnsName(text.slice(stars.length));
  return { text: stars + name, exact: stars === '' };
}

/** Reads a SPIFFE ID with `*` for segments and `/**` for the rest of it. Throws BAD_SPIFFE_ID. */
export function parseSpiffePattern(text: string): NamePattern {
  const [scheme, empty, domain, ...path] = text.split('/');
  const last = path.length - 1;
  // A letter is a segment wherever a star may stand
  const sample = path.map((part, at) =>
    part === '*' || (part === '**' && at === last) ? 'x' : part,
  );
  parseSpiffeId([scheme, empty, domain, ...sample].join('/'));
  return { text, exact: !path.some((part) => part === '*' || part === '**') };
}

/** Whether a SPIFFE ID is meant by a pattern. */
export function spiffeMatches(pattern: NamePattern, id: string): boolean {
  return partsMatch(pattern.text.split('/'), id.split('/'));
}

/** Whether a DNS name in lower case is meant by a pattern. */
export function dnsMatches(pattern: NamePattern, name: string): boolean {
  return partsMatch(pattern.text.split('.').reverse(), name.split('.').reverse());
}

function partsMatch(pattern: readonly string[], parts: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  const fixed = open ? pattern.slice(0, -1) : pattern;
  return (
    (open ? parts.length > fixed.length : parts.length === fixed.length) &&
    fixed.every((part, at) => part === '*' || part === parts[at])
  );
}
