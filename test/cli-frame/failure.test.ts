import { expect, test } from 'vitest';
import { MtlsError, type ErrorCode } from '../../src/base/errors.ts';
import { Interrupted } from '../../src/cli/exit.ts';
import { showFailure } from '../../src/cli/failure.ts';
import { ERRORS } from '../../src/diagnose/catalogue.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { memoryContext } from './support.ts';

const options = { schema: 'mtls.issue/1', json: false, debug: false, style: PLAIN };

test('an error is a line, its hint another, its code one to look up', () => {
  const context = memoryContext();
  const error = new MtlsError('KEY_MISMATCH', 'the key is not of "api.crt"', {
    hint: 'mtls match api.crt api.key',
  });
  expect(showFailure(error, context, options)).toBe(7);
  expect(context.printed.err).toBe(
    'mtls: error: the key is not of "api.crt" [KEY_MISMATCH]\nmtls: hint: mtls match api.crt api.key\n',
  );
  expect(context.printed.out).toBe('');
});

test('under --json it is one document', () => {
  const context = memoryContext();
  const [hint, data] = ['choose another', { name: 'a\u001b' }];
  const error = new MtlsError('NAME_NOT_PERMITTED', 'no', { hint, data });
  showFailure(error, context, { ...options, json: true });
  expect(JSON.parse(context.printed.out)).toEqual({
    schema: 'mtls.issue/1',
    ok: false,
    error: { code: 'NAME_NOT_PERMITTED', message: 'no', hint, data },
  });
});

test('an error without a hint has that of its code, where its code has one', () => {
  const shown = (code: ErrorCode) => {
    const context = memoryContext();
    showFailure(new MtlsError(code, 'no'), context, options);
    return context.printed.err;
  };
  expect(shown('CA_AMBIGUOUS')).toContain(`mtls: hint: ${ERRORS.CA_AMBIGUOUS.remedy}\n`);
  expect(shown('USAGE')).toBe('mtls: error: no\n');
});

test('foreign text in a message cannot drive the terminal', () => {
  const context = memoryContext();
  showFailure(new MtlsError('USAGE', 'bad \u001b[2J\nmtls: hint: rm'), context, options);
  expect(context.printed.err).toBe('mtls: error: bad \\x1b[2J\\nmtls: hint: rm\n');
});

test('a bug tells nothing of what it held, except under --debug', () => {
  const thrown = new TypeError('passphrase hunter2 is not a function');
  const quiet = memoryContext();
  expect(showFailure(thrown, quiet, { ...options, json: true })).toBe(70);
  expect(quiet.printed.err).toContain('mtls: error: internal error\n');
  expect(quiet.printed.err + quiet.printed.out).not.toContain('hunter2');
  const loud = memoryContext();
  showFailure(thrown, loud, { ...options, debug: true });
  expect(loud.printed.err).toContain('TypeError: passphrase hunter2');
  expect(loud.printed.err).toContain('failure.test.ts');
});

test('an interruption says nothing', () => {
  const context = memoryContext();
  expect(showFailure(new Interrupted(130), context, { ...options, json: true })).toBe(130);
  expect(context.printed).toEqual({ out: '', err: '' });
});
