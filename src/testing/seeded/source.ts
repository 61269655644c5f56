// Keys, signatures and serial numbers that a seed decides.
import * as der from '../../asn1/writer.ts';
import type { KeyType } from '../../crypto/key-types.ts';
import { privateKeyFromPkcs8, type PrivateKey } from '../../crypto/key.ts';
import { ED25519 } from '../../crypto/public-key.ts';
import { signerOf, type LocalSigner } from '../../crypto/sign.ts';
import { TEST_MARK } from '../../x509/test-mark.ts';
import type { KeySource } from '../source.ts';
import type { EcType, SigningCurve } from './ecdsa.ts';
import { RsaPool } from './rsa-keys.ts';
import type { Stream } from './stream.ts';

/** What sources of one seed have in common. */
export interface Origin {
  readonly stream: Stream;
  readonly curves: Readonly<Record<EcType, SigningCurve>>;
}

/**
 * A source whose every answer follows from the seed, the path, and how often it was asked before.
 * What is made of `apart` depends on its label alone, not on what else is made.
 */
export function seededSource(
  origin: Origin,
  path: readonly string[],
  pool: RsaPool = new RsaPool(),
): KeySource {
  const { stream, curves } = origin;
  const counted = new Map<string, number>();
  const count = (what: string): string => {
    const before = counted.get(what) ?? 0;
    counted.set(what, before + 1);
    return String(before);
  };
  const octetsFor = (what: string, octets: number): Uint8Array =>
    stream([...path, what, count(what)], octets);

  return {
    mark: [TEST_MARK],
    newKey(type) {
      const what = `key ${type}`;
      switch (type) {
        case 'ec-p256':
        case 'ec-p384':
        case 'ec-p521':
          return curves[type].keyFrom(octetsFor(what, curves[type].seedOctets));
        case 'ed25519':
          return ed25519Key(octetsFor(what, 32));
        case 'rsa-2048':
        case 'rsa-3072':
        case 'rsa-4096':
          return pool.take(type, numberOf(octetsFor(what, 4)));
      }
    },
    signerOf: (key) => seededSigner(key, curves),
    newSerial() {
      const octets = octetsFor('serial', 20);
      // Positive, and never a zero in front: 158 bits are left
      octets[0] = ((octets[0] as number) & 0x3f) | 0x40;
      return octets;
    },
    apart(describe) {
      const label = describe();
      return seededSource(origin, [...path, 'apart', label, count(`apart ${label}`)], pool);
    },
  };
}

/** Ed25519 and PKCS#1 v1.5 know no chance; ECDSA is made to. */
function seededSigner(key: PrivateKey, curves: Origin['curves']): LocalSigner {
  const { type } = key.publicKey;
  return isEcType(type) ? curves[type].signerOf(key) : signerOf(key);
}

function isEcType(type: KeyType | undefined): type is EcType {
  return type === 'ec-p256' || type === 'ec-p384' || type === 'ec-p521';
}

/** The seed of RFC 8032 §5.1.5 as PKCS#8 (RFC 8410 §7), whose reader works out the public key. */
function ed25519Key(seed: Uint8Array): PrivateKey {
  const identifier = der.sequence(der.oid(ED25519));
  return privateKeyFromPkcs8(
    der.sequence(der.integer(0), identifier, der.octetString(der.octetString(seed))),
  );
}

function numberOf(octets: Uint8Array): number {
  return Buffer.from(octets).readUInt32BE();
}
