import { describe, expect, it } from 'vitest';
import { pastes } from '../../src/quickstart/paste.ts';
import { runProgram } from '../support/program.ts';

// That they work is shown by test/interop/up.test.ts; here, that they are whole.
describe('the lines to paste', () => {
  it('come with a title each, and name nothing but files of the folder', () => {
    const all = pastes();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { title, script } of all) {
      expect(title).toMatch(/\S/);
      expect(script).toMatch(/\n$/);
      const files = script.match(/[\w./-]+\.(?:crt|key)\b/g) ?? [];
      for (const file of files)
        expect(['ca.crt', 'server.crt', 'server.key', 'client.crt', 'client.key']).toContain(
          file.replace(/^\.\//, ''),
        );
    }
  });

  it.skipIf(process.platform === 'win32')('are lines that a shell can read', () => {
    for (const { script } of pastes())
      expect(runProgram('sh', ['-n'], { input: script })).toMatchObject({ status: 0, stderr: '' });
  });
});
