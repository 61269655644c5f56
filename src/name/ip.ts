// IP addresses as bytes and text (RFC 4291, RFC 5952) and CIDR blocks (RFC 4632).
import { toColonHex } from '../base/bytes.ts';

/** An address block as name constraints hold it (RFC 5280 §4.2.1.10): both of 4 or of 16 bytes. */
export interface AddressBlock {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

/** Four or sixteen bytes, or undefined; no zone, no leading zeros, no shortened IPv4. */
export function parseIp(text: string): Uint8Array | undefined {
  // The longest form: eight groups whose last two are dotted
  if (text.length > 45) return undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    // A leading zero means octal to some programs
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const gap = text.indexOf('::');
  const head = groups(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const tail = gap < 0 ? [] : groups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const count = head.length + tail.length;
  if (gap < 0 ? count !== 8 : count > 7) return undefined;
  const bytes = new Uint8Array(16);
  const put = (values: readonly number[], start: number) => {
    values.forEach((value, index) => {
      bytes[2 * (start + index)] = value >> 8;
      bytes[2 * (start + index) + 1] = value & 0xff;
    });
  };
  put(head, 0);
  put(tail, 8 - tail.length);
  return bytes;
}

/** Sixteen-bit groups; the last may be a dotted IPv4 address where the text ends. */
function groups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const found: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      found.push(parseInt(part, 16));
      continue;
    }
    const dotted = last && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (dotted === undefined) return undefined;
    const [a, b, c, d] = dotted as unknown as readonly [number, number, number, number];
    found.push((a << 8) | b, (c << 8) | d);
  }
  return found;
}

/** Text of an address; IPv6 in RFC 5952 form. Bytes of another length are shown as such. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return `invalid(${toColonHex(bytes)})`;
  if (isMappedIpv4(bytes)) return `::ffff:${bytes.subarray(12).join('.')}`;
  const values: number[] = [];
  for (let i = 0; i < 16; i += 2)
    values.push(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
  // RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && values[end] === 0) end++;
    if (end - i > runLength) {
      runStart = i;
      runLength = end - i;
    }
    if (end > i) i = end;
  }
  const hex = (part: readonly number[]) => part.map((value) => value.toString(16)).join(':');
  return runStart < 0
    ? hex(values)
    : `${hex(values.slice(0, runStart))}::${hex(values.slice(runStart + runLength))}`;
}

/** Whether sixteen bytes are `::ffff:0:0/96` (RFC 4291 §2.5.5.2). */
export function isMappedIpv4(bytes: Uint8Array): boolean {
  return (
    bytes.length === 16 &&
    bytes.subarray(0, 10).every((octet) => octet === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  );
}

/** Reads `10.0.0.0/8` or `fd00::/8`; undefined when it is none or bits behind the prefix are set. */
export function parseCidr(text: string): AddressBlock | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9][0-9]{0,2})$/.test(prefix)) return undefined;
  if (Number(prefix) > address.length * 8) return undefined;
  const mask = maskOf(Number(prefix), address.length);
  return address.every((octet, i) => (octet & ~(mask[i] as number)) === 0)
    ? { address, mask }
    : undefined;
}

/** A mask of so many leading ones. */
export function maskOf(prefix: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => {
    const ones = Math.min(8, Math.max(0, prefix - 8 * i));
    return (0xff << (8 - ones)) & 0xff;
  });
}

/** Count of leading ones, or undefined when ones follow a zero (no CIDR block, RFC 4632 §3.1). */
export function prefixLength(mask: Uint8Array): number | undefined {
  let ones = 0;
  while (ones < mask.length * 8 && ((mask[ones >> 3] as number) & (0x80 >> (ones & 7))) !== 0)
    ones++;
  const whole = maskOf(ones, mask.length);
  return mask.every((octet, i) => octet === whole[i]) ? ones : undefined;
}

/** `10.0.0.0/8`; a mask that is no prefix is written out. */
export function formatCidr(address: Uint8Array, mask: Uint8Array): string {
  const prefix = mask.length === address.length ? prefixLength(mask) : undefined;
  return `${formatIp(address)}/${prefix ?? formatIp(mask)}`;
}
