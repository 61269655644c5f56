import type { Bundle } from '../codec/bundle.ts';
import { contentInfo, contentOf, type Inspection } from './info/content.ts';
import { readData, refuseUnknown, type Data, type Secret } from './input.ts';

export interface InspectOptions {
  /** Opens encrypted keys, which stay closed without it, and PKCS#12, which cannot be read then. */
  readonly passphrase?: Secret | undefined;
  /** How origins and messages call the input. */
  readonly name?: string | undefined;
}

/**
 * Says what an input holds: certificates in the order of their chain, private keys (what they are,
 * never the key), requests, CRLs, public keys. Nothing is judged: that is `verify`.
 *
 * @param data PEM with any number of blocks, DER, PKCS#12, or any of them in base64
 * @throws MtlsError FILE_EMPTY, NOT_RECOGNIZED, NOTHING_FOUND, PEM_MALFORMED, CERT_MALFORMED …,
 * PASSPHRASE_WRONG, PASSPHRASE_NEEDED for PKCS#12
 * @example
 * import { createCa, inspect } from 'mtls-toolkit';
 *
 * const ca = await createCa();
 * const { cert, key } = await ca.issue('api.example.internal');
 *
 * const { certificates, keys } = inspect(cert + key);
 * certificates[0]?.names; // → ['DNS:api.example.internal']
 * certificates[0]?.purposes; // → ['serverAuth']
 * keys[0]?.belongsTo; // → ['CN=api.example.internal']
 */
export function inspect(data: Data, options: InspectOptions = {}): Inspection {
  refuseUnknown(options, { passphrase: true, name: true });
  const { passphrase, name } = options;
  const bundle = readData(data, name, passphrase);
  return contentInfo(contentOf(bundle, seenKeys(bundle, passphrase)));
}

function seenKeys({ keys }: Bundle, passphrase: Secret | undefined) {
  return keys.map(({ encrypted, locked, origin, decode }) => ({
    origin,
    encrypted,
    publicKey: locked && passphrase === undefined ? undefined : decode(() => passphrase).publicKey,
  }));
}
