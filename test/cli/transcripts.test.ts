import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';
import { runSession } from '../support/shell-session.ts';
import { createHider, parseTranscript, renderTranscript } from '../support/transcript.ts';

const folder = import.meta.dirname;
const update = process.env['UPDATE_TRANSCRIPTS'] === '1';

function installed(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// UPDATE_TRANSCRIPTS=1 writes what the program says now; read the diff before it is committed.
describe.concurrent('transcripts', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const transcript = parseTranscript(text);
    const missing = transcript.needs.filter((program) => !installed(program));
    const title = missing.length > 0 ? `${name} (needs ${missing.join(', ')})` : name;
    test.skipIf(missing.length > 0)(title, async ({ expect }) => {
      const session = await runSession(transcript.steps.map((step) => step.command));
      const hide = createHider(session.places);
      const told = renderTranscript(transcript, session.outcomes, hide);
      if (update && told !== text) writeFileSync(file, told);
      else expect(told, `${name} reads otherwise now`).toBe(text);
    });
  }
});
