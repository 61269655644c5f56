// What programs are asked, and the policies as they take them.
import { exportPolicy, inexpressible } from '../../../src/manifest/policy/target.ts';
import { POLICY_TARGETS, type PolicyTargetName } from '../../../src/manifest/policy/targets.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Caller } from '../../policy/callers.ts';
import { expectCover, questions, type Language, type Questions } from '../../policy/cases.ts';
import { SeededRandom } from '../../support/random.ts';

export const CASES = 200;
const FOR = { name: 'p', namespace: 'prod', selector: { app: 'p' } };

/** Questions for a program; of the corners of callers, one in so many where each is an exchange. */
export function asked(
  to: PolicyTargetName,
  language: Language,
  callers: readonly Caller[],
  oneIn = 1,
): Questions {
  const held = (policy: Policy) => inexpressible(POLICY_TARGETS[to], policy).length === 0;
  const made = questions(new SeededRandom(1), language, callers, {
    cases: CASES,
    policies: 8,
    oneIn,
    held,
  });
  expectCover(made, callers);
  return made;
}

/** By the program’s own text. */
export const written = (to: PolicyTargetName, policies: readonly Policy[]) =>
  policies.map((policy) => exportPolicy(POLICY_TARGETS[to], policy, FOR));
