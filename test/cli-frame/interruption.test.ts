import { expect, test } from 'vitest';
import { Interrupted } from '../../src/cli/exit.ts';
import { createInterruption } from '../../src/cli/interruption.ts';

test('without a hold the program ends at once, and once', () => {
  const left: number[] = [];
  const interruption = createInterruption((exit) => left.push(exit));
  interruption.interrupt(130);
  interruption.interrupt(143);
  expect(left).toEqual([130]);
});

test('work under a hold is finished first', async () => {
  const events: string[] = [];
  const interruption = createInterruption((exit) => events.push(`left ${exit}`));
  await interruption.hold(async () => {
    interruption.interrupt(143);
    await Promise.resolve();
    events.push('written');
  });
  expect(events).toEqual(['written', 'left 143']);
});

test('a hold released by an error ends the program too', async () => {
  const left: number[] = [];
  const interruption = createInterruption((exit) => left.push(exit));
  const work = interruption.hold(() => {
    interruption.interrupt(130);
    throw new Error('disk full');
  });
  await expect(work).rejects.toThrow('disk full');
  expect(left).toEqual([130]);
});

test('after an interruption no new work begins, and waits end', async () => {
  const interruption = createInterruption(() => undefined);
  const { signal } = interruption;
  expect(signal.aborted).toBe(false);
  interruption.interrupt(130);
  expect(signal.reason).toBeInstanceOf(Interrupted);
  await expect(interruption.hold(() => 'begun')).rejects.toBeInstanceOf(Interrupted);
});

test('a signal first asked for after the interruption is aborted already', () => {
  const interruption = createInterruption(() => undefined);
  interruption.interrupt(143);
  expect(interruption.signal.reason).toMatchObject({ exit: 143 });
});
