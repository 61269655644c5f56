// Patterns of names, as `--allow` takes them.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { attributeByKeyword } from '../name/attributes.ts';
import type { AttributeTypeAndValue } from '../name/dn.ts';
import { parseDnsName } from '../name/dns.ts';
import { parseCidr } from '../name/ip.ts';
import type { GeneralName } from '../name/san.ts';

/**
 * A pattern for names. `*` stands for one label, one path segment or one mailbox; `**`, in front
 * of a host or at the end of a path, for one or more. No star crosses from a host into a path.
 */
export interface NamePattern {
  readonly text: string;
  readonly matches: (name: GeneralName) => boolean;
  /** Of a pattern such as `O=Example` or `CN=*`: an attribute of the subject. */
  readonly covers?: (attribute: AttributeTypeAndValue) => boolean;
}

type Fail = (what: string) => MtlsError;

const LONGEST = 2048;

/**
 * Reads `example.org`, `*.example.org`, `**.example.org`, `10.0.0.0/8`, `*@example.org`,
 * `spiffe://…`, `O=Example`. Throws BAD_OPTION, also for what could never match.
 */
export function parseNamePattern(text: string): NamePattern {
  const fail: Fail = (what) =>
    new MtlsError('BAD_OPTION', `bad pattern ${quoteForeign(text)}: ${what}`, {
      hint: 'write *.example.org, 10.0.0.0/8, *@example.org or spiffe://example.org/ns/*/sa/*',
    });
  const pattern = text.trim();
  if (pattern.length > LONGEST) throw fail('it is too long');
  const attribute = /^([A-Za-z]+)=(.*)$/.exec(pattern);
  if (attribute) return attributePattern(pattern, attribute[1] ?? '', attribute[2] ?? '', fail);
  if (pattern === '' || /[\s\p{Cc}]/u.test(pattern)) throw fail('it is no pattern');
  const uri = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(?:\/(.*))?$/i.exec(pattern);
  if (uri) return uriPattern(pattern, uri[1] ?? '', uri[2] ?? '', uri[3], fail);
  const addresses = addressPattern(pattern);
  if (addresses) return addresses;
  const at = pattern.lastIndexOf('@');
  if (at >= 0) return mailPattern(pattern, pattern.slice(0, at), pattern.slice(at + 1), fail);
  const labels = parseLabels(pattern, fail);
  return {
    text: pattern,
    matches: (found) => found.kind === 'dns' && matchLabels(labels, found.value),
  };
}

function attributePattern(text: string, keyword: string, wanted: string, fail: Fail): NamePattern {
  const oid = attributeByKeyword(keyword)?.oid;
  if (oid === undefined || wanted === '') throw fail('it is no attribute of a subject');
  return {
    text,
    matches: () => false,
    covers: (found) => found.oid === oid && (wanted === '*' || wanted === found.value),
  };
}

function uriPattern(
  text: string,
  scheme: string,
  authority: string,
  path: string | undefined,
  fail: Fail,
): NamePattern {
  if (/[?#]/.test(text)) throw fail('a query or a fragment is no part of it');
  if (authority === '') throw fail('the host is missing');
  const [host, port] = splitPort(authority);
  // An address in brackets, and the like, stands for itself
  const labels = /^[^:@[\]]*$/.test(host) ? parseLabels(host, fail) : undefined;
  if (!labels && host.includes('*')) throw fail('a * stands for a whole label of a host name');
  const segments = path?.split('/') ?? [];
  segments.forEach((segment, i) => {
    if (!segment.includes('*') || segment === '*') return;
    if (segment !== '**' || i < segments.length - 1)
      throw fail('a * stands for a whole path segment, ** for several at the end');
  });
  return {
    text,
    matches: (found) => {
      if (found.kind !== 'uri') return false;
      const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?$/i.exec(found.value);
      if (parts?.[1]?.toLowerCase() !== scheme.toLowerCase()) return false;
      const [foundHost, foundPort] = splitPort(parts[2] ?? '');
      return (
        foundPort === port &&
        (labels ? matchLabels(labels, foundHost) : foundHost === host) &&
        matchParts(segments, parts[3]?.split('/') ?? [])
      );
    },
  };
}

/** Host, with a user in front of it if there is one, and port. */
function splitPort(authority: string): readonly [host: string, port: string | undefined] {
  const found = /^(.*):(\d*)$/.exec(authority);
  return found ? [found[1] ?? '', found[2]] : [authority, undefined];
}

function addressPattern(text: string): NamePattern | undefined {
  const cidr = parseCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  if (!cidr) return undefined;
  const { address, mask } = cidr;
  return {
    text,
    matches: (found) =>
      found.kind === 'ip' &&
      found.value.length === address.length &&
      found.value.every((octet, i) => (octet & (mask[i] as number)) === address[i]),
  };
}

function mailPattern(text: string, mailbox: string, host: string, fail: Fail): NamePattern {
  if (mailbox === '' || host === '') throw fail('an e-mail pattern is mailbox@host');
  if (mailbox.includes('*') && mailbox !== '*') throw fail('a * stands for a whole mailbox');
  const labels = parseLabels(host, fail);
  return {
    text,
    matches: (found) => {
      if (found.kind !== 'email') return false;
      const cut = found.value.lastIndexOf('@');
      return (
        (mailbox === '*' ? cut > 0 : mailbox === found.value.slice(0, cut)) &&
        matchLabels(labels, found.value.slice(cut + 1))
      );
    },
  };
}

/** Labels of a host from the right, so that a `**` in front takes what is left. */
function parseLabels(text: string, fail: Fail): readonly string[] {
  return text
    .split('.')
    .map((label, i) => {
      if (label === '*' || (label === '**' && i === 0)) return label;
      if (label.includes('*')) throw fail('a * stands for a whole label, ** for several in front');
      const ascii = asciiLabel(label);
      if (ascii === undefined) throw fail('it is no pattern of a name');
      return ascii;
    })
    .reverse();
}

function asciiLabel(label: string): string | undefined {
  if (/^[a-z0-9_-]+$/i.test(label)) return label.toLowerCase();
  try {
    const name = parseDnsName(label);
    return name.includes('.') ? undefined : name;
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'BAD_NAME') return undefined;
    throw error;
  }
}

function matchLabels(pattern: readonly string[], host: string): boolean {
  // A user in front of the host, say, is no label
  return (
    /^[a-z0-9_.*-]+$/i.test(host) && matchParts(pattern, host.toLowerCase().split('.').reverse())
  );
}

/** Whether parts fit; `**` comes last and takes one or more. A wildcard name fits wildcards only. */
function matchParts(pattern: readonly string[], parts: readonly string[]): boolean {
  const fits = (wanted: string, i: number) => {
    const part = parts[i];
    return wanted === part || (wanted === '*' && part !== undefined && part !== '');
  };
  const last = pattern.length - 1;
  return pattern[last] === '**'
    ? parts.length > last &&
        parts.every((part) => part !== '') &&
        pattern.slice(0, last).every(fits)
    : pattern.length === parts.length && pattern.every(fits);
}
