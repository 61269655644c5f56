import { makeCsr } from '../ca/csr.ts';
import { encodePem } from '../codec/pem.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import { generateKeyAsync } from '../crypto/generate.ts';
import type { KeyType } from '../crypto/key-types.ts';
import { planCsr } from '../profile/csr.ts';
import { parseIdentityName } from '../name/san.ts';
import { requestInfo, type RequestInfo } from './info/request.ts';
import { listOf, namesOr, readKey, refuseUnknown, type Data, type Secret } from './input.ts';
import { keyType, subject } from './requests.ts';

/** Whom the certificate is to be for, and with which key. */
export interface RequestOptions {
  /** DNS names, wildcards, IP addresses, e-mail addresses, a SPIFFE ID: each tells its own kind. */
  readonly names?: string | readonly string[] | undefined;
  readonly commonName?: string | undefined;
  readonly subject?: string | undefined;
  readonly keyType?: KeyType | undefined;
  /** Use this private key instead of a new one: PEM or DER. */
  readonly key?: Data | undefined;
  /** Opens that key. */
  readonly passphrase?: Secret | undefined;
}

export interface CreatedRequest {
  /** PEM: PKCS#10. */
  readonly csr: string;
  /** PEM: PKCS#8, unencrypted; it stays with whoever made the request. */
  readonly key: string;
  readonly request: RequestInfo;
  readonly warnings: readonly string[];
}

/**
 * Makes a key and a PKCS#10 request for it, to be signed by a CA elsewhere.
 *
 * @throws MtlsError BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_OPTION, USAGE where nobody is named
 * @example
 * import { createRequest } from 'mtls-toolkit';
 *
 * const { csr, key, request } = await createRequest(['api.example.internal', '10.0.0.7']);
 * request.names; // → ['DNS:api.example.internal', 'IP:10.0.0.7']
 * csr.split('\n')[0]; // → '-----BEGIN CERTIFICATE REQUEST-----'
 * key.split('\n')[0]; // → '-----BEGIN PRIVATE KEY-----'
 */
export async function createRequest(
  what: string | readonly string[] | RequestOptions,
): Promise<CreatedRequest> {
  const options: RequestOptions = namesOr(what);
  refuseUnknown(options, {
    names: true,
    commonName: true,
    subject: true,
    keyType: true,
    key: true,
    passphrase: true,
  });
  const plan = planCsr(listOf(options.names).map(parseIdentityName), subject(options));
  const key =
    options.key === undefined
      ? await generateKeyAsync(keyType(options).keyType ?? plan.keyType)
      : readKey(options.key, options.passphrase, 'key');
  const request = await makeCsr(plan, key);
  return {
    csr: encodePem('CERTIFICATE REQUEST', request.der),
    key: writePrivateKey(key),
    request: requestInfo(request),
    warnings: plan.warnings,
  };
}
