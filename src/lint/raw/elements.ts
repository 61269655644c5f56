// Elements as far as they can be read: where the strict reader gives up, a rule still looks.
import { MtlsError } from '../../base/errors.ts';
import { DerReader, type Element } from '../../asn1/reader.ts';

/** The elements that stand one after the other; what follows broken DER is left out. */
export function elementsIn(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  try {
    const reader = new DerReader(bytes);
    while (!reader.done) found.push(reader.next());
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
  }
  return found;
}

/** The elements inside of one; none where there is none. */
export function childrenOf(element: Element | undefined): readonly Element[] {
  return element === undefined ? [] : elementsIn(element.content);
}

/** The elements inside of the one that the bytes are. */
export function childrenIn(bytes: Uint8Array): readonly Element[] {
  return childrenOf(elementsIn(bytes)[0]);
}
