import { describe, expect, it } from 'vitest';
import { encodePem, parsePem } from '../../src/codec/pem.ts';
import { fromBase64, toUtf8 } from '../../src/base/bytes.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';

// The public key of RFC 8410 §10.1.
const BODY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
const BYTES = fromBase64(BODY) as Uint8Array;
const BLOCK = `-----BEGIN PUBLIC KEY-----\n${BODY}\n-----END PUBLIC KEY-----\n`;

const places = (text: string | Uint8Array) =>
  parsePem(text).map(({ label, line, lastLine, offset }) => ({ label, line, lastLine, offset }));

describe('parsePem reads', () => {
  const whole: readonly [how: string, text: string | Uint8Array][] = [
    ['a plain block', BLOCK],
    ['bytes', toUtf8(BLOCK)],
    ['no newline at the end', BLOCK.trimEnd()],
    ['CRLF', BLOCK.replaceAll('\n', '\r\n')],
    ['CR alone', BLOCK.replaceAll('\n', '\r')],
    ['a BOM', `\ufeff${BLOCK}`],
    ['a BOM, as bytes', toUtf8(`\ufeff${BLOCK}`)],
    ['UTF-16 little-endian with its BOM', Buffer.from(`\ufeff${BLOCK}`, 'utf16le')],
    ['UTF-16 big-endian with its BOM', Buffer.from(`\ufeff${BLOCK}`, 'utf16le').swap16()],
    ['blanks and tabs at line ends', BLOCK.replaceAll('\n', ' \t\n')],
    ['indentation, as in YAML', BLOCK.replaceAll(/^/gm, '    ')],
    ['blank lines inside', BLOCK.replaceAll('\n', '\n\n')],
    ['blanks inside the base64', BLOCK.replace('GYDK', 'GY DK')],
    ['lines of one character', BLOCK.replace(BODY, BODY.replaceAll(/(?<=.)/g, '\n'))],
    ['text before and after', `subject=CN = x\nissuer=-\n${BLOCK}\nthe end, größer als -5\n`],
    ['text that is no UTF-8', Buffer.concat([Buffer.from([0xe4, 0xff, 0x0a]), toUtf8(BLOCK)])],
  ];
  it.each(whole)('%s', (_how, text) => {
    const blocks = parsePem(text);
    expect(blocks.map(({ label }) => label)).toEqual(['PUBLIC KEY']);
    expect(blocks[0]?.bytes).toEqual(BYTES);
    expect(blocks[0]?.headers.size).toBe(0);
  });

  it('several blocks, with their places', () => {
    const text = `# first\n${BLOCK}\n# second\n${BLOCK.replaceAll('PUBLIC KEY', 'X')}`;
    expect(places(text)).toEqual([
      { label: 'PUBLIC KEY', line: 2, lastLine: 4, offset: 8 },
      { label: 'X', line: 7, lastLine: 9, offset: text.indexOf('-----BEGIN X') },
    ]);
    expect(places(text.replaceAll('\n', '\r\n')).map(({ line }) => line)).toEqual([2, 7]);
  });

  it('files that were joined without a newline between them', () => {
    const joined = `${BLOCK.trimEnd()}${BLOCK}`;
    expect(places(joined).map(({ line }) => line)).toEqual([1, 3]);
    const withBom = `${BLOCK.trimEnd()}\ufeff${BLOCK}`;
    expect(places(withBom).map(({ line }) => line)).toEqual([1, 3]);
  });

  it('headers of traditional PEM', () => {
    const [block] = parsePem(
      BLOCK.replace(BODY, `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00ff\n\n${BODY}`),
    );
    expect(block?.headers).toEqual(
      new Map([
        ['Proc-Type', '4,ENCRYPTED'],
        ['DEK-Info', 'AES-128-CBC,00ff'],
      ]),
    );
    expect(block?.bytes).toEqual(BYTES);
  });

  it('nothing where there is no block', () => {
    for (const text of ['', '\n\n', 'just text', '- a list\n-- dashes\n', '---\napiVersion: v1\n'])
      expect(parsePem(text)).toEqual([]);
    expect(parsePem(new Uint8Array(1000))).toEqual([]);
    expect(parsePem('---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n')).toEqual([]);
  });
});

