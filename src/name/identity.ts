// What a person types to name something: the argument tells its own kind.
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { isIa5String } from '../asn1/string.ts';
import { parseDnsName } from './dns.ts';
import type { GeneralName } from './general-name.ts';
import { parseCidr, parseIp } from './ip.ts';
import { isDotAtom } from './mailbox.ts';
import { parseSpiffeId } from './spiffe.ts';

/** Kinds that flags name. */
export type NameFlag = 'dns' | 'ip' | 'email' | 'uri' | 'spiffe';

/**
 * Reads a name whose kind shows: DNS name (IDN, wildcard), IP address, e-mail, SPIFFE ID, URI.
 * @throws MtlsError BAD_NAME or BAD_SPIFFE_ID, with a hint
 */
export function parseIdentityName(text: string): GeneralName {
  if (/^spiffe:/i.test(text)) return parseNameAs('spiffe', text);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) || /^urn:/i.test(text))
    return parseNameAs('uri', text);
  if (text.includes('@')) return parseNameAs('email', text);
  if (parseCidr(text) !== undefined)
    throw bad(text, 'it is a network, not an address', 'networks belong to --permit and --exclude');
  if (looksLikeIp(text)) return parseNameAs('ip', text);
  return parseNameAs('dns', text);
}

/**
 * Reads a name of the kind that a flag has named.
 * @throws MtlsError BAD_NAME or BAD_SPIFFE_ID
 */
export function parseNameAs(kind: NameFlag, text: string): GeneralName {
  switch (kind) {
    case 'dns':
      return { kind: 'dns', value: dnsName(text) };
    case 'ip':
      return { kind: 'ip', value: ipAddress(text) };
    case 'email':
      return { kind: 'email', value: email(text) };
    case 'uri':
      return /^spiffe:/i.test(text)
        ? { kind: 'uri', value: parseSpiffeId(text).id }
        : { kind: 'uri', value: uri(text) };
    case 'spiffe':
      return { kind: 'uri', value: parseSpiffeId(text).id };
  }
}

function bad(text: string, why: string, hint?: string): MtlsError {
  return new MtlsError('BAD_NAME', `${quoteForeign(text)} is not a name: ${why}`, { hint });
}

function looksLikeIp(text: string): boolean {
  return parseIp(text) !== undefined || /^\[.*\]$|^[0-9.]+$|^[0-9a-f.]*:[0-9a-f:.]*:/i.test(text);
}

function dnsName(text: string): string {
  const port = /^(.+):[0-9]{1,5}$/.exec(text);
  if (port) throw bad(text, 'it carries a port', `a certificate has none: ${shown(port[1])}`);
  if (/[/\\]/.test(text))
    throw bad(
      text,
      'it holds a slash',
      'name what the certificate is for; --out chooses the folder',
    );
  try {
    return parseDnsName(text, { wildcard: true });
  } catch (error) {
    if (!(error instanceof MtlsError) || error.hint !== undefined) throw error;
    throw new MtlsError(error.code, error.message, {
      hint: 'write a host such as api.example.org; free text belongs to the subject: mtls issue --cn',
      cause: error,
    });
  }
}

function ipAddress(text: string): Uint8Array {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const value = parseIp(bare);
  if (value === undefined)
    throw bad(
      text,
      'it is not an IP address',
      bare.includes('%')
        ? `leave out the zone: ${shown(bare.slice(0, bare.indexOf('%')))}`
        : 'write it as 10.0.0.7 or fd00::7',
    );
  return value;
}

/** RFC 5280 §4.2.1.6: a mailbox without phrase, comment or angle brackets; the host in A-labels. */
function email(text: string): string {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 0) throw bad(text, 'an e-mail address has an @', 'write it as user@example.org');
  if (!isIa5String(local))
    throw bad(text, 'the part before @ must be ASCII (RFC 5280 §4.2.1.6)', undefined);
  if (!isDotAtom(local))
    throw bad(text, 'the part before @ is not one of an e-mail address', 'user@example.org');
  // RFC 5321 §4.5.3.1
  if (local.length > 64) throw bad(text, 'the part before @ is longer than 64 characters');
  const address = `${local}@${mailHost(text, text.slice(at + 1))}`;
  if (address.length > 254) throw bad(text, 'it is longer than 254 characters');
  return address;
}

function mailHost(text: string, host: string): string {
  if (host === '') throw bad(text, 'nothing follows the @', 'write it as user@example.org');
  return parseDnsName(host);
}

/** RFC 5280 §4.2.1.6: an absolute URI in ASCII; with an authority, its host is a name or an address. */
function uri(text: string): string {
  const found = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text);
  if (found === null) throw bad(text, 'a URI begins with its scheme', 'https://example.org/api');
  const rest = found[2] as string;
  // RFC 3986 §2: reserved, unreserved and whole %-escapes
  if (!/^(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=[\]-]|%[0-9A-Fa-f]{2})+$/.test(rest))
    throw bad(text, 'it holds characters that a URI must %-escape', 'write a space as %20');
  if (text.length > 2048) throw bad(text, 'it is longer than 2048 characters');
  if (!rest.startsWith('//')) return text;
  const authority = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? '';
  const host = authority.replace(/^[^@]*@/, '').replace(/:[0-9]*$/, '');
  const literal = /^\[(.*)\]$/.exec(host)?.[1];
  const address = parseIp(literal ?? host);
  const sound = literal === undefined ? address?.length === 4 : address?.length === 16;
  if (!sound && !/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/.test(host))
    throw bad(text, 'its host is neither a DNS name nor an IP address');
  return text;
}

function shown(text: string | undefined): string {
  return escapeControl(text ?? '');
}
