// Every suite that nobody here wrote, and what we make of it.
import { readFileSync } from 'node:fs';
import { corpus } from '../support/corpora.ts';
import { countVerdicts, runCase, type LimboCase, type Totals } from './limbo.ts';
import {
  judgeIds,
  judgeSvids,
  judgeTrustDomains,
  type IdVectors,
  type SpiffeCase,
  type SvidCases,
} from './spiffe.ts';

/** Suites in limbo's form: file below the corpora, cases, name for people. */
export const LIMBO_SUITES = [
  ['limbo/core.json', 208, 'x509-limbo, core'],
  ['limbo/bettertls-pathbuilding.json', 81, 'BetterTLS, path building'],
  ['limbo/bettertls-nameconstraints-sample.json', 945, 'BetterTLS, name constraints, every tenth'],
  ['pkits/pkits.json', 249, 'NIST PKITS 1.0.1, policies and CRLs included'],
] as const;

export const SPIFFE_SUITES = [
  ['SPIFFE IDs of go-spiffe', 537],
  ['SPIFFE trust domains of go-spiffe', 266],
  ['X509-SVIDs of go-spiffe', 18],
] as const;

/** Whether the corpora are here, all of them. */
export const hasCorpora = [
  ...LIMBO_SUITES.map(([file]) => file),
  'spiffe/spiffe-id-vectors.json',
  'spiffe/x509svid-cases.json',
  'zlint/manifest.json',
].every((file) => corpus(file) !== undefined);

export function casesOf(file: string): readonly LimboCase[] {
  return (read(file) as { readonly testcases: readonly LimboCase[] }).testcases;
}

/** Our verdicts on a suite in limbo's form. */
export function ourTotals(cases: readonly LimboCase[]): Totals {
  return countVerdicts(cases.map((testcase) => runCase(testcase)));
}

/** Our verdicts on the suites of SPIFFE, in the order of SPIFFE_SUITES. */
export function spiffeVerdicts(): readonly (readonly SpiffeCase[])[] {
  const vectors = read('spiffe/spiffe-id-vectors.json') as IdVectors;
  return [
    judgeIds(vectors.spiffe_ids),
    judgeTrustDomains(vectors.trust_domains),
    judgeSvids(read('spiffe/x509svid-cases.json') as SvidCases),
  ];
}

export function spiffeTotals(judged: readonly SpiffeCase[]): Totals {
  const verdict = (one: 'valid' | 'invalid') => (one === 'valid' ? 'SUCCESS' : 'FAILURE');
  return countVerdicts(
    judged.map(({ expected, actual }) => ({
      expected: verdict(expected),
      actual: verdict(actual),
    })),
  );
}

function read(file: string): unknown {
  const path = corpus(file);
  if (!path) throw new Error(`${file} is not here: set MTLS_CORPORA to the folder of the suites`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
