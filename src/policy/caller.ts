// Who calls: what of a certificate rules may go by.
import { readWhole } from '../asn1/reader.ts';
import { isText, type AttributeTypeAndValue } from '../name/dn.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isCallerDns, isSpiffeName } from './names.ts';

const COMMON_NAME = '2.5.4.3';

/** Each name is the holder's: a certificate that has several is each of them. */
export interface Caller {
  readonly commonNames: readonly string[];
  /** In lower case; wildcards name nobody. */
  readonly dns: readonly string[];
  readonly spiffe: readonly string[];
  readonly extensions: readonly { readonly oid: string; readonly value: Uint8Array }[];
}

/** What a certificate, which the caller of this function has verified, says of its holder. */
export function callerOf({ subject, names, extensions }: Certificate): Caller {
  const valuesOf = (kind: 'dns' | 'uri') =>
    names.flatMap((name) => (name.kind === kind ? [name.value] : []));
  return {
    commonNames: subject.rdns
      .flat()
      .filter(({ oid }) => oid === COMMON_NAME)
      .map(textOf),
    dns: valuesOf('dns').map(lowerCase).filter(isCallerDns),
    spiffe: valuesOf('uri').filter(isSpiffeName),
    extensions,
  };
}

// OpenSSL reads letters that a string's type has no room for, so a rule that denies them must too
function textOf(attribute: AttributeTypeAndValue): string {
  const { value, der } = attribute;
  return der === undefined || isText(attribute)
    ? value
    : Buffer.from(readWhole(der).content).toString('latin1');
}

/** ASCII alone: other letters are in no DNS name, and have several lower cases. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
