// The whole journal, proven: every line to the one before it, every commit to the CA's key.
import { readdirSync, statSync } from 'node:fs';
import { bytesEqual, fromBase64 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { HeadEntry, JournalEvent, JournalHead, Totals } from './events.ts';
import { verifyHead } from './head.ts';
import { addToTotals, NO_TOTALS } from './totals.ts';
import { openJournal, type OpenedJournal } from './journal-tail.ts';
import { segmentNumber, segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine, hashLine, type JournalLine } from './line.ts';
import { lookUpCertificate } from './packs.ts';
import { headCheck } from './rotation.ts';
import { readLines, type RawLine } from './segment-reader.ts';
import { SerialTable } from './serial-table.ts';
import type { JournalFault, JournalReport } from './types.ts';

const ISSUED = Uint8Array.of(1);

/**
 * Reads all of a journal and says everything that is wrong with it; takes no lock.
 *
 * @param certificate the CA's present certificate
 */
export function auditJournal(paths: CaPaths, certificate: Certificate): JournalReport {
  return new Audit(paths, certificate).run();
}

class Audit {
  readonly #paths: CaPaths;
  readonly #present: Certificate;
  readonly #faults: JournalFault[] = [];
  readonly #serials = new SerialTable(1);
  #segment = 1;
  #line = 0;
  #next = 0;
  #prev = '';
  #signer: Certificate | undefined;
  #rotatedTo: Certificate | undefined;
  #commits = 0;
  #totals: Totals = NO_TOTALS;
  #eventsSinceHead = 0;
  #head: JournalHead | undefined;

  constructor(paths: CaPaths, present: Certificate) {
    this.#paths = paths;
    this.#present = present;
  }

  run(): JournalReport {
    const opened = this.#open();
    const last = opened?.end.segment ?? this.#lastSegment();
    for (; this.#segment <= last; this.#segment++) {
      const path = segmentPath(this.#paths, this.#segment);
      const isLast = this.#segment === opened?.end.segment;
      const size = isLast ? opened.end.length : sizeOf(path);
      this.#line = 0;
      if (size === undefined) this.#fault('SEGMENT_MISSING', 'the segment is missing');
      else for (const raw of readLines(path, 0, size)) this.#read(raw);
    }
    this.#segment = last;
    if (this.#eventsSinceHead > 0)
      this.#fault('JOURNAL_CUT', `${this.#eventsSinceHead} events after the last commit`);
    if (this.#signer !== undefined && !bytesEqual(this.#signer.der, this.#present.der))
      this.#fault('HEAD_SIGNATURE', 'ca.crt is not the certificate that the journal names');
    return {
      ok: this.#faults.length === 0,
      faults: this.#faults,
      records: this.#next,
      commits: this.#commits,
      head: this.#head,
      unfinished: opened?.torn.reduce((sum, { length }) => sum + length, 0) ?? 0,
    };
  }

  /** The journal's end, so that what a writer adds meanwhile is left out. */
  #open(): OpenedJournal | undefined {
    try {
      return openJournal(this.#paths, headCheck(this.#paths, this.#present));
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code !== 'STORE_CORRUPT') throw error;
      this.#segment = 0;
      this.#fault('JOURNAL_CUT', error.message);
      this.#segment = 1;
      return undefined;
    }
  }

  #lastSegment(): number {
    const numbers = readdirSync(this.#paths.journal).map(segmentNumber);
    return Math.max(0, ...numbers.filter((number) => number !== undefined));
  }

  #fault(code: JournalFault['code'], message: string, serial?: string): void {
    const at = { segment: this.#segment, line: this.#line };
    this.#faults.push({ code, message, ...at, ...(serial === undefined ? {} : { serial }) });
  }

  #read(raw: RawLine): void {
    this.#line++;
    const line = raw.ended ? decodeLine(raw.bytes) : new LineFault('without an end');
    if (line instanceof LineFault) {
      this.#fault('RECORD_MALFORMED', `the record can not be read: ${line.what}`);
      this.#next++;
    } else {
      this.#checkChain(line);
      if (line.entry.type === 'head') this.#checkHead(raw, line.entry);
      else this.#checkEvent(line.entry);
    }
    this.#prev = hashLine(raw.bytes);
  }

  #checkChain({ n, prev }: JournalLine): void {
    if (n !== this.#next)
      this.#fault(
        'RECORD_CHANGED',
        n > this.#next
          ? `records ${this.#next} to ${n - 1} are missing before record ${n}`
          : `record ${n} stands where record ${this.#next} belongs`,
      );
    else if (prev !== this.#prev)
      this.#fault('RECORD_CHANGED', `record ${n - 1} is not the one that was written`);
    this.#next = n + 1;
  }

  #checkHead(raw: RawLine, head: HeadEntry): void {
    if (this.#signer === undefined || !verifyHead(raw.bytes, head, this.#signer.publicKey))
      this.#fault('HEAD_SIGNATURE', `commit ${head.commit} does not carry the CA's signature`);
    if (head.commit !== this.#commits + 1 || head.events !== this.#eventsSinceHead)
      this.#fault('RECORD_CHANGED', `commit ${head.commit} is not whole`);
    const { issued, revoked, crl } = this.#totals;
    const told = head.totals;
    if (told.issued !== issued || told.revoked !== revoked || told.crl !== crl)
      this.#fault('HEAD_TOTALS', `commit ${head.commit} counts other events than there are`);
    this.#totals = told;
    this.#commits = head.commit;
    this.#eventsSinceHead = 0;
    this.#signer = this.#rotatedTo ?? this.#signer;
    this.#rotatedTo = undefined;
    const { commit, at, totals } = head;
    this.#head = { commit, at, totals, records: this.#next, hash: hashLine(raw.bytes) };
  }

  #checkEvent(event: JournalEvent): void {
    this.#eventsSinceHead++;
    this.#totals = addToTotals(this.#totals, event);
    switch (event.type) {
      case 'created':
        if (this.#next !== 1) this.#fault('RECORD_CHANGED', 'a beginning that is not the first');
        else this.#signer = this.#certificateIn(event.certificate);
        break;
      case 'issued':
      case 'renewed':
        if (this.#serials.get(event.serial) !== undefined)
          this.#fault('SERIAL_TWICE', 'the serial was issued before', event.serial);
        this.#serials.set(event.serial, ISSUED);
        this.#checkCertificate(event);
        break;
      case 'revoked':
        if (this.#serials.get(event.serial) === undefined)
          this.#fault('SERIAL_UNKNOWN', 'revoked, and never issued', event.serial);
        break;
      case 'rotated':
        this.#rotatedTo = this.#certificateIn(event.to);
        break;
      case 'crl':
        break;
    }
  }

  #certificateIn(base64: string): Certificate | undefined {
    const der = fromBase64(base64);
    try {
      if (der !== undefined) return parseCertificate(der);
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    }
    this.#fault('RECORD_MALFORMED', 'the certificate in the record can not be read');
    return undefined;
  }

  #checkCertificate(event: Extract<JournalEvent, { type: 'issued' | 'renewed' }>): void {
    if (event.certificate === undefined) return;
    const found = lookUpCertificate(this.#paths, event.certificate);
    if (found === 'missing')
      this.#fault('CERTIFICATE_MISSING', 'the issued certificate is missing', event.serial);
    else if (found === 'changed')
      this.#fault('CERTIFICATE_CHANGED', 'the issued certificate was changed', event.serial);
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
