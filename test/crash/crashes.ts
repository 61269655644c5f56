// Goes through what a run did to its files, and tries the crashes at each of its moments.
import type { Call } from './calls.ts';
import { Disk, type Image } from './disk.ts';
import { whatIsWrong } from './going-on.ts';
import { Keeper } from './promises.ts';
import type { Session } from './sessions.ts';
import { imageDigest, survivals } from './states.ts';
import { apply, knownTo, record, type Hindrance, type Known, type TraceEvent } from './trace.ts';
import type { Workspace } from './workspace.ts';
import { SeededRandom } from '../support/random.ts';

/** What lay there, and what was done. */
export interface Run {
  readonly name: string;
  readonly base: Image;
  readonly known: ReadonlyMap<string, Known>;
  readonly events: readonly TraceEvent[];
  /** Moments before this event are other runs' to try. */
  readonly from: number;
}

export interface Tried {
  /** Calls that change a file. */
  readonly points: number;
  /** Folders that were gone on with. */
  readonly states: number;
  readonly faults: readonly string[];
}

/** Runs a session once, to its end. */
export async function runOf(
  workspace: Workspace,
  session: Session,
  hinder?: Hindrance,
): Promise<Run> {
  workspace.put(new Map());
  await session.before(workspace);
  const base = workspace.image();
  const known = knownTo(workspace);
  const events = await record(workspace, session.steps, hinder);
  return { name: session.name, base, known, events, from: 0 };
}

/**
 * For each place at which the run may be killed: the run up to there, and then other commands,
 * which find what it left on a disk that knows nothing yet of a part of it.
 */
export async function* killedAndGoneOn(
  workspace: Workspace,
  run: Run,
  steps: Session['steps'],
): AsyncGenerator<Run> {
  for (const [index, event] of run.events.entries()) {
    if (event.kind !== 'call') continue;
    const before = run.events.slice(0, index);
    const torn = tornCall(event.call);
    const events = torn === undefined ? before : [...before, { ...event, call: torn }];
    const disk = new Disk(workspace.root, run.base);
    for (const one of events) apply(disk, one);
    workspace.put(disk.now());
    const next = await record(workspace, steps);
    const last = next.at(-1);
    if (last?.kind !== 'end' || last.exit !== 0)
      throw new Error(`${run.name}, killed at ${event.site}: the next command fails`);
    yield {
      ...run,
      name: `${run.name}, killed at ${event.site} and gone on`,
      events: [...events, ...next],
      from: events.length,
    };
  }
}

/** A write of which a half got to the file. */
function tornCall(call: Call): Call | undefined {
  if (call.kind !== 'write' || call.bytes.length < 2) return undefined;
  return { ...call, bytes: call.bytes.subarray(0, call.bytes.length >> 1) };
}

/** Kills the run before each call, within each write, and after the last. */
export async function tryKills(workspace: Workspace, run: Run, every = 1): Promise<Tried> {
  const disk = new Disk(workspace.root, run.base);
  const keeper = new Keeper(run.known, disk.now());
  const faults: string[] = [];
  let points = 0;
  let states = 0;
  const look = async (image: Image, where: string): Promise<void> => {
    states++;
    const wrong = await whatIsWrong(workspace, image, keeper.promises(), { whole: true });
    if (wrong !== undefined) faults.push(`${where}: ${wrong}`);
  };
  for (const event of run.events) {
    const due = event.kind === 'call' && points++ % every === 0;
    if (due) {
      const where = `${run.name}, killed at point ${points}, ${event.call.kind} of ${event.site}`;
      await look(disk.now(), where);
      const torn = tornCall(event.call);
      if (torn !== undefined && event.call.kind === 'write') {
        const half = new Disk(workspace.root, disk.now());
        half.opened(event.call.fd, disk.pathOf(event.call.fd));
        half.apply(torn);
        await look(half.now(), `${where}, torn`);
      }
    }
    apply(disk, event);
    keeper.note(event, () => disk.now());
  }
  await look(disk.now(), `${run.name}, killed at its end`);
  return { points, states, faults };
}

export interface PowerOptions {
  /** The place, file and line, whose syncs do nothing. */
  readonly ignored?: string;
  /** Tries only every n-th way, and more where a command has just ended. */
  readonly every?: number;
  /** Only where a command has just ended. */
  readonly endsOnly?: boolean;
  /** The first fault is enough. */
  readonly first?: boolean;
}

/** Lets the power fail at each moment of the run, in all the ways that are tried. */
export async function tryPowerLosses(
  workspace: Workspace,
  run: Run,
  { ignored, every = 1, endsOnly = false, first = false }: PowerOptions = {},
): Promise<Tried> {
  const disk = new Disk(workspace.root, run.base);
  const keeper = new Keeper(run.known, disk.now());
  const random = new SeededRandom(6);
  const faults: string[] = [];
  const seen = new Set<string>();
  let points = 0;
  let states = 0;
  let ways = 0;
  for (const [index, event] of run.events.entries()) {
    apply(disk, event, ignored);
    keeper.note(event, () => disk.now());
    if (event.kind === 'call') points++;
    if (index < run.from || event.kind === 'opened' || (endsOnly && event.kind !== 'end')) continue;
    const step = event.kind === 'end' ? Math.ceil(every / 20) : every;
    for (const survival of survivals(disk, () => random.below(1000) / 1000)) {
      if (++ways % step !== 0) continue;
      const image = disk.after(survival);
      const key = `${keeper.version} ${imageDigest(image)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      states++;
      const wrong = await whatIsWrong(workspace, image, keeper.promises(), { whole: false });
      if (wrong === undefined) continue;
      const at = event.kind === 'call' ? `${event.call.kind} of ${event.site}` : event.kind;
      faults.push(`${run.name}, power lost after point ${points}, ${at}, way ${ways}: ${wrong}`);
      if (first) return { points, states, faults };
    }
  }
  return { points, states, faults };
}

/** The places of a run that sync something, in order. */
export function syncSites(run: Run): readonly string[] {
  const sites = run.events.flatMap((event) =>
    event.kind === 'call' && event.call.kind === 'fsync' ? [event.site] : [],
  );
  return [...new Set(sites)].sort();
}
