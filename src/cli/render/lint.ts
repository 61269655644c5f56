// Findings of lint: certificate by certificate, the worst first; what mends them once for each.
import { toHex } from '../../base/bytes.ts';
import { LINT_DEMANDS, rankOf, type LintDemand, type LintFinding } from '../../lint/engine.ts';
import { LINT_SEVERITIES, type LintSeverity } from '../../lint/rule.ts';
import { fingerprint } from '../../x509/fingerprint.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Style, Tone } from '../style.ts';
import { paintCell } from './cell.ts';
import { shellLine } from './shell.ts';
import { renderTable } from './table.ts';

/** A finding, and the file and block it is about. */
export type LintLine = Omit<LintFinding, 'rule' | 'certificate'> & {
  readonly rule: LintDemand;
  readonly subject: string;
  /** Absent for what is none. */
  readonly certificate?: Certificate;
};

export interface LintAnswer {
  /** How many were seen. */
  readonly certificates: number;
  /** How many rules were asked. */
  readonly rules: number;
  readonly lines: readonly LintLine[];
}

const TONES: Readonly<Record<LintSeverity, Tone>> = {
  error: 'bad',
  warning: 'caution',
  info: 'faint',
};

export function lintText(answer: LintAnswer, style: Style): string {
  const groups = groupsOf(answer.lines);
  return [...groups.map((group) => groupText(group, style)), summary(answer, style)].join('\n\n');
}

interface Group {
  /** Every place where this very certificate stands. */
  readonly places: string[];
  readonly lines: readonly LintLine[];
}

/** One group a certificate, copies of it together; the worst group first. */
function groupsOf(lines: readonly LintLine[]): readonly Group[] {
  const byPlace = new Map<string, LintLine[]>();
  for (const line of lines) {
    const group = byPlace.get(line.subject);
    if (group) group.push(line);
    else byPlace.set(line.subject, [line]);
  }
  const groups = new Map<string, Group>();
  for (const [place, own] of byPlace) {
    const [first] = own;
    const key = first?.certificate
      ? `${toHex(first.certificate.der)} ${own.map(({ rule, value }) => rule.id + value).join(' ')}`
      : place;
    const copy = groups.get(key);
    if (copy) copy.places.push(place);
    else groups.set(key, { places: [place], lines: own });
  }
  return [...groups.values()].sort((a, b) => worstOf(a) - worstOf(b));
}

function worstOf({ lines }: Group): number {
  return Math.min(...lines.map(({ rule }) => rankOf(rule.severity)));
}

function groupText({ places, lines }: Group, style: Style): string {
  const [first] = lines;
  const [place = ''] = places;
  const more = places.length > 1 ? ` and ${places.length - 1} more` : '';
  const title = first?.certificate ? `: ${certificateTitle(first.certificate)}` : '';
  const head = `${shown(place, 'strong', style)}${more}${shown(title, 'plain', style)}`;
  return [head, ...lines.flatMap((line) => lineText(line, style)), ...mendLines(lines, style)].join(
    '\n',
  );
}

function lineText({ rule, cause, field, value }: LintLine, style: Style): readonly string[] {
  const { id, severity, citation } = rule;
  return [
    `  ${style.paint(TONES[severity], severity.padEnd(7))}  ${shown(cause, 'plain', style)} ${style.paint('faint', `[${id}]`)}`,
    `           ${shown(`${field}: ${value}`, 'faint', style)} ${style.paint('faint', `(${citation})`)}`,
  ];
}

/** Most findings of a certificate are mended by the same command, which is said once. */
function mendLines(lines: readonly LintLine[], style: Style): readonly string[] {
  const said = new Set<string>();
  return lines.flatMap(({ rule, commands }) => {
    const { text } = rule.remedy;
    const shownCommands = commands.map(shellLine);
    const fresh = (shownCommands.length > 0 ? shownCommands : [text]).filter(
      (line) => !said.has(line),
    );
    if (fresh.length === 0) return [];
    for (const line of [...fresh, text]) said.add(line);
    const pasted = shownCommands.length > 0 ? fresh : [];
    return [`  ${style.paint('accent', 'mend:')} ${text}`, ...pasted.map((line) => `    ${line}`)];
  });
}

function summary({ certificates, rules, lines }: LintAnswer, style: Style): string {
  const seen = `${counted(certificates, 'certificate')} against ${counted(rules, 'rule')}`;
  if (lines.length === 0) return `${style.paint('good', 'clean:')} ${seen}`;
  const totals = totalsOf(lines);
  const found = LINT_SEVERITIES.filter((severity) => totals[severity] > 0).map((severity) =>
    severity === 'info' ? `${totals.info} info` : counted(totals[severity], severity),
  );
  return `${found.join(', ')} in ${seen}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function totalsOf(lines: readonly LintLine[]): Readonly<Record<LintSeverity, number>> {
  const totals = { error: 0, warning: 0, info: 0 };
  for (const { rule } of lines) totals[rule.severity]++;
  return totals;
}

function shown(text: string, tone: Tone, style: Style): string {
  return paintCell({ text, tone }, style).painted;
}

export function lintJson({
  certificates,
  rules,
  lines,
}: LintAnswer): Readonly<Record<string, unknown>> {
  const worstFirst = [...lines].sort((a, b) => rankOf(a.rule.severity) - rankOf(b.rule.severity));
  return {
    certificates,
    rules,
    totals: totalsOf(lines),
    findings: worstFirst.map(({ rule, subject, cause, field, value, certificate, commands }) => ({
      code: rule.id,
      severity: rule.severity,
      subject,
      cause,
      evidence: [{ source: subject, field, value }],
      remedy: { text: rule.remedy.text, commands: commands.map(shellLine) },
      citation: rule.citation,
      ...(certificate && {
        certificate: {
          title: certificateTitle(certificate),
          sha256: toHex(fingerprint(certificate, 'sha256')),
        },
      }),
    })),
  };
}

/** `--list`. */
export function rulesText(rules: readonly LintDemand[], style: Style): string {
  const rows = rules.map(({ id, severity, citation, what }) => [
    id,
    { text: severity, tone: TONES[severity] },
    what,
    { text: citation, tone: 'faint' as const },
  ]);
  return renderTable(['rule', 'severity', 'what it demands', 'who says so'], rows, style);
}

export function rulesJson(rules: readonly LintDemand[]): Readonly<Record<string, unknown>> {
  return {
    all: LINT_DEMANDS.length,
    rules: rules.map(({ id, profile, severity, citation, what, since, remedy }) => ({
      id,
      profile,
      severity,
      citation,
      what,
      since: since ?? null,
      remedy: remedy.text,
    })),
  };
}
