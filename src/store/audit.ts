// The whole journal, proven: every line to the one before it, every commit to the CA's key, every
// certificate to its record. Memory: one line, and some 50 octets for each serial number.
import { readdirSync } from 'node:fs';
import { bytesEqual, fromBase64 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import { Chain, type Place } from './audit-chain.ts';
import { checkIssued } from './audit-certificate.ts';
import type {
  JournalFault,
  JournalFaultCode,
  JournalReport,
  JournalWatch,
} from './audit-report.ts';
import { FaultList } from './audit-faults.ts';
import type { HeadEntry, IssuedFacts, JournalEvent, JournalHead, Totals } from './events.ts';
import { verifyHead } from './head.ts';
import { openJournal, type OpenedJournal } from './journal-tail.ts';
import { packPath, segmentNumber, segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine, hashLine, type JournalLine } from './line.ts';
import { readMarker, type Marker } from './marker.ts';
import { PackReader } from './packs.ts';
import { headCheck } from './rotation.ts';
import { readLines, type RawLine } from './segment-reader.ts';
import { SerialTable } from './serial-table.ts';
import { storeReadFailure } from './store-fault.ts';
import { storedSize } from './stored-file.ts';
import { addToTotals, NO_TOTALS } from './totals.ts';

const ISSUED = Uint8Array.of(1);

/**
 * Reads all of a journal and says everything that is wrong with it; takes no lock.
 *
 * @param certificate the CA's present certificate; undefined where it can not be read
 * @throws MtlsError STORE_UNREADABLE, STORE_VERSION
 */
export function auditJournal(
  paths: CaPaths,
  certificate: Certificate | undefined,
  watch: JournalWatch = {},
): JournalReport {
  return new Audit(paths, certificate, watch).run();
}

class Audit {
  readonly #paths: CaPaths;
  readonly #present: Certificate | undefined;
  readonly #watch: JournalWatch;
  readonly #faults = new FaultList();
  readonly #chain = new Chain();
  readonly #serials = new SerialTable(1);
  readonly #packs: PackReader;
  #at: Place = { segment: 0, line: 0 };
  #before: Place = { segment: 0, line: 0 };
  /** About what the last line says: told only when the next one vouches for the line itself. */
  #held: JournalFault[] = [];
  /** The last line was found at fault by itself. */
  #beforeIsBad = false;
  /** The CA's certificates, the one that signs first. */
  #signers: Certificate[] = [];
  #rotatedTo: Certificate | undefined;
  /** Records could not be read; what came of them later is no fault of its own. */
  #lacksSegment = false;
  #commits = 0;
  #totals: Totals = NO_TOTALS;
  #eventsSinceHead = 0;
  /** Records of this commit are known to be other than were written. */
  #commitIsBad = false;
  #head: JournalHead | undefined;
  /** Hash of the head that the marker points to. */
  #marked: string | undefined;
  #sawMarked = false;
  /** What stands behind the last newline of a segment. */
  #unended: { readonly message: string; readonly place: Place } | undefined;

  constructor(paths: CaPaths, present: Certificate | undefined, watch: JournalWatch) {
    this.#paths = paths;
    this.#packs = new PackReader(paths);
    this.#present = present;
    this.#watch = watch;
  }

  run(): JournalReport {
    const opened = this.#open();
    const marker = opened?.end ?? attempt(() => readMarker(this.#paths));
    this.#marked = marker?.hash;
    const last = opened?.end.segment ?? Math.max(marker?.segment ?? 0, this.#lastSegment());
    for (let segment = 1; segment <= last; segment++) {
      this.#at = { segment, line: 0 };
      this.#readSegment(segment, opened);
      this.#checkPack(segment);
    }
    this.#release();
    this.#tellGaps();
    if (!opened) this.#judgeEnd(marker);
    this.#checkPresent();
    return {
      ok: this.#faults.all.length === 0,
      faults: this.#faults.all,
      more: this.#faults.more,
      records: this.#chain.next,
      commits: this.#commits,
      head: this.#head,
      unfinished: opened?.torn.reduce((sum, { length }) => sum + length, 0) ?? 0,
    };
  }

  #readSegment(segment: number, opened: OpenedJournal | undefined): void {
    const path = segmentPath(this.#paths, segment);
    try {
      const size = segment === opened?.end.segment ? opened.end.length : storedSize(path);
      if (size !== undefined) {
        for (const raw of readLines(path, 0, size)) this.#read(raw);
        return;
      }
      this.#fault('SEGMENT_MISSING', 'the segment is missing');
    } catch (error) {
      this.#tellDamage('SEGMENT_DAMAGED', damageOf(error), segment);
    }
    this.#lacksSegment = true;
  }

  #checkPack(segment: number): void {
    const path = packPath(this.#paths, segment);
    try {
      if (storedSize(path, 'the pack') === undefined)
        this.#tell('PACK_MISSING', 'the pack of certificates is missing', {
          path,
          segment,
          line: 0,
        });
      else {
        const fault = this.#packs.fault(segment);
        if (fault) throw fault;
      }
    } catch (error) {
      this.#tellDamage('PACK_DAMAGED', damageOf(error), segment);
    }
  }

  #tellDamage(code: JournalFaultCode, { message, data }: MtlsError, segment: number): void {
    this.#tell(code, message, { path: String(data['path']), segment, line: 0 });
  }

  /** The journal's end, so that what a writer adds meanwhile is left out. */
  #open(): OpenedJournal | undefined {
    const certificate = this.#present;
    return (
      (certificate &&
        attempt(() => openJournal(this.#paths, headCheck(this.#paths, certificate)))) ??
      // Under another CA's certificate the journal is read all the same: who is wrong shows below
      attempt(() => openJournal(this.#paths, () => true))
    );
  }

  /** Why the journal does not end where its marker says, where nothing said so far explains it. */
  #judgeEnd(marker: Marker | undefined): void {
    const unended = this.#unended;
    const explained = this.#faults.all.length > 0;
    const head = { path: this.#paths.head, segment: 0, line: 0 };
    if (marker === undefined)
      this.#tell('MARKER_DAMAGED', 'the marker of the last commit can not be read', head);
    else if (!this.#sawMarked) {
      const path = segmentPath(this.#paths, marker.segment);
      const size = attempt(() => storedSize(path));
      // A segment that is missing is told by itself
      if (size === undefined) return;
      if (size < marker.length) {
        const message = `it was cut: ${marker.length - size} bytes are missing at its end`;
        this.#tell('JOURNAL_CUT', message, { path, segment: marker.segment, line: 0 });
        return;
      }
      if (!this.#beforeIsBad && unended === undefined)
        this.#tell('MARKER_DAMAGED', 'the commit that it marks as the last is not there', head);
    } else if (!explained && unended === undefined)
      this.#tell('MARKER_DAMAGED', 'the last commit is not where it says', head);
    if (unended) this.#fault('RECORD_MALFORMED', unended.message, unended.place);
  }

  #lastSegment(): number {
    let entries: readonly string[];
    try {
      entries = readdirSync(this.#paths.journal);
    } catch (error) {
      throw storeReadFailure(error, this.#paths.journal, 'the journal');
    }
    return Math.max(0, ...entries.flatMap((entry) => segmentNumber(entry) ?? []));
  }

  #fault(code: JournalFaultCode, message: string, place: Place = this.#at): void {
    this.#tell(code, message, { path: segmentPath(this.#paths, place.segment), ...place });
  }

  #tell(
    code: JournalFaultCode,
    message: string,
    where: Pick<JournalFault, 'path' | 'segment' | 'line' | 'serial'>,
  ): void {
    this.#faults.add({ code, message, ...where });
  }

  #hold(
    code: JournalFaultCode,
    message: string,
    more: Partial<Pick<JournalFault, 'serial' | 'path'>>,
  ): void {
    const path = segmentPath(this.#paths, this.#at.segment);
    this.#held.push({ code, message, path, ...this.#at, ...more });
  }

  #release(): void {
    for (const fault of this.#held) this.#faults.add(fault);
    this.#held = [];
  }

  #read(raw: RawLine): void {
    this.#before = this.#at.line === 0 ? this.#before : this.#at;
    this.#at = { segment: this.#at.segment, line: this.#at.line + 1 };
    const line = raw.ended ? decodeLine(raw.bytes) : new LineFault('without an end');
    if (line instanceof LineFault) {
      this.#release();
      const message = `the record can not be read: ${line.what}`;
      if (raw.ended) this.#fault('RECORD_MALFORMED', message);
      else this.#unended = { message, place: this.#at };
      this.#commitIsBad = true;
      this.#beforeIsBad = true;
      this.#chain.unreadable();
      return;
    }
    this.#checkChain(line, hashLine(raw.bytes));
    this.#beforeIsBad = false;
    if (line.entry.type === 'head') this.#checkHead(raw, line.entry);
    else this.#checkEvent(line.entry, line.n);
  }

  #checkChain({ n, prev }: JournalLine, hash: string): void {
    const gaps = this.#chain.gaps.length;
    const fault = this.#chain.follow(n, prev, hash, this.#at);
    if (fault !== undefined || this.#chain.gaps.length !== gaps) this.#commitIsBad = true;
    if (fault?.kind !== 'changed') {
      this.#release();
      if (fault?.kind === 'moved')
        this.#fault('RECORD_MOVED', `record ${n} stands after record ${fault.after}`);
      else if (fault) this.#fault('RECORD_MOVED', `record ${n} stands there twice`);
      return;
    }
    this.#held = [];
    if (!this.#beforeIsBad)
      this.#fault(
        'RECORD_CHANGED',
        `record ${fault.n} is not the one that was written`,
        this.#before,
      );
  }

  #tellGaps(): void {
    for (const { from, to, place } of this.#chain.gaps)
      this.#fault(
        'RECORD_MISSING',
        from === to
          ? `record ${from} is missing before record ${to + 1}`
          : `records ${from} to ${to} are missing before record ${to + 1}`,
        place,
      );
  }

  #checkHead(raw: RawLine, head: HeadEntry): void {
    const signer = this.#signers[0] ?? this.#present;
    if (signer === undefined || !verifyHead(raw.bytes, head, signer.publicKey)) {
      this.#fault('HEAD_SIGNATURE', `commit ${head.commit} does not carry the CA's signature`);
      this.#beforeIsBad = true;
    } else if (!this.#commitIsBad) this.#checkCounts(head);
    const { commit, at, totals } = head;
    this.#totals = totals;
    this.#commits = commit;
    this.#eventsSinceHead = 0;
    this.#commitIsBad = false;
    if (this.#rotatedTo) this.#signers.unshift(this.#rotatedTo);
    this.#rotatedTo = undefined;
    const hash = hashLine(raw.bytes);
    this.#sawMarked ||= hash === this.#marked;
    this.#watch.commit?.(commit, hash);
    this.#head = { commit, at, totals, records: this.#chain.next, hash };
  }

  #checkCounts({ commit, events, totals }: HeadEntry): void {
    if (commit !== this.#commits + 1 || events !== this.#eventsSinceHead)
      this.#fault('RECORD_CHANGED', `commit ${commit} is not whole`);
    const { issued, revoked, crl } = this.#totals;
    if (totals.issued !== issued || totals.revoked !== revoked || totals.crl !== crl)
      this.#fault('HEAD_TOTALS', `commit ${commit} counts other events than there are`);
  }

  #checkEvent(event: JournalEvent, n: number): void {
    this.#eventsSinceHead++;
    this.#totals = addToTotals(this.#totals, event);
    this.#watch.event?.(event);
    switch (event.type) {
      case 'created':
        if (n !== 0) this.#hold('RECORD_MOVED', 'a beginning that is not the first', {});
        else this.#signers = this.#certificatesIn(event.certificate);
        break;
      case 'issued':
      case 'renewed':
        this.#checkIssued(event);
        break;
      case 'revoked':
        if (this.#serials.get(event.serial) === undefined && !this.#lacksSegment)
          this.#hold('SERIAL_UNKNOWN', 'revoked, and never issued', { serial: event.serial });
        break;
      case 'rotated':
        [this.#rotatedTo] = this.#certificatesIn(event.to);
        break;
      case 'crl':
        break;
    }
  }

  #certificatesIn(base64: string): Certificate[] {
    const der = fromBase64(base64);
    const certificate = der && attempt(() => parseCertificate(der), 'any');
    if (certificate) return [certificate];
    this.#hold('RECORD_MALFORMED', 'the certificate in the record can not be read', {});
    return [];
  }

  #checkIssued(record: IssuedFacts): void {
    const { serial } = record;
    if (this.#serials.get(serial) !== undefined)
      this.#hold('SERIAL_TWICE', 'the serial was issued before', { serial });
    this.#serials.set(serial, ISSUED);
    const issuers = this.#signers.length > 0 ? this.#signers : [this.#present ?? []].flat();
    const fault = checkIssued(this.#packs, record, issuers);
    if (fault === undefined) return;
    const pack = packPath(this.#paths, record.certificate?.pack ?? 0);
    this.#hold(fault.code, fault.message, { serial, ...(fault.inPack && { path: pack }) });
  }

  /** The last certificate of the journal is the one that the CA shows. */
  #checkPresent(): void {
    const [signer] = this.#signers;
    if (!signer || !this.#present || bytesEqual(signer.der, this.#present.der)) return;
    this.#tell('CA_CERTIFICATE', 'it is not the certificate that the journal names', {
      path: this.#paths.certificate,
      segment: 0,
      line: 0,
    });
  }
}

/** Undefined for what is damaged; what can not be read at all, or not yet, is thrown. */
function attempt<T>(work: () => T, damage: 'store' | 'any' = 'store'): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    if (damage === 'store' && error.code !== 'STORE_CORRUPT') throw error;
    return undefined;
  }
}

/** That a file is damaged; what can not be read at all is thrown. */
function damageOf(error: unknown): MtlsError {
  if (error instanceof MtlsError && error.code === 'STORE_CORRUPT') return error;
  throw error;
}
