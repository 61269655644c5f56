// `--fetch`: the revocation lists that certificates name, fetched within limits.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import { fetchBytes } from '../probe/fetch.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { Output } from './output.ts';

/** Certificates of one chain name a handful; a hostile one may name thousands. */
const MAX_LISTS = 16;

/** The HTTP addresses under which certificates say that their lists lie (RFC 5280 §4.2.1.13). */
export function crlUrls(certificates: readonly Certificate[]): readonly string[] {
  const urls = new Set<string>();
  for (const { extensions } of certificates)
    for (const { parsed } of extensions) {
      if (parsed.kind !== 'crlDistributionPoints' && parsed.kind !== 'freshestCrl') continue;
      for (const { name } of parsed.points)
        if (name?.kind === 'fullName')
          for (const one of name.names)
            if (one.kind === 'uri' && /^http:/i.test(one.value)) urls.add(one.value);
    }
  return [...urls];
}

/** Fetches the lists. One that cannot be had is said and left out: the verdict then knows less. */
export async function fetchCrls(
  certificates: readonly Certificate[],
  output: Output,
): Promise<readonly Crl[]> {
  const urls = crlUrls(certificates);
  if (urls.length === 0) output.note('no certificate names a CRL to fetch');
  if (urls.length > MAX_LISTS)
    output.warn(`${urls.length} CRLs are named, the first ${MAX_LISTS} are fetched`);
  const crls: Crl[] = [];
  for (const url of urls.slice(0, MAX_LISTS))
    try {
      const found = readBundle(await fetchBytes(url), { name: url }).crls;
      if (found.length === 0) output.warn(`no CRL under ${quoteForeign(url)}`);
      crls.push(...found);
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
      output.warn(error.message);
    }
  return crls;
}
