// Basic constraints, also where their path length is none.
import { Tag } from '../../asn1/reader.ts';
import { childrenIn } from './elements.ts';

export interface RawBasicConstraints {
  readonly ca: boolean;
  /** Content octets of the INTEGER. */
  readonly pathLength?: Uint8Array;
}

export function rawBasicConstraints(value: Uint8Array): RawBasicConstraints {
  const fields = childrenIn(value);
  const ca = fields.some(({ tag, content }) => tag === Tag.Boolean && content.some(Boolean));
  const pathLength = fields.find(({ tag }) => tag === Tag.Integer)?.content;
  return { ca, ...(pathLength && { pathLength }) };
}
