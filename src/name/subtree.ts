// GeneralSubtree (RFC 5280 §4.2.1.10): one constraint, as text and as DER.
import { MtlsError } from '../base/errors.ts';
import { concatBytes, toHex, type NameDer } from '../base/bytes.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { contextPrimitive, readerOf, Tag, type DerReader } from '../asn1/reader.ts';
import { sequence } from '../asn1/writer.ts';
import { encodeDn, formatDn, type DistinguishedName } from './distinguished-name.ts';
import { parseDn } from './dn-text.ts';
import { isDnsName, parseDnsName } from './dns.ts';
import { encodeGeneralName, readGeneralName } from './general-name.ts';
import { formatCidr, maskOf, parseCidr, parseIp } from './ip.ts';
import { isDotAtom, uriHostName } from './mailbox.ts';
import { parseTrustDomain } from './spiffe.ts';

export type GeneralSubtree =
  /** As in the extension: `example.org`, `.example.org`; for e-mail also `user@example.org`. */
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly value: string }
  /** A sound one has address and mask of 4 or of 16 bytes each. */
  | { readonly kind: 'ip'; readonly address: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: 'dirName'; readonly value: DistinguishedName; readonly der: NameDer }
  /** A form that is not judged, or minimum and maximum: tag of the base, and the whole subtree. */
  | { readonly kind: 'unsupported'; readonly tag: number; readonly der: Uint8Array };

const EXAMPLES = 'example.org, 10.0.0.0/8, email:example.org, uri:example.org, dir:O=Example';

/**
 * Reads a constraint as a person types it. Without a prefix: an address or block, an e-mail
 * form with `@`, a trust domain `spiffe://…`, else a DNS name, which covers its subdomains;
 * a leading dot covers the subdomains alone.
 * @throws MtlsError BAD_NAME, BAD_SPIFFE_ID or BAD_SUBJECT
 */
export function parseConstraint(text: string): GeneralSubtree {
  const prefix = /^(dns|ip|email|uri|dir):(?!\/\/)(.*)$/is.exec(text);
  const rest = prefix?.[2] ?? text;
  switch (prefix?.[1]?.toLowerCase()) {
    case 'dns':
      return { kind: 'dns', value: domain(text, rest) };
    case 'ip':
      return block(text, rest);
    case 'email':
      return { kind: 'email', value: mailboxes(text, rest) };
    case 'uri':
      return { kind: 'uri', value: uriHosts(text, rest) };
    case 'dir': {
      const value = parseDn(rest);
      return { kind: 'dirName', value, der: encodeDn(value) };
    }
    default:
      if (/^spiffe:/i.test(text)) return { kind: 'uri', value: uriHosts(text, text) };
      if (parseIp(text) !== undefined || /^[0-9a-f.:]+\/[0-9]+$/i.test(text))
        return block(text, text);
      if (text.includes('@')) return { kind: 'email', value: mailboxes(text, text) };
      return { kind: 'dns', value: domain(text, text) };
  }
}

function bad(text: string, why: string, hint: string = EXAMPLES): MtlsError {
  return new MtlsError('BAD_NAME', `${quoteForeign(text)} is not a name constraint: ${why}`, {
    hint,
  });
}

function domain(whole: string, text: string): string {
  if (text === '') throw bad(whole, 'it is empty');
  if (text.startsWith('*.'))
    throw bad(
      whole,
      'a constraint has no wildcard (RFC 5280 §4.2.1.10)',
      `${escapeControl(text.slice(2))} covers itself and its subdomains`,
    );
  const dot = text.startsWith('.') ? '.' : '';
  const name = text.slice(dot.length);
  if (/[:/=\s]/.test(name)) throw bad(whole, 'it is neither a DNS name nor an address block');
  return dot + parseDnsName(name);
}

