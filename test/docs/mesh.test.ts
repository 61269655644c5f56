// docs/mesh.md tells people to type what the transcripts run, in the same order.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

it('every mtls line of docs/mesh.md is run', () => {
  const blocks = read('docs/mesh.md').match(/```sh\n[^`]*```/g) ?? [];
  const typed = blocks.flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('mtls ')),
  );
  const runs = ['mesh-rotation', 'mesh-consul-rotation', 'mesh-spire-rotation'].map((name) =>
    read(`test/cli/${name}.txt`)
      .split('\n')
      .filter((line) => line.startsWith('$ mtls '))
      // A transcript has no terminal to ask on, and says less
      .map((line) => line.slice(2).replace(/ --(?:quiet|no-passphrase)\b/g, '')),
  );
  expect(typed.length).toBeGreaterThan(10);
  expect(typed.filter((line) => !runs.flat().includes(line))).toEqual([]);
  for (const run of runs)
    expect(run.filter((line) => typed.includes(line))).toEqual(
      typed.filter((line) => run.includes(line)),
    );
});
