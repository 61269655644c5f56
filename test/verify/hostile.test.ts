import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/verify/budget.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { HOSTILE } from '../support/hostile/all.ts';

// How long they take is measured in test/bench/hostile.ts.
describe('chains that are made to cost', () => {
  // Thousands of certificates take a while to make, on a busy machine above all.
  it.each(HOSTILE)('$name', { timeout: 60_000 }, async ({ verdicts, make }) => {
    const { ok, fault, attempts, spent } = verifyCertificate(await make());
    expect(verdicts).toContain(ok ? 'ok' : fault.code);
    expect(attempts.length).toBeLessThanOrEqual(16);
    // One check that is worth several may be the last.
    expect(spent.signatures).toBeLessThan(3 * DEFAULT_LIMITS.signatures);
    if (ok) return;
    expect(fault.message.length).toBeLessThan(1500);
    if (fault.code === 'BUDGET_EXCEEDED')
      expect(fault.message).toMatch(/no path that can be found with reasonable effort: more than/);
  });

  it('are many', () => {
    expect(HOSTILE.length).toBeGreaterThan(50);
    expect(new Set(HOSTILE.map(({ name }) => name)).size).toBe(HOSTILE.length);
  });
});
