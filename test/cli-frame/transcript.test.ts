import { expect, test } from 'vitest';
import { createHider, parseTranscript, renderTranscript } from '../support/transcript.ts';

const told = `# needs: openssl
# A comment.

$ cat <<E
> two
> E
two

\\# not a comment
[exit 7]

# The end.
`;

test('a transcript that came true reads as before', () => {
  const transcript = parseTranscript(told);
  expect(transcript.needs).toEqual(['openssl']);
  expect(transcript.steps.map((step) => step.command)).toEqual(['cat <<E\ntwo\nE']);
  const outcomes = [{ output: 'two\n\n# not a comment\n', exit: 7 }];
  expect(renderTranscript(transcript, outcomes, (output) => output)).toBe(told);
});

test.each([
  [{ output: 'one\n', exit: 0 }, '$ say\none\n'],
  [{ output: '[exit 0]\n> x\n$ y\n\\z\n', exit: 0 }, '$ say\n\\[exit 0]\n\\> x\n\\$ y\n\\\\z\n'],
  [{ output: '', exit: undefined }, '$ say\n[the shell ended]\n'],
  [undefined, '$ say\n[not reached]\n'],
])('%j', (outcome, text) => {
  const transcript = parseTranscript('$ say\nzero\n');
  const outcomes = outcome === undefined ? [] : [outcome];
  expect(renderTranscript(transcript, outcomes, (output) => output)).toBe(text);
});

test('text before the first command is an error', () => {
  expect(() => parseTranscript('mtls issue\n')).toThrow('line 1');
});

test('what differs at every run is named, the same by the same name', () => {
  const hide = createHider({ tmp: '/tmp/x/work' });
  const one = Array.from({ length: 32 }, () => 'AB').join(':');
  const other = one.replace('AB', 'CD');
  expect(hide(`/tmp/x/work/a ${one}\n${other} ${one}`)).toBe(
    '<tmp>/a <sha256>\n<sha256 2> <sha256>',
  );
  expect(hide('12'.repeat(20))).toBe('<serial>');
  expect(hide('-----BEGIN CERTIFICATE-----\nMII\nabc=\n-----END CERTIFICATE-----')).toBe(
    '-----BEGIN CERTIFICATE-----\n<base64>\n-----END CERTIFICATE-----',
  );
});
