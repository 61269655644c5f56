// Fields of a TBSCertificate as they are written: times, and parameters of algorithms.
import { contextConstructed, type Element } from '../../asn1/reader.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { latin1 } from './text.ts';

export interface RawTime {
  readonly field: 'not before' | 'not after';
  readonly tag: number;
  readonly text: string;
}

export function rawTimes({ tbs }: Certificate): readonly RawTime[] {
  const fields = childrenIn(tbs);
  // Version is the one field that may be left out before the validity
  const validity = fields[fields[0]?.tag === contextConstructed(0) ? 4 : 3];
  const [notBefore, notAfter] = childrenOf(validity);
  const time = (field: RawTime['field'], element: Element | undefined): RawTime[] =>
    element ? [{ field, tag: element.tag, text: latin1(element.content) }] : [];
  return [...time('not before', notBefore), ...time('not after', notAfter)];
}

/** The parameters of a whole AlgorithmIdentifier; undefined where there are none. */
export function algorithmParameters(identifier: Uint8Array): Element | undefined {
  return childrenIn(identifier)[1];
}
