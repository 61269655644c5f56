// Which input each certificate came from.
import type { Bundle } from '../../codec/bundle.ts';
import type { Origin } from '../../codec/origin.ts';
import type { Certificate } from '../../x509/certificate.ts';

export function originsOf(bundles: readonly Bundle[]): ReadonlyMap<Certificate, Origin> {
  const origins = new Map<Certificate, Origin>();
  for (const { parts } of bundles)
    for (const part of parts)
      if (part.kind === 'certificate') origins.set(part.certificate, part.origin);
  return origins;
}
