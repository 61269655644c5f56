// Keys, requests and CRLs as `inspect` shows them.
import { toColonHex } from '../../base/bytes.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { nameText } from '../../library/info/name.ts';
import { formatGeneralName } from '../../name/san.ts';
import { spkiFingerprint, spkiPin } from '../../x509/fingerprint.ts';
import type { Crl } from '../../x509/crl.ts';
import { verifyCsr, type CertificationRequest } from '../../x509/csr.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import { extensionRow } from './certificate.ts';
import { formatTimeFrom } from './time.ts';

/** A public key, alone or of a private one. */
export function keyRows(key: PublicKey): readonly BlockRow[] {
  return [
    ['key', describeKey(key)],
    ['key SHA-256', toColonHex(spkiFingerprint(key))],
    ['key pin', spkiPin(key)],
  ];
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
