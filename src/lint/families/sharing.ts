// Certificates that share something with this one.
import { bytesEqual } from '../../base/bytes.ts';
import type { Certificate } from '../../x509/certificate.ts';

/** Those of a group that are another certificate, not another copy of this one. */
export function others(
  certificate: Certificate,
  group: readonly Certificate[],
): readonly Certificate[] {
  return group.filter((other) => other !== certificate && !bytesEqual(other.der, certificate.der));
}
