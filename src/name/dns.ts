// DNS names: strict where they are typed, RFC 9525 where a certificate's names meet a host.
import { domainToASCII, domainToUnicode } from 'node:url';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { parseIp } from './ip.ts';

declare const brand: unique symbol;

/** A DNS name in preferred syntax (RFC 1034 §3.5, RFC 1123 §2.1): A-labels, lower case, no trailing dot. */
export type DnsName = string & { readonly [brand]: 'DnsName' };

export interface DnsNameOptions {
  /** Whether `*.` may stand in front. */
  readonly wildcard?: boolean;
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// RFC 1035 §2.3.4 counts 255 octets on the wire, which is 253 characters of text
const MAX_NAME = 253;
// What RFC 1123 forbids and live hosts still use is let through here: underscores.
const LOOSE_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;
// eslint-disable-next-line no-control-regex -- ASCII is the question
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Reads a DNS name as a person types it; an IDN becomes A-labels by UTS #46.
 * @throws MtlsError BAD_NAME, with the rule that is broken
 */
export function parseDnsName(text: string, options: DnsNameOptions = {}): DnsName {
  const fail = (why: string, hint?: string) =>
    new MtlsError('BAD_NAME', `${quoteForeign(text)} is not a DNS name: ${why}`, { hint });
  if (text === '') throw fail('it is empty');
  if (text.length > 4 * MAX_NAME) throw fail(`it is longer than ${MAX_NAME} characters`);
  const starred = text.startsWith('*.');
  if (text.includes('*')) {
    if (options.wildcard !== true) throw fail('a wildcard cannot stand here');
    if (!starred || text.includes('*', 1))
      throw fail('a wildcard must be the whole first label', 'write it as *.example.org');
  }
  const converted = toAscii(starred ? text.slice(2) : text);
  if (converted === undefined)
    throw fail('it holds characters that no domain name may hold (IDNA, UTS #46)');
  const base = converted.endsWith('.') ? converted.slice(0, -1) : converted;
  const name = starred ? `*.${base}` : base;

  const labels = base.split('.');
  for (const label of labels) {
    if (label === '') throw fail('it has an empty label', 'check for a doubled or leading dot');
    if (label.includes('_'))
      throw fail(
        'an underscore is not allowed in a host name (RFC 1123 §2.1)',
        `use a hyphen: ${escapeControl(text.replaceAll('_', '-'))}`,
      );
    if (label.length > 63) throw fail('a label is longer than 63 characters');
    if (!LABEL.test(label))
      throw fail(
        label.startsWith('-') || label.endsWith('-')
          ? 'a label begins or ends with a hyphen'
          : 'it holds a character other than letters, digits, hyphens and dots',
      );
    if (label.startsWith('xn--') && !isALabel(label))
      throw fail(`${quoteForeign(label)} does not decode to an internationalized label (RFC 5891)`);
  }
  if (name.length > MAX_NAME) throw fail(`it is longer than ${MAX_NAME} characters`);
  // WHATWG URL "ends in a number", RFC 3696 §2: such a host is read as an IPv4 address
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? ''))
    throw fail('its last label is a number, so programs take it for an IP address');
  if (starred && labels.length < 2)
    throw fail(
      'a wildcard over a single label is ignored by OpenSSL, GnuTLS, curl and Node',
      `put the hosts one level down: *.app.${base}`,
    );
  return name as DnsName;
}

/** Whether parseDnsName takes the text as it stands, but for case and a trailing dot. */
export function isDnsName(text: string, options: DnsNameOptions = {}): boolean {
  try {
    parseDnsName(text, options);
    return ASCII.test(text);
  } catch {
    return false;
  }
}

/** Labels of letters, digits, hyphens and underscores: what certificates hold as dNSName in practice. */
export function isLooseDnsName(text: string): boolean {
  return text.length <= MAX_NAME && LOOSE_NAME.test(text);
}

/**
 * Whether a certificate's dNSName stands for this host (RFC 9525 §6.3, RFC 6125 §6.4).
 *
 * A wildcard is the whole leftmost label, stands for exactly one label, and needs two labels
 * behind it: OpenSSL (`valid_star`), GnuTLS, curl and Node refuse `*.com`, only Go takes it,
 * and a name that most peers ignore must not be called a match. The host is compared in ASCII,
 * without its trailing dot; an IP address never matches.
 */
export function dnsNameMatches(pattern: string, host: string): boolean {
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  if (!isLooseDnsName(bare) || parseIp(bare) !== undefined) return false;
  const wanted = bare.toLowerCase();
  if (!pattern.startsWith('*.')) return isLooseDnsName(pattern) && pattern.toLowerCase() === wanted;
  const base = pattern.slice(2);
  if (!isLooseDnsName(base) || !base.includes('.')) return false;
  return wanted.slice(wanted.indexOf('.') + 1) === base.toLowerCase() && wanted.includes('.');
}

function toAscii(text: string): string | undefined {
  if (ASCII.test(text)) return text.toLowerCase();
  // domainToASCII stops at URL syntax and drops invisible characters; neither may pass unseen.
  // eslint-disable-next-line no-control-regex -- ASCII beside letters, digits, hyphen and dot
  if (/[\x00-\x2c/\x3a-\x40\x5b-\x60\x7b-\x7f]/.test(text.replaceAll('_', ''))) return undefined;
  // The joiners belong to some scripts; UTS #46 decides where (CONTEXTJ).
  const visible = text.replace(/[\u200c\u200d]/g, '');
  if (escapeControl(visible) !== visible) return undefined;
  const ascii = domainToASCII(text);
  return ascii === '' ? undefined : ascii;
}

/** Whether a label in `xn--` is what its own Unicode form encodes to (RFC 5891 §4.2.1). */
function isALabel(label: string): boolean {
  const unicode = domainToUnicode(label);
  return unicode !== '' && unicode !== label && domainToASCII(unicode) === label;
}
