import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { judgeSvids, type SvidCases } from '../conformance/spiffe.ts';
import { corpus } from '../support/corpora.ts';

const path = corpus('spiffe/x509svid-cases.json');

it.skipIf(path === undefined)('X509-SVIDs are judged as go-spiffe judges them', () => {
  const suite = JSON.parse(readFileSync(path as string, 'utf8')) as SvidCases;
  const judged = judgeSvids(suite);
  expect(judged).toHaveLength(18);
  expect(judged.map(({ id, actual }) => [id, actual])).toEqual(
    judged.map(({ id, expected }) => [id, expected]),
  );
});
