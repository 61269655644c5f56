// What the issuers above a certificate allow: being CAs, path length, names.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { bytesEqual, type NameDer } from '../base/bytes.ts';
import { keyIdentifier } from '../crypto/digest.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { checkNameConstraints, type ConstraintViolation } from '../name/constraints.ts';
import { dnEqual, formatDn, type DistinguishedName } from '../name/dn.ts';
import { hostsInSubject, type GeneralName } from '../name/san.ts';
import { isSelfIssued, type Certificate } from '../x509/certificate.ts';
import { EXTENDED_KEY_USAGES, purposeName } from '../x509/extension-names.ts';
import type { KeyIdMethod, PlannedIssuer } from './plan.ts';

/** Issuer first, root last. */
export type IssuerPath = readonly [Certificate, ...Certificate[]];

const show = (certificate: Certificate): string => quoteForeign(formatDn(certificate.subject));

/** Refuses an issuer that may not sign certificates (RFC 5280 §6.1.4 (k), (n)). */
export function checkIssuersSign(path: IssuerPath): void {
  for (const certificate of path) {
    const { keyUsage } = certificate;
    const ca = certificate.basicConstraints?.ca === true;
    if (ca && (keyUsage === undefined || keyUsage.has('keyCertSign'))) continue;
    throw new MtlsError(
      'ISSUER_NOT_CA',
      `${show(certificate)} ${ca ? 'has a key usage without keyCertSign' : 'is no CA'}: nobody would accept what it signs`,
      {
        hint: 'name a CA with --ca; mtls ca list shows them',
        data: { issuer: formatDn(certificate.subject) },
      },
    );
  }
}

/** Refuses a leaf with the key of a CA above it: where the leaf serves, the CA's key would lie. */
export function checkOwnKey(path: IssuerPath, publicKey: PublicKey): void {
  const ca = path.find((certificate) => bytesEqual(certificate.publicKey.spki, publicKey.spki));
  if (!ca) return;
  throw new MtlsError('CA_KEY_SHARED', `the key is the key of the CA ${show(ca)}`, {
    hint: 'whoever serves with it could sign as this CA: leave the key out, and one is made',
    data: { ca: formatDn(ca.subject) },
  });
}

/** How the issuer is named in what it issues. */
export function plannedIssuer(path: IssuerPath, method: KeyIdMethod): PlannedIssuer {
  const [issuer] = path;
  return {
    subject: issuer.subject,
    subjectDer: issuer.subjectDer,
    keyId: issuer.subjectKeyId ?? keyIdentifier(issuer.publicKey.keyBits, method),
  };
}

/**
 * How many more CAs may stand below the issuer, Infinity when nothing bounds them; self-issued
 * ones do not count (RFC 5280 §6.1.4 (l), (m)). Answers the CA that sets the bound.
 */
function roomBelow(path: IssuerPath): { readonly room: number; readonly by: Certificate } {
  let room = Infinity;
  let by: Certificate = path[0];
  let between = 0;
  for (const certificate of path) {
    const { pathLength } = certificate.basicConstraints ?? {};
    if (pathLength !== undefined && pathLength - between < room) {
      room = pathLength - between;
      by = certificate;
    }
    if (!isSelfIssued(certificate)) between++;
  }
  return { room, by };
}

/** Refuses a path that the issuers' own path lengths already break. */
export function checkPathLength(path: IssuerPath): void {
  const { room, by } = roomBelow(path);
  if (room >= 0) return;
  throw new MtlsError('PATH_LENGTH', `${show(by)} allows no CA as deep as this issuer`, {
    hint: 'name another CA with --ca',
    data: { ca: formatDn(by.subject) },
  });
}

/**
 * The path length that a new CA gets. Asked for and too large is refused (PATH_LENGTH);
 * null asks for none.
 */
export function pathLengthBelow(
  path: IssuerPath,
  asked: number | null | undefined,
  usual: number | undefined,
): number | undefined {
  const { room, by } = roomBelow(path);
  const { pathLength } = by.basicConstraints ?? {};
  const bound = `${show(by)} has path length ${String(pathLength)}`;
  const data = { ca: formatDn(by.subject), pathLength };
  if (room < 1)
    throw new MtlsError('PATH_LENGTH', `${bound}: no further CA may stand below`, {
      hint: 'name another CA with --ca, or make the upper one with a greater --path-len',
      data,
    });
  const wanted = asked === undefined ? usual : (asked ?? undefined);
  if (wanted !== undefined && wanted > room - 1)
    throw new MtlsError('PATH_LENGTH', `path length ${wanted} does not fit: ${bound}`, {
      hint: `at most --path-len ${room - 1} fits`,
      data: { ...data, asked: wanted },
    });
  return wanted;
}

const unbounded = {
  spend: (): void => undefined,
};

/** Refuses names outside the constraints of any issuer (RFC 5280 §4.2.1.10). */
export function checkNames(
  path: readonly Certificate[],
  names: readonly GeneralName[],
  subject: DistinguishedName,
  options: { readonly hostInSubject: boolean },
): void {
  const judged = options.hostInSubject ? [...names, ...hostsInSubject(subject, names)] : names;
  for (const certificate of path) {
    const { nameConstraints } = certificate;
    if (!nameConstraints) continue;
    const violation = checkNameConstraints(nameConstraints, { names: judged, subject }, unbounded);
    if (!violation) continue;
    throw notPermitted(certificate, violation);
  }
}

function notPermitted(ca: Certificate, violation: ConstraintViolation): MtlsError {
  const { reason, name, constraint, detail } = violation;
  const hints = {
    excluded: 'choose a name outside that constraint, or name another CA with --ca',
    'not-permitted':
      'choose a name inside the constraints (mtls ca show), or name another CA with --ca',
    'not-judged': 'leave out that name, or name another CA with --ca',
    'malformed-constraint': 'no program can judge this CA’s constraints: name another with --ca',
  };
  return new MtlsError('NAME_NOT_PERMITTED', `${show(ca)} does not permit it: ${detail}`, {
    hint: hints[reason],
    data: { name, constraint, reason, ca: formatDn(ca.subject) },
  });
}

/** Says which purposes the issuers' own extended key usage would take away. */
export function purposeWarnings(
  path: readonly Certificate[],
  purposes: readonly string[],
): string[] {
  const warnings: string[] = [];
  for (const certificate of path) {
    const allowed = certificate.extendedKeyUsage;
    if (!allowed || allowed.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)) continue;
    const lost = purposes.filter((purpose) => !allowed.includes(purpose));
    if (lost.length === 0) continue;
    const names = lost.map((oid) => purposeName(oid) ?? oid).join(', ');
    warnings.push(`${show(certificate)} is not for ${names}: many programs will refuse the chain`);
  }
  return warnings;
}

/** Refuses a CA that would bear its issuer's own name: paths through it cannot be told apart. */
export function checkOwnSubject(path: IssuerPath, subjectDer: NameDer): void {
  const same = path.find((certificate) => dnEqual(certificate.subjectDer, subjectDer));
  if (!same) return;
  throw new MtlsError('BAD_SUBJECT', `the new CA would have the name of ${show(same)} above it`, {
    hint: 'give it a name of its own with --subject',
  });
}
