// mtls k8s read: what the objects of a manifest hold, and how healthy they are.
import { MtlsError } from '../../base/errors.ts';
import { escapeControl } from '../../base/text.ts';
import type { BundlePart } from '../../codec/part.ts';
import { diagnose } from '../../diagnose/doctor.ts';
import type { Document } from '../../diagnose/document.ts';
import type { Finding } from '../../diagnose/finding.ts';
import { gather, gatherBytes } from '../../diagnose/gather.ts';
import { objectReports, type ObjectReport } from '../../diagnose/objects.ts';
import type { DoctorSettings } from '../../diagnose/settings.ts';
import { formatGeneralName } from '../../name/san.ts';
import { parseTime } from '../../profile/duration.ts';
import { certificateTitle } from '../../x509/title.ts';
import {
  argument,
  choice,
  defineCommand,
  flag,
  value,
  values,
  type Invocation,
} from '../command.ts';
import { homeCas } from '../home-cas.ts';
import { certificateFacts } from '../render/authority.ts';
import { countFindings, findingJson, findingText } from '../render/findings.ts';
import { renderTable } from '../render/table.ts';
import { formatTimeFrom } from '../render/time.ts';
import { givenPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readStandardInput, refuseSecondInput, STANDARD_INPUT } from '../source.ts';
import type { Style, Tone } from '../style.ts';
import { gatherTrust } from '../trust.ts';

export const command = defineCommand({
  description:
    'List what the Secrets, ConfigMaps, ClusterTrustBundles and CertificateSigningRequests of ' +
    'manifests hold, and how healthy they are, as mtls doctor judges them: dates, chains and ' +
    'their order, keys that do not match, a CA’s key, base64, types and sizes. Of a key no byte ' +
    'is printed. Roots that are found are taken for the trusted ones; --ca names others.',
  arguments: {
    sources: argument('some', 'source', 'YAML or JSON: files, folders; - for standard input'),
  },
  options: {
    all: flag('--all', 'list objects too that hold no certificate and no key'),
    ca: values('--ca <ca>', 'who is trusted: a CA of the home, or a file of roots (with a / or .)'),
    at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
    failOn: choice(
      '--fail-on <severity>',
      ['error', 'warning'],
      'what makes it end with 1; warning by default',
    ),
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    { line: 'mtls k8s read -', does: 'kubectl get secrets -A -o yaml | mtls k8s read -' },
    { line: 'mtls k8s read manifests/ --ca ./ca.crt', does: 'a folder, against these roots' },
    { line: 'mtls k8s read secrets.yaml --at +30d', does: 'what will be wrong in a month' },
  ],
  exitCodes: [[0, 'healthy'], [1, 'something is wrong'], 2, 3, 4],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const now = context.clock();
    const at = options.at === undefined ? now : parseTime(options.at, now);
    const documents = await documentsOf(invocation, args.sources, givenPassphrase(invocation));
    refuseNone(documents);
    const trust = options.ca.length > 0 ? await gatherTrust(invocation, options.ca) : undefined;
    const settings: DoctorSettings = {
      at,
      ...(options.at === undefined && { clock: now }),
      identities: [],
      trustChosen: trust !== undefined,
      trusted: trust?.anchors.flatMap(({ certificate }) => certificate ?? []),
      sources: args.sources,
      homeCas: await homeCas(invocation, args.sources),
      passphraseFile: options.passphraseFile,
    };
    const diagnosis = diagnose(documents, settings, givenPassphrase(invocation));
    const { findings } = diagnosis;
    const reports = objectReports(diagnosis);
    const limit = options.failOn ?? 'warning';
    const ok = findings.every(
      ({ severity }) => severity === 'info' || (severity === 'warning' && limit === 'error'),
    );
    const listed = reports.filter(
      (report) => options.all || report.health !== 'none' || storesIn(report).length > 0,
    );
    output.result({
      ok,
      json: () => ({
        objects: listed.map((report) => reportJson(report, findings)),
        others: reports.length - listed.length,
        findings: findings.map(findingJson),
      }),
      text: () => reportsText(listed, reports.length - listed.length, findings, at, output.style),
    });
    return ok ? 0 : 1;
  },
});

