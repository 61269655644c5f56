// Certificates as a set-up wants them, whoever makes them: openssl, Go, or we.

/** How a certificate is to be. */
export interface CertSpec {
  /** Common name; a whole subject where it holds a `/`. */
  readonly cn: string;
  /** Who signs, by its name in the set-up; itself where absent. */
  readonly by?: string;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly ca?: boolean;
  readonly pathLen?: number;
  /** None where absent. */
  readonly eku?: readonly ('serverAuth' | 'clientAuth' | 'codeSigning')[];
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  /** Name constraints of a CA. */
  readonly permit?: readonly string[];
  readonly key?: 'ec' | 'rsa-2048' | 'rsa-1024' | 'ed25519';
  /** Certifies the key of another. */
  readonly keyOf?: string;
  readonly sha1?: boolean;
  /** Neither constraints nor usages nor identifiers: version 1. */
  readonly bare?: boolean;
}

export interface Made {
  /** PEM. */
  readonly cert: string;
  /** PKCS#8 in PEM. */
  readonly key: string;
}

/** In the order of the specs; each may be signed by an earlier one. */
export type Maker = (specs: Readonly<Record<string, CertSpec>>) => Readonly<Record<string, Made>>;

export const DAY = 86_400_000;

/** The span of a certificate: begun yesterday, for a year or ten, where nothing is said. */
export function datesOf({ from = -1, to, ca = false }: CertSpec): readonly [Date, Date] {
  const now = Date.now();
  const at = (days: number) => new Date(Math.floor((now + days * DAY) / 1000) * 1000);
  return [at(from), at(to ?? (ca ? 3650 : 365))];
}

/** `/O=x/CN=y` of either form. */
export function subjectOf({ cn }: CertSpec): string {
  return cn.startsWith('/') ? cn : `/CN=${cn}`;
}
