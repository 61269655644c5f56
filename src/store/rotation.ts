// Which key may have signed a head: the CA's, or the one before it where the CA has just changed.
import { fromBase64, toBase64 } from '../base/bytes.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { HeadEntry, RotatedEvent } from './events.ts';
import { keyMark, verifyHead } from './head.ts';
import type { HeadCheck } from './journal-tail.ts';
import { segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine } from './line.ts';
import type { Marker } from './marker.ts';
import { readRange } from './segment-reader.ts';

/** Two certificates of 1 MiB in base64, and what stands around them. */
const MAX_ROTATION = 4 * 1024 * 1024;

/** Checks heads of a CA under its present certificate; each head is verified once. */
export function headCheck(paths: CaPaths, certificate: Certificate): HeadCheck {
  const verified = new Set<string>();
  return (line, head, end) => {
    if (verified.has(end.hash)) return true;
    const key =
      head.key === keyMark(certificate.publicKey)
        ? certificate.publicKey
        : formerKey(paths, certificate, head, end);
    const good = key !== undefined && verifyHead(line, head, key);
    if (good) verified.add(end.hash);
    return good;
  };
}

/** The commit that records a change of certificate is the last that the former key signs. */
function formerKey(paths: CaPaths, certificate: Certificate, head: HeadEntry, end: Marker) {
  if (head.events !== 1) return undefined;
  const to = end.length - end.headLength;
  const from = Math.max(0, to - MAX_ROTATION);
  const bytes = readRange(segmentPath(paths, end.segment), from, to);
  const start = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const line = decodeLine(bytes.subarray(start, -1));
  if (line instanceof LineFault || line.entry.type !== 'rotated') return undefined;
  if (line.entry.to !== toBase64(certificate.der)) return undefined;
  return keyBefore(line.entry);
}

/** The key that a CA had before it changed. */
function keyBefore({ from }: RotatedEvent) {
  const der = fromBase64(from);
  return der === undefined ? undefined : parseCertificate(der).publicKey;
}
