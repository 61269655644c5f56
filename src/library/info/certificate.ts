// A certificate in plain data: who, for what names, by whom, until when, what for; then the rest.
import { toHex } from '../../base/bytes.ts';
import { formatSubtree } from '../../name/constraints.ts';
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { serialText } from '../../store/records.ts';
import { isSelfIssued } from '../../verify/names.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { purposeName, type KeyUsage } from '../../x509/extensions.ts';
import { fingerprint } from '../../x509/fingerprint.ts';
import type { Irregularity } from '../../x509/irregularity.ts';
import { extensionInfo, type ExtensionInfo } from './extension.ts';
import { keyInfo, type KeyInfo } from './key.ts';

/** A certificate in plain data. */
export interface CertificateInfo extends KeyInfo {
  /** `CN=api, O=Example`; empty when the subject is. */
  readonly subject: string;
  /** Subject alternative names: `DNS:api`, `IP:10.0.0.7`, `URI:spiffe://…`. */
  readonly names: readonly string[];
  readonly issuer: string;
  /** Issuer and subject are one name. */
  readonly selfIssued: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca: boolean;
  /** CAs allowed below; null where nothing bounds them. */
  readonly pathLength: number | null;
  /** Extended key usages, `serverAuth` or an object identifier; null where none is stated. */
  readonly purposes: readonly string[] | null;
  readonly keyUsage: readonly KeyUsage[] | null;
  /** Fingerprints, hexadecimal. */
  readonly sha256: string;
  readonly sha1: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly version: number;
  readonly signatureAlgorithm: string;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** Name constraints of a CA. */
  readonly permitted: readonly string[];
  readonly excluded: readonly string[];
  readonly extensions: readonly ExtensionInfo[];
  /** What RFC 5280 forbids and could be read all the same. */
  readonly irregularities: readonly Irregularity[];
}

export function certificateInfo(certificate: Certificate): CertificateInfo {
  const { basicConstraints, extendedKeyUsage, keyUsage, nameConstraints } = certificate;
  const { subjectKeyId, authorityKeyId } = certificate;
  const { key, spkiSha256, pin } = keyInfo(certificate.publicKey);
  return {
    subject: formatDn(certificate.subject),
    names: certificate.names.map(formatGeneralName),
    issuer: formatDn(certificate.issuer),
    selfIssued: isSelfIssued(certificate),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ca: basicConstraints?.ca ?? false,
    pathLength: basicConstraints?.pathLength ?? null,
    purposes: extendedKeyUsage?.map((oid) => purposeName(oid) ?? oid) ?? null,
    keyUsage: keyUsage ? [...keyUsage] : null,
    sha256: toHex(fingerprint(certificate, 'sha256')),
    sha1: toHex(fingerprint(certificate, 'sha1')),
    key,
    spkiSha256,
    pin,
    serial: serialText(certificate.serial),
    version: certificate.version,
    signatureAlgorithm: certificate.signatureAlgorithm?.name ?? certificate.signatureOid,
    subjectKeyId: subjectKeyId ? toHex(subjectKeyId) : null,
    authorityKeyId: authorityKeyId?.keyId ? toHex(authorityKeyId.keyId) : null,
    permitted: nameConstraints?.permitted.map(formatSubtree) ?? [],
    excluded: nameConstraints?.excluded.map(formatSubtree) ?? [],
    extensions: certificate.extensions.map(extensionInfo),
    irregularities: certificate.irregularities,
  };
}
