// What a verification is made of: which certificate of a file is meant, who is trusted by another
// file, and whom a host stands for.
import { parseDnsName } from '../name/dns.ts';
import { parseIp } from '../name/ip.ts';
import type { Certificate } from '../x509/certificate.ts';
import { chainOrder } from './chain-order.ts';
import { byteKey, isSelfIssued } from './names.ts';
import type { Identity } from './types.ts';

/** The certificate that the others lead up from: the first that is no CA; undefined for none. */
export function leafAmong(
  certificates: readonly Certificate[],
): { readonly leaf: Certificate; readonly chain: readonly Certificate[] } | undefined {
  const ordered = chainOrder(certificates);
  const leaf = ordered.find((one) => one.basicConstraints?.ca !== true) ?? ordered[0];
  return leaf && { leaf, chain: ordered.filter((one) => one !== leaf) };
}

/**
 * Roots of a file are trusted, and its other CAs only help to build. Where it holds no root, its
 * CAs are trusted themselves. Any other certificate is not: a file that holds a whole chain would
 * make its own leaf good.
 */
export function trustAmong(certificates: readonly Certificate[]): {
  readonly trusted: readonly Certificate[];
  readonly untrusted: readonly Certificate[];
} {
  const cas = certificates.filter(({ basicConstraints }) => basicConstraints?.ca === true);
  const roots = certificates.filter(isSelfIssued);
  const trusted = roots.length > 0 ? roots : cas;
  return {
    trusted,
    untrusted: cas.filter((certificate) => !trusted.includes(certificate)),
  };
}

/** Each certificate once, the first of equals: CAs of one home share their roots. */
export function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  const byBytes = new Map<string, Certificate>();
  for (const certificate of certificates) {
    const key = byteKey(certificate.der);
    if (!byBytes.has(key)) byBytes.set(key, certificate);
  }
  return [...byBytes.values()];
}

/** A host as a client calls it: a DNS name, or an IP address, with brackets as in a URL or without. */
export function hostIdentity(host: string): Identity {
  const bare = /^\[(.+)\]$/.exec(host)?.[1] ?? host;
  return parseIp(bare) === undefined
    ? { kind: 'dns', value: parseDnsName(host) }
    : { kind: 'ip', value: bare };
}
