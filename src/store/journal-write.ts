// Adding a commit: certificates, then events and their signed head, then the marker.
import { closeSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { invariant } from '../base/assert.ts';
import { MtlsError } from '../base/errors.ts';
import { toUtf8 } from '../base/bytes.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { createFile, removeFile, writeFully } from './entry.ts';
import type { HeadEntry, JournalEvent } from './events.ts';
import { syncFolder } from './folder.ts';
import { bestEffort, writeFailure } from './fs-error.ts';
import { signHead, verifyHead } from './head.ts';
import { buildIndex, saveIndex } from './index/segment-index.ts';
import type { JournalEnd } from './journal-tail.ts';
import { segmentPath, type CaPaths } from './layout.ts';
import { decodeLine, encodeLine, hashLine } from './line.ts';
import { readMarker, writeMarker } from './marker.ts';
import { openPack, type PackAppender } from './packs.ts';
import { NO_TOTALS, addToTotals } from './totals.ts';

/** An event to be written, with the certificate that it records. */
export interface PendingEvent {
  readonly event: JournalEvent;
  readonly certificate?: Uint8Array | undefined;
}

/** Where a commit goes on from; undefined for the first of all. */
export type Beginning = JournalEnd | undefined;

/** A segment that has grown to this many octets is closed; a reader holds one line of it. */
const SEGMENT_LIMIT = 4 * 1024 * 1024;

interface PlannedCommit {
  readonly segment: number;
  /** Octets of the segment before it. */
  readonly from: number;
  readonly lines: Uint8Array;
  readonly end: JournalEnd;
}

/**
 * Writes a commit so that it lasts, and answers the journal's new end. When it throws, the
 * journal is as it was.
 *
 * @throws MtlsError WRITE_FAILED, or what the signer throws.
 */
export async function writeCommit(
  paths: CaPaths,
  begin: Beginning,
  pending: readonly PendingEvent[],
  context: { readonly signer: Signer; readonly at: Date; readonly mayWrite: () => void },
): Promise<JournalEnd> {
  const segment = begin === undefined ? 1 : begin.segment + (begin.length >= SEGMENT_LIMIT ? 1 : 0);
  const isNew = begin?.segment !== segment;
  const hasCertificates = pending.some(({ certificate }) => certificate !== undefined);
  const pack = hasCertificates || isNew ? openPack(paths, segment, isNew) : undefined;
  try {
    const events = pending.map(({ event, certificate }) =>
      certificate === undefined || pack === undefined
        ? event
        : { ...event, certificate: pack.add(certificate) },
    );
    const planned = await planCommit(begin, segment, events as JournalEvent[], context);
    context.mayWrite();
    orUndo(pack, () => pack?.flush());
    // A disk takes its time; whoever took the lock away meanwhile may have added to the pack
    context.mayWrite();
    orUndo(pack, () => {
      appendLines(paths, planned);
    });
    if (begin !== undefined && isNew) indexClosed(paths, begin);
    return planned.end;
  } finally {
    pack?.close();
  }
}

function orUndo(pack: PackAppender | undefined, step: () => void): void {
  try {
    step();
  } catch (error) {
    pack?.undo();
    throw error;
  }
}

/** A segment that is closed gets its index now, while one of 4 MiB is to be read, and not hundreds. */
function indexClosed(paths: CaPaths, closed: JournalEnd): void {
  bestEffort(() => {
    saveIndex(paths, buildIndex(paths, closed.segment, closed));
  });
}

async function planCommit(
  begin: Beginning,
  segment: number,
  events: readonly JournalEvent[],
  context: { readonly signer: Signer; readonly at: Date },
): Promise<PlannedCommit> {
  let n = begin?.next ?? 0;
  let prev = begin?.hash ?? '';
  const lines: Uint8Array[] = [];
  for (const entry of events) {
    const line = toUtf8(encodeLine({ n, prev, entry }));
    lines.push(line);
    prev = hashLine(line);
    n++;
  }
  const head = await signHead(
    { n, prev },
    {
      at: context.at.toISOString(),
      commit: (begin?.head.commit ?? 0) + 1,
      events: events.length,
      totals: events.reduce(addToTotals, begin?.head.totals ?? NO_TOTALS),
    },
    context.signer,
  );
  lines.push(head);
  const from = begin?.segment === segment ? begin.length : 0;
  const whole = joinLines(lines);
  return {
    segment,
    from,
    lines: whole,
    end: {
      segment,
      length: from + whole.length,
      headLength: head.length + 1,
      hash: hashLine(head),
      next: n + 1,
      head: readBack(head, context.signer.publicKey),
    },
  };
}

/** A head that does not verify would make the journal unreadable, and a signer may err. */
function readBack(bytes: Uint8Array, key: PublicKey): HeadEntry {
  const line = decodeLine(bytes);
  invariant('entry' in line && line.entry.type === 'head', 'the head does not read back');
  if (!verifyHead(bytes, line.entry, key))
    throw new MtlsError('KEY_MISMATCH', "the signer did not sign with the CA's key", {
      hint: 'check which key the signer uses',
    });
  return line.entry;
}

function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const newline = toUtf8('\n');
  return Buffer.concat(lines.flatMap((line) => [line, newline]));
}

function appendLines(paths: CaPaths, planned: PlannedCommit): void {
  const path = segmentPath(paths, planned.segment);
  const isNew = planned.from === 0;
  let fd: number;
  try {
    fd = isNew ? createFile(path) : openSync(path, 'r+');
  } catch (error) {
    throw writeFailure(error, path);
  }
  try {
    writeFully(fd, planned.lines, planned.from);
    fsyncSync(fd);
    if (isNew) syncFolder(paths.journal);
    mark(paths, planned.end);
  } catch (error) {
    // Where this fails too, the next writer sets the rest aside, or takes it up when it is whole.
    bestEffort(() => {
      ftruncateSync(fd, planned.from);
      if (isNew) removeFile(path);
    });
    throw writeFailure(error, path);
  } finally {
    closeSync(fd);
  }
}

function mark(paths: CaPaths, { segment, length, headLength, hash }: JournalEnd): void {
  try {
    writeMarker(paths, { segment, length, headLength, hash });
  } catch (error) {
    // A rename may be done and still report an error; the journal must not be cut behind its marker.
    if (!isMarked(paths, hash)) throw error;
  }
}

function isMarked(paths: CaPaths, hash: string): boolean {
  try {
    return readMarker(paths).hash === hash;
  } catch {
    return false;
  }
}
