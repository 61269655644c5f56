// New keys. EC keys come from ECDH and are wrapped by hand: 17–30 µs, where generateKeyPair and
// its encoders take 200 and hold a lock that keeps threads from scaling.
import { createECDH, generateKeyPair, generateKeyPairSync } from 'node:crypto';
import type { RSAKeyPairOptions } from 'node:crypto';
import { secretBytes, useSecret } from '../base/bytes.ts';
import type { KeyType } from './key-types.ts';
import { P256, P384, P521, type Curve } from './curves.ts';
import { ecPrivateKey, ed25519PrivateKey, rsaPrivateKey, type PrivateKey } from './private-key.ts';

type RsaType = Extract<KeyType, `rsa-${string}`>;

const MODULUS_BITS: Readonly<Record<RsaType, number>> = {
  'rsa-2048': 2048,
  'rsa-3072': 3072,
  'rsa-4096': 4096,
};

/** Makes a key at once; RSA takes from a tenth of a second to several. */
export function generateKey(type: KeyType): PrivateKey {
  switch (type) {
    case 'ec-p256':
      return generateEc(P256);
    case 'ec-p384':
      return generateEc(P384);
    case 'ec-p521':
      return generateEc(P521);
    case 'ed25519':
      return generateEd25519();
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096': {
      const pair = generateKeyPairSync('rsa', rsaOptions(type));
      return useSecret(pair.privateKey, (rsa) => rsaPrivateKey(rsa, pair.publicKey));
    }
  }
}

/** As generateKey, with RSA made on another thread. */
export function generateKeyAsync(type: KeyType): Promise<PrivateKey> {
  if (type !== 'rsa-2048' && type !== 'rsa-3072' && type !== 'rsa-4096')
    return Promise.resolve(generateKey(type));
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', rsaOptions(type), (error, publicKey, privateKey) => {
      if (error) reject(error);
      else resolve(useSecret(privateKey, (rsa) => rsaPrivateKey(rsa, publicKey)));
    });
  });
}

function rsaOptions(type: RsaType): RSAKeyPairOptions<'der', 'der'> {
  return {
    modulusLength: MODULUS_BITS[type],
    publicExponent: 65537,
    publicKeyEncoding: { type: 'pkcs1', format: 'der' },
    privateKeyEncoding: { type: 'pkcs1', format: 'der' },
  };
}

function generateEc(curve: Curve): PrivateKey {
  const pair = createECDH(curve.openssl);
  const point = pair.generateKeys();
  return useSecret(secretBytes(curve.octets), (scalar) => {
    // Node drops zeros in front; RFC 5915 §3 wants them.
    useSecret(pair.getPrivateKey(), (bare) => {
      scalar.set(bare, curve.octets - bare.length);
    });
    return ecPrivateKey(curve, scalar, point, 'jwk');
  });
}

function generateEd25519(): PrivateKey {
  const pair = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  // RFC 8410 §4, §7: both encodings end in the 32 octets of the key.
  return useSecret(pair.privateKey, (pkcs8) =>
    ed25519PrivateKey(pkcs8.subarray(-32), pair.publicKey.subarray(-32), 'jwk'),
  );
}
