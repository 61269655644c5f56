// Policies as literals of programming languages: one function quotes for each, and nothing else does.
import { toBase64, toHex } from '../../base/bytes.ts';
import { invariant } from '../../base/assert.ts';
import type { Policy, Subject } from '../../policy/policy.ts';

/** JSON in ASCII: a literal of JavaScript and of Rego as well. */
export function jsonLiteral(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An interpreted string literal of Go. */
export function goString(text: string): string {
  const inside = text.replace(/[^\x20-\x7e]|["\\]/gu, (found) => {
    if (found === '"' || found === '\\') return `\\${found}`;
    const point = found.codePointAt(0) as number;
    // A lone surrogate is no rune; it cannot come from UTF-8
    invariant(point < 0xd800 || point > 0xdfff, 'half a character');
    return `\\U${point.toString(16).padStart(8, '0')}`;
  });
  return `"${inside}"`;
}

/** A quoted parameter of nginx, in which nothing is a variable unless the directive says so. */
export function nginxString(text: string): string {
  invariant(/^[\x20-\x7e]*$/.test(text), 'a parameter of nginx is printable ASCII');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Text as a regular expression that means it alone, to RE2, PCRE and JavaScript. */
export function literalPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Rules as plain data for an interpreter in another language, with bytes as text. */
export function plainRules(policy: Policy, bytes: 'hex' | 'base64') {
  const encode = bytes === 'hex' ? toHex : toBase64;
  const plainSubject = ({ cn, dns, spiffe, extension }: Subject) => ({
    ...(cn !== undefined && { cn }),
    ...(dns && { dns: dns.text }),
    ...(spiffe && { spiffe: spiffe.text }),
    ...(extension && { extension: { oid: extension.oid, value: encode(extension.value) } }),
  });
  return policy.rules.map(({ name, effect, who, what }) => ({
    name,
    effect,
    who: who.map(plainSubject),
    what: what.map(({ methods, paths }) => ({ ...(methods && { methods }), paths })),
  }));
}

/** A text of ours with the one line that says `mtls:rules` replaced; its indentation is kept. */
export function withRules(template: string, lines: readonly string[]): string {
  const all = template.split('\n');
  const at = all.findIndex((line) => line.includes('mtls:rules'));
  invariant(at >= 0, 'the template has no line for the rules');
  const indent = /^\s*/.exec(all[at] ?? '')?.[0] ?? '';
  all.splice(at, 1, ...lines.map((line) => indent + line));
  return all.join('\n');
}
