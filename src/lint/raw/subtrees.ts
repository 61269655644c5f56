// Name constraints subtree by subtree, with the bounds that RFC 5280 forbids.
import { contextConstructed, contextPrimitive } from '../../asn1/reader.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { rawGeneralName, type RawGeneralName } from './general-name.ts';

export interface RawSubtree {
  readonly base: RawGeneralName;
  /** Content octets of the INTEGER, where it is written. */
  readonly minimum?: Uint8Array;
  readonly maximum?: Uint8Array;
}

/** Permitted and excluded ones alike. */
export function rawSubtrees(value: Uint8Array): readonly RawSubtree[] {
  return childrenIn(value)
    .filter(({ tag }) => tag === contextConstructed(0) || tag === contextConstructed(1))
    .flatMap((list) => childrenOf(list))
    .flatMap((subtree): RawSubtree[] => {
      const [base, ...bounds] = childrenOf(subtree);
      if (!base) return [];
      const minimum = bounds.find(({ tag }) => tag === contextPrimitive(0))?.content;
      const maximum = bounds.find(({ tag }) => tag === contextPrimitive(1))?.content;
      return [
        { base: rawGeneralName(base), ...(minimum && { minimum }), ...(maximum && { maximum }) },
      ];
    });
}
