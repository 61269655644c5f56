// Certificates given together: who issued whom, and which share a key, a serial number or a file.
// Copies of one certificate are one here, and nothing costs the square of a pile.
import { issuersAmong } from '../verify/chain-order.ts';
import { byteKey, nameKey } from '../verify/names.ts';
import { certificateTitle } from '../x509/title.ts';
import type { Certificate } from '../x509/certificate.ts';

/** A certificate, and the file it stands in: those of one place are sent as one chain. */
export interface Linted {
  readonly certificate: Certificate;
  readonly place?: string | undefined;
}

/** Certificates of one public key. */
interface KeyHolders {
  readonly cas: readonly Certificate[];
  /** One leaf for each identity. */
  readonly leaves: ReadonlyMap<string, Certificate>;
}

/** Certificates that stand in one file, in their order. */
interface Place {
  readonly certificates: readonly Certificate[];
  /** The leaf, where there is just one. */
  readonly leaf: Certificate | undefined;
}

export interface Pile {
  /** By names and key identifiers; whether the signature agrees is for the subject to ask. */
  issuerOf(certificate: Certificate): Certificate | undefined;
  /** Who holds the certificate's key. */
  holdersOf(certificate: Certificate): KeyHolders;
  /** Those of another content with the same issuer and serial number. */
  twinsOf(certificate: Certificate): readonly Certificate[];
  /** CAs by the certificate's issuer name, whatever their keys. */
  namesakesOfIssuer(certificate: Certificate): readonly Certificate[];
  placeOf(certificate: Certificate): Place | undefined;
}

export function pileOf(items: readonly Linted[]): Pile {
  const distinct = new Map<string, Certificate>();
  for (const { certificate } of items) {
    const key = byteKey(certificate.der);
    if (!distinct.has(key)) distinct.set(key, certificate);
  }
  const only = [...distinct.values()];
  const canonical = (certificate: Certificate): Certificate =>
    distinct.get(byteKey(certificate.der)) ?? certificate;

  const issuers = issuersAmong(only);
  const byKey = new Map(
    [...grouped(only, keyKey)].map(([key, group]) => [key, holders(group)] as const),
  );
  const bySerial = grouped(only, serialKey);
  const bySubject = grouped(only, ({ subjectDer }) => nameKey(subjectDer));
  const places = placesOf(items);
  return {
    issuerOf: (certificate) => issuers.get(canonical(certificate)),
    holdersOf: (certificate) => byKey.get(keyKey(certificate)) ?? holders([]),
    twinsOf: (certificate) => {
      const self = canonical(certificate);
      return (bySerial.get(serialKey(certificate)) ?? []).filter((other) => other !== self);
    },
    namesakesOfIssuer: ({ issuerDer }) => bySubject.get(nameKey(issuerDer)) ?? [],
    placeOf: (certificate) => places.get(certificate),
  };
}

/** A renewed certificate may keep its key: its subject stays the same, or its first name does. */
export function identityOf({ subject, subjectDer, names }: Certificate): string {
  return subject.rdns.length > 0 ? nameKey(subjectDer) : certificateTitle({ subject, names });
}

function isCa({ basicConstraints }: Certificate): boolean {
  return basicConstraints?.ca === true;
}

function holders(group: readonly Certificate[]): KeyHolders {
  const leaves = group.filter((certificate) => !isCa(certificate));
  return {
    cas: group.filter(isCa),
    leaves: new Map(leaves.map((certificate) => [identityOf(certificate), certificate])),
  };
}

function placesOf(items: readonly Linted[]): ReadonlyMap<Certificate, Place> {
  const byName = new Map<string, Certificate[]>();
  for (const { certificate, place } of items)
    if (place !== undefined) push(byName, place, certificate);
  const places = new Map<Certificate, Place>();
  for (const certificates of byName.values()) {
    const [leaf, another] = certificates.filter((certificate) => !isCa(certificate));
    const place: Place = { certificates, leaf: another ? undefined : leaf };
    for (const certificate of certificates) places.set(certificate, place);
  }
  return places;
}

function keyKey({ publicKey }: Certificate): string {
  return byteKey(publicKey.spki);
}

function serialKey({ issuerDer, serial }: Certificate): string {
  return `${nameKey(issuerDer)} ${byteKey(serial)}`;
}

function grouped(
  certificates: readonly Certificate[],
  keyOf: (certificate: Certificate) => string,
): ReadonlyMap<string, readonly Certificate[]> {
  const groups = new Map<string, Certificate[]>();
  for (const certificate of certificates) push(groups, keyOf(certificate), certificate);
  return groups;
}

function push(groups: Map<string, Certificate[]>, key: string, certificate: Certificate): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [certificate]);
  else group.push(certificate);
}
