// Keys, requests and CRLs as `inspect` shows them.
import { toColonHex } from '../../base/bytes.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { formatGeneralName } from '../../name/san.ts';
import { formatDn } from '../../name/dn.ts';
import { spkiFingerprint, spkiPin } from '../../x509/fingerprint.ts';
import type { Crl } from '../../x509/crl.ts';
import { verifyCsr, type CertificationRequest } from '../../x509/csr.ts';
import { serialText } from '../../store/records.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import { extensionJson, extensionRow, nameText } from './certificate.ts';
import { formatTimeFrom } from './time.ts';

/** A public key, alone or of a private one. */
export function keyRows(key: PublicKey): readonly BlockRow[] {
  return [
    ['key', describeKey(key)],
    ['key SHA-256', toColonHex(spkiFingerprint(key))],
    ['key pin', spkiPin(key)],
  ];
}

export function keyJson(key: PublicKey): Readonly<Record<string, unknown>> {
  return { key: describeKey(key), spkiSha256: spkiFingerprint(key), pin: spkiPin(key) };
}

/** A request for people, indented by two. */
export function requestBlock(request: CertificationRequest, style: Style): string {
  const sound = verifyCsr(request);
  const rows: BlockRow[] = [
    ['subject', { text: nameText(request.subject), tone: 'strong' }],
    ['names', request.names.map(formatGeneralName)],
    ...keyRows(request.publicKey),
    [
      'signature',
      sound
        ? `${request.signatureAlgorithm?.name ?? ''}, made by its key`
        : { text: 'not made by its key', tone: 'bad' },
    ],
    ...request.requestedExtensions
      .filter(({ parsed }) => parsed.kind !== 'subjectAltName')
      .map((extension): BlockRow => {
        const [title, lines] = extensionRow(extension);
        return [`asks for ${title}`, lines];
      }),
    ['challenge', request.hasChallengePassword ? 'a password, not shown' : []],
    ['irregular', request.irregularities.map(({ detail, clause }) => `${detail} (${clause})`)],
  ];
  return renderBlock(rows, { style, indent: 2 });
}

export function requestJson(request: CertificationRequest): Readonly<Record<string, unknown>> {
  return {
    subject: formatDn(request.subject),
    names: request.names.map(formatGeneralName),
    ...keyJson(request.publicKey),
    signatureAlgorithm: request.signatureAlgorithm?.name ?? request.signatureOid,
    signatureOk: verifyCsr(request),
    requestedExtensions: request.requestedExtensions.map(extensionJson),
    challengePassword: request.hasChallengePassword,
    irregularities: request.irregularities,
  };
}

/** A CRL for people, indented by two. */
export function crlBlock(crl: Crl, now: Date, style: Style): string {
  const { nextUpdate } = crl;
  const stale = nextUpdate !== undefined && nextUpdate < now;
  const rows: BlockRow[] = [
    ['issuer', { text: nameText(crl.issuer), tone: 'strong' }],
    ['revoked', `${crl.entries.length} certificate${crl.entries.length === 1 ? '' : 's'}`],
    ['number', crl.number?.toString() ?? []],
    ['issued', formatTimeFrom(crl.thisUpdate, now)],
    [
      'next update',
      nextUpdate === undefined
        ? 'not promised'
        : { text: formatTimeFrom(nextUpdate, now), tone: stale ? 'bad' : 'plain' },
    ],
    ['signature', crl.signatureAlgorithm?.name ?? `unknown algorithm ${crl.signatureOid}`],
    ...crl.extensions.filter(({ parsed }) => parsed.kind !== 'crlNumber').map(extensionRow),
    ['irregular', crl.irregularities.map(({ detail, clause }) => `${detail} (${clause})`)],
  ];
  return renderBlock(rows, { style, indent: 2 });
}

/** Entries beyond this number are counted and not listed. */
const MAX_ENTRIES = 10_000;

export function crlJson(crl: Crl): Readonly<Record<string, unknown>> {
  const revoked: unknown[] = [];
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
    extensions: crl.extensions.map(extensionJson),
    irregularities: crl.irregularities,
  };
}
