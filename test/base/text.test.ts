import { describe, expect, it } from 'vitest';
import { escapeControl, quoteForeign } from '../../src/base/text.ts';
import { compareBytes, fromBase64, fromHex, fromUtf8 } from '../../src/base/bytes.ts';

describe('escapeControl', () => {
  it.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['nul\u0000', 'nul\\x00'],
    ['\u009b31m', '\\x9b31m'], // C1 CSI drives a terminal too
    ['abc\u202edcba', 'abc\\u202edcba'], // right-to-left override
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['bücher 😀', 'bücher 😀'],
    ['\ud800', '\\ud800'],
  ])('%j', (text, shown) => {
    expect(escapeControl(text)).toBe(shown);
  });
  it('cuts what is long', () => {
    expect(quoteForeign('x'.repeat(500), 10)).toBe('"xxxxxxxxxx…"');
  });
});

describe('strict readers of text forms', () => {
  it.each(['a', 'abd=', 'ab=c', 'YQ', 'YR==', 'YWJj\n'])('base64 %j is refused', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
  it('hex of odd length is refused', () => {
    expect(fromHex('abc')).toBeUndefined();
  });
  it('UTF-8 is strict', () => {
    expect(fromUtf8(Uint8Array.of(0xff))).toBeUndefined();
  });
  it('a prefix sorts first', () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
  });
});
