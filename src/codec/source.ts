// Whatever a person points at: PEM, DER, base64, or a manifest that holds them.
import { readBundle, type Bundle, type ReadOptions } from './bundle.ts';
import { detectKind } from './detect.ts';

/** As `readBundle`, and manifests too. Throws what `readBundle` and `readManifest` throw. */
export async function readSource(bytes: Uint8Array, options: ReadOptions = {}): Promise<Bundle> {
  const kind = detectKind(bytes);
  if (kind !== 'yaml' && kind !== 'json') return readBundle(bytes, options);
  const { readManifest } = await import('./k8s-secret.ts');
  return readManifest(bytes, options);
}
