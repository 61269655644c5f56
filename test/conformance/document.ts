// docs/conformance.md: the suites, ours, and what others make of them.
import { readFileSync } from 'node:fs';
import type { Explanations } from '../interop/differential/run.ts';
import type { Totals } from './limbo.ts';
import { publishedFigures, type LocalFigures, type LocalPeer } from './peers.ts';
import {
  casesOf,
  LIMBO_SUITES,
  ourTotals,
  SPIFFE_SUITES,
  spiffeTotals,
  spiffeVerdicts,
} from './suites.ts';
import { judgeZlint } from './zlint.ts';

const MADE =
  '<!-- Made by `npm run conformance:table`: change the suites, exceptions.json or differences.json instead. -->';

/** One verdict that differs from the suite's, and why. */
export interface Exception {
  readonly id: string;
  readonly expected: string;
  readonly actual: string;
  readonly reason: string;
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

export const EXCEPTIONS = json('./exceptions.json') as readonly Exception[];
export const ZLINT_EXCEPTIONS = json('./zlint-exceptions.json') as readonly Exception[];
export const LOCAL_FIGURES = json('./peers.json') as Readonly<Record<LocalPeer, LocalFigures>>;
const DIFFERENCES = json('../interop/differential/differences.json') as Explanations;

/** The page, before it is formatted. */
export function conformancePage(): string {
  return [
    '# Conformance',
    MADE,
    'What `mtls verify` makes of suites that nobody here wrote, beside what other validators make of them. ' +
      'The suites are read from `MTLS_CORPORA`; `npm run --silent conformance -- --cases FILE` runs one by itself. ' +
      'Where a validator was run here, its name says so; the other figures stand in the cases themselves or in a list that the validator’s maintainers publish. ' +
      'What is checked, rule by rule, stands in [verify.md](verify.md).',
    'A wrong acceptance is the dangerous kind: a chain that the suite calls bad is called good. Skipped cases ask for what the validator cannot do, and so cannot be told apart by it.',
    ...LIMBO_SUITES.flatMap(([file, , name]) => suiteSection(file, name)),
    '## SPIFFE',
    table(
      ['suite', 'cases', 'right'],
      spiffeVerdicts().map((judged, index) => {
        const { cases, right } = spiffeTotals(judged);
        return [SPIFFE_SUITES[index]?.[0] ?? '', String(cases), String(right)];
      }),
    ),
    ...contested(),
    ...zlintSection(),
    '## Where we differ from a suite',
    'The test fails where a verdict differs and does not stand here, and where one stands here and does not differ any more.',
    table(
      ['case', 'the suite says', 'we say', 'why'],
      EXCEPTIONS.map(({ id, expected, actual, reason }) => [`\`${id}\``, expected, actual, reason]),
    ),
    '## Where others differ from us',
    'Chains that are made for this, right or wrong in one known way each (`test/interop/differential`): 300 in CI, 5,000 in `.ci/soak`. ' +
      'We judge all of them as they were made. Where others do not, each class has its reason.',
    ...(['openssl', 'go'] as const).flatMap(differenceSection),
  ].join('\n\n');
}

/** What `mtls lint` makes of the test cases of zlint's RFC lints. */
function zlintSection(): readonly string[] {
  const judged = judgeZlint();
  const right = judged.filter(({ expected, actual }) => expected === actual).length;
  const lints = new Set(judged.map(({ lint }) => lint)).size;
  return [
    '## zlint',
    'What `mtls lint` makes of the test cases of zlint’s RFC lints: right is a case in which a rule of ours trips with the severity that zlint gives it (`e_` error, `w_` warning, `n_` info), or in which none trips and none should. The rules stand in [lint.md](lint.md).',
    table(
      ['suite', 'lints', 'cases', 'right'],
      [['RFC lints of zlint', String(lints), String(judged.length), String(right)]],
    ),
    'Where we differ:',
    table(
      ['lint and certificate', 'zlint says', 'we say', 'why'],
      ZLINT_EXCEPTIONS.map(({ id, expected, actual, reason }) => [
        `\`${id}\``,
        expected,
        actual,
        reason,
      ]),
    ),
  ];
}

function suiteSection(file: string, name: string): readonly string[] {
  const cases = casesOf(file);
  const rows: (readonly [string, Totals])[] = [['**mtls**', ourTotals(cases)]];
  for (const peer of ['openssl', 'go'] as const) {
    const { version, suites } = LOCAL_FIGURES[peer];
    const totals = suites[file];
    if (totals) rows.push([`${peerName(peer, version)}, run here`, totals]);
  }
  rows.push(...[...publishedFigures(cases)].sort(([a], [b]) => (a < b ? -1 : 1)));
  const columns = ['right', 'falseAccepts', 'falseRejects', 'skipped'] as const;
  return [
    `## ${name}: ${cases.length} cases`,
    table(
      ['validator', 'right', 'wrongly accepted', 'wrongly refused', 'skipped'],
      rows.map(([who, totals]) => [who, ...columns.map((column) => String(totals[column]))]),
    ),
    ...(NOTES[file] ?? []),
  ];
}

const NOTES: Readonly<Record<string, readonly string[]>> = {
  'limbo/bettertls-nameconstraints-sample.json': [
    'Of the whole suite’s 9,491 cases OpenSSL 3.0 is published to get 156 wrong, Go and pyca/cryptography none.',
  ],
};

function peerName(peer: LocalPeer, version: string): string {
  return peer === 'go' ? version.replace(/^go/, 'Go ') : version;
}

function contested(): readonly string[] {
  const found = spiffeVerdicts().flatMap((judged) => judged.filter((one) => one.contested));
  return found.map(
    ({ id, actual, contested: why }) =>
      `\`${id}\` is contested: ${why ?? ''}. Here it is ${actual}.`,
  );
}

function differenceSection(peer: LocalPeer): readonly string[] {
  const { version, differences } = DIFFERENCES[peer];
  return [
    `### ${peerName(peer, version)}`,
    table(
      ['class', 'theirs', 'why'],
      differences.map(({ class: id, theirs, sometimes, why }) => [
        `\`${id}\``,
        `${theirs === 'good' ? 'accepts' : 'refuses'}${sometimes ? ', at times' : ''}`,
        why,
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
