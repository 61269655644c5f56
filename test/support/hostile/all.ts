import type { HostileCase } from './case.ts';
import { GRAPHS } from './graphs.ts';
import { KEYS } from './keys.ts';
import { NAMES } from './names.ts';
import { POLICIES } from './policies.ts';
import { REVOCATION } from './revocation.ts';

/** Every chain that is made to cost. */
export const HOSTILE: readonly HostileCase[] = [
  ...GRAPHS,
  ...NAMES,
  ...POLICIES,
  ...REVOCATION,
  ...KEYS,
];
