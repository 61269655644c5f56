// The index of a segment as a file: a line that says what follows, and the columns as they lie in memory.
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import type { SegmentColumns } from './columns.ts';

/** What a segment was when its index was made. */
export interface SegmentMark {
  readonly segment: number;
  /** In octets. */
  readonly length: number;
  /** Number of its first line. */
  readonly first: number;
  readonly lines: number;
  /** Hash of the line before its first one; "" in the first segment. */
  readonly prev: string;
  /** Hash of its last line. */
  readonly hash: string;
}

/** A segment's records, and which segment that was. */
export interface SegmentIndex {
  readonly mark: SegmentMark;
  readonly columns: SegmentColumns;
}

/** Form of the file: another is not read, but made anew. */
const FORM = 1;
const ALIGNMENT = 8;
/** Before the header: `mtls index`, its length in eight digits, and its CRC-32 in eight. */
const PREAMBLE = 'mtls index 00000000 00000000\n'.length;

type Column = Uint8Array | Uint32Array | Float64Array;

interface Header {
  readonly form: number;
  readonly endianness: string;
  readonly mark: SegmentMark;
  readonly profiles: readonly string[];
  /** Rows of each column, in the order of `columnsOf`. */
  readonly rows: readonly number[];
  readonly crc: number;
}

/** Columns in the order in which they lie in the file. */
function columnsOf({ issued, names, renewals, revocations, crls }: SegmentColumns): Column[] {
  return [
    issued.notAfter,
    revocations.at,
    issued.offset,
    issued.length,
    issued.serial,
    names.hash,
    names.row,
    renewals.row,
    renewals.replaced,
    revocations.offset,
    revocations.length,
    revocations.serial,
    crls.offset,
    crls.length,
    issued.profile,
    renewals.keys,
    revocations.keys,
    revocations.reason,
  ];
}

/** The same index always gives the same bytes. */
export function encodeIndex({ mark, columns }: SegmentIndex): Uint8Array {
  const parts = columnsOf(columns).flatMap((column) => {
    const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
    return [bytes, Buffer.alloc(padding(bytes.length))];
  });
  const body = Buffer.concat(parts);
  const header: Header = {
    form: FORM,
    endianness: endianness(),
    mark,
    profiles: columns.profiles,
    rows: columnsOf(columns).map((column) => column.length),
    crc: crc32(body),
  };
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc(padding(PREAMBLE + text.length + 1), ' ')]);
  const line = Buffer.concat([padded, Buffer.from('\n')]);
  const preamble = `mtls index ${hex(line.length)} ${hex(crc32(line))}\n`;
  return Buffer.concat([Buffer.from(preamble), line, body]);
}

function padding(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** What stands at the head of an index. */
interface ReadHeader {
  readonly header: Header;
  /** Where the columns begin. */
  readonly start: number;
}

/** How much of a file has its mark, for all but the strangest profiles. */
export const MARK_OCTETS = 4096;

/** The mark of an index, of which at least the beginning is given; undefined for a damaged one. */
export function decodeMark(beginning: Uint8Array): SegmentMark | undefined {
  return readHeader(beginning)?.header.mark;
}

/**
 * Reads an index; undefined for one that is damaged, of another form, or of a machine with
 * another order of octets. The columns are views of `bytes`.
 */
export function decodeIndex(bytes: Uint8Array): SegmentIndex | undefined {
  const buffer = aligned(bytes);
  const read = readHeader(buffer);
  if (read === undefined) return undefined;
  const { mark, profiles, rows, crc } = read.header;
  const body = buffer.subarray(read.start);
  if (crc32(body) !== crc) return undefined;
  return { mark, columns: new ColumnReader(body, rows).read(profiles) };
}

function readHeader(bytes: Uint8Array): ReadHeader | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [, length, crc] =
    /^mtls index ([0-9a-f]{8}) ([0-9a-f]{8})\n$/.exec(buffer.toString('latin1', 0, PREAMBLE)) ?? [];
  if (length === undefined || crc === undefined) return undefined;
  const start = PREAMBLE + Number.parseInt(length, 16);
  const line = buffer.subarray(PREAMBLE, start);
  if (start > buffer.length || hex(crc32(line)) !== crc) return undefined;
  const header = JSON.parse(line.toString('utf8')) as Header;
  return header.form === FORM && header.endianness === endianness() ? { header, start } : undefined;
}

/** Numbers of four and eight octets are read in place, where those begin at multiples of that. */
function aligned(bytes: Uint8Array): Buffer {
  const own = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  return Buffer.from(own.buffer, own.byteOffset, own.length);
}

/** Takes columns off the body one after another, in the order of `columnsOf`. */
class ColumnReader {
  readonly #body: Buffer;
  readonly #rows: readonly number[];
  #next = 0;
  #at = 0;

  constructor(body: Buffer, rows: readonly number[]) {
    this.#body = body;
    this.#rows = rows;
  }

  #take<T>(width: number, view: new (buffer: ArrayBuffer, offset: number, length: number) => T): T {
    const rows = this.#rows[this.#next++] ?? 0;
    const at = this.#at;
    this.#at += rows * width + padding(rows * width);
    return new view(this.#body.buffer as ArrayBuffer, this.#body.byteOffset + at, rows);
  }

  read(profiles: readonly string[]): SegmentColumns {
    const floats = (): Float64Array => this.#take(8, Float64Array);
    const numbers = (): Uint32Array => this.#take(4, Uint32Array);
    const octets = (): Uint8Array => this.#take(1, Uint8Array);
    const notAfter = floats();
    const revokedAt = floats();
    const issued = { offset: numbers(), length: numbers(), serial: numbers(), notAfter };
    const names = { hash: numbers(), row: numbers() };
    const renewals = { row: numbers(), replaced: numbers() };
    const revocations = { offset: numbers(), length: numbers(), serial: numbers() };
    const crls = { offset: numbers(), length: numbers() };
    return {
      issued: { ...issued, profile: octets() },
      names,
      renewals: { ...renewals, keys: octets() },
      revocations: { ...revocations, keys: octets(), at: revokedAt, reason: octets() },
      crls,
      profiles,
    };
  }
}
