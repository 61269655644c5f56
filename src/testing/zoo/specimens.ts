// All groups of the zoo in one list.
import { DATES } from './cases/dates.ts';
import type { Specimen } from './specimen.ts';

const GROUPS = { ...DATES };

/** Its name in the zoo. */
export type ZooName = keyof typeof GROUPS;

export const SPECIMENS: Readonly<Record<ZooName, Specimen>> = GROUPS;
