// Holds every certificate of a pile against every rule.
import type { Certificate } from '../x509/certificate.ts';
import { CERTIFICATE_MALFORMED } from './malformed.ts';
import { pileOf, type Linted } from './pile.ts';
import {
  LINT_SEVERITIES,
  type LintHit,
  type LintProfile,
  type LintRule,
  type LintSeverity,
} from './rule.ts';
import { LINT_RULES } from './rules/index.ts';
import { LintSubject } from './subject.ts';

export interface LintOptions {
  /** All where absent. */
  readonly profile?: LintProfile | undefined;
  /** Identifiers of the only rules to ask. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly ignore?: ReadonlySet<string> | undefined;
  /** What leaves are to be used for. */
  readonly purpose?: 'server' | 'client' | undefined;
}

export interface LintFinding extends LintHit {
  readonly rule: LintRule;
  readonly certificate: Certificate;
  /** Programs with their arguments, to be run in this order. */
  readonly commands: readonly (readonly string[])[];
}

/** A rule without its check: what is told of it. */
export type LintDemand = Omit<LintRule, 'check'>;

/** Everything that a finding may be about, by its identifier. */
export const LINT_DEMANDS: readonly LintDemand[] = [CERTIFICATE_MALFORMED, ...LINT_RULES].sort(
  (a, b) => (a.id < b.id ? -1 : 1),
);

/** Whether options choose a rule. */
export function isChosen(rule: LintDemand, { profile, only, ignore }: LintOptions): boolean {
  return (
    (profile === undefined || rule.profile === profile) &&
    (only === undefined || only.has(rule.id)) &&
    !ignore?.has(rule.id)
  );
}

/** What is found, certificate by certificate in their order, the worst of each first. */
export function lint(items: readonly Linted[], options: LintOptions = {}): readonly LintFinding[] {
  const rules = LINT_RULES.filter((rule) => isChosen(rule, options));
  const pile = pileOf(items);
  return items.flatMap(({ certificate }) => {
    const subject = new LintSubject(certificate, pile, options.purpose);
    return rules
      .flatMap((rule) => findingOf(rule, subject))
      .sort((a, b) => rankOf(a.rule.severity) - rankOf(b.rule.severity));
  });
}

/** 0 for the worst. */
export function rankOf(severity: LintSeverity): number {
  return LINT_SEVERITIES.indexOf(severity);
}

function findingOf(rule: LintRule, subject: LintSubject): LintFinding[] {
  const { certificate } = subject;
  if (rule.since !== undefined && certificate.notBefore < rule.since) return [];
  const found = rule.check(subject);
  if (found === undefined) return [];
  return [{ ...found, rule, certificate, commands: rule.remedy.commands?.(subject) ?? [] }];
}
