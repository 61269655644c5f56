import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/program.ts';
import { MANIFESTS } from '../support/manifest-cases.ts';

const GROUPS = ['k8s', 'mesh', 'policy'];

it('every command that may print a manifest says so in test/support/manifest-cases.ts', async () => {
  const may: string[] = [];
  for (const { path, load } of COMMANDS) {
    const { options = {} } = (await load()).command;
    if (GROUPS.includes(path[0] ?? '') || 'kustomize' in options) may.push(path.join(' '));
  }
  // One that is gone is found where its cases are run
  expect(may.filter((command) => !(command in MANIFESTS))).toEqual([]);
});

it('a command that writes for kustomize has cases', async () => {
  for (const { path, load } of COMMANDS) {
    const { options = {} } = (await load()).command;
    if ('kustomize' in options)
      expect(MANIFESTS[path.join(' ')], path.join(' ')).toBeInstanceOf(Array);
  }
});
