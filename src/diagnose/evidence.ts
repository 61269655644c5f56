// Facts behind a finding: what a certificate says where it matters, and where it lies.
import { formatTime } from '../base/clock.ts';
import { toHex } from '../base/bytes.ts';
import { describeKey } from '../crypto/key.ts';
import { formatOrigin } from '../codec/origin.ts';
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import { isSelfIssued } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { purposeName } from '../x509/extension-names.ts';
import type { FindingCode } from './codes.ts';
import type { Evidence } from './finding.ts';
import { isTrustDocument } from './roles.ts';
import type { CertificateNode, Pile } from './pile.ts';

/** The file of a certificate: what findings are about. */
export function placeOf({ places }: CertificateNode): string {
  return places[0]?.document.place ?? '';
}

/** Its file, with its block where that holds several things: where evidence lies. */
export function blockOf({ places }: CertificateNode): string {
  const [first] = places;
  if (!first) return '';
  const { document, origin } = first;
  return document.parts.length > 1 ? formatOrigin(origin) : document.place;
}

/** Where a certificate lies: a CA's own file before the chains that it goes along in. */
export function subjectOf(certificate: Certificate, pile: Pile): string | undefined {
  const node = pile.nodeOf(certificate);
  if (!node) return undefined;
  if (!isSelfIssued(certificate)) return placeOf(node);
  const trusted = node.places.filter(({ document }) => isTrustDocument(pile, document));
  return placeOf(trusted.length > 0 ? { ...node, places: trusted } : node);
}

const MOST_NAMES = 12;

/** What the certificate says about what is wrong with it. */
export function factsOf(certificate: Certificate, code: FindingCode): readonly Evidence[] {
  const title = { field: 'subject', value: formatDn(certificate.subject) || '(empty)' };
  switch (code) {
    case 'EXPIRED':
      return [title, { field: 'not after', value: formatTime(certificate.notAfter) }];
    case 'NOT_YET_VALID':
      return [title, { field: 'not before', value: formatTime(certificate.notBefore) }];
    case 'EXTENDED_KEY_USAGE':
      return [title, { field: 'extended key usage', value: purposesText(certificate) }];
    case 'HOST_MISMATCH':
    case 'NO_NAMES':
    case 'NAME_CONSTRAINT':
    case 'SPIFFE_MANY_URIS':
    case 'SPIFFE_MISMATCH':
    case 'SPIFFE_BAD_ID':
    case 'SPIFFE_NO_ID':
      return [title, { field: 'names', value: namesText(certificate) }];
    case 'NOT_A_CA':
    case 'PATH_LENGTH_EXCEEDED':
      return [title, { field: 'basic constraints', value: constraintsText(certificate) }];
    case 'KEY_USAGE':
      return [title, { field: 'key usage', value: [...(certificate.keyUsage ?? [])].join(', ') }];
    case 'WEAK_KEY':
      return [title, { field: 'key', value: describeKey(certificate.publicKey) }];
    case 'WEAK_HASH':
      return [
        title,
        {
          field: 'signature',
          value: certificate.signatureAlgorithm?.name ?? certificate.signatureOid,
        },
      ];
    case 'REVOKED':
      return [title, { field: 'serial number', value: toHex(certificate.serial) }];
    default:
      return [title];
  }
}

export function namesText({ names }: Certificate): string {
  const shown = names.slice(0, MOST_NAMES).map(formatGeneralName).join(', ');
  if (names.length === 0) return '(none)';
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function purposesText({ extendedKeyUsage }: Certificate): string {
  return extendedKeyUsage?.map(purposeName).join(', ') ?? '(none)';
}

function constraintsText({ basicConstraints }: Certificate): string {
  if (!basicConstraints) return '(none)';
  const { ca, pathLength } = basicConstraints;
  return `CA ${ca ? 'true' : 'false'}${pathLength === undefined ? '' : `, path length ${pathLength}`}`;
}
