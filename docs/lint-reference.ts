// docs/lint.md, from the rules themselves.
import { LINT_DEMANDS } from '../src/lint/engine.ts';
import { LINT_PROFILES, type LintProfile } from '../src/lint/rule.ts';
import { block, MADE, table, text } from './markdown.ts';

const TITLES: Readonly<Record<LintProfile, string>> = {
  rfc5280: '`rfc5280`: RFC 5280 and its kin',
  spiffe: '`spiffe`: X509-SVIDs',
  mtls: '`mtls`: what mutual TLS trips over',
};

const INTRODUCTIONS: Readonly<Record<LintProfile, string>> = {
  rfc5280:
    'What the IETF demands of certificates: MUST is an error, SHOULD a warning. zlint’s RFC lints are the measure; what becomes of its test cases stands in [conformance.md](conformance.md).',
  spiffe: 'For certificates with a URI name in `spiffe:`, whoever issued them.',
  mtls: 'What programs refuse, or will one day, whatever the standards say. Rules about an issuer need it among the sources; it is believed only when its key made the signature.',
};

/** docs/lint.md: every rule, with who demands it and what mends it. */
export function lintReference(): string {
  return `${[
    '# Rules of mtls lint',
    MADE,
    '`mtls lint` holds certificates against these rules. An **error** is what a standard forbids or programs refuse, a **warning** what will hurt, an **info** what is worth knowing. `--fail-on` says which of them end with exit code 1, `--profile`, `--only` and `--ignore` which rules are asked. Identifiers are stable. Certificates from before a date in *since* are not held to the rule.',
    block(
      'mtls lint certs/ --fail-on warning\nmtls lint api.crt ca.crt --profile mtls --purpose server\nmtls lint api.crt --ignore subject-key-id-missing --json',
    ),
    ...LINT_PROFILES.flatMap((profile) => [
      `## ${TITLES[profile]}`,
      INTRODUCTIONS[profile],
      table(
        ['rule', 'severity', 'who demands it', 'what it demands', 'what to do'],
        LINT_DEMANDS.filter((rule) => rule.profile === profile).map((rule) => [
          `\`${rule.id}\``,
          rule.severity,
          text(rule.citation) +
            (rule.since === undefined ? '' : `, since ${rule.since.toISOString().slice(0, 10)}`),
          text(rule.what),
          text(rule.remedy.text),
        ]),
      ),
    ]),
  ].join('\n\n')}\n`;
}
