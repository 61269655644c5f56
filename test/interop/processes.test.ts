// 16 processes of the program at one time on one CA; `.ci/soak` lets them run longer.
import { expect, it } from 'vitest';
import { rush } from './processes/run.ts';

it.each([
  ['issue', false],
  ['issue, renew, revoke and make CRLs, while others read', true],
] as const)('processes that %s lose nothing and double nothing', async (_what, mixed) => {
  const { faults, times } = await rush({ processes: 16, each: 20, mixed });
  expect(faults).toEqual([]);
  expect(times.get('issue')).toHaveLength(320);
});
