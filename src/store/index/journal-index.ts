// The records of a whole journal, by columns: of closed segments from files, of the open one anew.
import { corrupt, type JournalEnd } from '../journal-tail.ts';
import { segmentPath, type CaPaths } from '../layout.ts';
import { storedSize } from '../stored-file.ts';
import type { SegmentIndex, SegmentMark } from './index-file.ts';
import {
  buildIndex,
  loadIndex,
  readBeginning,
  readMark,
  saveIndex,
  type Beginning,
} from './segment-index.ts';

/**
 * The segments of a journal in order, with their columns.
 *
 * The files are derived and nobody signs them, so they are believed only as long as each fits its
 * segment's length and the one before it, the last of them fits the open segment, and all together
 * count as many records as the last commit. What does not fit is read anew. Whoever must not err
 * reads the lines that the columns point to.
 */
export class JournalIndex {
  readonly #paths: CaPaths;
  readonly #end: JournalEnd;
  readonly #marks: readonly SegmentMark[];
  #open: SegmentIndex | undefined;
  /** Made anew, and perhaps not kept on disk. */
  readonly #made: Map<number, SegmentIndex>;
  readonly #held: HeldSegments;

  /**
   * Throws STORE_CORRUPT where segments are missing, or hold other than was written.
   *
   * @param before of the same journal: what it knows of closed segments still holds
   */
  constructor(paths: CaPaths, end: JournalEnd, before?: JournalIndex) {
    this.#paths = paths;
    this.#end = end;
    if (before && before.#end.segment === end.segment) {
      this.#made = before.#made;
      this.#held = before.#held;
      this.#marks = before.#marks;
      return;
    }
    this.#made = new Map();
    this.#held = { segments: new Map(), octets: 0 };
    const open = readBeginning(paths, end.segment, end);
    this.#marks = this.#believe(open) ?? this.#remake(open);
  }

  /** Marks of files that all fit; segments without a file get one. */
  #believe(open: Beginning): readonly SegmentMark[] | undefined {
    const marks: SegmentMark[] = [];
    for (let segment = 1; segment < this.#end.segment; segment++) {
      const length = sizeOf(segmentPath(this.#paths, segment));
      const mark = readMark(this.#paths, segment, length) ?? this.#make(segment).mark;
      if (!follows(mark, marks.at(-1))) return undefined;
      marks.push(mark);
    }
    return follows(open, marks.at(-1)) ? marks : undefined;
  }

  #remake(open: Beginning): readonly SegmentMark[] {
    const marks: SegmentMark[] = [];
    for (let segment = 1; segment < this.#end.segment; segment++) {
      const { mark } = this.#made.get(segment) ?? this.#make(segment);
      this.#checkOrder(mark, marks.at(-1));
      marks.push(mark);
    }
    this.#checkOrder(open, marks.at(-1));
    return marks;
  }

  #checkOrder(mark: Beginning, before: SegmentMark | undefined): void {
    if (!follows(mark, before))
      throw corrupt(
        segmentPath(this.#paths, mark.segment),
        `it does not go on where segment ${mark.segment - 1} ends`,
      );
  }

  #make(segment: number): SegmentIndex {
    const index = buildIndex(this.#paths, segment, this.#end);
    saveIndex(this.#paths, index);
    // Held only where the disk did not take it.
    if (readMark(this.#paths, segment, index.mark.length) === undefined)
      this.#made.set(segment, index);
    return index;
  }

  /** Closed segments in order; each is held while it is looked at. */
  *closed(): Generator<SegmentIndex> {
    for (const mark of this.#marks) yield this.#load(mark);
  }

  /** As `closed`, for those who come again: what is read is held, up to a limit. */
  *closedHeld(): Generator<SegmentIndex> {
    const held = this.#held;
    for (const mark of this.#marks) {
      const known = held.segments.get(mark.segment);
      const index = known ?? this.#load(mark);
      if (known === undefined && held.octets < MOST_HELD) {
        held.segments.set(mark.segment, index);
        held.octets += octetsOf(index);
      }
      yield index;
    }
  }

  #load(mark: SegmentMark): SegmentIndex {
    return this.#made.get(mark.segment) ?? loadIndex(this.#paths, mark) ?? this.#make(mark.segment);
  }

  /** The segment that is still written to, up to the end of the journal. */
  open(): SegmentIndex {
    this.#open ??= this.#readOpen();
    return this.#open;
  }

  #readOpen(): SegmentIndex {
    const open = buildIndex(this.#paths, this.#end.segment, this.#end);
    this.checkLines(open.mark.lines);
    return open;
  }

  /** All segments in order. */
  *segments(): Generator<SegmentIndex> {
    yield* this.closed();
    yield this.open();
  }

  /** The newest segment first. */
  *segmentsBackwards(): Generator<SegmentIndex> {
    yield this.open();
    for (const mark of this.#marks.toReversed()) yield this.#load(mark);
  }

  /** Throws STORE_CORRUPT unless so many lines of the open segment make the journal whole. */
  checkLines(open: number): void {
    const last = this.#marks.at(-1);
    const count = open + (last === undefined ? 0 : last.first + last.lines);
    if (count !== this.#end.next)
      throw corrupt(
        this.#paths.journal,
        `it has ${count} records where ${this.#end.next} were written`,
      );
  }
}

/** Columns in memory, of which those of a million records take some 50 MB. */
interface HeldSegments {
  readonly segments: Map<number, SegmentIndex>;
  octets: number;
}

const MOST_HELD = 128 * 1024 * 1024;

/** The columns of one index lie in one piece of memory. */
function octetsOf({ columns }: SegmentIndex): number {
  return columns.issued.serial.buffer.byteLength;
}

/** Whether a segment goes on where the one before it ends; nothing stands before the first. */
function follows(mark: Beginning, before: SegmentMark | undefined): boolean {
  if (before === undefined) return mark.first === 0 && mark.prev === '';
  return mark.first === before.first + before.lines && mark.prev === before.hash;
}

function sizeOf(path: string): number {
  const size = storedSize(path);
  if (size === undefined) throw corrupt(path, 'the segment is missing');
  return size;
}
