// mtls doctor: what is wrong with a pile of certificates and keys, the cause first.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { writeFilesAtomic } from '../../store/atomic.ts';
import { makeFolder } from '../../store/folder.ts';
import { shellWord } from '../render/shell.ts';
import { diagnose, type Diagnosis } from '../../diagnose/doctor.ts';
import type { Finding, Severity } from '../../diagnose/finding.ts';
import { gather } from '../../diagnose/gather.ts';
import type { DoctorSettings } from '../../diagnose/settings.ts';
import { formatGeneralName } from '../../name/san.ts';
import { parseTime } from '../../profile/duration.ts';
import { parseSpiffeId, parseTrustDomain } from '../../name/spiffe.ts';
import { hostIdentity } from '../../verify/asked.ts';
import type { Identity } from '../../verify/types.ts';
import { certificateTitle } from '../../x509/title.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import { gatherSources } from '../gathered.ts';
import { homeCas } from '../home-cas.ts';
import { PASSPHRASE_OPTIONS, givenPassphrase } from '../secrets.ts';
import { countFindings, findingJson, findingText } from '../render/findings.ts';
import { sarifText } from '../render/sarif.ts';
import { formatTimeFrom } from '../render/time.ts';
import { renderTable } from '../render/table.ts';
import type { Style } from '../style.ts';
import { gatherTrust } from '../trust.ts';

export const command = defineCommand({
  description:
    'Say what is wrong with certificates, keys and Secrets, whatever lies in a pile: the cause ' +
    'first, what follows from it under it, and the command that mends it. What is old beside a ' +
    'renewed twin is left in peace. Roots that are found are taken for the trusted ones; --ca ' +
    'names others.',
  arguments: {
    sources: argument(
      'some',
      'source',
      'file, folder, Secret or ConfigMap, host:port; - for standard input',
    ),
  },
  options: {
    server: flag('--server', 'the certificates are servers’'),
    client: flag('--client', 'the certificates are clients’'),
    host: values('--host <name>', 'servers must stand for this DNS name or IP address'),
    spiffe: value('--spiffe <id>', 'they must be the X509-SVID of this SPIFFE ID'),
    trustDomain: value('--trust-domain <domain>', 'they must be X509-SVIDs of this trust domain'),
    ca: values('--ca <ca>', 'who is trusted: a CA of the home, or a file of roots (with a / or .)'),
    at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
    fix: value('--fix <folder>', 'write what can be mended by writing it anew into a new folder'),
    sarif: flag('--sarif', 'print SARIF 2.1.0, for code scanning'),
    failOn: choice(
      '--fail-on <severity>',
      ['error', 'warning'],
      'what makes it end with 1; warning by default',
    ),
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    { line: 'mtls doctor certs/', does: 'everything in a folder' },
    {
      line: 'mtls doctor server.crt server.key ca.crt --server --host api.example.internal',
      does: 'one server, as its clients see it',
    },
    { line: 'kubectl get secret,configmap -o yaml | mtls doctor -', does: 'a namespace' },
  ],
  exitCodes: [
    [0, 'healthy; with --fix, what was written is'],
    [1, 'something is wrong'],
    2,
    3,
    4,
    [7, 'with --fix: the folder is there already'],
  ],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    if (options.server && options.client)
      throw new MtlsError('USAGE', '--server and --client exclude each other', {
        hint: 'leave both out: what a certificate is for is read from it',
      });
    if (options.sarif && globals.json)
      throw new MtlsError('USAGE', '--sarif and --json exclude each other', {
        hint: 'SARIF is JSON already',
      });
    const now = context.clock();
    const at = options.at === undefined ? now : parseTime(options.at, now);
    const documents = await gatherSources(invocation, args.sources, givenPassphrase(invocation));
    const trust = options.ca.length > 0 ? await gatherTrust(invocation, options.ca) : undefined;
    const settings: DoctorSettings = {
      at,
      ...(options.at === undefined && { clock: now }),
      side: options.server ? 'server' : options.client ? 'client' : undefined,
      identities: [...options.host.map(hostIdentity), ...spiffeOf(options)],
      trustChosen: trust !== undefined,
      trusted: trust?.anchors.flatMap(({ certificate }) => certificate ?? []),
      sources: args.sources,
      homeCas: await homeCas(invocation, args.sources),
      isTaken: (path) => existsSync(resolve(context.cwd, path)),
      passphraseFile: options.passphraseFile,
    };
    const diagnosis = diagnose(documents, settings, givenPassphrase(invocation));
    const limit = options.failOn ?? 'warning';
    const fixed =
      options.fix === undefined
        ? undefined
        : await fix(diagnosis, settings, options.fix, invocation);
    const ok = !fails((fixed?.after ?? diagnosis).findings, limit);
    output.result({
      ok,
      ...(options.sarif
        ? { document: () => sarifText(diagnosis.findings) }
        : { text: () => reportText(diagnosis, fixed, now, output.style) }),
      json: () => ({
        ...diagnosisJson(diagnosis),
        ...(fixed && { mended: fixed.files, after: fixed.after.findings.map(findingJson) }),
      }),
    });
    return ok ? 0 : 1;
  },
});

