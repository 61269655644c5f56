import { expect, test } from 'vitest';
import { PLAIN, colourOn, loadStyle } from '../../src/cli/style.ts';

test.each([
  [true, true, {}, true],
  [false, true, {}, false],
  [true, false, {}, false],
  [true, true, { NO_COLOR: '1' }, false],
  [true, true, { NO_COLOR: '' }, true],
  [true, true, { TERM: 'dumb' }, false],
  [false, true, { FORCE_COLOR: '1' }, true],
  [false, true, { FORCE_COLOR: '' }, true],
  [true, true, { FORCE_COLOR: '0' }, false],
  [false, true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  [false, false, { FORCE_COLOR: '1' }, false],
])('terminal %s, wanted %s, %j: %s', (terminal, wanted, env, on) => {
  expect(colourOn({ terminal, wanted, env })).toBe(on);
});

test('colour changes nothing but the colour', async () => {
  const style = await loadStyle(true);
  expect(style.paint('bad', 'expired')).toBe('\u001b[31mexpired\u001b[39m');
  expect(style.paint('plain', 'text')).toBe('text');
  expect(await loadStyle(false)).toBe(PLAIN);
});
