// A line of the journal: one record as JSON, chained to the line before it by its hash.
import { fromUtf8 } from '../base/bytes.ts';
import { digest } from '../crypto/digest.ts';
import { EVENT_VERSION, type HeadEntry, type JournalEvent } from './events.ts';
import { decodeEntry } from './line-fields.ts';

type JournalEntry = JournalEvent | HeadEntry;

export interface JournalLine {
  /** Counts lines of the whole journal from 0. */
  readonly n: number;
  /** Hash of the line before, empty in the first. */
  readonly prev: string;
  readonly entry: JournalEntry;
}

/** Why a line is none, for messages; `newer` when only a later program can read it. */
export class LineFault {
  readonly what: string;
  readonly newer: boolean;

  constructor(what: string, newer = false) {
    this.what = what;
    this.newer = newer;
  }
}

/** Writes a line without its newline. */
export function encodeLine(line: JournalLine): string {
  return JSON.stringify({ v: EVENT_VERSION, n: line.n, prev: line.prev, ...line.entry });
}

/** SHA-256 of a line without its newline, base64url. */
export function hashLine(bytes: Uint8Array): string {
  const hash = digest('sha256', bytes);
  return Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('base64url');
}

/** Reads a line, every field of the kind that its record has. */
export function decodeLine(bytes: Uint8Array): JournalLine | LineFault {
  const text = fromUtf8(bytes);
  if (text === undefined) return new LineFault('not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new LineFault('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new LineFault('not a record');
  const fields = value as Readonly<Record<string, unknown>>;
  const { v, n, prev } = fields;
  if (v !== EVENT_VERSION)
    return new LineFault(`record version ${JSON.stringify(v)}`, typeof v === 'number' && v > 1);
  if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0)
    return new LineFault('no record number');
  if (typeof prev !== 'string') return new LineFault('no hash of the record before');
  const entry = decodeEntry(fields);
  if (typeof entry === 'string') return new LineFault(entry, entry.startsWith('unknown type'));
  return { n, prev, entry };
}
