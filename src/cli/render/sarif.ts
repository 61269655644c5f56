// Findings as SARIF 2.1.0 (OASIS), which code scanning of GitHub, GitLab and Azure reads.
import { ERRORS, FAULTS, PILE, type Explanation } from '../../diagnose/catalogue.ts';
import type { Evidence, Finding, Severity } from '../../diagnose/finding.ts';
import { VERSION } from '../version.ts';
import { shellLine } from './shell.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF §3.27.10. */
const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** One run with a result for each finding, and a rule for each code. */
export function sarifText(findings: readonly Finding[]): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mtls',
            version: VERSION,
            rules: codes.map(ruleOf),
          },
        },
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: string): Readonly<Record<string, unknown>> {
  const explained = explanationOf(code);
  return {
    id: code,
    ...(explained && {
      shortDescription: { text: explained.means },
      help: { text: explained.remedy },
    }),
  };
}

function explanationOf(code: string): Explanation | undefined {
  for (const table of [PILE, FAULTS, ERRORS] as readonly Readonly<Record<string, Explanation>>[])
    if (Object.hasOwn(table, code)) return table[code];
  return undefined;
}

function resultOf(finding: Finding, ruleIndex: number): Readonly<Record<string, unknown>> {
  const { code, severity, subject, cause, evidence, remedy, consequences } = finding;
  const lines = remedy?.commands.map((argv) => shellLine(argv)) ?? [];
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: {
      text: [cause, remedy && `mend: ${remedy.text}`, ...lines].filter(Boolean).join('\n'),
    },
    locations: [locationOf(subject)],
    relatedLocations: [
      ...evidence.filter(({ source }) => source !== undefined).map(evidenceLocation),
      ...consequences.map((one) => ({ ...locationOf(one.subject), message: { text: one.cause } })),
    ],
  };
}

function evidenceLocation({ source = '', field, value }: Evidence) {
  return { ...locationOf(source), message: { text: `${field}: ${value}` } };
}

/** The file of a place (RFC 3986 takes no blanks), and what of it. */
function locationOf(place: string): Readonly<Record<string, unknown>> {
  const [file = '', ...inside] = place.split(', ');
  const line = /\(line (\d+)\)/.exec(place)?.[1];
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      ...(line !== undefined && { region: { startLine: Number(line) } }),
    },
    ...(inside.length > 0 && { logicalLocations: [{ fullyQualifiedName: inside.join(', ') }] }),
  };
}
