// Text of strings that may break their own type.
import { MtlsError } from '../../base/errors.ts';
import type { Element } from '../../asn1/reader.ts';
import { isStringTag, readString } from '../../asn1/string.ts';

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Text as its type has it, else its octets as Latin-1; undefined for what is no string. */
export function textOf(element: Element): string | undefined {
  if (!isStringTag(element.tag)) return undefined;
  try {
    return readString(element);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return latin1(element.content);
  }
}
