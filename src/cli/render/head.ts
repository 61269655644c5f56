// The last commit of a journal, as it is kept elsewhere and given to mtls ca audit --head.
import { toHex } from '../../base/bytes.ts';
import type { JournalHead } from '../../store/events.ts';

/** The hash of a head in hexadecimal. */
export function headText({ hash }: JournalHead): string {
  return toHex(Buffer.from(hash, 'base64url'));
}

/** A head for JSON. */
export function headJson(head: JournalHead): Readonly<Record<string, unknown>> {
  const { commit, at, totals } = head;
  return { head: headText(head), commit, at, ...totals };
}
