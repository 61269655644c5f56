import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import {
  formatCidr,
  formatIp,
  isMappedIpv4,
  maskOf,
  parseCidr,
  parseIp,
  prefixLength,
} from '../../src/name/ip.ts';

const hex = (text: string) => {
  const bytes = parseIp(text);
  return bytes === undefined ? undefined : toHex(bytes);
};
const bytesOf = (text: string) => fromHex(text) as Uint8Array;

describe('parseIp', () => {
  it.each([
    ['10.0.0.7', '0a000007'],
    ['255.255.255.255', 'ffffffff'],
    // RFC 4291 §2.2
    ['ABCD:EF01:2345:6789:ABCD:EF01:2345:6789', 'abcdef0123456789abcdef0123456789'],
    ['2001:DB8:0:0:8:800:200C:417A', '20010db80000000000080800200c417a'],
    ['FF01::101', 'ff010000000000000000000000000101'],
    ['::1', '00000000000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['0:0:0:0:0:0:13.1.68.3', '0000000000000000000000000d014403'],
    ['::FFFF:129.144.52.38', '00000000000000000000ffff81903426'],
  ])('reads %s', (text, bytes) => {
    expect(hex(text)).toBe(bytes);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.0.0.1',
    '2130706433',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1.2.3.4/8',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    'fe80::1%eth0',
    '[::1]',
    `${'0'.repeat(1000)}::`,
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('agrees with Node on what is an address', () => {
    const piece = fc.constantFrom('0', '1', 'ff', 'abcd', ':', '::', '.', '255', '256', '01', 'g');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(parseIp(text)?.length, text).toBe({ 0: undefined, 4: 4, 6: 16 }[isIP(text)]);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('formatIp', () => {
  it.each([
    // RFC 5952 §4
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['00000000000000000000000000000000', '::'],
    ['0000000000000000000000000000ffff', '::ffff'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['c0000201', '192.0.2.1'],
    ['c000020100', 'invalid(C0:00:02:01:00)'],
    ['', 'invalid()'],
  ])('writes %s', (bytes, text) => {
    expect(formatIp(bytesOf(bytes))).toBe(text);
  });

  it('writes IPv6 as the URL parser does, and reads it back', () => {
    const octet = fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { arbitrary: fc.nat(255), weight: 1 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.array(octet),
        (raw, mixed) => {
          const bytes = raw.map((value, i) => mixed[i] ?? value);
          fc.pre(!isMappedIpv4(bytes));
          const text = formatIp(bytes);
          expect(parseIp(text)).toEqual(bytes);
          const groups = Array.from({ length: 8 }, (_, i) =>
            toHex(bytes.subarray(2 * i, 2 * i + 2)),
          );
          expect(new URL(`http://[${groups.join(':')}]/`).hostname).toBe(`[${text}]`);
        },
      ),
    );
  });
});

describe('parseCidr', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/0', '2001:db8::/33'])(
    'reads %s and writes it back',
    (text) => {
      const block = parseCidr(text);
      expect(block && formatCidr(block.address, block.mask)).toBe(text);
    },
  );

  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.1/8',
    '::/129',
    'x/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
  ])('refuses %s', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('covers the addresses that Node says it covers', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 32 }),
        (base, other, prefix) => {
          const mask = maskOf(prefix, 4);
          const address = base.map((octet, i) => octet & (mask[i] ?? 0));
          const near = other.map((octet, i) => (octet & ~(mask[i] ?? 0)) | (address[i] ?? 0));
          const list = new BlockList();
          list.addSubnet(address.join('.'), prefix);
          const covers = (ip: Uint8Array) =>
            ip.every((octet, i) => (octet & (mask[i] ?? 0)) === address[i]);
          expect(list.check(near.join('.'))).toBe(true);
          expect(covers(near)).toBe(true);
          expect(covers(other)).toBe(list.check(other.join('.')));
          expect(prefixLength(mask)).toBe(prefix);
        },
      ),
    );
  });
});

describe('formatCidr', () => {
  it('writes a mask that is no prefix out', () => {
    expect(formatCidr(bytesOf('0a000000'), bytesOf('ff00ff00'))).toBe('10.0.0.0/255.0.255.0');
    expect(prefixLength(bytesOf('ff00ff00'))).toBeUndefined();
  });
});
