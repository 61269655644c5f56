// A class of chains: right, or wrong in one known way.
import type { SeededRandom } from '../../support/random.ts';
import type { Question } from '../support/judges.ts';
import type { Chain, MutableShape, Plan } from './plan.ts';

export interface ChainClass {
  readonly id: string;
  readonly right: boolean;
  /** What is unusual, or wrong, and by which rule. */
  readonly what: string;
  /** CAs below the root that it needs at least. */
  readonly depth?: number;
  readonly plan?: (plan: Plan, random: SeededRandom) => void;
  readonly chain?: (chain: Chain, random: SeededRandom, plan: Plan) => void | Promise<void>;
  readonly question?: (question: Question, chain: Chain) => Question;
}

/** Whoever issues the leaf. */
export function issuer(plan: Plan): MutableShape {
  return plan.cas.at(-1) ?? plan.root;
}

/** One of the CAs below the root. */
export function someCa(plan: Plan, random: SeededRandom): MutableShape {
  return random.pick(plan.cas);
}
