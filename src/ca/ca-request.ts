// What is asked of a new CA, from the texts that people write.
import { parseConstraint } from '../name/constraints.ts';
import { dnOf } from '../name/dn-text.ts';
import { parseDn } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import { parseTrustDomain } from '../name/spiffe.ts';
import type { CaRequest } from '../profile/resolve.ts';

export interface WantedCa extends Omit<CaRequest, 'subject' | 'constraints' | 'names'> {
  /** RFC 4514 text; `CN=<name>` where absent. */
  readonly subject?: string | undefined;
  readonly permit?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Names the CA, and permits no other; a name or a SPIFFE ID in it. */
  readonly trustDomain?: string | undefined;
}

/** Throws BAD_SUBJECT, BAD_NAME, BAD_SPIFFE_ID. */
export function caRequestOf(wanted: WantedCa, name: string): CaRequest {
  const { subject, permit = [], exclude = [], trustDomain, ...rest } = wanted;
  const names: GeneralName[] = [];
  const permitted = permit.map(parseConstraint);
  const excluded = exclude.map(parseConstraint);
  if (trustDomain !== undefined) {
    const domain = parseTrustDomain(trustDomain);
    names.push({ kind: 'uri', value: `spiffe://${domain}` });
    // A SPIFFE ID is a URI, and its trust domain the host that RFC 5280 §4.2.1.10 constrains
    permitted.push({ kind: 'uri', value: domain });
  }
  return {
    ...rest,
    subject: subject === undefined ? dnOf('CN', name) : parseDn(subject),
    constraints: { permitted, excluded },
    names,
  };
}
