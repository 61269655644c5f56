// CAs and leaves signed in memory from plans.
import { generateKey } from '../../src/crypto/generate.ts';
import type { KeyType } from '../../src/crypto/algorithms.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { parseConstraint, type NameConstraints } from '../../src/name/constraints.ts';
import { parseDn } from '../../src/name/dn.ts';
import { tbsOf, type IssuePlan } from '../../src/profile/plan.ts';
import { resolveIntermediate, resolveRoot, type CaRequest } from '../../src/profile/resolve.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { signCertificate } from '../../src/x509/tbs.ts';

export const now = new Date('2026-03-01T12:00:00Z');

export interface TestAuthority {
  readonly key: PrivateKey;
  /** Own certificate first, root last. */
  readonly path: readonly [Certificate, ...Certificate[]];
}

type Wanted = Omit<Partial<CaRequest>, 'subject'> & { readonly subject?: string };

function request(wanted: Wanted, usual: string): CaRequest {
  return { ...wanted, subject: parseDn(wanted.subject ?? usual) };
}

export async function sign(
  plan: IssuePlan,
  key: PrivateKey,
  issuer?: TestAuthority,
): Promise<Certificate> {
  const signer = signerOf(issuer?.key ?? key);
  const { publicKey } = key;
  const tbs = tbsOf(plan, { publicKey, serial: randomSerial(), algorithm: signer.algorithm });
  return parseCertificate(await signCertificate(tbs, signer));
}

export async function root(wanted: Wanted = {}, at = now): Promise<TestAuthority> {
  const plan = resolveRoot(request(wanted, 'CN=Test Root'), { now: at });
  const key = generateKey(plan.keyType as KeyType);
  return { key, path: [await sign(plan, key)] };
}

export async function below(
  issuer: TestAuthority,
  wanted: Wanted = {},
  at = now,
): Promise<TestAuthority> {
  const plan = resolveIntermediate(request(wanted, 'CN=Test Intermediate'), issuer.path, {
    now: at,
  });
  const key = generateKey(plan.keyType as KeyType);
  return { key, path: [await sign(plan, key, issuer), ...issuer.path] };
}

export function constraints(given: {
  readonly permit?: readonly string[];
  readonly exclude?: readonly string[];
}): NameConstraints {
  return {
    permitted: (given.permit ?? []).map(parseConstraint),
    excluded: (given.exclude ?? []).map(parseConstraint),
  };
}
