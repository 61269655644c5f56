// The subject of a certificate: as asked, else the first name, else empty.
import { MtlsError } from '../base/errors.ts';
import { formatIp } from '../name/ip.ts';
import { commonName, EMPTY_DN, type DistinguishedName } from '../name/dn.ts';
import { dnOf } from '../name/dn-text.ts';
import type { GeneralName } from '../name/san.ts';
import type { Profile } from './profile.ts';
import type { Sourced } from './plan.ts';

/** ub-common-name, RFC 5280 appendix A.1, in characters. */
const LONGEST_COMMON_NAME = 64;

export interface WantedSubject {
  /** A whole name, `--subject`. */
  readonly subject?: DistinguishedName | undefined;
  /** `--cn`: the whole subject, or the CN that `--subject` lacks. */
  readonly commonName?: string | undefined;
}

/** Decides a leaf's subject. Throws BAD_SUBJECT, BAD_OPTION. */
export function resolveSubject(
  wanted: WantedSubject,
  names: readonly GeneralName[],
  profile: Profile,
): Sourced<DistinguishedName> {
  const { subject } = wanted;
  if (wanted.commonName !== undefined) {
    const only = dnOf('CN', wanted.commonName);
    if (!subject) return { value: only, source: 'flag' };
    if (commonName(subject) !== undefined)
      throw new MtlsError('BAD_OPTION', 'a common name is given twice', {
        hint: 'leave out --cn, or the CN of --subject',
      });
    return { value: { rdns: [...subject.rdns, ...only.rdns] }, source: 'flag' };
  }
  if (subject) return { value: subject, source: 'flag' };
  const first = names[0] && profile.subjectFromName ? textOf(names[0]) : undefined;
  return first !== undefined && Array.from(first).length <= LONGEST_COMMON_NAME
    ? { value: dnOf('CN', first), source: 'profile' }
    : { value: EMPTY_DN, source: 'profile' };
}

// URIs are no names that a program looks for in a CN.
function textOf(name: GeneralName): string | undefined {
  if (name.kind === 'dns' || name.kind === 'email') return name.value;
  if (name.kind === 'ip') return formatIp(name.value);
  return undefined;
}
