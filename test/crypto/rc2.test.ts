import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { decryptRc2 } from '../../src/crypto/rc2.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

describe('RC2', () => {
  // RFC 2268 §5. With a vector that makes whole padding of the known block, CBC answers nothing
  // left; with one octet of it changed, so much that the block itself shows.
  it.each([
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    ['88bca90e90875a7f0f79c384627bafb2', 64, '0000000000000000', '1a807d272bbe5db1'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
    [
      '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e',
      129,
      '0000000000000000',
      '5b78d3a43dfff1f1',
    ],
  ])('key %s of %d effective bits', (key, effectiveBits, plain, encrypted) => {
    const iv = bytes(plain).map((octet) => octet ^ 0x08);
    expect(decryptRc2(bytes(key), effectiveBits, iv, bytes(encrypted))).toHaveLength(0);
    iv[7] = (bytes(plain)[7] as number) ^ 0x01;
    expect(toHex(decryptRc2(bytes(key), effectiveBits, iv, bytes(encrypted)))).toBe(
      '08080808080808',
    );
  });

  it('refuses what is no padding, and what is no whole block', () => {
    const key = bytes('88bca90e90875a7f0f79c384627bafb2');
    for (const last of ['00', '09', 'ff', '02']) {
      const iv = bytes(`00000000000000${last}`);
      expect(() => decryptRc2(key, 128, iv, bytes('2269552ab0f85ca6'))).toThrow(
        expect.objectContaining({ code: 'PASSPHRASE_WRONG' }) as Error,
      );
    }
    for (const cut of ['', '22', '2269552ab0f85ca622'])
      expect(() => decryptRc2(key, 128, new Uint8Array(8), bytes(cut))).toThrow(
        expect.objectContaining({ code: 'KEY_MALFORMED' }) as Error,
      );
  });
});
