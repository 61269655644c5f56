// What a run of commands did to its files, and what it told its user after each.
import { createHash } from 'node:crypto';
import { openCaStore, listCas } from '../../src/store/ca-store.ts';
import { homePaths } from '../../src/store/layout.ts';
import { join } from 'node:path';
import { watchCalls, type Call } from './calls.ts';
import type { Disk, Image } from './disk.ts';
import type { Workspace } from './workspace.ts';

/** A command, and the error codes that say that it was done before. */
export interface Step {
  readonly argv: readonly string[];
  readonly doneBefore?: readonly string[];
}

/** What a CA vouches for. */
export interface Known {
  readonly serials: readonly string[];
  readonly revoked: readonly string[];
  /** Number of the last CRL. */
  readonly crl: bigint;
}

export type TraceEvent =
  | { readonly kind: 'begin'; readonly step: Step }
  | { readonly kind: 'opened'; readonly fd: number; readonly path: string }
  | { readonly kind: 'call'; readonly call: Call; readonly site: string; readonly failed: boolean }
  | {
      readonly kind: 'end';
      readonly exit: number;
      readonly err: string;
      readonly known: ReadonlyMap<string, Known>;
    };

/** Stops the program before a call: it throws. */
export type Hindrance = (call: Call, site: string) => void;

/**
 * Runs commands and notes all that they change. Where a hindrance lets a call fail, the command
 * sees the failure, and the trace goes on.
 */
export async function record(
  workspace: Workspace,
  steps: readonly Step[],
  hinder: Hindrance = () => undefined,
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  const stop = watchCalls(workspace.root, {
    before: (call) => {
      const site = callSite();
      try {
        hinder(call, site);
      } catch (error) {
        events.push({ kind: 'call', call, site, failed: true });
        throw error;
      }
    },
    after: (call) => events.push({ kind: 'call', call, site: callSite(), failed: false }),
    opened: (fd, path) => events.push({ kind: 'opened', fd, path }),
  });
  try {
    for (const step of steps) {
      events.push({ kind: 'begin', step });
      const { exit, err } = await workspace.run(...step.argv);
      events.push({ kind: 'end', exit, err, known: knownTo(workspace) });
    }
  } finally {
    stop();
  }
  return events;
}

/** Lets a simulated disk go through what happened, without the syncs of some places. */
export function apply(disk: Disk, event: TraceEvent, ignored?: string): void {
  if (event.kind === 'opened') disk.opened(event.fd, event.path);
  if (event.kind !== 'call') return;
  const { call, site, failed } = event;
  if (failed && call.kind === 'fsync') disk.failSync(call.fd);
  if (failed || (call.kind === 'fsync' && site === ignored)) return;
  disk.apply(call);
}

/** The place in the program that made a call: file and line below src/. */
function callSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const named = frames.filter(
    (frame) => frame.includes('/src/') && !frame.includes('/test/crash/'),
  );
  // Whoever wants a folder synced is meant, not the one function that does it
  const frame = named.find((one) => !/syncFolder|writeFully|createFile|removeFile/.test(one)) ?? '';
  const [, file = '', line = ''] = /\/src\/([^:?]+)(?:\?[^:]*)?:(\d+):/.exec(frame) ?? [];
  return `${file}:${line}`;
}

/** What each CA of the home has on record. */
export function knownTo({ root }: Workspace): ReadonlyMap<string, Known> {
  const home = homePaths(join(root, '.mtls'));
  return new Map(
    listCas(home).map((name) => {
      const store = openCaStore(home, name, { clock: () => new Date() });
      const records = [...store.records()];
      return [
        name,
        {
          serials: records.map(({ serial }) => serial),
          revoked: records.filter(({ revoked }) => revoked).map(({ serial }) => serial),
          crl: BigInt(store.head().totals.crl),
        },
      ];
    }),
  );
}

/** Whether a file is one that a process was still writing. */
export function isTemporary(path: string): boolean {
  return /(^|\/)(\.mtls-[0-9a-f]+\.tmp|HEAD\.tmp|[0-9]+\.idx\.tmp|\.?lock(\.[^/]*)?)$|(^|\/)\.new-/.test(
    path,
  );
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** Files that are there for others than the journal: what was delivered, and the CAs' own. */
export function shownFiles(image: Image): ReadonlyMap<string, Uint8Array> {
  const shown = new Map<string, Uint8Array>();
  for (const [path, { bytes }] of image) {
    if (bytes === undefined || isTemporary(path)) continue;
    if (/^\.mtls\/.*\/(journal|certs|index)\//.test(path)) continue;
    shown.set(path, bytes);
  }
  return shown;
}
