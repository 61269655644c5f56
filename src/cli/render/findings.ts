// Findings as people read them: the mark and the cause, the evidence, what follows, the way out.
import type { Finding, Remedy, Severity } from '../../diagnose/finding.ts';
import type { Style, Tone } from '../style.ts';
import { paintCell } from './cell.ts';
import { renderTable } from './table.ts';
import { shellLine } from './shell.ts';

const MARKS: Readonly<Record<Severity, readonly [mark: string, tone: Tone]>> = {
  error: ['×', 'bad'],
  warning: ['‼', 'caution'],
  info: ['·', 'faint'],
};

/** More consequences than these are counted. */
const MOST_CONSEQUENCES = 10;

/** One finding, without a line feed at its end. */
export function findingText(finding: Finding, style: Style): string {
  const [mark, tone] = MARKS[finding.severity];
  const shown = (text: string, as: Tone = 'plain') => paintCell({ text, tone: as }, style).painted;
  const head = `${style.paint(tone, mark)} ${shown(finding.subject, 'strong')}: ${shown(finding.cause)} ${shown(`[${finding.code}]`, 'faint')}`;
  const lines = [head];
  if (finding.evidence.length > 0) {
    const rows = finding.evidence.map(({ source = '', field, value }) => [
      { text: `    ${field}`, tone: 'faint' as const },
      value,
      { text: source === finding.subject ? '' : source, tone: 'faint' as const },
    ]);
    lines.push(renderTable(undefined, rows, style));
  }
  const { consequences, clause } = finding;
  if (clause !== undefined) lines.push(`    ${shown(clause, 'faint')}`);
  if (consequences.length > 0) {
    lines.push(`    ${shown('because of it', 'faint')}`);
    for (const { subject, cause } of consequences.slice(0, MOST_CONSEQUENCES))
      lines.push(`      ${shown(subject)}: ${shown(cause)}`);
    const more = consequences.length - MOST_CONSEQUENCES;
    if (more > 0) lines.push(`      ${shown(`and ${more} more`, 'faint')}`);
  }
  if (finding.remedy) lines.push(...remedyLines(finding.remedy, style));
  return lines.join('\n');
}

function remedyLines({ text, commands }: Remedy, style: Style): readonly string[] {
  return [
    `    ${style.paint('accent', 'mend:')} ${paintCell(text, style).painted}`,
    ...commands.map((argv) => `      ${shellLine(argv)}`),
  ];
}

/** As `--json` has it: what scripts lean on first. */
export function findingJson(finding: Finding): Readonly<Record<string, unknown>> {
  const { code, severity, subject, cause, clause, evidence, remedy, consequences } = finding;
  return {
    code,
    severity,
    subject,
    cause,
    ...(clause !== undefined && { clause }),
    evidence,
    remedy: remedy
      ? {
          text: remedy.text,
          commands: remedy.commands.map((argv) => shellLine(argv)),
          argv: remedy.commands,
          folder: remedy.folder ?? null,
        }
      : null,
    consequences: consequences.map((one) => ({ subject: one.subject, cause: one.cause })),
  };
}

/** `2 errors, 1 warning` */
export function countFindings(findings: readonly Finding[]): string {
  const nouns = { error: 'error', warning: 'warning', info: 'note' } as const;
  return (['error', 'warning', 'info'] as const)
    .map(
      (severity) =>
        [findings.filter((one) => one.severity === severity).length, nouns[severity]] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`)
    .join(', ');
}