function spiffeOf(options: {
  readonly spiffe: string | undefined;
  readonly trustDomain: string | undefined;
}): readonly Identity[] {
  const { spiffe, trustDomain } = options;
  return [
    ...(spiffe === undefined ? [] : [{ kind: 'spiffe', value: parseSpiffeId(spiffe).id } as const]),
    ...(trustDomain === undefined
      ? []
      : [{ kind: 'trustDomain', value: parseTrustDomain(trustDomain) } as const]),
  ];
}

interface Fixed {
  /** Below the new folder. */
  readonly files: readonly string[];
  /** What is still wrong there. */
  readonly after: Diagnosis;
}

/** Writes the new folder whole or not at all, and looks at it. Throws FILE_EXISTS for one that is there. */
async function fix(
  { bench }: Diagnosis,
  settings: DoctorSettings,
  folder: string,
  invocation: Parameters<typeof givenPassphrase>[0],
): Promise<Fixed> {
  const { context, output } = invocation;
  const root = resolve(context.cwd, folder);
  if (existsSync(root) && readdirSync(root).length > 0)
    throw new MtlsError('FILE_EXISTS', `${quoteForeign(folder)} is there already`, {
      hint: 'name a new folder: nothing is written over what is there',
      data: { path: folder },
    });
  // What writes manifests is loaded where there is something to write
  const { mendedFiles } = await import('../../diagnose/mend.ts');
  const { files, left } = mendedFiles(bench, givenPassphrase(invocation));
  if (files.length === 0)
    throw new MtlsError('NOTHING_FOUND', 'nothing that was given can be written anew', {
      hint: 'see what is wrong with it: leave --fix out',
    });
  for (const path of new Set([root, ...files.map(({ path: one }) => dirname(join(root, one)))]))
    makeFolder(path);
  writeFilesAtomic(
    files.map(({ path, content, secret }) => ({
      path: join(root, path),
      bytes: content,
      mode: secret ? 0o600 : 0o644,
    })),
  );
  for (const place of left) output.warn(`left out, as it cannot be written anew: ${place}`);
  const documents = await gather([folder]);
  return {
    files: files.map(({ path }) => path),
    after: diagnose(documents, { ...settings, sources: [folder] }),
  };
}

function fails(findings: readonly Finding[], limit: Severity): boolean {
  return findings.some(
    ({ severity }) => severity === 'error' || (severity === 'warning' && limit === 'warning'),
  );
}

function diagnosisJson(diagnosis: Diagnosis): Readonly<Record<string, unknown>> {
  return {
    findings: diagnosis.findings.map(findingJson),
    healthy: diagnosis.healthy.map(({ certificate: { certificate }, subject, key, side }) => ({
      subject,
      certificate: certificateTitle(certificate),
      names: certificate.names.map(formatGeneralName),
      key: key?.document.place ?? null,
      side: side ?? null,
      notAfter: certificate.notAfter.toISOString(),
    })),
    replaced: diagnosis.replaced.map(({ certificate, places }) => ({
      subject: places[0]?.document.place ?? '',
      certificate: certificateTitle(certificate),
    })),
  };
}

function reportText(
  diagnosis: Diagnosis,
  fixed: Fixed | undefined,
  now: Date,
  style: Style,
): string {
  const text = diagnosisText(diagnosis, now, style);
  if (!fixed) return text;
  const { sources } = fixed.after.bench.settings;
  const count = `${fixed.files.length} file${fixed.files.length === 1 ? '' : 's'}`;
  const written = `wrote ${count} to ${sources.map(shellWord).join(' ')}`;
  const { findings } = fixed.after;
  return findings.length === 0
    ? `${text}\n\n${written}: nothing is wrong there`
    : [text, `${written}; what is left there:`, diagnosisText(fixed.after, now, style)].join(
        '\n\n',
      );
}

function diagnosisText(diagnosis: Diagnosis, now: Date, style: Style): string {
  const { findings, healthy, replaced } = diagnosis;
  const blocks = findings.map((finding) => findingText(finding, style));
  if (healthy.length > 0)
    blocks.push(
      renderTable(
        undefined,
        healthy.map(({ certificate: { certificate }, subject, key, side }) => [
          { text: '√', tone: 'good' },
          subject,
          key && key.document.place !== subject ? key.document.place : '',
          `${certificateTitle(certificate)}${side ? `, ${side}` : ''}, ${formatTimeFrom(certificate.notAfter, now)}`,
        ]),
        style,
      ),
    );
  if (replaced.length > 0)
    blocks.push(style.paint('faint', `${replaced.length} replaced by a newer one, and left out`));
  const summary = findings.length === 0 ? 'nothing is wrong' : countFindings(findings);
  return [...blocks, summary].join('\n\n');
}
