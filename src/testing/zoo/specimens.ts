// All groups of the zoo in one list.
import { DATES } from './cases/dates.ts';
import { ENCODINGS } from './cases/encodings.ts';
import { ISSUING } from './cases/issuing.ts';
import { KEYS } from './cases/keys.ts';
import { NAMES } from './cases/names.ts';
import { PURPOSES } from './cases/purposes.ts';
import { REVOCATION } from './cases/revocation.ts';
import { SIGNATURES } from './cases/signatures.ts';
import { SPIFFE } from './cases/spiffe.ts';
import { TRUST } from './cases/trust.ts';
import type { Specimen } from './specimen.ts';

const GROUPS = {
  dates: DATES,
  trust: TRUST,
  names: NAMES,
  purposes: PURPOSES,
  issuing: ISSUING,
  signatures: SIGNATURES,
  keys: KEYS,
  revocation: REVOCATION,
  spiffe: SPIFFE,
  encodings: ENCODINGS,
};

/** What a bad certificate is wrong in. */
export type ZooGroup = keyof typeof GROUPS;

type NamesOf<Group> = Group extends unknown ? keyof Group : never;

/** Its name in the zoo. */
export type ZooName = NamesOf<(typeof GROUPS)[ZooGroup]>;

/** Every specimen by its name, with the group that it is of. */
export const SPECIMENS = Object.fromEntries(
  Object.entries(GROUPS).flatMap(([group, members]) =>
    Object.entries<Specimen>(members).map(([name, specimen]) => [name, { group, ...specimen }]),
  ),
) as Readonly<Record<ZooName, Specimen & { readonly group: ZooGroup }>>;
