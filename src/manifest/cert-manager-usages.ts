// What a certificate is for, in the words of cert-manager (cert-manager.io/v1, KeyUsage).
import type { LeafProfileName } from '../profile/profile.ts';
import { EXTENDED_KEY_USAGES, purposeName, type KeyUsage } from '../x509/extension-names.ts';
import type { Certificate } from '../x509/certificate.ts';

const KEY_USAGES = {
  digitalSignature: 'digital signature',
  nonRepudiation: 'content commitment',
  keyEncipherment: 'key encipherment',
  dataEncipherment: 'data encipherment',
  keyAgreement: 'key agreement',
  keyCertSign: 'cert sign',
  cRLSign: 'crl sign',
  encipherOnly: 'encipher only',
  decipherOnly: 'decipher only',
} as const satisfies Record<KeyUsage, string>;

const PURPOSES = {
  [EXTENDED_KEY_USAGES.anyExtendedKeyUsage]: 'any',
  [EXTENDED_KEY_USAGES.serverAuth]: 'server auth',
  [EXTENDED_KEY_USAGES.clientAuth]: 'client auth',
  [EXTENDED_KEY_USAGES.codeSigning]: 'code signing',
  [EXTENDED_KEY_USAGES.emailProtection]: 'email protection',
  [EXTENDED_KEY_USAGES.ipsecEndSystem]: 'ipsec end system',
  [EXTENDED_KEY_USAGES.ipsecTunnel]: 'ipsec tunnel',
  [EXTENDED_KEY_USAGES.ipsecUser]: 'ipsec user',
  [EXTENDED_KEY_USAGES.timeStamping]: 'timestamping',
  [EXTENDED_KEY_USAGES.ocspSigning]: 'ocsp signing',
} as const;

export type CertManagerUsage =
  (typeof KEY_USAGES)[KeyUsage] | (typeof PURPOSES)[keyof typeof PURPOSES];

/** What a workload of this kind asks for: what its profile holds. */
export function profileUsages(
  profile: LeafProfileName,
  { rsa }: { readonly rsa: boolean },
): readonly CertManagerUsage[] {
  return [
    'digital signature',
    ...(rsa ? (['key encipherment'] as const) : []),
    ...(profile === 'client' ? [] : (['server auth'] as const)),
    ...(profile === 'server' ? [] : (['client auth'] as const)),
  ];
}

/** What a certificate that is there is for, and the purposes for which cert-manager has no word. */
export function certificateUsages({ keyUsage, extendedKeyUsage = [] }: Certificate): {
  readonly usages: readonly CertManagerUsage[];
  readonly unknown: readonly string[];
} {
  const words: Readonly<Record<string, CertManagerUsage>> = PURPOSES;
  return {
    usages: [
      // Without the extension anything is allowed; a signature is what TLS makes with the key
      ...(keyUsage ? [...keyUsage] : (['digitalSignature'] as const)).map(
        (usage) => KEY_USAGES[usage],
      ),
      ...extendedKeyUsage.flatMap((oid) => words[oid] ?? []),
    ],
    unknown: extendedKeyUsage
      .filter((oid) => words[oid] === undefined)
      .map((oid) => purposeName(oid) ?? oid),
  };
}
