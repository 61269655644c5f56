// What an audit of the journal answers.
import type { JournalEvent, JournalHead } from './events.ts';

/** What can be wrong with a journal and its packs. */
export type JournalFaultCode =
  | 'RECORD_CHANGED'
  | 'RECORD_MISSING'
  | 'RECORD_MOVED'
  | 'RECORD_MALFORMED'
  | 'RECORD_MISMATCH'
  | 'HEAD_SIGNATURE'
  | 'HEAD_TOTALS'
  | 'MARKER_DAMAGED'
  | 'JOURNAL_CUT'
  | 'SEGMENT_MISSING'
  | 'SEGMENT_DAMAGED'
  | 'PACK_MISSING'
  | 'PACK_DAMAGED'
  | 'CA_CERTIFICATE'
  | 'CERTIFICATE_CHANGED'
  | 'CERTIFICATE_MISSING'
  | 'CERTIFICATE_SIGNATURE'
  | 'SERIAL_TWICE'
  | 'SERIAL_UNKNOWN';

/** One thing wrong with a journal. */
export interface JournalFault {
  readonly code: JournalFaultCode;
  readonly message: string;
  /** The file that is at fault. */
  readonly path: string;
  /** 0 when it is about the journal as a whole. */
  readonly segment: number;
  /** Line in the segment, from 1; 0 when it is about the segment as a whole. */
  readonly line: number;
  readonly serial?: string;
}

export interface JournalReport {
  readonly ok: boolean;
  /** Of each kind in each file the first ones. */
  readonly faults: readonly JournalFault[];
  /** Further faults, of kinds that are named already. */
  readonly more: number;
  readonly records: number;
  readonly commits: number;
  readonly head: JournalHead | undefined;
  /** Octets behind the last commit: a write in progress, or one that its writer did not live to end. */
  readonly unfinished: number;
}

/** What else is asked while the journal is read. */
export interface JournalWatch {
  /** Is told each event that can be read, in order. */
  readonly event?: (event: JournalEvent) => void;
  /** Is told each commit's number and the hash of its head. */
  readonly commit?: (commit: number, hash: string) => void;
}
