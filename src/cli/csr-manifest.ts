// What `k8s csr approve` and `k8s csr sign` share: the manifest, which of its requests are meant, and
// what each asks for.
import { resolve } from 'node:path';
import { readCsr } from '../ca/csr.ts';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { describeKey } from '../crypto/key.ts';
import type { CsrManifest } from '../manifest/csr.ts';
import type { CsrObject } from '../manifest/csr-object.ts';
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import { formatDuration } from '../profile/duration.ts';
import { readBoundedFile } from '../store/read.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import { argument, flag, value, values, type OptionValues } from './command.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';
import { readStandardInput, STANDARD_INPUT } from './source.ts';

/** As much as standard input brings; a request itself is some kilobytes. */
const MAX_MANIFEST = 32 * 1024 * 1024;

export const CSR_FILE_ARGUMENT = argument(
  'required',
  'file',
  'CertificateSigningRequests in YAML or JSON, alone or in lists; - for standard input',
);

export const CSR_MANIFEST_OPTIONS = {
  only: values('--only <name>', 'of several requests, this one; the others stay as they are'),
  file: value('--file <file>', 'write to a file instead of stdout', 'Files:'),
  force: flag('--force', 'replace the file', 'Files:'),
} as const;

/** A request of a manifest, and the PKCS#10 request in it, whose signature holds. */
export interface AskedCsr {
  readonly object: CsrObject;
  readonly request: CertificationRequest;
}

/**
 * Reads the manifest and picks those that are meant.
 *
 * @throws MtlsError as `readCsrManifest` and `readCsr` do, and NOTHING_FOUND for a name that none has
 */
export async function readCsrs(
  context: Pick<Context, 'cwd' | 'stdin'>,
  file: string,
  { only }: Pick<OptionValues<typeof CSR_MANIFEST_OPTIONS>, 'only'>,
): Promise<{ readonly manifest: CsrManifest; readonly asked: readonly AskedCsr[] }> {
  const bytes =
    file === STANDARD_INPUT
      ? await readStandardInput(context.stdin)
      : readBoundedFile(resolve(context.cwd, file), { max: MAX_MANIFEST, what: 'the manifest' });
  // YAML is loaded where it is read
  const { readCsrManifest } = await import('../manifest/csr.ts');
  const manifest = readCsrManifest(bytes, file === STANDARD_INPUT ? 'standard input' : file);
  const { requests } = manifest;
  const absent = only.find((name) => requests.every((request) => request.name !== name));
  if (absent !== undefined)
    throw new MtlsError('NOTHING_FOUND', `no request ${quoteForeign(absent)} in the manifest`, {
      hint: `it holds ${requests
        .slice(0, 10)
        .map(({ name }) => quoteForeign(name))
        .join(', ')}`,
    });
  const chosen = requests.filter(({ name }) => only.length === 0 || only.includes(name));
  return {
    manifest,
    asked: chosen.map((object) => ({ object, request: readCsr(object.request, object.place) })),
  };
}

/** What is asked for, on stderr: whoever approves must have seen it. */
export function sayAsked(output: Output, { object, request }: AskedCsr): void {
  const { name, signerName, usages, expirationSeconds, username, groups } = object;
  output.note(`${quoteForeign(name)} asks ${signerName} for`);
  for (const one of request.names) output.note(`  ${formatGeneralName(one)}`);
  output.note(`  subject ${formatDn(request.subject) || '(empty)'}`);
  output.note(`  key ${describeKey(request.publicKey)}`);
  output.note(`  usages ${usages.join(', ')}`);
  if (expirationSeconds !== undefined)
    output.note(`  lifetime ${formatDuration(expirationSeconds * 1000)}`);
  if (username !== undefined)
    output.note(`  as ${[username, ...groups].map((one) => escapeControl(one)).join(', ')}`);
}

/** A request for JSON. */
export function askedJson({ object, request }: AskedCsr): Readonly<Record<string, unknown>> {
  const { name, signerName, usages, expirationSeconds, username, groups } = object;
  return {
    name,
    signerName,
    usages,
    expirationSeconds: expirationSeconds ?? null,
    username: username ?? null,
    groups,
    subject: formatDn(request.subject),
    names: request.names.map(formatGeneralName),
    key: describeKey(request.publicKey),
  };
}

/** Refuses one that is beyond what can still happen to it. Throws CSR_NOT_APPROVED. */
export function refuseDone({ name, state }: CsrObject, several: boolean): void {
  const why = { denied: 'was denied', failed: 'has failed', issued: 'has its certificate already' };
  if (state === 'pending' || state === 'approved') return;
  throw new MtlsError('CSR_NOT_APPROVED', `the request ${quoteForeign(name)} ${why[state]}`, {
    hint: several
      ? 'name those that are meant with --only'
      : 'a request is answered once: make a new one with mtls k8s csr create',
    data: { name, state },
  });
}
