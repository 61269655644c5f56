// Certificates given together: who issued whom, and which share a key, a serial number or a file.
import { issuersAmong } from '../verify/chain-order.ts';
import { byteKey, nameKey } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';

/** A certificate, and the file it stands in: those of one place are sent as one chain. */
export interface Linted {
  readonly certificate: Certificate;
  readonly place?: string | undefined;
}

export interface Pile {
  readonly items: readonly Linted[];
  /** By names and key identifiers; whether the signature agrees is for the subject to ask. */
  readonly issuers: ReadonlyMap<Certificate, Certificate>;
  readonly byKey: ReadonlyMap<string, readonly Certificate[]>;
  readonly bySubject: ReadonlyMap<string, readonly Certificate[]>;
  /** By issuer and serial number. */
  readonly bySerial: ReadonlyMap<string, readonly Certificate[]>;
  readonly byPlace: ReadonlyMap<string, readonly Certificate[]>;
  readonly placeOf: ReadonlyMap<Certificate, string>;
}

export function pileOf(items: readonly Linted[]): Pile {
  const certificates = items.map(({ certificate }) => certificate);
  const places = items.flatMap(({ certificate, place }) =>
    place === undefined ? [] : [[certificate, place] as const],
  );
  const placeOf = new Map(places);
  return {
    items,
    issuers: issuersAmong(certificates),
    byKey: grouped(certificates, keyKey),
    bySubject: grouped(certificates, ({ subjectDer }) => nameKey(subjectDer)),
    bySerial: grouped(certificates, serialKey),
    byPlace: grouped(
      places.map(([certificate]) => certificate),
      (certificate) => placeOf.get(certificate) as string,
    ),
    placeOf,
  };
}

export function keyKey({ publicKey }: Certificate): string {
  return byteKey(publicKey.spki);
}

export function serialKey({ issuerDer, serial }: Certificate): string {
  return `${nameKey(issuerDer)} ${byteKey(serial)}`;
}

function grouped(
  certificates: readonly Certificate[],
  keyOf: (certificate: Certificate) => string,
): ReadonlyMap<string, readonly Certificate[]> {
  const groups = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    const key = keyOf(certificate);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [certificate]);
    else group.push(certificate);
  }
  return groups;
}
