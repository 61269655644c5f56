// Object identifiers that may be malformed.
import { MtlsError } from '../../base/errors.ts';
import { decodeOid } from '../../asn1/oid.ts';
import { Tag, type Element } from '../../asn1/reader.ts';

/** Dotted text; undefined where the element is none. */
export function oidOf(element: Element | undefined): string | undefined {
  if (element?.tag !== Tag.ObjectIdentifier) return undefined;
  try {
    return decodeOid(element.content);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return undefined;
  }
}
