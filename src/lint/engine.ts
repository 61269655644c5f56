// Holds every certificate of a pile against every rule.
import type { Certificate } from '../x509/certificate.ts';
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

/** The rules that options choose. */
export function chosenRules({ profile, only, ignore }: LintOptions): readonly LintRule[] {
  return LINT_RULES.filter(
    (rule) =>
      (profile === undefined || rule.profile === profile) &&
      (only === undefined || only.has(rule.id)) &&
      !ignore?.has(rule.id),
  );
}

/** What is found, certificate by certificate in their order, the worst of each first. */
export function lint(items: readonly Linted[], options: LintOptions = {}): readonly LintFinding[] {
  const rules = chosenRules(options);
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
