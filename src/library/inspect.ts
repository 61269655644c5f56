import type { Bundle } from '../codec/bundle.ts';
import { contentInfo, contentOf, type Inspection } from './info/content.ts';
import { readData, refuseUnknown, type Data, type Secret } from './input.ts';

export interface InspectOptions {
  /** Opens encrypted keys; without it they are told and stay closed. */
  readonly passphrase?: Secret | undefined;
  /** How origins and messages call the input. */
  readonly name?: string | undefined;
}

/**
 * Says what an input holds: certificates in the order of their chain, private keys (what they are,
 * never the key), requests, CRLs, public keys. Nothing is judged: that is `verify`.
 *
 * @param data PEM with any number of blocks, DER, or either in base64
 * @throws MtlsError FILE_EMPTY, NOT_RECOGNIZED, NOTHING_FOUND, PEM_MALFORMED, CERT_MALFORMED …,
 * PASSPHRASE_WRONG
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
  const bundle = readData(data, name);
  return contentInfo(contentOf(bundle, seenKeys(bundle, passphrase)));
}

function seenKeys({ keys }: Bundle, passphrase: Secret | undefined) {
  return keys.map(({ encrypted, origin, decode }) => ({
    origin,
    encrypted,
    publicKey:
      encrypted && passphrase === undefined ? undefined : decode(() => passphrase).publicKey,
  }));
}
