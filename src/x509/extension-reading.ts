// What the readers of extensions share.
import { MtlsError } from '../base/errors.ts';
import { Tag, type DerReader } from '../asn1/reader.ts';
import { readGeneralName, type GeneralName } from '../name/san.ts';
import type { ExtensionValue } from './extension-values.ts';
import type { IrregularityCode } from './irregularity.ts';

/** Notes what is wrong and still readable; the clause is the extension's own unless given. */
export type Note = (code: IrregularityCode, detail: string, clause?: string) => void;

/** Reads the content of extnValue from its one element; throws DER_MALFORMED. */
export type ReadValue<Kind extends ExtensionValue['kind']> = (
  reader: DerReader,
  note: Note,
) => Extract<ExtensionValue, { kind: Kind }>;

export function malformed(what: string): MtlsError {
  return new MtlsError('DER_MALFORMED', `malformed DER: ${what}`);
}

/** SEQUENCE SIZE (1..MAX) OF; an empty one is noted. */
export function list<T>(reader: DerReader, note: Note, read: (items: DerReader) => T): T[] {
  if (reader.done) note('EXTENSION_EMPTY', 'a list that must hold something is empty');
  const items: T[] = [];
  while (!reader.done) items.push(read(reader));
  return items;
}

export function generalNames(reader: DerReader, note: Note): GeneralName[] {
  return list(reader, note, readGeneralName);
}

/** A BOOLEAN DEFAULT FALSE; a FALSE that is written out is noted. */
export function defaultFalse(
  reader: DerReader,
  note: Note,
  what: string,
  tag: number = Tag.Boolean,
): boolean {
  if (reader.peek() !== tag) return false;
  const value = reader.boolean(tag);
  if (!value)
    note('DEFAULT_ENCODED', `${what} is written out as FALSE, its default`, 'X.690 §11.5');
  return value;
}

/** Numbers of the bits that are set; zeros left at the end, as old tools write them, are noted. */
export function namedBits(
  reader: DerReader,
  note: Note,
  tag: number = Tag.BitString,
): readonly number[] {
  const { bytes, unusedBits } = reader.bitString(tag);
  const last = bytes.at(-1);
  if (last !== undefined && (last & (1 << unusedBits)) === 0)
    note('NAMED_BITS_PADDED', 'the list of bits ends in zeros', 'X.690 §11.2.2');
  const set: number[] = [];
  bytes.forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) set.push(index * 8 + bit);
  });
  return set;
}
