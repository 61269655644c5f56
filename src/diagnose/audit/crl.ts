// The CA's last CRL: its own, the last one that it recorded, fresh, and whole.
import { existsSync } from 'node:fs';
import { fromHex } from '../../base/bytes.ts';
import { formatTime } from '../../base/clock.ts';
import { readBundle } from '../../codec/bundle.ts';
import { digest } from '../../crypto/digest.ts';
import type { CrlEvent } from '../../store/events.ts';
import { findLastCrl, listRevocations } from '../../store/inventory.ts';
import { openJournal, type JournalEnd } from '../../store/journal-tail.ts';
import { headCheck } from '../../store/rotation.ts';
import { readStoreFile } from '../../store/store-fault.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { parseCrl, verifyCrl, type Crl } from '../../x509/crl.ts';
import { orDamaged } from './files.ts';
import type { Findings, Scene } from './scene.ts';

/** Some ten million entries. */
const MAX_CRL = 512 * 1024 * 1024;

/** Between the record of a CRL and its file lie milliseconds, when another process revokes. */
const PATIENCE = 10;
const AT_LEAST = 2;
const PAUSE = 20;

/** A CRL beside the journal that should know of it. */
interface Look {
  readonly crl: Crl | undefined;
  /** `none` where neither is, nor should be; `damaged` is told already. */
  readonly state: 'none' | 'damaged' | 'missing' | 'last' | 'ahead' | 'behind';
  readonly lastCrl: CrlEvent | undefined;
  /** Undefined where the journal is damaged: then it tells nothing of what a CRL must hold. */
  readonly end: JournalEnd | undefined;
}

/** What the journal, read from its beginning, told of CRLs. */
interface Told {
  readonly lastCrl: CrlEvent | undefined;
  /** Whether it was found to be as it was written. */
  readonly sound: boolean;
}

/**
 * Checks the CRL and answers it.
 *
 * @param issuers the CA's certificates, the present one first
 */
export function checkCrl(
  scene: Scene,
  issuers: readonly Certificate[],
  told: Told,
  findings: Findings,
): Crl | undefined {
  const { paths, name, naming } = scene;
  const seen = lookTwice(scene, issuers, told, findings);
  const { crl, state, end, lastCrl } = seen;
  const commands = [['mtls', 'ca', 'crl', name, ...naming]];
  const path = paths.crl;
  if (state === 'missing')
    findings.add({
      code: 'CRL_NOT_LAST',
      path,
      cause: `it is missing: the last CRL has the number ${lastCrl?.number ?? ''}`,
      commands,
    });
  if (crl === undefined) return undefined;
  if (!issuers.some(({ publicKey }) => verifyCrl(crl, publicKey))) {
    findings.add({ code: 'CRL_OTHER_CA', path, cause: 'the CA did not sign it', commands });
    return crl;
  }
  tellState(scene, crl, seen, told.sound, findings);
  if (crl.nextUpdate !== undefined && crl.nextUpdate < scene.now)
    findings.add({
      code: 'CRL_STALE',
      severity: 'warning',
      path,
      cause: 'it is past its next update',
      evidence: [{ source: path, field: 'next update', value: formatTime(crl.nextUpdate) }],
      commands,
    });
  if (state === 'last' && end) checkWhole(scene, crl, end, findings);
  return crl;
}

function tellState(
  { paths, name, naming }: Scene,
  crl: Crl,
  { state, lastCrl }: Look,
  sound: boolean,
  findings: Findings,
): void {
  const evidence = [
    { source: paths.crl, field: 'CRL number', value: String(crl.number ?? '(none)') },
    { source: paths.journal, field: 'last CRL number', value: lastCrl?.number ?? '(none)' },
  ];
  // A journal that is damaged may have lost the record of it
  if (state === 'ahead' && sound)
    findings.add({
      code: 'JOURNAL_ROLLED_BACK',
      path: paths.journal,
      cause: 'the CA’s CRL is newer than the last one that the journal knows',
      evidence,
    });
  else if (state === 'behind')
    findings.add({
      code: 'CRL_NOT_LAST',
      path: paths.crl,
      cause: 'it is not the last CRL of the CA',
      evidence,
      commands: [['mtls', 'ca', 'crl', name, ...naming]],
    });
}

/** Looks again while another process may stand between the record of a CRL and its file. */
function lookTwice(
  scene: Scene,
  issuers: readonly Certificate[],
  told: Told,
  findings: Findings,
): Look {
  for (let tries = 0; ; tries++) {
    const isWritten = existsSync(scene.paths.lock);
    const seen = look(scene, issuers, told, findings);
    const settled = ['none', 'last', 'damaged'].includes(seen.state);
    // One that takes no lock now may have done so between the two reads
    if (settled || tries >= (isWritten ? PATIENCE : AT_LEAST)) return seen;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
}

/** The journal's end comes before the CRL is read: a later CRL holds no fewer revocations. */
function look(
  { paths }: Scene,
  [present]: readonly Certificate[],
  { sound, lastCrl: toldOf }: Told,
  findings: Findings,
): Look {
  const end = sound && present ? openJournal(paths, headCheck(paths, present)).end : undefined;
  const lastCrl =
    end === undefined || end.head.totals.crl === '0' ? toldOf : findLastCrl(paths, end);
  if (!existsSync(paths.crl))
    return { crl: undefined, state: lastCrl ? 'missing' : 'none', lastCrl, end };
  const crl = orDamaged(findings, paths.crl, () =>
    readStoreFile(paths.crl, { max: MAX_CRL, what: 'the CRL' }, (bytes) => {
      return readBundle(bytes).crls[0] ?? parseCrl(bytes);
    }),
  );
  return { crl, state: crl ? compare(crl, lastCrl) : 'damaged', lastCrl, end };
}

function compare(crl: Crl, last: CrlEvent | undefined): 'last' | 'ahead' | 'behind' {
  const sha256 = Buffer.from(digest('sha256', crl.der)).toString('base64url');
  if (sha256 === last?.sha256) return 'last';
  return (crl.number ?? 0n) > BigInt(last?.number ?? 0) ? 'ahead' : 'behind';
}

/** Who is revoked, and had not expired when the CRL was made, is on it (RFC 5280 §3.3). */
function checkWhole({ paths }: Scene, crl: Crl, end: JournalEnd, findings: Findings): void {
  for (const { serial, notAfter } of listRevocations(paths, end)) {
    const octets = fromHex(serial);
    if (Date.parse(notAfter) < crl.thisUpdate.getTime() || octets === undefined) continue;
    // An INTEGER whose first bit is set would be negative without a zero octet before it
    const positive = (octets[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...octets) : octets;
    if (crl.entries.find(octets).length > 0 || crl.entries.find(positive).length > 0) continue;
    findings.add({
      code: 'CRL_INCOMPLETE',
      path: paths.crl,
      cause: 'a revoked certificate is not on it',
      evidence: [{ source: paths.crl, field: 'serial number', value: serial }],
    });
  }
}
