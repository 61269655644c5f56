// `npm run --silent conformance -- --cases FILE [--json] [--profile NAME]`: the verdicts as one
// document on stdout and, without --json, what is wrong for people on stderr.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PROFILE_NAMES } from '../../src/verify/profile.ts';
import { runCase, countVerdicts, type LimboCase } from './limbo.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const profile = PROFILE_NAMES.find((name) => name === values.profile);
if (values.cases === undefined || (values.profile !== undefined && !profile)) {
  process.stderr.write(
    `usage: conformance --cases FILE [--json] [--profile ${PROFILE_NAMES.join('|')}]\n`,
  );
  process.exitCode = 2;
} else {
  const file = JSON.parse(readFileSync(values.cases, 'utf8')) as {
    readonly testcases: readonly LimboCase[];
  };
  const cases = file.testcases.map((testcase) => runCase(testcase, profile));
  const totals = countVerdicts(cases);
  process.stdout.write(`${JSON.stringify({ cases, totals })}\n`);
  if (!values.json) {
    for (const { id, expected, actual, fault } of cases)
      if (expected !== actual)
        process.stderr.write(
          `${id}: expected ${expected}, got ${actual}${fault ? ` (${fault.code}: ${fault.message})` : ''}\n`,
        );
    process.stderr.write(
      `${totals.right} of ${totals.cases} right, ${totals.falseAccepts} wrongly accepted, ` +
        `${totals.falseRejects} wrongly refused, ${totals.skipped} skipped\n`,
    );
  }
}
