// Certificates and keys inside Kubernetes manifests.
import { MtlsError } from '../base/errors.ts';
import { bundleOf, type Bundle, type ReadOptions } from './bundle.ts';
import { manifestEntries } from './manifest-entries.ts';
import { formatOrigin, type Origin } from './origin.ts';
import type { BundlePart, SkippedPart } from './part.ts';
import { readParts } from './read-parts.ts';

/**
 * Reads a manifest in YAML (one or several documents) or JSON. Values that are neither certificates
 * nor keys are passed over.
 *
 * @throws MtlsError YAML_MALFORMED with the line, or the key whose base64 is broken; NOTHING_FOUND;
 *   what is malformed inside, with its place in front.
 */
export function readManifest(bytes: Uint8Array, options: ReadOptions = {}): Bundle {
  const origin: Origin = { source: options.name };
  const parts: BundlePart[] = [];
  const left: SkippedPart[] = [];
  for (const { origin: place, value } of manifestEntries(bytes, origin)) {
    if (value instanceof MtlsError) throw value;
    const found = readParts(value, place, options.passphrase);
    parts.push(...found.parts);
    left.push(...found.skipped);
  }
  if (parts.length > 0) return bundleOf(parts, left);
  const where = formatOrigin(origin);
  throw new MtlsError(
    'NOTHING_FOUND',
    `${where === '' ? '' : `${where}: `}no certificate or key in the manifest`,
    { hint: 'certificates stand in the data of a Secret or ConfigMap, such as tls.crt and ca.crt' },
  );
}
