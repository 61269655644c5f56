// Which names a profile takes, and which profile names ask for.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseSpiffeId } from '../name/spiffe.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import type { LeafProfileName, Profile } from './profile.ts';

/** Whether a name claims to be a SPIFFE ID, valid or not. */
export function isSpiffeName(name: GeneralName): boolean {
  return name.kind === 'uri' && /^spiffe:/i.test(name.value);
}

/** Each name once, the first time it comes. */
export function distinctNames(names: readonly GeneralName[]): readonly GeneralName[] {
  if (names.length < 2) return names;
  const seen = new Set<string>();
  return names.filter((name) => {
    const text = formatGeneralName(name);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** The profile for names when none is asked for: who serves is named, who only calls has an ID. */
export function inferProfile(names: readonly GeneralName[]): LeafProfileName {
  const host = names.some((name) => name.kind === 'dns' || name.kind === 'ip');
  const spiffe = names.some(isSpiffeName);
  if (host) return spiffe ? 'peer' : 'server';
  return spiffe ? 'svid' : 'client';
}

/**
 * Refuses names that the profile cannot carry; answers warnings about names that it can carry
 * and that will disappoint. Throws BAD_NAME, BAD_SPIFFE_ID.
 */
export function checkLeafNames(
  profile: Profile,
  names: readonly GeneralName[],
  hasSubject: boolean,
): string[] {
  const warnings: string[] = [];
  const spiffe = names.filter(isSpiffeName);
  const uris = names.filter((name) => name.kind === 'uri');
  const [id] = spiffe;
  // X509-SVID §2: exactly one URI, and go-spiffe refuses the certificate whatever else it is for
  if (id && uris.length > 1)
    throw new MtlsError(
      'BAD_SPIFFE_ID',
      `a certificate with a SPIFFE ID carries no other URI, here are ${uris.length}`,
      { hint: 'issue one certificate for each', data: { uris: uris.map(formatGeneralName) } },
    );
  if (id?.kind === 'uri') {
    const { path } = parseSpiffeId(id.value);
    const pathless = path === '' || path === '/';
    if (pathless && profile.name === 'svid')
      throw new MtlsError(
        'BAD_SPIFFE_ID',
        `${quoteForeign(id.value)} names a trust domain, no workload: the path is missing`,
        { hint: `write ${id.value.replace(/\/+$/, '')}/ns/<namespace>/sa/<service account>` },
      );
    if (pathless)
      warnings.push('the SPIFFE ID has no path: SPIFFE libraries refuse it for a workload');
  }
  if (profile.name === 'svid' && !id)
    throw new MtlsError('BAD_SPIFFE_ID', 'the svid profile needs a SPIFFE ID', {
      hint: 'add spiffe://<trust domain>/ns/<namespace>/sa/<service account>',
    });
  const host = names.some((name) => name.kind === 'dns' || name.kind === 'ip');
  if (profile.name === 'server' && !host)
    throw new MtlsError('BAD_NAME', 'a server certificate needs a DNS name or an IP address', {
      hint: 'clients look for the host among the names, not in the subject: add api.example.org or 10.0.0.7',
    });
  if (profile.name === 'peer' && !host && !id)
    warnings.push(
      'no DNS name, IP address or SPIFFE ID: clients will not know this peer as a server',
    );
  if (names.length === 0 && !hasSubject)
    throw new MtlsError('USAGE', 'the certificate would be for nobody', {
      hint: 'name it: mtls issue api.example.org, or mtls issue --cn client',
    });
  return warnings;
}

/** A CA's SPIFFE ID is its trust domain: alone among URIs, without a path (X509-SVID §4). */
export function checkCaNames(names: readonly GeneralName[]): void {
  const id = names.find(isSpiffeName);
  if (id?.kind !== 'uri') return;
  if (names.filter((name) => name.kind === 'uri').length > 1)
    throw new MtlsError('BAD_SPIFFE_ID', 'a CA with a SPIFFE ID carries no other URI');
  const { path, trustDomain } = parseSpiffeId(id.value);
  if (path !== '' && path !== '/')
    throw new MtlsError(
      'BAD_SPIFFE_ID',
      `${quoteForeign(id.value)} names a workload; a CA carries only its trust domain`,
      { hint: `use --trust-domain ${trustDomain}` },
    );
}
