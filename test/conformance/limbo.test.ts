import { describe, expect, it } from 'vitest';
import { corpus } from '../support/corpora.ts';
import { EXCEPTIONS } from './document.ts';
import { runCase, countVerdicts } from './limbo.ts';
import { casesOf, LIMBO_SUITES } from './suites.ts';

describe.each(LIMBO_SUITES)('%s', (file, count) => {
  const path = corpus(file);

  it.skipIf(path === undefined)('is judged as expected, but for what is explained', () => {
    const testcases = casesOf(file);
    expect(testcases).toHaveLength(count);
    const outcomes = testcases.map((testcase) => runCase(testcase));
    const ids = new Set(testcases.map(({ id }) => id));
    const explained = EXCEPTIONS.filter(({ id }) => ids.has(id));
    const wrong = outcomes
      .filter(({ expected, actual }) => expected !== actual)
      .map(({ id, expected, actual }) => ({ id, expected, actual }));
    // Both ways: what is wrong is explained, and what is explained is still wrong.
    expect(wrong.sort(byId)).toEqual(
      explained.map(({ id, expected, actual }) => ({ id, expected, actual })).sort(byId),
    );
    expect(countVerdicts(outcomes).right).toBe(count - explained.length);
  });

  it.skipIf(path === undefined)('costs no case a second', () => {
    const slow = casesOf(file).filter((testcase) => {
      const start = performance.now();
      runCase(testcase);
      return performance.now() - start > 1000;
    });
    expect(slow.map(({ id }) => id)).toEqual([]);
  });
});

describe('core.json, where no other validator disagrees', () => {
  const path = corpus('limbo/core.json');

  it.skipIf(path === undefined)('is right without exception', () => {
    const undisputed = casesOf('limbo/core.json').filter(
      ({ peers = {}, published_divergence: divergence = {}, expected_result: expected }) =>
        Object.keys(divergence).length === 0 &&
        Object.values(peers).every((verdict) => verdict === expected || verdict === 'SKIPPED'),
    );
    expect(undisputed.length).toBeGreaterThan(50);
    expect(
      undisputed.map((one) => runCase(one)).filter((one) => one.actual !== one.expected),
    ).toEqual([]);
  });
});

it('gives a reason with a clause for every exception', () => {
  for (const { reason } of EXCEPTIONS) expect(reason).toMatch(/(RFC \d+ §|TLS BR )\d/);
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
