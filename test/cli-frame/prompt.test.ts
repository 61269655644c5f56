import { expect, test } from 'vitest';
import { mayAsk } from '../../src/cli/prompt.ts';
import { memoryContext } from './support.ts';

const person = { stdinIsTerminal: true, stderrIsTerminal: true };

test.each([
  ['a person', person, {}, false, true],
  ['input from a pipe', { ...person, stdinIsTerminal: false }, {}, false, false],
  ['errors into a file', { ...person, stderrIsTerminal: false }, {}, false, false],
  ['--yes', person, {}, true, false],
  ['CI', person, { CI: 'true' }, false, false],
  ['CI switched off', person, { CI: 'false' }, false, true],
  ['CI empty', person, { CI: '' }, false, true],
])('%s', (_title, streams, env, yes, may) => {
  expect(mayAsk(memoryContext({ ...streams, env }), { yes })).toBe(may);
});
