// A revocation list in plain data.
import { formatDn } from '../../name/dn.ts';
import { serialText } from '../../store/records.ts';
import type { Crl } from '../../x509/crl.ts';
import type { RevocationReason } from '../../x509/extensions.ts';
import type { Irregularity } from '../../x509/irregularity.ts';
import { extensionInfo, type ExtensionInfo } from './extension.ts';

/** Entries beyond this number are counted and not listed. */
const MAX_ENTRIES = 10_000;

/** A certificate revocation list in plain data. */
export interface CrlInfo {
  readonly issuer: string;
  /** Decimal. */
  readonly number: string | null;
  /** Of a delta CRL: the list that it changes. */
  readonly baseNumber: string | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** How many there are; `revoked` lists the first 10,000. */
  readonly entries: number;
  readonly revoked: readonly {
    readonly serial: string;
    readonly revokedAt: Date;
    readonly reason: RevocationReason | null;
  }[];
  readonly signatureAlgorithm: string;
  readonly extensions: readonly ExtensionInfo[];
  readonly irregularities: readonly Irregularity[];
}

export function crlInfo(crl: Crl): CrlInfo {
  const revoked: CrlInfo['revoked'][number][] = [];
  for (const { serial, revokedAt, reason } of crl.entries) {
    if (revoked.length === MAX_ENTRIES) break;
    revoked.push({ serial: serialText(serial), revokedAt, reason: reason ?? null });
  }
  return {
    issuer: formatDn(crl.issuer),
    number: crl.number?.toString() ?? null,
    baseNumber: crl.baseCrlNumber?.toString() ?? null,
    thisUpdate: crl.thisUpdate,
    nextUpdate: crl.nextUpdate ?? null,
    entries: crl.entries.length,
    revoked,
    signatureAlgorithm: crl.signatureAlgorithm?.name ?? crl.signatureOid,
    extensions: crl.extensions.map(extensionInfo),
    irregularities: crl.irregularities,
  };
}
