// Hosts in the place of a subject's common name, where old programs look for them.
import { COMMON_NAME } from './attributes.ts';
import { attributeValues, type DistinguishedName } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';
import { parseIp } from './ip.ts';

const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?$/i;

/**
 * Common names that look like hosts, as DNS names; none where an alternative name is one. OpenSSL
 * holds them against DNS constraints. It passes over wildcards and trailing dots, which programs
 * that read common names match all the same.
 */
export function hostsInSubject(
  subject: DistinguishedName,
  names: readonly GeneralName[],
): readonly GeneralName[] {
  if (names.some((name) => name.kind === 'dns')) return [];
  return attributeValues(subject, COMMON_NAME)
    .filter((name) => HOST.test(name) && parseIp(name) === undefined)
    .map((name) => ({ kind: 'dns', value: name.replace(/\.$/, '') }));
}