function block(whole: string, text: string): GeneralSubtree {
  const single = parseIp(text);
  if (single !== undefined)
    return { kind: 'ip', address: single, mask: maskOf(single.length * 8, single.length) };
  const found = parseCidr(text);
  if (found !== undefined) return { kind: 'ip', ...found };
  const [address, prefix] = [parseIp(text.split('/')[0] ?? ''), Number(text.split('/')[1])];
  if (address !== undefined && prefix <= address.length * 8) {
    const mask = maskOf(prefix, address.length);
    const base = address.map((octet, i) => octet & (mask[i] as number));
    throw bad(whole, 'the address has bits behind the prefix', formatCidr(base, mask));
  }
  throw bad(whole, 'it is not an address block', 'write it as 10.0.0.0/8 or fd00::/8');
}

/** `user@host` one mailbox; `host` or `@host` every mailbox there; `.domain` below a domain. */
function mailboxes(whole: string, text: string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) return domain(whole, text);
  const [local, host] = [text.slice(0, at), parseDnsName(text.slice(at + 1))];
  if (local === '') return host;
  if (!isDotAtom(local)) throw bad(whole, 'the part before @ is not one of an e-mail address');
  return `${local}@${host}`;
}

/** `host` alone, or `.domain` for what lies below it; a whole URI gives its host. */
function uriHosts(whole: string, text: string): string {
  if (/^spiffe:/i.test(text)) {
    const trustDomain = parseTrustDomain(text);
    if (text !== `spiffe://${trustDomain}`)
      throw bad(whole, 'it covers a trust domain, not a path', `spiffe://${trustDomain}`);
    return trustDomain;
  }
  if (!text.includes('://')) return domain(whole, text);
  const host = uriHostName(text);
  throw bad(
    whole,
    'a URI constraint names the host alone',
    host !== undefined && isDnsName(host) ? `uri:${host}` : EXAMPLES,
  );
}

/** `DNS:example.org`, `IP:10.0.0.0/8`, `email:…`, `URI:…`, `dirName:…`. */
export function formatSubtree(subtree: GeneralSubtree): string {
  switch (subtree.kind) {
    case 'dns':
      return `DNS:${shown(subtree.value)}`;
    case 'email':
      return `email:${shown(subtree.value)}`;
    case 'uri':
      return `URI:${shown(subtree.value)}`;
    case 'ip':
      return `IP:${formatCidr(subtree.address, subtree.mask)}`;
    case 'dirName':
      return `dirName:${formatDn(subtree.value)}`;
    case 'unsupported':
      return `unsupported:#${toHex(subtree.der)}`;
  }
}

function shown(value: string): string {
  return value === '' ? '(all)' : escapeControl(value);
}

export function encodeSubtree(subtree: GeneralSubtree): Uint8Array {
  switch (subtree.kind) {
    case 'unsupported':
      return subtree.der;
    case 'ip':
      return sequence(
        encodeGeneralName({ kind: 'ip', value: concatBytes([subtree.address, subtree.mask]) }),
      );
    case 'dns':
    case 'email':
    case 'uri':
    case 'dirName':
      return sequence(encodeGeneralName(subtree));
  }
}

/** @throws MtlsError DER_MALFORMED */
export function readSubtree(reader: DerReader): GeneralSubtree {
  const whole = reader.next(Tag.Sequence);
  const inner = readerOf(whole);
  const tag = inner.peek();
  const base = readGeneralName(inner);
  // DEFAULT 0 should not be written, yet some do
  const minimum =
    inner.peek() === contextPrimitive(0) ? inner.smallInteger(contextPrimitive(0)) : 0;
  const maximum = inner.optional(contextPrimitive(1));
  inner.end();
  // RFC 5280 §4.2.1.10: minimum is zero and maximum absent
  if (minimum !== 0 || maximum !== undefined)
    return { kind: 'unsupported', tag: tag as number, der: whole.whole };
  switch (base.kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return { kind: base.kind, value: base.value };
    case 'dirName':
      return base;
    case 'ip': {
      // Of an odd length the mask comes out shorter, which no check accepts
      const half = Math.ceil(base.value.length / 2);
      return { kind: 'ip', address: base.value.subarray(0, half), mask: base.value.subarray(half) };
    }
    case 'other':
    case 'rid':
    case 'x400':
    case 'ediParty':
      return { kind: 'unsupported', tag: tag as number, der: whole.whole };
  }
}
