// What a rule of lint is: one demand on a certificate, where it comes from, and what to do.
import type { LintSubject } from './subject.ts';

/** `error`: a standard forbids it, or programs refuse it. `warning`: it will hurt. `info`: worth knowing. */
export type LintSeverity = 'error' | 'warning' | 'info';

export const LINT_SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'info'];

/** `rfc5280`: the IETF's profile. `spiffe`: X509-SVIDs. `mtls`: what keeps mutual TLS out of trouble. */
export const LINT_PROFILES = ['rfc5280', 'spiffe', 'mtls'] as const;

export type LintProfile = (typeof LINT_PROFILES)[number];

/** What a rule found. */
export interface LintHit {
  /** One sentence, lower case, no full stop. */
  readonly cause: string;
  /** Where in the certificate. */
  readonly field: string;
  /** As found, not escaped. */
  readonly value: string;
}

export interface LintRemedy {
  /** Lower case, no full stop. */
  readonly text: string;
  /** Commands of ours that mend it, where there are some for this certificate. */
  readonly commands?: (subject: LintSubject) => readonly (readonly string[])[];
}

export interface LintRule {
  /** Stable: people name it in `--ignore`. */
  readonly id: string;
  readonly profile: LintProfile;
  readonly severity: LintSeverity;
  /** `RFC 5280 §4.1.2.2`, or who else demands it. */
  readonly citation: string;
  /** What is demanded, one line, lower case, no full stop. */
  readonly what: string;
  /** Certificates from before the rule are not held to it. */
  readonly since?: Date;
  readonly remedy: LintRemedy;
  readonly check: (subject: LintSubject) => LintHit | undefined;
}

/** More values than this say no more. */
const MAX_VALUES = 4;
const MAX_VALUE = 120;

export function hit(cause: string, field: string, value: string): LintHit {
  return {
    cause,
    field,
    value: value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value,
  };
}

/** A hit that shows what is at fault; none where nothing is. */
export function offenders(
  cause: string,
  field: string,
  values: readonly string[],
): LintHit | undefined {
  if (values.length === 0) return undefined;
  const shown = [...new Set(values)];
  const more = shown.length > MAX_VALUES ? ` and ${shown.length - MAX_VALUES} more` : '';
  return hit(cause, field, shown.slice(0, MAX_VALUES).join(', ') + more);
}
