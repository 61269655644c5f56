import { expect, test } from 'vitest';
import { ERROR_CODES, MtlsError, type ErrorCode } from '../../src/base/errors.ts';
import { EXIT_MEANINGS, Interrupted, exitCodeOf } from '../../src/cli/exit.ts';

const exitOf = (code: ErrorCode): number => exitCodeOf(new MtlsError(code, 'said'));

test('every error code has an exit code that help explains', () => {
  for (const code of ERROR_CODES) expect(EXIT_MEANINGS).toHaveProperty(String(exitOf(code)));
});

test.each([
  ['USAGE', 2],
  ['BAD_SPIFFE_ID', 2],
  ['FILE_NOT_FOUND', 3],
  ['PEM_MALFORMED', 3],
  ['CA_EXISTS', 4],
  ['PASSPHRASE_WRONG', 4],
  ['WRITE_FAILED', 4],
  ['NETWORK', 5],
  ['FILE_EXISTS', 7],
  ['CSR_BAD_SIGNATURE', 7],
  ['HANDSHAKE_FAILED', 1],
  ['INTERNAL', 70],
] as const)('%s ends with %d', (code, exit) => {
  expect(exitOf(code)).toBe(exit);
});

test('what is not ours is a bug, and an interruption is none', () => {
  expect(exitCodeOf(new TypeError('x'))).toBe(70);
  expect(exitCodeOf('thrown text')).toBe(70);
  expect(exitCodeOf(new Interrupted(130))).toBe(130);
  expect(exitCodeOf(new Interrupted(143))).toBe(143);
});
