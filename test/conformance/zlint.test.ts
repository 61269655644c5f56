import { describe, expect, it } from 'vitest';
import { LINT_RULES } from '../../src/lint/rules/index.ts';
import { ZLINT_EXCEPTIONS } from './document.ts';
import { hasZlint, judgeZlint, RULES_OF, ZLINT_COUNT } from './zlint.ts';

describe('zlint’s RFC lints', () => {
  it.skipIf(!hasZlint)('are judged as expected, but for what is explained', () => {
    const judged = judgeZlint();
    expect(judged).toHaveLength(ZLINT_COUNT);
    const wrong = judged
      .filter(({ expected, actual }) => expected !== actual)
      .map(({ id, expected, actual }) => ({ id, expected, actual }));
    // Both ways: what differs is explained, and what is explained still differs.
    expect(wrong.sort(byId)).toEqual(
      ZLINT_EXCEPTIONS.map(({ id, expected, actual }) => ({ id, expected, actual })).sort(byId),
    );
    expect(ZLINT_COUNT - wrong.length).toBeGreaterThanOrEqual(250);
  });

  it.skipIf(!hasZlint)('are all carried', () => {
    expect([...new Set(judgeZlint().map(({ lint }) => lint))].sort()).toEqual(
      Object.keys(RULES_OF).sort(),
    );
  });

  it('are carried by rules that there are', () => {
    const known = new Set(LINT_RULES.map(({ id }) => id));
    for (const id of Object.values(RULES_OF).flat()) expect(known).toContain(id);
  });

  it('have a reason with a clause for every exception', () => {
    for (const { reason } of ZLINT_EXCEPTIONS) expect(reason).toMatch(/RFC \d+ (?:§|A\.)\d/);
  });
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
