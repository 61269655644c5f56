// Names inside of certificates and CRLs that may not be readable.
import { MtlsError } from '../base/errors.ts';
import type { NameDer } from '../base/bytes.ts';
import { isStringTag } from '../asn1/string.ts';
import {
  decodeDn,
  EMPTY_DN,
  isText,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from '../name/dn.ts';
import type { Irregularity } from './irregularity.ts';
import { reasonOf } from './malformed.ts';

/** A Name, or the empty one and a note when it is malformed (RFC 5280 §4.1.2.4). */
export function readableName(
  der: NameDer,
  what: 'issuer' | 'subject',
): { readonly name: DistinguishedName; readonly irregularity?: Irregularity } {
  const malformed = (reason: string): Irregularity => ({
    code: 'NAME_MALFORMED',
    detail: `the ${what} is malformed: ${reason}`,
    clause: what === 'issuer' ? 'RFC 5280 §4.1.2.4' : 'RFC 5280 §4.1.2.6',
  });
  try {
    const name = decodeDn(der);
    return name.rdns.some((rdn) => rdn.some(isBrokenText))
      ? { name, irregularity: malformed('a text in it is not of its string type') }
      : { name };
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return { name: EMPTY_DN, irregularity: malformed(reasonOf(error)) };
  }
}

/** A string that no reader makes text of, such as UTF8String that is not UTF-8. */
function isBrokenText(attribute: AttributeTypeAndValue): boolean {
  return attribute.der !== undefined && isStringTag(attribute.tag) && !isText(attribute);
}
