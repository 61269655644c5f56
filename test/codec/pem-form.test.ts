// What the flaws break was tried with openssl 3.0, Node 20, Go 1.26, certtool 3.7 and Python 3.11.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecureContext } from 'node:tls';
import { pemFlaws } from '../../src/codec/pem-form.ts';
import { createTestPki } from '../../src/testing/index.ts';

const { cert, key } = createTestPki().server;
const lines = cert.trimEnd().split('\n');
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);
const split = (at: number) => [...lines.slice(0, at), '', ...lines.slice(at)].join('\n') + '\n';

const CASES: readonly (readonly [
  what: string,
  text: Buffer,
  kinds: readonly string[],
  node: boolean,
])[] = [
  ['as written', bytes(cert), [], true],
  ['without a last newline', bytes(cert.trimEnd()), [], true],
  ['two, one after the other', bytes(cert + cert), [], true],
  ['with text in front and between', bytes(`subject=CN = a\n${cert}\nissuer\n${cert}`), [], true],
  ['with CR LF', bytes(cert.replaceAll('\n', '\r\n')), ['crlf'], true],
  ['with CR alone', bytes(cert.replaceAll('\n', '\r')), ['cr'], false],
  ['with a byte order mark', bytes(`\ufeff${cert}`), ['bom'], true],
  ['with an empty line amid', bytes(split(3)), ['blank-line'], false],
  ['with an empty line before its end', bytes(split(lines.length - 1)), ['blank-line'], false],
  ['with an empty line after its beginning', bytes(split(1)), [], true],
  ['with every line apart', bytes(lines.join('\n\n')), ['blank-line'], false],
  ['indented', bytes(lines.map((line) => `  ${line}`).join('\n')), ['indented'], false],
  ['two on one line', bytes(cert.trimEnd() + cert), ['joined'], false],
  ['in UTF-16', bytes(`\ufeff${cert}`, 'utf16le'), ['utf-16'], false],
  ['with an empty line behind', bytes(`${cert}\n`), ['trailing'], true],
  ['with text behind', bytes(`${cert}hello\n`), ['trailing'], true],
];

describe('a certificate', () => {
  it.each(CASES)('%s', (_, text, kinds, node) => {
    expect(pemFlaws(text).map(({ kind }) => kind)).toEqual(kinds);
    const load = () => createSecureContext({ cert: text, key });
    if (node) expect(load).not.toThrow();
    else expect(load).toThrow();
    const saysSo = pemFlaws(text).some(({ breaks }) => breaks.some((one) => one.includes('Node')));
    expect(saysSo).toBe(!node);
  });
});

it('says the line', () => {
  expect(pemFlaws(bytes(split(3)))).toMatchObject([{ kind: 'blank-line', line: 4 }]);
  expect(pemFlaws(bytes(`${cert}${cert}junk`))).toMatchObject([
    { kind: 'trailing', line: 2 * lines.length + 1 },
  ]);
});

it('says nothing of what is no PEM', () => {
  expect(pemFlaws(new X509Certificate(cert).raw)).toEqual([]);
  expect(pemFlaws(bytes('\r\n\r\nhello'))).toEqual([]);
});
