import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus } from '../support/corpora.ts';
import { runCase, totalsOf, type LimboCase } from './limbo.ts';

interface Exception {
  readonly id: string;
  readonly expected: string;
  readonly actual: string;
  readonly reason: string;
}

const exceptions = JSON.parse(
  readFileSync(new URL('./exceptions.json', import.meta.url), 'utf8'),
) as readonly Exception[];

const SUITES = [
  ['limbo/core.json', 208],
  ['limbo/bettertls-pathbuilding.json', 81],
  ['limbo/bettertls-nameconstraints-sample.json', 945],
  ['pkits/pkits.json', 249],
] as const;

describe.each(SUITES)('%s', (file, count) => {
  const path = corpus(file);

  it.skipIf(path === undefined)('is judged as expected, but for what is explained', () => {
    const { testcases } = JSON.parse(readFileSync(path as string, 'utf8')) as {
      readonly testcases: readonly LimboCase[];
    };
    expect(testcases).toHaveLength(count);
    const outcomes = testcases.map((testcase) => runCase(testcase));
    const ids = new Set(testcases.map(({ id }) => id));
    const explained = exceptions.filter(({ id }) => ids.has(id));
    const wrong = outcomes
      .filter(({ expected, actual }) => expected !== actual)
      .map(({ id, expected, actual }) => ({ id, expected, actual }));
    // Both ways: what is wrong is explained, and what is explained is still wrong.
    expect(wrong.sort(byId)).toEqual(
      explained.map(({ id, expected, actual }) => ({ id, expected, actual })).sort(byId),
    );
    expect(totalsOf(outcomes).right).toBe(count - explained.length);
  });

  it.skipIf(path === undefined)('costs no case a second', () => {
    const { testcases } = JSON.parse(readFileSync(path as string, 'utf8')) as {
      readonly testcases: readonly LimboCase[];
    };
    const slow = testcases.filter((testcase) => {
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
    const { testcases } = JSON.parse(readFileSync(path as string, 'utf8')) as {
      readonly testcases: readonly (LimboCase & {
        readonly peers: Readonly<Record<string, string>>;
        readonly published_divergence: Readonly<Record<string, string>>;
      })[];
    };
    const undisputed = testcases.filter(
      ({ peers, published_divergence: divergence, expected_result: expected }) =>
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
  for (const { reason } of exceptions) expect(reason).toMatch(/(RFC \d+ §|TLS BR )\d/);
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
