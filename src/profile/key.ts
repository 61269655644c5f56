// Which key a certificate gets, and whether one that is brought along will do.
import { MtlsError } from '../base/errors.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import { isFixtureKey } from '../crypto/fixture-keys.ts';
import { describeKey, RSA_ENCRYPTION, type PublicKey } from '../crypto/public-key.ts';
import type { KeyUsage } from '../x509/extension-names.ts';
import type { Source } from './plan.ts';
import type { Profile } from './profile.ts';

const SMALLEST_RSA = 2048;
/** Handshakes with larger ones take seconds; OpenSSL refuses them beyond 16384. */
const LARGEST_RSA = 8192;

/**
 * Refuses a key that programs will not take in a certificate, or that everybody has: KEY_TOO_WEAK,
 * KEY_UNSUPPORTED, TEST_FIXTURE.
 */
function checkKey(key: PublicKey): void {
  const { type, kind, bits } = key;
  if (isFixtureKey(key))
    throw new MtlsError('TEST_FIXTURE', 'the key is a test fixture: its private half is public', {
      hint: 'make a key with mtls csr, or leave it out, and one is made',
      data: { key: describeKey(key) },
    });
  if (type !== undefined) return;
  const hint =
    'make the key with mtls csr, or with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256';
  const data = { key: describeKey(key) };
  const usable =
    kind === 'rsa' && bits !== undefined && bits >= SMALLEST_RSA && bits <= LARGEST_RSA;
  if (usable && key.algorithmOid === RSA_ENCRYPTION) return;
  if (kind === 'rsa' && bits !== undefined && bits < SMALLEST_RSA)
    throw new MtlsError('KEY_TOO_WEAK', `the key is ${describeKey(key)}, too weak`, { hint, data });
  throw new MtlsError(
    'KEY_UNSUPPORTED',
    `the key is ${describeKey(key)}, which TLS programs do not take`,
    {
      hint,
      data,
    },
  );
}

/** A plan's key: the one that is given, else the type to make. */
export function resolveKey(
  wanted: {
    readonly keyType?: KeyType | undefined;
    readonly publicKey?: PublicKey | undefined;
  },
  configured: KeyType | undefined,
  profile: Profile,
  bringer: Source,
): {
  readonly type: KeyType | undefined;
  readonly usages: readonly KeyUsage[];
  readonly source: Source;
} {
  const { publicKey } = wanted;
  if (publicKey) {
    checkKey(publicKey);
    const rsa = publicKey.kind === 'rsa';
    return { type: undefined, usages: profile.keyUsage(rsa ? 'rsa' : 'other'), source: bringer };
  }
  const type = wanted.keyType ?? configured ?? profile.keyType;
  const source = wanted.keyType ? 'flag' : configured ? 'config' : 'profile';
  const family = type.startsWith('rsa') ? 'rsa' : 'other';
  return { type, usages: profile.keyUsage(family), source };
}
