// Names inside of certificates and CRLs that may not be readable.
import { MtlsError } from '../base/errors.ts';
import type { NameDer } from '../base/bytes.ts';
import { decodeDn, EMPTY_DN, type DistinguishedName } from '../name/dn.ts';
import type { Irregularity } from './irregularity.ts';
import { reasonOf } from './malformed.ts';

/** A Name, or the empty one and a note when it is malformed (RFC 5280 §4.1.2.4). */
export function readableName(
  der: NameDer,
  what: 'issuer' | 'subject',
): { readonly name: DistinguishedName; readonly irregularity?: Irregularity } {
  try {
    return { name: decodeDn(der) };
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return {
      name: EMPTY_DN,
      irregularity: {
        code: 'NAME_MALFORMED',
        detail: `the ${what} is malformed: ${reasonOf(error)}`,
        clause: what === 'issuer' ? 'RFC 5280 §4.1.2.4' : 'RFC 5280 §4.1.2.6',
      },
    };
  }
}
