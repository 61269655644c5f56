// Whether a folder that came back from a crash is one to go on with: it keeps its promises, the
// audit finds nothing but traces of the crash, and every command works.
import { join } from 'node:path';
import { keyState } from '../../src/store/keyring.ts';
import type { Image } from './disk.ts';
import { brokenByFiles, brokenByRecords, type Promises } from './promises.ts';
import { isTemporary } from './trace.ts';
import type { Workspace } from './workspace.ts';

interface Finding {
  readonly code: string;
  readonly subject: string;
}

/** What a crash leaves that an audit may name before anybody wrote again. */
const TRACES = new Set(['JOURNAL_UNFINISHED', 'CA_KEY_CLOSED']);
/** And between the record of a CRL and its file. */
const CRL_TRACES = new Set(['CRL_NOT_LAST', 'CRL_INCOMPLETE']);
const WRITES_CRL = new Set(['revoke', 'crl']);

export interface Thoroughness {
  /** Every command, and not only the one that writes and mends. */
  readonly whole: boolean;
  /** Whether the command may have died between the record of a CRL and its file. */
  readonly crlMayLack?: boolean;
}

/** Puts a folder back and works in it; answers what is wrong. */
export async function whatIsWrong(
  workspace: Workspace,
  image: Image,
  promises: Promises,
  { whole, crlMayLack = false }: Thoroughness,
): Promise<string | undefined> {
  const broken = brokenByFiles(image, promises);
  if (broken !== undefined) return broken;
  workspace.put(image);
  try {
    return (
      brokenByRecords(workspace, promises) ??
      (await auditSays(workspace, promises, crlMayLack)) ??
      (await again(workspace, promises)) ??
      (await goesOn(workspace, whole)) ??
      brokenByRecords(workspace, promises)
    );
  } catch (error) {
    return (error as Error).message;
  }
}

async function findings({ run }: Workspace): Promise<readonly Finding[]> {
  const { out } = await run('ca', 'audit', '--json');
  const report = JSON.parse(out) as { findings?: readonly Finding[]; error?: { message: string } };
  if (report.findings === undefined) throw new Error(`the audit fails: ${out}`);
  return report.findings.filter(
    ({ code, subject }) => code !== 'FILE_STRANGE' || !isTemporary(subject),
  );
}

/** The CAs of the home: none where the home itself was not made yet, undefined where one is broken. */
async function casOf({
  run,
}: Workspace): Promise<readonly { readonly name: string }[] | undefined> {
  const { exit, out } = await run('ca', 'list', '--json');
  const said = JSON.parse(out) as {
    readonly cas: readonly { readonly name: string }[];
    readonly error?: { readonly code: string };
  };
  if (said.error?.code === 'HOME_NOT_FOUND') return [];
  return exit === 0 ? said.cas : undefined;
}

async function auditSays(
  workspace: Workspace,
  { step }: Promises,
  crlMayLack: boolean,
): Promise<string | undefined> {
  if ((await casOf(workspace))?.length === 0) return undefined;
  const writesCrl = crlMayLack || step?.argv.some((word) => WRITES_CRL.has(word)) === true;
  const [wrong] = (await findings(workspace)).filter(
    ({ code }) => !TRACES.has(code) && !(writesCrl && CRL_TRACES.has(code)),
  );
  return wrong && `the audit finds ${wrong.code} at ${wrong.subject}`;
}

/** The command that was cut short is typed again: it works, or was done. */
async function again({ run }: Workspace, { step }: Promises): Promise<string | undefined> {
  if (step === undefined) return undefined;
  const { exit, out, err } = await run(...step.argv, '--json');
  if (exit === 0) return undefined;
  const { error } = JSON.parse(out) as { error?: { code: string } };
  if (step.doneBefore?.includes(error?.code ?? '') === true) return undefined;
  return `mtls ${step.argv.join(' ')} fails when typed again: ${error?.code ?? err}`;
}

function isEncrypted({ root }: Workspace, ca: string): boolean {
  return keyState(join(root, '.mtls/ca', ca, 'ca.key')) === 'encrypted';
}

let turn = 0;

async function goesOn(workspace: Workspace, whole: boolean): Promise<string | undefined> {
  const { must } = workspace;
  const cas = await casOf(workspace);
  if (cas === undefined) return 'mtls ca list fails';
  for (const { name } of cas) {
    // Opening it takes half a second, and its file is one of the two that it may be
    if (isEncrypted(workspace, name)) continue;
    const leaf = `after-${++turn}.internal`;
    await must('issue', leaf, '--ca', name, '--out', 'after');
    if (whole || turn % 4 === 0) {
      await must('renew', `after/${leaf}.crt`, '--ca', name);
      await must('revoke', `after/${leaf}.crt`, '--ca', name);
      await must('list', '--ca', name);
      await must('ca', 'show', name);
    }
    // The CRL of a command that was cut short is caught up with by the next
    await must('ca', 'crl', name, '--out', 'after/crl.pem', '--force');
  }
  if (cas.length === 0) {
    await must('ca', 'init', 'afresh', '--no-passphrase');
    await must('issue', 'afresh.internal', '--ca', 'afresh', '--out', 'after');
  }
  const [wrong] = (await findings(workspace)).filter(({ code }) => code !== 'CA_KEY_CLOSED');
  return wrong && `the audit still finds ${wrong.code} at ${wrong.subject}`;
}
