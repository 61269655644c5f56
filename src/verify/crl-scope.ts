// Which certificates a CRL is about (RFC 5280 §6.3.3 (b), (d)): its issuing distribution point
// against the distribution points of a certificate.
import { concatBytes, type NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
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
import type { Budget } from './budget.ts';
import { byteKey, nameKey, sameName } from './names.ts';

/** Every reason that a CRL can leave out; `unused` is none. */
export const ALL_REASONS: ReadonlySet<ReasonFlag> = new Set(
  REASON_FLAGS.filter((flag) => flag !== 'unused'),
);

/** A distribution point made ready to be met by many CRLs. */
interface Place {
  readonly reasons: readonly ReasonFlag[] | undefined;
  /** Keys of the directory names of its CRL issuer, where one is named. */
  readonly issuers: ReadonlySet<string> | undefined;
  /** Keys of its names. */
  readonly names: ReadonlySet<string>;
}

const places = new WeakMap<Certificate, readonly Place[]>();

/** Where the CRLs of a certificate are; without the extension, or besides it, its issuer's own. */
function placesOf(certificate: Certificate): readonly Place[] {
  let found = places.get(certificate);
  if (!found) {
    const oid = EXTENSION_OIDS.crlDistributionPoints;
    const parsed = certificate.extensions.find((extension) => extension.oid === oid)?.parsed;
    const stated = parsed?.kind === 'crlDistributionPoints' ? parsed.points : [];
    const own = directoryName(certificate.issuerDer);
    // RFC 5280 §6.3.3, last paragraph: a point with the issuer's name and nothing else
    const all = [...stated, { name: { kind: 'fullName', names: [own] } } as const];
    found = all.map((point) => placeOf(point, certificate.issuerDer));
    places.set(certificate, found);
  }
  return found;
}

function placeOf(point: DistributionPoint, certificateIssuer: NameDer): Place {
  const directories = point.crlIssuer?.flatMap((name) => (name.kind === 'dirName' ? [name] : []));
  const base = directories?.[0]?.der ?? certificateIssuer;
  const names = point.name ? fullNames(point.name, base) : (point.crlIssuer ?? []);
  return {
    reasons: point.reasons,
    issuers: directories && new Set(directories.map(({ der }) => nameKey(der))),
    names: new Set(names.map(generalNameKey)),
  };
}

const scopes = new WeakMap<Crl, readonly string[]>();

/** Keys of the names of a CRL's issuing distribution point; undefined where it has none. */
function scopeOf(crl: Crl): readonly string[] | undefined {
  const name = crl.issuingDistributionPoint?.name;
  if (!name) return undefined;
  let found = scopes.get(crl);
  if (!found) {
    found = fullNames(name, crl.issuerDer).map(generalNameKey);
    scopes.set(crl, found);
  }
  return found;
}

/** Reasons that this CRL covers for this certificate; undefined where it is about others. */
export function reasonsCovered(
  crl: Crl,
  certificate: Certificate,
  budget: Budget,
): ReadonlySet<ReasonFlag> | undefined {
  const own = crl.issuingDistributionPoint;
  const ca = certificate.basicConstraints?.ca === true;
  // (b)(2)(ii)–(iv)
  if (own?.onlyAttributeCerts || (own?.onlyUserCerts && ca) || (own?.onlyCaCerts && !ca))
    return undefined;
  const sameIssuer = sameName(crl.issuerDer, certificate.issuerDer);
  const scope = scopeOf(crl);
  let covered: Set<ReasonFlag> | undefined;
  for (const { reasons, issuers, names } of placesOf(certificate)) {
    budget.spend(1);
    // (b)(1): the certificate's own issuer, or the one that the point names for an indirect CRL
    const fits = issuers
      ? own?.indirectCrl === true && issuers.has(nameKey(crl.issuerDer))
      : sameIssuer;
    if (!fits) continue;
    // (b)(2)(i): one of the CRL's names is one of the point's, or of its CRL issuer's
    if (scope) {
      budget.spend(scope.length);
      if (!scope.some((name) => names.has(name))) continue;
    }
    covered ??= new Set();
    // (d)
    for (const reason of ALL_REASONS)
      if ((own?.onlySomeReasons?.includes(reason) ?? true) && (reasons?.includes(reason) ?? true))
        covered.add(reason);
  }
  return covered;
}

function fullNames(name: DistributionPointName, base: NameDer): readonly GeneralName[] {
  if (name.kind === 'fullName') return name.names;
  try {
    // RFC 5280 §4.2.1.13: the relative name stands below the name of the CRL's issuer
    const rdns: Uint8Array[] = [];
    const reader = enterWhole(base);
    while (!reader.done) rdns.push(reader.next().whole);
    return [directoryName(sequence(concatBytes(rdns), name.der) as NameDer)];
  } catch (error) {
    // Below a name that cannot be read there is nothing.
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
    throw error;
  }
}

function directoryName(der: NameDer): GeneralName {
  return { kind: 'dirName', der, value: { rdns: [] } };
}

/** The same for names that are equal: directory names by RFC 5280 §7.1, others byte for byte. */
function generalNameKey(name: GeneralName): string {
  return name.kind === 'dirName'
    ? `dirName ${nameKey(name.der)}`
    : `${name.kind} ${byteKey(encodeGeneralName(name))}`;
}
