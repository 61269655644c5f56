// The power fails at each moment of a run. What was not synced is lost, torn, or there: whatever
// was promised by then is kept, the CA opens, and goes on.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killedAndGoneOn, runOf, syncSites, tryPowerLosses, type Run } from './crashes.ts';
import { ISSUED_ONCE, NEXT, NEXT_SEGMENT, SEALED, SESSIONS, type Session } from './sessions.ts';
import { every } from './support.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const sessions = [...SESSIONS, NEXT_SEGMENT, ...SEALED];

let workspace: Workspace;
const runs = new Map<string, Run>();
const afterKills: Run[] = [];

async function collect(session: Session): Promise<void> {
  const { steps } = session;
  const run = await runOf(workspace, { ...session, steps: steps.slice(0, 1) });
  for await (const next of killedAndGoneOn(workspace, run, NEXT)) afterKills.push(next);
}

beforeAll(async () => {
  workspace = makeWorkspace();
  for (const session of sessions) runs.set(session.name, await runOf(workspace, session));
  await collect(ISSUED_ONCE);
  await collect(NEXT_SEGMENT);
}, 600_000);
afterAll(() => {
  workspace.remove();
});

describe('a power failure', () => {
  it.each(sessions.map(({ name }) => name))(
    'takes nothing that was promised: %s',
    async (name) => {
      const run = runs.get(name) as Run;
      const { states, faults } = await tryPowerLosses(workspace, run, { every: every(120, 4) });
      expect(faults).toEqual([]);
      expect(states).toBeGreaterThan(3);
    },
    3_600_000,
  );

  it('takes nothing of what a process wrote that found a killed one’s work', async () => {
    const faults: string[] = [];
    let states = 0;
    for (const [index, run] of afterKills.entries()) {
      if (index % every(9) !== 0) continue;
      const tried = await tryPowerLosses(workspace, run, { every: every(600, 300) });
      states += tried.states;
      faults.push(...tried.faults);
    }
    expect(faults).toEqual([]);
    expect(states).toBeGreaterThan(50);
  }, 3_600_000);
});

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** All places that sync a file or a folder, as file and line. */
function sitesInCode(): readonly string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      readFileSync(join(SRC, path), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          /\b(fsyncSync|syncFolder)\(/.test(line) && !/function syncFolder|^import/.test(line)
            ? [`${path}:${index + 1}`]
            : [],
        ),
    )
    .filter((site) => !isWithinSyncFolder(site))
    .sort();
}

/** The one fsync that all who sync a folder come to. */
function isWithinSyncFolder(site: string): boolean {
  const [path = '', line = ''] = site.split(':');
  const text = readFileSync(join(SRC, path), 'utf8').split('\n').slice(0, Number(line)).join('\n');
  return text.includes('function syncFolder') && !text.includes('function makeFolder');
}

describe('each sync in the code', () => {
  const sites = sitesInCode();

  it('is passed by one of the runs', () => {
    const passed = new Set([...runs.values(), ...afterKills].flatMap(syncSites));
    expect([...passed].sort()).toEqual(sites);
  });

  it.each(sites)(
    'is needed: without %s something is lost',
    async (site) => {
      const passing = [...afterKills, ...runs.values()].filter((run) =>
        syncSites(run).includes(site),
      );
      const found: string[] = [];
      // Where a command has just ended most is at stake
      for (const endsOnly of [true, false])
        for (const run of passing) {
          if (found.length > 0) break;
          const tried = await tryPowerLosses(workspace, run, {
            ignored: site,
            endsOnly,
            first: true,
          });
          found.push(...tried.faults);
        }
      expect(found).not.toEqual([]);
    },
    1_200_000,
  );
});