describe('parsePem refuses, and names the line', () => {
  const refused: readonly [why: string, text: string, line: number, says: RegExp][] = [
    [
      'a cut before END',
      BLOCK.slice(0, -30),
      1,
      /line 1: the PUBLIC KEY block has no -----END PUBLIC KEY-----/,
    ],
    ['a cut inside END', `\n${BLOCK.slice(0, -5)}`, 4, /no whole marker line/],
    ['END alone', `\n${BLOCK.slice(BLOCK.indexOf(BODY))}`, 3, /without its -----BEGIN/],
    [
      'a second BEGIN before END',
      `${BLOCK.slice(0, -30)}\n${BLOCK}`,
      1,
      /before the next block begins on line 3/,
    ],
    [
      'another label at END',
      BLOCK.replace('END PUBLIC KEY', 'END CERTIFICATE'),
      3,
      /-----END CERTIFICATE----- closes the PUBLIC KEY block of line 1/,
    ],
    ['a character outside base64', BLOCK.replace('MCow', 'MC*w'), 2, /'\*' is not base64/],
    [
      'a hidden character, shown escaped',
      BLOCK.replace('MCow', 'MC\u200bow'),
      2,
      /'\\u200b' is not base64/,
    ],
    [
      'base64 a character short',
      BLOCK.replace('ZuE=', 'ZuE'),
      2,
      /1 characters? short of a group of four/,
    ],
    [
      'base64 after its padding',
      BLOCK.replace(BODY, `${BODY}\nAAAA`),
      3,
      /goes on after its padding/,
    ],
    ['padding inside a line', BLOCK.replace('MCow', 'MC=w'), 2, /padded wrongly/],
    ['bits left over in the last group', BLOCK.replace('ZuE=', 'ZuF='), 2, /padded wrongly/],
    ['nothing but padding', BLOCK.replace(BODY, '===='), 2, /padded wrongly/],
    ['an empty block', BLOCK.replace(BODY, ''), 1, /is empty/],
    ['headers alone', BLOCK.replace(BODY, 'Proc-Type: 4,ENCRYPTED'), 1, /is empty/],
    ['four dashes at BEGIN', BLOCK.slice(1), 1, /five dashes/],
    ['four dashes at END', BLOCK.replace('-----END', '----END'), 3, /five dashes/],
    ['a label without its dashes', '-----BEGIN CERTIFICATE\nAAAA\n', 1, /no whole marker line/],
    ['a label of control characters', '-----BEGIN \u001b[31m-----\nAAAA\n', 1, /\\x1b/],
    ['an endless label', `-----BEGIN ${'A'.repeat(100)}-----\n`, 1, /no whole marker line/],
  ];
  it.each(refused)('%s', (_why, text, line, says) => {
    const error = thrown(() => parsePem(text));
    expect(error.code).toBe('PEM_MALFORMED');
    expect(error.message).toMatch(says);
    expect(error.message).toContain(`line ${line}:`);
    expect(error.data).toEqual({ line });
  });

  it('line breaks written as \\n, and lost ones, with what to type', () => {
    const written = thrown(() => parsePem(BLOCK.replaceAll('\n', '\\n')));
    expect(written.hint).toContain('printf %b');
    const lost = thrown(() => parsePem(BLOCK.replaceAll('\n', ' ')));
    expect(lost.hint).toContain('quotes around the shell variable');
  });

  it('more text than any bundle has', () => {
    expect(thrown(() => parsePem(new Uint8Array(128 * 1024 * 1024 + 1))).code).toBe(
      'FILE_TOO_LARGE',
    );
  });

  it('more blocks than any bundle has', () => {
    const text = '-----BEGIN X-----\nAAAA\n-----END X-----\n'.repeat(200_001);
    expect(thrown(() => parsePem(text)).code).toBe('FILE_TOO_LARGE');
  });
});

describe('parsePem takes linear time', () => {
  // Each takes well under a second; what is quadratic in a megabyte takes minutes.
  const MEGABYTE = 1024 * 1024;
  const hostile: readonly [what: string, text: string][] = [
    ['empty lines', '\n'.repeat(4 * MEGABYTE)],
    ['one line of blanks', ' '.repeat(4 * MEGABYTE)],
    ['one line of dashes', '-'.repeat(4 * MEGABYTE)],
    ['BEGIN without end', '-----BEGIN '.repeat(400_000)],
    ['BEGIN and END on one line', '-----BEGIN X-----END X-----'.repeat(200_000)],
    ['one line of base64', `-----BEGIN X-----\n${'A'.repeat(16 * MEGABYTE)}\n-----END X-----`],
    ['blanks within base64', `-----BEGIN X-----\n${'A '.repeat(2 * MEGABYTE)}\n-----END X-----`],
    ['a line of padding', `-----BEGIN X-----\n${'='.repeat(4 * MEGABYTE)}\n-----END X-----`],
    ['headers', `-----BEGIN X-----\n${'a: b\n'.repeat(MEGABYTE)}-----END X-----`],
    ['colons', `-----BEGIN X-----\n${':'.repeat(4 * MEGABYTE)}\n-----END X-----`],
    ['body lines of one character', `-----BEGIN X-----\n${'A\n'.repeat(MEGABYTE)}-----END X-----`],
  ];
  it.each(hostile)(
    '%s',
    (_what, text) => {
      try {
        parsePem(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'PEM_MALFORMED' });
        expect((error as Error).message.length).toBeLessThan(400);
      }
    },
    10_000,
  );
});

describe('encodePem', () => {
  it.each([1, 47, 48, 49, 95, 96, 97])('%i bytes make lines of 64 (RFC 7468 §2)', (length) => {
    const bytes = Uint8Array.from({ length }, (_, at) => at);
    const lines = encodePem('X', bytes).split('\n');
    expect(lines[0]).toBe('-----BEGIN X-----');
    expect(lines.slice(-2)).toEqual(['-----END X-----', '']);
    const body = lines.slice(1, -2);
    expect(body.slice(0, -1).every((line) => line.length === 64)).toBe(true);
    expect(body.at(-1)?.length).toBeGreaterThan(0);
    expect(body.at(-1)?.length).toBeLessThanOrEqual(64);
    expect(Buffer.from(body.join(''), 'base64')).toEqual(Buffer.from(bytes));
  });

  it.skipIf(!hasOpenssl)('writes what openssl writes', () => {
    const read = openssl(['pkey', '-pubin'], { input: BLOCK }).toString();
    expect(encodePem('PUBLIC KEY', BYTES)).toBe(read);
    const key = openssl(['genrsa', '-traditional', '1024']).toString();
    const [block] = parsePem(key);
    expect(encodePem(block?.label ?? '', block?.bytes ?? BYTES)).toBe(key);
  });
});
