// Every trouble by its name.
import type { Trouble } from '../types.ts';
import { CLIENTS } from './clients.ts';
import { DATES } from './dates.ts';
import { FILES } from './files.ts';
import { NAMES } from './names.ts';
import { NETWORK } from './network.ts';
import { PROTOCOL } from './protocol.ts';
import { RULES } from './rules.ts';
import { TRUST } from './trust.ts';

const ALL = {
  ...DATES,
  ...TRUST,
  ...NAMES,
  ...RULES,
  ...CLIENTS,
  ...FILES,
  ...PROTOCOL,
  ...NETWORK,
};

export type TroubleId = keyof typeof ALL;

export const TROUBLES: Readonly<Record<TroubleId, Trouble>> = ALL;
