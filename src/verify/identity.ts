// Whether the leaf names whom it is asked for: alternative names only (RFC 9525 §6, RFC 6125 §6.4).
import { bytesEqual } from '../base/bytes.ts';
import { cutText, quoteForeign } from '../base/text.ts';
import { commonName } from '../name/dn.ts';
import { dnsNameMatches, parseDnsName } from '../name/dns.ts';
import { parseIp } from '../name/ip.ts';
import { readMailbox } from '../name/mailbox.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { EXTENSION_OIDS } from '../x509/extension-names.ts';
import type { Check } from './context.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';
import { checkSpiffe } from './spiffe.ts';
import type { Identity } from './types.ts';

/** As many names as a message shows. */
const SHOWN = 8;

/** A check that the leaf names whom it is expected to name. */
export function identityCheck(identity: Identity): Check {
  const { kind, value } = identity;
  if (kind === 'spiffe' || kind === 'trustDomain') return (leaf) => checkSpiffe(leaf, kind, value);
  const matches = matcher(identity);
  return (leaf) => (leaf.certificate.names.some(matches) ? undefined : mismatch(leaf, identity));
}

function mismatch(leaf: Placed, identity: Identity): PathFault {
  const { names } = leaf.certificate;
  const wanted = quoteForeign(identity.value);
  const clause = 'RFC 9525 §6.3';
  const common = commonName(leaf.certificate.subject);
  // Not a match (RFC 9525 §2), but what people look for when they ask why.
  const commonNameMatches = common?.toLowerCase() === asciiHost(identity.value);
  const data = { expected: identity, names: names.map(formatGeneralName), commonNameMatches };
  // That it has none would send people the wrong way
  if (hasUnreadableNames(leaf))
    return faultOf(
      leaf,
      'MALFORMED',
      `has alternative names that cannot be read, so it does not stand for ${wanted}`,
      'RFC 5280 §4.2.1.6',
      data,
    );
  if (names.length === 0)
    return faultOf(
      leaf,
      'NO_NAMES',
      commonNameMatches
        ? `has no alternative names; ${wanted} stands in its common name, which no TLS client reads`
        : `has no alternative names, so it does not stand for ${wanted}`,
      clause,
      data,
    );
  return faultOf(
    leaf,
    'HOST_MISMATCH',
    `does not stand for ${wanted}, it names ${listNames(names)}`,
    clause,
    data,
  );
}

function hasUnreadableNames({ certificate }: Placed): boolean {
  return certificate.extensions.some(
    ({ oid, parsed }) => oid === EXTENSION_OIDS.subjectAltName && parsed.kind === 'malformed',
  );
}

function listNames(names: readonly GeneralName[]): string {
  const shown = names
    .slice(0, SHOWN)
    .map((name) => cutText(formatGeneralName(name)))
    .join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** A host as certificates hold it, in A-labels; text that is no DNS name stays as it is. */
function asciiHost(text: string): string {
  try {
    return parseDnsName(text);
  } catch {
    return text.toLowerCase();
  }
}

function matcher(identity: Identity): (name: GeneralName) => boolean {
  switch (identity.kind) {
    case 'dns': {
      const host = asciiHost(identity.value);
      return (name) => name.kind === 'dns' && dnsNameMatches(name.value, host);
    }
    case 'ip': {
      const address = parseIp(identity.value);
      // RFC 9525 §6.4: octet by octet; an IPv4 address is not its IPv6-mapped form
      return (name) =>
        name.kind === 'ip' && address !== undefined && bytesEqual(name.value, address);
    }
    case 'email': {
      const wanted = readMailbox(identity.value);
      // RFC 5280 §7.5: the local part to the letter, the host without case
      return (name) => {
        if (name.kind !== 'email') return false;
        const found = readMailbox(name.value);
        return wanted !== undefined && found?.local === wanted.local && found.host === wanted.host;
      };
    }
    default:
      return () => false;
  }
}
