// A distinguished name attribute by attribute, also where an RDN is empty or a text is broken.
import { Tag } from '../../asn1/reader.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { oidOf } from './oid.ts';
import { textOf } from './text.ts';

export interface RawAttribute {
  readonly oid: string;
  /** Identifier octet of the value. */
  readonly tag: number;
  readonly text: string;
}

export interface RawName {
  readonly attributes: readonly RawAttribute[];
  /** RDNs without an attribute. */
  readonly emptyRdns: number;
}

export function readRawName(der: Uint8Array): RawName {
  const attributes: RawAttribute[] = [];
  let emptyRdns = 0;
  for (const rdn of childrenIn(der)) {
    const members = childrenOf(rdn);
    if (rdn.tag === Tag.Set && members.length === 0) emptyRdns++;
    for (const member of members) {
      const [type, value] = childrenOf(member);
      const oid = oidOf(type);
      const text = value && textOf(value);
      if (oid !== undefined && value && text !== undefined)
        attributes.push({ oid, tag: value.tag, text });
    }
  }
  return { attributes, emptyRdns };
}
