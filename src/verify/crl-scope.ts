// Which certificates a CRL is about (RFC 5280 §6.3.3 (b), (d)): its issuing distribution point
// against the distribution points of a certificate.
import { bytesEqual, type NameDer } from '../base/bytes.ts';
import { enterWhole } from '../asn1/reader.ts';
import { sequence } from '../asn1/writer.ts';
import { encodeGeneralName, type GeneralName } from '../name/san.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import {
  EXTENSION_OIDS,
  REASON_FLAGS,
  type DistributionPoint,
  type DistributionPointName,
  type ReasonFlag,
} from '../x509/extensions.ts';
import { sameName } from './names.ts';

/** Every reason that a CRL can leave out; `unused` is none. */
export const ALL_REASONS: ReadonlySet<ReasonFlag> = new Set(
  REASON_FLAGS.filter((flag) => flag !== 'unused'),
);

/** Where the CRLs of a certificate are; without the extension, or besides it, its issuer's own. */
function pointsOf(certificate: Certificate): readonly DistributionPoint[] {
  const oid = EXTENSION_OIDS.crlDistributionPoints;
  const found = certificate.extensions.find((extension) => extension.oid === oid)?.parsed;
  const stated = found?.kind === 'crlDistributionPoints' ? found.points : [];
  // RFC 5280 §6.3.3, last paragraph: a point with the issuer's name and nothing else
  return [...stated, { name: { kind: 'fullName', names: [directoryName(certificate.issuerDer)] } }];
}

/** Reasons that this CRL covers for this certificate; undefined where it is about others. */
export function reasonsCovered(
  crl: Crl,
  certificate: Certificate,
): ReadonlySet<ReasonFlag> | undefined {
  const own = crl.issuingDistributionPoint;
  const ca = certificate.basicConstraints?.ca === true;
  // (b)(2)(ii)–(iv)
  if (own?.onlyAttributeCerts || (own?.onlyUserCerts && ca) || (own?.onlyCaCerts && !ca))
    return undefined;
  let covered: Set<ReasonFlag> | undefined;
  for (const point of pointsOf(certificate)) {
    if (!issuerFits(crl, point, certificate)) continue;
    if (own?.name && !namesMeet(own.name, crl.issuerDer, point, certificate.issuerDer)) continue;
    covered ??= new Set();
    // (d)
    for (const reason of ALL_REASONS)
      if (
        (own?.onlySomeReasons?.includes(reason) ?? true) &&
        (point.reasons?.includes(reason) ?? true)
      )
        covered.add(reason);
  }
  return covered;
}

/** (b)(1): the certificate's own issuer, or the one that the point names for an indirect CRL. */
function issuerFits(crl: Crl, point: DistributionPoint, certificate: Certificate): boolean {
  if (!point.crlIssuer) return sameName(crl.issuerDer, certificate.issuerDer);
  return (
    crl.issuingDistributionPoint?.indirectCrl === true &&
    point.crlIssuer.some((name) => name.kind === 'dirName' && sameName(name.der, crl.issuerDer))
  );
}

/** (b)(2)(i): one of the CRL's names is one of the point's, or of its CRL issuer's. */
function namesMeet(
  own: DistributionPointName,
  crlIssuer: NameDer,
  point: DistributionPoint,
  certificateIssuer: NameDer,
): boolean {
  const directory = point.crlIssuer?.find((name) => name.kind === 'dirName');
  const base = directory?.kind === 'dirName' ? directory.der : certificateIssuer;
  const offered = fullNames(own, crlIssuer);
  const wanted = point.name ? fullNames(point.name, base) : (point.crlIssuer ?? []);
  return offered.some((one) => wanted.some((other) => sameGeneralName(one, other)));
}

function fullNames(name: DistributionPointName, base: NameDer): readonly GeneralName[] {
  if (name.kind === 'fullName') return name.names;
  // RFC 5280 §4.2.1.13: the relative name stands below the name of the CRL's issuer
  const rdns: Uint8Array[] = [];
  const reader = enterWhole(base);
  while (!reader.done) rdns.push(reader.next().whole);
  return [directoryName(sequence(...rdns, name.der) as NameDer)];
}

function directoryName(der: NameDer): GeneralName {
  return { kind: 'dirName', der, value: { rdns: [] } };
}

function sameGeneralName(a: GeneralName, b: GeneralName): boolean {
  if (a.kind === 'dirName' && b.kind === 'dirName') return sameName(a.der, b.der);
  return a.kind === b.kind && bytesEqual(encodeGeneralName(a), encodeGeneralName(b));
}
