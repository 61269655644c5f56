// Whether a name lies within a subtree, form by form (RFC 5280 §4.2.1.10).
import { comparisonKeys, type DistinguishedName } from './distinguished-name.ts';
import { isLooseDnsName } from './dns.ts';
import { isMappedIpv4, parseIp, prefixLength } from './ip.ts';
import { readMailbox, uriHostName, type Mailbox } from './mailbox.ts';
import type { GeneralSubtree } from './subtree.ts';

/** Forms that are judged. */
export type JudgedForm = 'dns' | 'email' | 'uri' | 'ip' | 'dirName';

/** A name made ready for comparison. */
export type Prepared =
  | { readonly form: 'dns'; readonly base: string; readonly wildcard: boolean }
  | { readonly form: 'email'; readonly mailbox: Mailbox }
  | { readonly form: 'uri'; readonly host: string }
  | { readonly form: 'ip'; readonly bytes: Uint8Array }
  | { readonly form: 'dirName'; readonly keys: readonly string[] };

/** Which list the subtree stands in: a wildcard must lie wholly within `permitted`, and may not touch `excluded`. */
export type List = 'permitted' | 'excluded';

/** Says whether a prepared name of the subtree's own form lies within it. */
export type Matcher = (name: Prepared, list: List) => boolean;

/** Makes a text or address ready; a string says why it cannot be judged. */
export function prepareName(
  form: JudgedForm,
  value: string | Uint8Array | DistinguishedName,
): Prepared | string {
  if (form === 'dirName') return { form, keys: comparisonKeys(value as DistinguishedName) };
  if (form === 'ip') {
    const bytes = value as Uint8Array;
    return bytes.length === 4 || bytes.length === 16 ? { form, bytes } : 'is not an IP address';
  }
  const text = value as string;
  if (form === 'dns') {
    const wildcard = text.startsWith('*.');
    const base = (wildcard ? text.slice(2) : text).toLowerCase();
    return isLooseDnsName(base) ? { form, base, wildcard } : 'is not a DNS name';
  }
  if (form === 'email') {
    const mailbox = readMailbox(text);
    return mailbox !== undefined && isLooseDnsName(mailbox.host)
      ? { form, mailbox }
      : 'is not a mailbox at a domain name';
  }
  const host = uriHostName(text);
  return host !== undefined && isLooseDnsName(host)
    ? { form, host }
    : 'has no domain name for its host';
}

/** Makes a subtree ready; a string says why it is malformed. */
export function prepareSubtree(
  subtree: Exclude<GeneralSubtree, { readonly kind: 'unsupported' }>,
): Matcher | string {
  switch (subtree.kind) {
    case 'dns':
      return dnsMatcher(subtree.value.toLowerCase());
    case 'email':
      return emailMatcher(subtree.value);
    case 'uri':
      return uriMatcher(subtree.value.toLowerCase());
    case 'ip':
      return ipMatcher(subtree.address, subtree.mask);
    case 'dirName': {
      const wanted = comparisonKeys(subtree.value);
      return (name) =>
        name.form === 'dirName' && wanted.every((key, index) => key === name.keys[index]);
    }
  }
}

const all: Matcher = () => true;

/**
 * `example.org` covers itself and what lies below; `.example.org`, which RFC 5280 does not know
 * for DNS but OpenSSL, Go and webpki read alike, only what lies below. Empty covers all.
 */
function dnsMatcher(constraint: string): Matcher | string {
  if (constraint === '') return all;
  const below = constraint.startsWith('.') ? constraint : `.${constraint}`;
  const host = below.slice(1);
  if (!isLooseDnsName(host)) return 'is not a DNS name';
  const itself = constraint === host;
  const parent = host.slice(host.indexOf('.') + 1);
  return (name, list) => {
    if (name.form !== 'dns') return false;
    if (name.base.endsWith(below)) return true;
    if (!name.wildcard) return itself && name.base === host;
    // Every name that `*.host` stands for lies below `host`
    if (name.base === host) return true;
    // `*.example.org` could stand for an excluded `foo.example.org`
    return list === 'excluded' && itself && host !== parent && name.base === parent;
  };
}

/** A whole mailbox, a host, or with a leading dot what lies below a domain. */
function emailMatcher(constraint: string): Matcher | string {
  if (constraint.includes('@')) {
    const wanted = readMailbox(constraint);
    if (wanted === undefined || !isLooseDnsName(wanted.host)) return 'is not a mailbox';
    return (name) =>
      name.form === 'email' &&
      name.mailbox.local === wanted.local &&
      name.mailbox.host === wanted.host;
  }
  const matches = hostMatcher(constraint.toLowerCase());
  if (typeof matches === 'string') return matches;
  return (name) => name.form === 'email' && matches(name.mailbox.host);
}

/** A host, or with a leading dot what lies below a domain. */
function uriMatcher(constraint: string): Matcher | string {
  const matches = hostMatcher(constraint);
  if (typeof matches === 'string') return matches;
  return (name) => name.form === 'uri' && matches(name.host);
}

function hostMatcher(constraint: string): ((host: string) => boolean) | string {
  if (constraint === '') return () => true;
  const below = constraint.startsWith('.');
  const host = below ? constraint.slice(1) : constraint;
  if (!isLooseDnsName(host) || parseIp(host) !== undefined) return 'is not a domain name';
  return below ? (found) => found.endsWith(constraint) : (found) => found === host;
}

function ipMatcher(address: Uint8Array, mask: Uint8Array): Matcher | string {
  const { length } = address;
  if ((length !== 4 && length !== 16) || mask.length !== length)
    return `has ${length + mask.length} bytes where address and mask have 8 or 32`;
  if (prefixLength(mask) === undefined) return 'has a mask that is no prefix (RFC 4632)';
  const within = (bytes: Uint8Array) =>
    bytes.length === length &&
    bytes.every((octet, i) => ((octet ^ (address[i] as number)) & (mask[i] as number)) === 0);
  return (name, list) => {
    if (name.form !== 'ip') return false;
    if (within(name.bytes)) return true;
    // Go and others take ::ffff:10.0.0.7 for 10.0.0.7, so it must not slip past an exclusion
    return list === 'excluded' && isMappedIpv4(name.bytes) && within(name.bytes.subarray(12));
  };
}
