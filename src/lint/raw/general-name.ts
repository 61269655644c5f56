// General names one by one, also those that break their type.
import type { Element } from '../../asn1/reader.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { latin1 } from './text.ts';

export type RawKind =
  'other' | 'email' | 'dns' | 'x400' | 'dirName' | 'ediParty' | 'uri' | 'ip' | 'rid' | 'unknown';

export interface RawGeneralName {
  readonly kind: RawKind;
  readonly content: Uint8Array;
  /** The octets as Latin-1; only of use for DNS names, e-mail addresses and URIs. */
  readonly text: string;
}

/** By the number of the choice. */
const KINDS: readonly RawKind[] = [
  'other',
  'email',
  'dns',
  'x400',
  'dirName',
  'ediParty',
  'uri',
  'ip',
  'rid',
];

/** Context class; whether constructed is the matter of extension-malformed. */
function kindOf(tag: number): RawKind {
  return (tag & 0xc0) === 0x80 ? (KINDS[tag & 0x1f] ?? 'unknown') : 'unknown';
}

export function rawGeneralName(element: Element): RawGeneralName {
  const { tag, content } = element;
  return {
    kind: kindOf(tag),
    content,
    get text() {
      return latin1(content);
    },
  };
}

/** The names of an alternative-name extension. */
export function rawGeneralNames(value: Uint8Array): readonly RawGeneralName[] {
  return childrenIn(value).map(rawGeneralName);
}

/** The names inside of a `[n] GeneralNames`. */
export function rawNamesIn(element: Element | undefined): readonly RawGeneralName[] {
  return childrenOf(element).map(rawGeneralName);
}
