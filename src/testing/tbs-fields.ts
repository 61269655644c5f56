// A TBSCertificate in its fields, so that one can be replaced by what no writer of ours writes.
import { enterWhole } from '../asn1/reader.ts';
import { sequence } from '../asn1/writer.ts';

const ORDER = [
  'version',
  'serial',
  'algorithm',
  'issuer',
  'validity',
  'subject',
  'spki',
  'extensions',
] as const;

/** Fields of a TBSCertificate of version 3 in their order, each a whole element or empty. */
export type TbsFields = Record<(typeof ORDER)[number], Uint8Array>;

/** The same TBSCertificate with other fields. It must have extensions. */
export function editTbs(tbs: Uint8Array, edit: (fields: TbsFields) => void): Uint8Array {
  const reader = enterWhole(tbs);
  const fields = {} as TbsFields;
  for (const name of ORDER) fields[name] = reader.next().whole;
  edit(fields);
  return sequence(...ORDER.map((name) => fields[name]));
}

/** Extensions of the [3] EXPLICIT field, one by one. */
export function extensionsOf({ extensions }: TbsFields): Uint8Array[] {
  const reader = enterWhole(extensions, 0xa3).enter();
  const found: Uint8Array[] = [];
  while (!reader.done) found.push(reader.next().whole);
  return found;
}
