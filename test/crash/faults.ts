// Runs commands on a disk that fails: at one call, or from it on.
import { Disk, type Image } from './disk.ts';
import { Keeper, brokenByFiles, brokenByRecords } from './promises.ts';
import type { Run } from './crashes.ts';
import {
  apply,
  isTemporary,
  knownTo,
  record,
  shownFiles,
  type Step,
  type TraceEvent,
} from './trace.ts';
import type { Workspace } from './workspace.ts';

export interface Fault {
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS' | 'EDQUOT';
  /** All that follows fails too. */
  readonly lasting: boolean;
}

/** Calls that such a disk refuses. To take away and to close goes on. */
const REFUSED: ReadonlySet<string> = new Set([
  'create',
  'empty',
  'write',
  'fsync',
  'rename',
  'link',
  'mkdir',
  'fchmod',
  'chmod',
]);

/** Lets the n-th call fail, counted from 1; the answer says whether it came to that. */
function failing(at: number, { code, lasting }: Fault) {
  let count = 0;
  return {
    reached: () => count >= at,
    hinder: ({ kind }: { readonly kind: string }): void => {
      if (!REFUSED.has(kind)) return;
      count++;
      if (count === at || (lasting && count > at))
        throw Object.assign(new Error(`${code}: injected`), { code });
    },
  };
}

export interface FailedStep {
  readonly where: string;
  readonly complaints: readonly string[];
  /** What was done, with the fault, and then again without it. */
  readonly run: Run;
}

/**
 * Lets a command fail at each of its calls in turn, then types it again on a disk that works.
 * `before` is the folder at its beginning.
 */
export async function* failAtEach(
  workspace: Workspace,
  before: Image,
  step: Step,
  fault: Fault,
  every: number,
): AsyncGenerator<FailedStep> {
  for (let at = 1; ; at += every) {
    workspace.put(before);
    const known = knownTo(workspace);
    const disk = failing(at, fault);
    const failed = await record(workspace, [step], disk.hinder);
    if (!disk.reached()) return;
    const site = failed.find((event) => event.kind === 'call' && event.failed);
    const where =
      site?.kind === 'call'
        ? `mtls ${step.argv.join(' ')}: ${fault.code} at ${site.call.kind} of ${site.site}`
        : '';
    const complaints: string[] = [];
    const end = failed.at(-1);
    if (end?.kind !== 'end' || (end.exit !== 4 && end.exit !== 0))
      complaints.push(`exit ${end?.kind === 'end' ? `${end.exit}: ${end.err}` : 'none'}`);
    else if (
      end.exit === 4 &&
      !/mtls: error: can not .*\[WRITE_FAILED\]\nmtls: hint: /.test(end.err)
    )
      complaints.push(`it says ${end.err}`);
    const done = end?.kind === 'end' && end.exit === 0;
    complaints.push(...leftBehind(workspace, before, done || fault.lasting || isNamed(site)));
    const again = await record(workspace, [step]);
    const last = again.at(-1);
    if (!done && last?.kind === 'end' && last.exit !== 0 && !wasDone(last.err, site, step))
      complaints.push(`typed again: ${last.err}`);
    const events = [...failed, ...again];
    const simulated = new Disk(workspace.root, before);
    const keeper = new Keeper(known, simulated.now());
    for (const event of events) {
      apply(simulated, event);
      keeper.note(event, () => simulated.now());
    }
    const promises = keeper.promises();
    const broken =
      brokenByFiles(workspace.image(), promises) ?? brokenByRecords(workspace, promises);
    if (broken !== undefined) complaints.push(broken);
    yield {
      where,
      complaints,
      run: { name: where, base: before, known, events, from: failed.length },
    };
  }
}

/** One file that takes another's place has done so, whole, before its folder's sync fails. */
function isNamed(site: TraceEvent | undefined): boolean {
  return (
    site?.kind === 'call' && site.call.kind === 'fsync' && site.site.startsWith('store/publish.ts')
  );
}

/** Behind the commit only the names are left to be given: what is on record by then stays there. */
function wasDone(err: string, site: TraceEvent | undefined, { doneBefore = [] }: Step): boolean {
  const published = site?.kind === 'call' && site.site.startsWith('store/publish.ts');
  return published && doneBefore.some((code) => err.includes(`[${code}]`));
}

/** A home may be there without a CA. */
const HOME_FILES = new Set(['.mtls/.gitignore', '.mtls/version']);

/** What a failed command should not have left. */
function leftBehind(workspace: Workspace, before: Image, changed: boolean): readonly string[] {
  if (changed) return [];
  const after = workspace.image();
  const earlier = shownFiles(before);
  const complaints: string[] = [];
  for (const [path, { bytes }] of after) {
    if (bytes === undefined) continue;
    if (isTemporary(path) && !before.has(path)) complaints.push(`${path} is left`);
    const shown = shownFiles(after).get(path);
    // The CRL of a CA follows from its records, and is whole
    if (shown === undefined || path.endsWith('/crl.pem')) continue;
    const old = earlier.get(path);
    if (old === undefined && HOME_FILES.has(path)) continue;
    if (old === undefined) complaints.push(`${path} is new`);
    else if (!Buffer.from(old).equals(bytes)) complaints.push(`${path} is changed`);
  }
  for (const path of earlier.keys()) if (!after.has(path)) complaints.push(`${path} is gone`);
  return complaints;
}
