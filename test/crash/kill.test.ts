// Kill -9 at every call that changes a file, in all commands that write: afterwards every command
// works, and every certificate and CRL that anybody could read has its record.
//
// The folder is put as such a death leaves it: before the call, in the middle of a write, and after
// the last call. After a call is before the next one. That processes die like that, and that no
// call of the system escapes, is proven in test/interop/crash.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOf, tryKills, type Run } from './crashes.ts';
import { NEXT_SEGMENT, SEALED, SESSIONS } from './sessions.ts';
import { every } from './support.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const sessions = [...SESSIONS, NEXT_SEGMENT, ...SEALED];

describe('a command that is killed at any change of a file', () => {
  let workspace: Workspace;
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    workspace = makeWorkspace();
    for (const session of sessions) runs.set(session.name, await runOf(workspace, session));
  });
  afterAll(() => {
    workspace.remove();
  });

  it('may die at more than 300 places', () => {
    const ends = [...runs.values()].flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'end' ? [event.exit] : [])),
    );
    expect(new Set(ends)).toEqual(new Set([0]));
    const points = [...runs.values()].flatMap(({ events }) =>
      events.filter(({ kind }) => kind === 'call'),
    );
    expect(points.length).toBeGreaterThan(600);
  });

  it.each(sessions.map(({ name }) => name))(
    'loses nothing, and can be typed again: %s',
    async (name) => {
      const { states, faults } = await tryKills(workspace, runs.get(name) as Run, every(5));
      expect(faults).toEqual([]);
      expect(states).toBeGreaterThan(5);
    },
    1_200_000,
  );
});
