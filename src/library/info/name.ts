import { formatDn, type DistinguishedName } from '../../name/dn.ts';

/** A name, or that there is none. */
export function nameText(name: DistinguishedName): string {
  return name.rdns.length === 0 ? 'empty' : formatDn(name);
}
