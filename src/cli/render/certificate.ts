// A certificate as people want it: who, for what names, by whom, until when, what for; then the rest.
import { toColonHex } from '../../base/bytes.ts';
import { DAY } from '../../base/clock.ts';
import { describeKey } from '../../crypto/key.ts';
import { extensionLines, extensionTitle } from '../../library/info/extension.ts';
import { nameText } from '../../library/info/name.ts';
import { formatGeneralName } from '../../name/san.ts';
import { serialText } from '../../store/records.ts';
import { isSelfIssued } from '../../verify/names.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { purposeName, type Extension } from '../../x509/extensions.ts';
import { fingerprint, spkiPin } from '../../x509/fingerprint.ts';
import type { Style, Tone } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import type { Cell } from './cell.ts';
import { formatTimeFrom } from './time.ts';

const PURPOSES: Readonly<Record<string, string>> = {
  anyExtendedKeyUsage: 'anything',
  serverAuth: 'TLS server',
  clientAuth: 'TLS client',
  codeSigning: 'code signing',
  emailProtection: 'e-mail',
  timeStamping: 'time stamping',
  ocspSigning: 'OCSP responses',
};

/** What a certificate may be used for, in words. */
function usesOf(certificate: Certificate): readonly string[] {
  const { basicConstraints, extendedKeyUsage } = certificate;
  const purposes = (extendedKeyUsage ?? []).map((oid) => {
    const name = purposeName(oid) ?? oid;
    return PURPOSES[name] ?? name;
  });
  if (basicConstraints?.ca === true) return [caUse(basicConstraints.pathLength), ...purposes];
  return purposes.length > 0 ? purposes : ['anything, for it states no purpose'];
}

function caUse(pathLength: number | undefined): string {
  if (pathLength === undefined) return 'CA';
  if (pathLength === 0) return 'CA of end certificates only';
  return `CA with up to ${pathLength} level${pathLength === 1 ? '' : 's'} of CAs below`;
}

/** How near the end is: two weeks are time enough to renew by hand. */
function validityTone({ notBefore, notAfter }: Certificate, now: Date): Tone {
  if (now > notAfter || now < notBefore) return 'bad';
  return notAfter.getTime() - now.getTime() < 14 * DAY ? 'caution' : 'plain';
}

/** The certificate for people, indented by two. */
export function certificateBlock(certificate: Certificate, now: Date, style: Style): string {
  const { notBefore, notAfter, irregularities } = certificate;
  const tone = validityTone(certificate, now);
  const early = now < notBefore;
  const first: BlockRow[] = [
    ['subject', { text: nameText(certificate.subject), tone: 'strong' }],
    ['names', certificate.names.map(formatGeneralName)],
    ['issuer', isSelfIssued(certificate) ? 'itself' : nameText(certificate.issuer)],
    ['valid from', { text: formatTimeFrom(notBefore, now), tone: early ? 'bad' : 'plain' }],
    [now > notAfter ? 'expired' : 'expires', { text: formatTimeFrom(notAfter, now), tone }],
    ['for', usesOf(certificate).join(', ')],
    ['SHA-256', toColonHex(fingerprint(certificate, 'sha256'))],
    ['SHA-1', toColonHex(fingerprint(certificate, 'sha1'))],
  ];
  const rest: BlockRow[] = [
    ['key', describeKey(certificate.publicKey)],
    ['key pin', spkiPin(certificate.publicKey)],
    ['serial', serialText(certificate.serial)],
    ['signature', signatureText(certificate)],
    ...certificate.extensions.filter(notYetShown).map(extensionRow),
    ['irregular', irregularities.map(irregularText)],
  ];
  const layout = { style, indent: 2 };
  return `${renderBlock(first, layout)}\n\n${renderBlock(rest, layout)}`;
}

/** The names stand at the top already. */
function notYetShown({ parsed }: Extension): boolean {
  return parsed.kind !== 'subjectAltName';
}

/** An extension by its name, and whether it is critical. */
export function extensionRow(extension: Extension): BlockRow {
  const [line = '', ...more] = extensionLines(extension);
  const first = extension.critical ? `${line} (critical)` : line;
  return [extensionTitle(extension.oid), [first, ...more]];
}

function signatureText({ signatureAlgorithm, signatureOid }: Certificate): string {
  return signatureAlgorithm?.name ?? `unknown algorithm ${signatureOid}`;
}

function irregularText({ detail, clause }: Certificate['irregularities'][number]): Cell {
  return { text: `${detail} (${clause})`, tone: 'caution' };
}