async function documentsOf(
  { context }: Pick<Invocation, 'context'>,
  sources: readonly string[],
  passphrase: Uint8Array | undefined,
): Promise<readonly Document[]> {
  refuseSecondInput(sources);
  const opens = () => passphrase;
  const documents: Document[] = [];
  for (const source of sources)
    documents.push(
      ...(source === STANDARD_INPUT
        ? await gatherBytes(await readStandardInput(context.stdin), source, opens)
        : await gather([source], opens)),
    );
  return documents;
}

/** What is no manifest at all is told as such, and not as a finding. */
function refuseNone(documents: readonly Document[]): void {
  if (documents.some(({ object }) => object !== undefined)) return;
  const [trouble] = documents.flatMap(({ troubles }) => troubles);
  if (trouble) throw trouble;
  throw new MtlsError('NOTHING_FOUND', 'no Secret and no ConfigMap in what was given', {
    hint: 'files of certificates and keys are for mtls doctor and mtls inspect',
  });
}

function reportJson(
  report: ObjectReport,
  findings: readonly Finding[],
): Readonly<Record<string, unknown>> {
  const { object, source, documents, health, findings: own } = report;
  return {
    source,
    kind: object.kind,
    namespace: object.namespace ?? null,
    name: object.name ?? null,
    type: object.type ?? null,
    size: object.size,
    health,
    values: documents.map(({ name, parts, skipped }) => ({
      key: name,
      holds: [...parts.map(partJson), ...skipped.map(({ what }) => ({ kind: 'unread', what }))],
    })),
    findings: own.map((finding) => findings.indexOf(finding)),
  };
}

/** Key stores that stayed closed: what is in them is not known. */
function storesIn({ documents }: ObjectReport): readonly string[] {
  return documents.flatMap(({ name, skipped }) =>
    skipped.flatMap(({ code }) => (code === undefined ? [] : name)),
  );
}

function partJson(part: BundlePart): Readonly<Record<string, unknown>> {
  const { kind } = part;
  if (kind !== 'certificate') return { kind };
  const { certificate } = part;
  return {
    kind,
    ...certificateFacts(certificate),
    names: certificate.names.map(formatGeneralName),
    ca: certificate.basicConstraints?.ca === true,
  };
}

const MARKS: Readonly<Record<ObjectReport['health'], readonly [mark: string, tone: Tone]>> = {
  error: ['×', 'bad'],
  warning: ['‼', 'caution'],
  info: ['·', 'faint'],
  good: ['√', 'good'],
  none: ['·', 'faint'],
};

function reportsText(
  reports: readonly ObjectReport[],
  others: number,
  findings: readonly Finding[],
  at: Date,
  style: Style,
): string {
  const rows = reports.map((report) => {
    const [text, tone] = MARKS[report.health];
    const ends = [...report.leaves, ...report.issuers].map(
      ({ certificate }) => certificate.notAfter,
    );
    const first = ends.reduce<Date | undefined>((a, b) => (a && a <= b ? a : b), undefined);
    return [
      { text, tone },
      report.title,
      report.object.type ?? '',
      holdsText(report),
      first ? formatTimeFrom(first, at) : '',
    ];
  });
  const blocks = rows.length > 0 ? [renderTable(undefined, rows, style)] : [];
  blocks.push(...findings.map((finding) => findingText(finding, style)));
  const verdict = findings.length === 0 ? 'nothing is wrong' : countFindings(findings);
  const rest = others > 0 ? `; ${others} more hold no certificate and no key` : '';
  return [...blocks, `${verdict}${rest}`].join('\n\n');
}

/** `api.prod.svc and its key, 1 intermediate, 1 root` */
function holdsText(report: ObjectReport): string {
  const { leaves, issuers, keys, documents } = report;
  const [first, ...more] = leaves;
  const requests = documents.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'request'));
  const count = (number: number, noun: string) =>
    number === 0 ? [] : [`${number} ${noun}${number === 1 ? '' : 's'}`];
  return [
    ...(first
      ? [
          `${certificateTitle(first.certificate)}${more.length > 0 ? ` and ${more.length} more` : ''}`,
        ]
      : []),
    ...count(requests.length, 'request'),
    ...count(issuers.length, 'CA'),
    ...count(keys.length, 'key'),
    ...storesIn(report).map((key) => `${escapeControl(key)} not read`),
  ].join(', ');
}
