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
  ...DATES,
  ...TRUST,
  ...NAMES,
  ...PURPOSES,
  ...ISSUING,
  ...SIGNATURES,
  ...KEYS,
  ...REVOCATION,
  ...SPIFFE,
  ...ENCODINGS,
};

/** Its name in the zoo. */
export type ZooName = keyof typeof GROUPS;

export const SPECIMENS: Readonly<Record<ZooName, Specimen>> = GROUPS;
