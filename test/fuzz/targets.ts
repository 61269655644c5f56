// What inputs are thrown at: every reader of foreign octets, and the verifier behind them.
import { FOREIGN_STORES } from './foreign-stores.ts';
import { READERS } from './readers.ts';
import type { Target } from './target.ts';
import { VERIFIERS } from './verifier.ts';

export const TARGETS: readonly Target[] = [...READERS, ...VERIFIERS, ...FOREIGN_STORES];
