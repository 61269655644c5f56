// The journal and the packs, in the words of findings.
import { fromBase64 } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import { auditJournal } from '../../store/audit.ts';
import type { JournalFault, JournalReport } from '../../store/audit-report.ts';
import type { CrlEvent } from '../../store/events.ts';
import { misleadingIndexes } from '../../store/index/check.ts';
import { openJournal } from '../../store/journal-tail.ts';
import type { CaPaths } from '../../store/layout.ts';
import { parseCertificate, type Certificate } from '../../x509/certificate.ts';
import type { Evidence } from '../finding.ts';
import { orDamaged, withoutPath } from './files.ts';
import type { Findings, Scene } from './scene.ts';

/** What the journal says of its CA. */
export interface JournalStory {
  readonly report: JournalReport;
  readonly createdAt: string | undefined;
  /** The certificates that it names, the last one first. */
  readonly named: readonly Certificate[];
  readonly lastCrl: CrlEvent | undefined;
}

/** Reads the journal from end to end; undefined where it is none. */
export function readJournal(
  { paths, head }: Scene,
  present: Certificate | undefined,
  findings: Findings,
): JournalStory | undefined {
  let createdAt: string | undefined;
  let lastCrl: CrlEvent | undefined;
  const named: Certificate[] = [];
  let hasHead = head === undefined;
  const name = (base64: string): void => {
    const certificate = certificateIn(base64);
    if (certificate) named.unshift(certificate);
  };
  const report = orDamaged(findings, paths.journal, () =>
    auditJournal(paths, present, {
      event(event) {
        if (event.type === 'created') {
          createdAt ??= event.at;
          name(event.certificate);
        } else if (event.type === 'rotated') name(event.to);
        else if (event.type === 'crl') lastCrl = event;
      },
      commit(_commit, hash) {
        hasHead ||= hash === head;
      },
    }),
  );
  if (report === undefined) return undefined;
  if (!hasHead)
    findings.add({
      code: 'JOURNAL_ROLLED_BACK',
      path: paths.journal,
      cause: 'the head that was kept is not in the journal',
      evidence: [{ source: paths.journal, field: 'commits', value: String(report.commits) }],
    });
  if (report.unfinished > 0)
    findings.add({
      code: 'JOURNAL_UNFINISHED',
      severity: 'info',
      path: paths.journal,
      cause: `its end is a write of ${report.unfinished} bytes that was not finished`,
    });
  if (report.ok) checkIndexes(paths, findings);
  return { report, createdAt, named, lastCrl };
}

/** Indexes are derived: a wrong one harms no record, but lists are made by it. */
function checkIndexes(paths: CaPaths, findings: Findings): void {
  const { end } = openJournal(paths, () => true);
  for (const path of misleadingIndexes(paths, end))
    findings.add({
      code: 'INDEX_WRONG',
      path,
      cause: 'it says something else than the segment that it is of',
      commands: [['rm', path]],
    });
}

/** Tells the faults of a journal; that of `ca.crt` is told by who knows which of the two is wrong. */
export function tellFaults(faults: readonly JournalFault[], findings: Findings): void {
  for (const { code, path, message, serial, line } of faults)
    if (code !== 'CA_CERTIFICATE')
      findings.add({
        code,
        path,
        cause: withoutPath(message, path),
        evidence: evidenceOf(path, line, serial),
      });
}

function evidenceOf(path: string, line: number, serial: string | undefined): readonly Evidence[] {
  if (serial !== undefined) return [{ source: path, field: 'serial number', value: serial }];
  return line === 0 ? [] : [{ source: path, field: 'line', value: String(line) }];
}

function certificateIn(base64: string): Certificate | undefined {
  const der = fromBase64(base64);
  try {
    return der && parseCertificate(der);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}
