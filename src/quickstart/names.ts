// Whom `up` serves, and the bounds of the CA that it makes for them.
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { formatSubtree, type GeneralSubtree, type NameConstraints } from '../name/constraints.ts';
import { parseIp } from '../name/ip.ts';
import { parseSpiffeId } from '../name/spiffe.ts';
import { isSpiffeName } from '../profile/names.ts';
import { invariant } from '../base/assert.ts';

/** The name under which the client is known. */
export const CLIENT_NAME: GeneralName = { kind: 'dns', value: 'client' };

function address(text: string): GeneralName {
  const value = parseIp(text);
  invariant(value, 'a loopback address');
  return { kind: 'ip', value };
}

/** This machine, however it is called. */
export const LOCAL_NAMES: readonly GeneralName[] = [
  { kind: 'dns', value: 'localhost' },
  address('127.0.0.1'),
  address('::1'),
];

/** The server's names: this machine's, then those given. */
export function serverNames(given: readonly GeneralName[]): readonly GeneralName[] {
  const seen = new Set<string>();
  return [...LOCAL_NAMES, ...given].filter((name) => {
    const text = formatGeneralName(name);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** A wildcard is bounded by the domain that it stands in. */
function dnsSubtree(value: string): GeneralSubtree {
  return { kind: 'dns', value: value.replace(/^\*\./, '') };
}

function subtreeOf(name: GeneralName): GeneralSubtree | undefined {
  switch (name.kind) {
    case 'dns':
      return dnsSubtree(name.value);
    case 'ip':
      return { kind: 'ip', address: name.value, mask: name.value.map(() => 0xff) };
    case 'email':
      return { kind: 'email', value: name.value };
    case 'uri':
      return isSpiffeName(name)
        ? { kind: 'uri', value: parseSpiffeId(name.value).trustDomain }
        : { kind: 'uri', value: new URL(name.value).hostname };
    default:
      return undefined;
  }
}

/**
 * What the CA may vouch for: the names it serves, the client, and what lies below them. URIs and
 * e-mail addresses that nobody asked for stay within `localhost`: a form without a constraint
 * would be free (RFC 5280 §4.2.1.10).
 */
export function boundsOf(names: readonly GeneralName[]): NameConstraints {
  const permitted: GeneralSubtree[] = [];
  const add = (subtree: GeneralSubtree | undefined) => {
    if (subtree && !permitted.some((other) => formatSubtree(other) === formatSubtree(subtree)))
      permitted.push(subtree);
  };
  for (const name of [...names, CLIENT_NAME]) add(subtreeOf(name));
  for (const kind of ['uri', 'email'] as const)
    if (!permitted.some((subtree) => subtree.kind === kind)) add({ kind, value: 'localhost' });
  return { permitted, excluded: [] };
}
