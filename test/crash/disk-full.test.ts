// A disk that is full, broken or read-only at any call, in all commands that write: a clear error,
// exit 4, nothing half-written, the old state intact; and with room again the command works.
//
// A sync that failed leaves nobody sure of what lies on the disk, and no later one tries again: so
// the power fails afterwards too. The same on real disks: test/interop/crash.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryPowerLosses } from './crashes.ts';
import type { Image } from './disk.ts';
import { failAtEach, type Fault } from './faults.ts';
import { NEXT_SEGMENT, SEALED, SESSIONS, single } from './sessions.ts';
import { every } from './support.ts';
import type { Step } from './trace.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

interface Command {
  readonly before: Image;
  readonly step: Step;
}

let workspace: Workspace;
const commands: Command[] = [];

beforeAll(async () => {
  workspace = makeWorkspace();
  for (const { before, steps } of [...SESSIONS, NEXT_SEGMENT, ...SEALED]) {
    workspace.put(new Map());
    await before(workspace);
    for (const step of steps.map(single)) {
      commands.push({ before: workspace.image(), step });
      await workspace.must(...step.argv);
    }
  }
});
afterAll(() => {
  workspace.remove();
});

const FAULTS: readonly (Fault & { readonly name: string; readonly usual: number })[] = [
  { name: 'is full for a moment', code: 'ENOSPC', lasting: false, usual: 19 },
  { name: 'is full from then on', code: 'ENOSPC', lasting: true, usual: 37 },
  { name: 'fails once', code: 'EIO', lasting: false, usual: 23 },
  { name: 'fails from then on', code: 'EIO', lasting: true, usual: 41 },
  { name: 'becomes read-only', code: 'EROFS', lasting: true, usual: 43 },
];

describe('a disk at any call', () => {
  it.each(FAULTS)(
    '$name',
    async (fault) => {
      const complaints: string[] = [];
      let count = 0;
      for (const { before, step } of commands)
        for await (const failed of failAtEach(workspace, before, step, fault, every(fault.usual))) {
          count++;
          complaints.push(...failed.complaints.map((what) => `${failed.where}: ${what}`));
          if (fault.code !== 'EIO') continue;
          const { faults } = await tryPowerLosses(workspace, failed.run, {
            endsOnly: true,
            every: every(400, 100),
          });
          complaints.push(...faults);
        }
      expect(complaints).toEqual([]);
      expect(count).toBeGreaterThan(12);
    },
    3_600_000,
  );
});
