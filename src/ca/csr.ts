// Requests, made and read: a request that is to be signed is the only one of its source, and made
// by its key.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import { invariant } from '../base/assert.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { signerOf } from '../crypto/sign.ts';
import { encodeDn } from '../name/dn.ts';
import type { CsrPlan } from '../profile/csr.ts';
import type { Attribute } from '../x509/attribute.ts';
import { parseCsr, verifyCsr, type CertificationRequest } from '../x509/csr.ts';

/**
 * Reads a PKCS#10 request, PEM or DER, and checks its signature. Throws NOTHING_FOUND, USAGE for
 * several, CSR_BAD_SIGNATURE, and what is malformed.
 *
 * @param name how messages call the source
 */
export function readCsr(bytes: Uint8Array, name: string): CertificationRequest {
  const { requests } = readBundle(bytes, { name });
  const [request, second] = requests;
  const data = { path: name };
  if (!request)
    throw new MtlsError('NOTHING_FOUND', `no certificate request in ${quoteForeign(name)}`, {
      hint: 'make one with mtls csr; mtls inspect says what the file holds',
      data,
    });
  if (second)
    throw new MtlsError('USAGE', `${requests.length} requests in ${quoteForeign(name)}`, {
      hint: 'put each into a file of its own',
      data,
    });
  if (!verifyCsr(request))
    throw new MtlsError(
      'CSR_BAD_SIGNATURE',
      `the request in ${quoteForeign(name)} is not signed by the key that it names`,
      { hint: 'it was changed, or its sender does not hold the key; ask for a new one', data },
    );
  return request;
}

interface WantedAttributes {
  /** Extensions of one's own that are asked for; whoever signs decides. */
  readonly attributes?: readonly Attribute[] | undefined;
}

/** Makes the request of a key: authored by `@peculiar/x509`, read back by our reader. */
export async function makeCsr(
  { subject, names, attributes }: Pick<CsrPlan, 'subject' | 'names'> & WantedAttributes,
  key: PrivateKey,
): Promise<CertificationRequest> {
  const { authorCsr } = await import('../x509/peculiar.ts');
  const request = parseCsr(
    await authorCsr({ subject: encodeDn(subject), names, attributes }, signerOf(key)),
  );
  invariant(verifyCsr(request), 'the request does not verify');
  return request;
}
