// mtls lint: whether certificates keep the rules, whoever will read them.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatOrigin, type Origin } from '../../codec/origin.ts';
import { gather, gatherBytes } from '../../diagnose/gather.ts';
import { isChosen, lint, LINT_DEMANDS, rankOf, type LintOptions } from '../../lint/engine.ts';
import { CERTIFICATE_MALFORMED } from '../../lint/malformed.ts';
import { LINT_PROFILES } from '../../lint/rule.ts';
import { argument, choice, defineCommand, flag, values, type OptionValues } from '../command.ts';
import {
  lintJson,
  lintText,
  rulesJson,
  rulesText,
  type LintAnswer,
  type LintLine,
} from '../render/lint.ts';
import { originNamer } from '../render/origin.ts';
import { givenPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readStandardInput, refuseSecondInput, STANDARD_INPUT } from '../source.ts';

const OPTIONS = {
  profile: choice(
    '--profile <name>',
    [...LINT_PROFILES, 'all'],
    'whose rules: those of the IETF, of SPIFFE, or of good practice; all by default',
  ),
  purpose: choice(
    '--purpose <purpose>',
    ['server', 'client'],
    'what the leaves are to be used for, where that is known',
  ),
  only: values('--only <id>', 'ask this rule and no other; several with commas'),
  ignore: values('--ignore <id>', 'do not ask this rule; several with commas'),
  failOn: choice(
    '--fail-on <severity>',
    ['error', 'warning'],
    'what ends with exit code 1; error by default',
  ),
  list: flag('--list', 'list the rules, and read nothing'),
  ...PASSPHRASE_OPTIONS,
} as const;

export const command = defineCommand({
  description:
    'Hold certificates against the rules for them: RFC 5280 and its kin, X509-SVIDs, and what ' +
    'mutual TLS trips over in practice. Certificates given together are seen together, so that ' +
    'a leaf is held against its issuer too. Whether a chain is valid now is for mtls verify to say.',
  arguments: {
    sources: argument(
      'any',
      'source',
      'file, folder with what is below it, or - for standard input: PEM, DER, PKCS#12, Kubernetes Secret or ConfigMap',
    ),
  },
  options: OPTIONS,
  examples: [
    { line: 'mtls lint api.crt', does: 'a certificate and the chain it comes with' },
    { line: 'mtls lint certs/ --fail-on warning', does: 'a folder, in CI' },
    {
      line: 'mtls lint api.crt ca.crt --ignore subject-key-id-missing --json',
      does: 'a leaf beside its CA, without one rule, for scripts',
    },
    { line: 'mtls lint --list', does: 'every rule, and who demands it' },
  ],
  exitCodes: [[0, 'no finding of the severity to fail on'], [1, 'there are some'], 3, 4],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const chosen = choiceOf(options);
    if (options.list) {
      const rules = LINT_DEMANDS.filter((rule) => isChosen(rule, chosen));
      output.result({ json: () => rulesJson(rules), text: () => rulesText(rules, output.style) });
      return 0;
    }
    if (args.sources.length === 0)
      throw new MtlsError('USAGE', 'nothing to lint', {
        hint: 'name a file or a folder: mtls lint api.crt; --list shows the rules',
      });
    refuseSecondInput(args.sources);
    const opens = () => givenPassphrase(invocation);
    const documents = [];
    for (const source of args.sources)
      documents.push(
        ...(source === STANDARD_INPUT
          ? await gatherBytes(await readStandardInput(context.stdin), STANDARD_INPUT, opens)
          : await gather([source], opens)),
      );

    const items = documents.flatMap(({ parts, place }) =>
      parts.flatMap((part) =>
        part.kind === 'certificate'
          ? [{ certificate: part.certificate, origin: part.origin, place }]
          : [],
      ),
    );
    const placeOf = originNamer(items.map(({ origin }) => origin));
    const origins = new Map(items.map(({ certificate, origin }) => [certificate, origin]));
    const lines: LintLine[] = lint(items, chosen).map((found) => {
      const origin = origins.get(found.certificate);
      return { ...found, subject: origin ? placeOf(origin) : '' };
    });

    const troubles = documents.flatMap((document) => document.troubles);
    let refused = 0;
    for (const trouble of troubles) {
      if (trouble.code !== 'CERT_MALFORMED') continue;
      refused++;
      if (isChosen(CERTIFICATE_MALFORMED, chosen)) lines.push(malformedLine(trouble));
    }
    if (items.length + refused === 0) throw troubles[0] ?? nothingFound(args.sources);
    for (const trouble of troubles)
      if (trouble.code !== 'CERT_MALFORMED') output.warn(trouble.message);

    const limit = rankOf(options.failOn ?? 'error');
    const ok = lines.every(({ rule }) => rankOf(rule.severity) > limit);
    const answer: LintAnswer = {
      certificates: items.length + refused,
      rules: LINT_DEMANDS.filter((rule) => isChosen(rule, chosen)).length,
      lines,
    };
    output.result({
      ok,
      json: () => lintJson(answer),
      text: () => lintText(answer, output.style),
    });
    return ok ? 0 : 1;
  },
});

function choiceOf(options: OptionValues<typeof OPTIONS>): LintOptions {
  const { profile, purpose } = options;
  const only = identifiers(options.only);
  return {
    profile: profile === 'all' ? undefined : profile,
    purpose,
    only: only.size > 0 ? only : undefined,
    ignore: identifiers(options.ignore),
  };
}

/** Throws BAD_OPTION for what is no rule: it would be ignored in silence. */
function identifiers(given: readonly string[]): ReadonlySet<string> {
  const known = new Set(LINT_DEMANDS.map(({ id }) => id));
  const ids = given.flatMap((text) => text.split(',')).map((id) => id.trim());
  for (const id of ids)
    if (!known.has(id))
      throw new MtlsError('BAD_OPTION', `there is no rule ${quoteForeign(id)}`, {
        hint: 'mtls lint --list shows the rules',
      });
  return new Set(ids);
}

function malformedLine(trouble: MtlsError): LintLine {
  const { message } = trouble.cause instanceof MtlsError ? trouble.cause : trouble;
  return {
    rule: CERTIFICATE_MALFORMED,
    subject: formatOrigin(originOf(trouble)),
    cause: 'no strict reader takes it for a certificate',
    field: 'encoding',
    value: message,
    commands: [],
  };
}

/** Readers leave the place of what is malformed in the error's data. */
function originOf({ data }: MtlsError): Origin {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return {
    source: text(data['source']),
    entry: text(data['entry']),
    block: number(data['block']),
    line: number(data['line']),
  };
}

function nothingFound(sources: readonly string[]): MtlsError {
  return new MtlsError(
    'NOTHING_FOUND',
    `no certificate in ${sources.map((source) => quoteForeign(source)).join(', ')}`,
    { hint: 'mtls inspect says what a file holds', data: { sources } },
  );
}
