// What a request for a certificate asks for: names, subject, and the kind of key.
import { MtlsError } from '../base/errors.ts';
import type { KeyType } from '../crypto/key-types.ts';
import type { DistinguishedName } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import { PROFILES } from './builtin.ts';
import { checkLeafNames, inferProfile } from './names.ts';
import { resolveSubject, type WantedSubject } from './subject.ts';

export interface CsrPlan {
  readonly subject: DistinguishedName;
  readonly names: readonly GeneralName[];
  /** Of a new key, where none is given and none is asked for. */
  readonly keyType: KeyType;
  /** Sentences for the user, lower case, without a full stop. */
  readonly warnings: readonly string[];
}

/** Decides a request. Throws BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, USAGE where nobody is named. */
export function planCsr(names: readonly GeneralName[], wanted: WantedSubject): CsrPlan {
  const profile = PROFILES[inferProfile(names)];
  const subject = resolveSubject(wanted, names, profile).value;
  if (names.length === 0 && subject.rdns.length === 0)
    throw new MtlsError('USAGE', 'nobody is named', {
      hint: 'give a DNS name, an IP address, an e-mail address or a SPIFFE ID: mtls csr api.example.org',
    });
  const warnings = checkLeafNames(profile, names, subject.rdns.length > 0);
  return { subject, names, keyType: profile.keyType, warnings };
}
