// Trust domains that certificates name, beside the one that is meant.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseSpiffeId, type SpiffeId } from '../../name/spiffe.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { found, type MeshFinding } from './mesh-set.ts';

/** URI names that mean to be SPIFFE IDs. */
export function spiffeUrisOf({ names }: Certificate): readonly string[] {
  return names.flatMap((name) =>
    name.kind === 'uri' && /^spiffe:/i.test(name.value) ? [name.value] : [],
  );
}

/** The first SPIFFE ID of a certificate that can be read. */
export function spiffeIdOf(certificate: Certificate): SpiffeId | undefined {
  for (const uri of spiffeUrisOf(certificate))
    try {
      return parseSpiffeId(uri);
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code !== 'BAD_SPIFFE_ID') throw error;
    }
  return undefined;
}

/** CAs that name another trust domain than the one that they are trusted for. */
export function strangers(
  roots: readonly Certificate[],
  trustDomain: string,
  place: string,
): readonly MeshFinding[] {
  return roots.flatMap((root): MeshFinding[] => {
    const id = spiffeIdOf(root);
    if (!id || id.trustDomain === trustDomain) return [];
    return [
      found(
        'SPIFFE_MISMATCH',
        place,
        `${quoteForeign(certificateTitle(root))} is of the trust domain ${quoteForeign(id.trustDomain)}, not of ${quoteForeign(trustDomain)}: bundles of two are never merged`,
        {
          clause: 'SPIFFE Federation §4.2',
          mend: 'keep the bundle of each trust domain by itself',
        },
      ),
    ];
  });
}
