// The certificates of CAs: authored by `@peculiar/x509`, judged by our validator.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { generateKeyAsync } from '../crypto/generate.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { randomSerial } from '../crypto/random.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { tbsOf, type IssuePlan } from '../profile/plan.ts';
import { resolveIntermediate, resolveRoot, type CaRequest } from '../profile/resolve.ts';
import type { Certificate } from '../x509/certificate.ts';
import { release } from './release.ts';

/** A CA that is recorded nowhere yet. */
export interface AuthoredCa {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  readonly signer: Signer;
  readonly plan: IssuePlan;
}

interface Moment {
  readonly clock: Clock;
  /** Ends the work between making the key and signing. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes a root's key and certificate. Throws what `resolveRoot` throws. */
export async function authorRootCa(request: CaRequest, moment: Moment): Promise<AuthoredCa> {
  const now = moment.clock();
  const plan = resolveRoot(request, { now });
  const key = await newKey(plan, moment);
  const signer = signerOf(key);
  const { authorRoot } = await import('../x509/peculiar.ts');
  const der = await authorRoot(tbs(plan, signer, signer), signer);
  return { certificate: release(der, plan, key.publicKey, [], now), key, signer, plan };
}

/**
 * Makes the key and certificate of a CA below another. Throws what `resolveIntermediate` throws.
 *
 * @param parent issuer first, root last
 */
export async function authorIntermediateCa(
  request: CaRequest,
  parent: readonly [Certificate, ...Certificate[]],
  parentSigner: Signer,
  moment: Moment,
): Promise<AuthoredCa> {
  const now = moment.clock();
  const plan = resolveIntermediate(request, parent, { now });
  const key = await newKey(plan, moment);
  const signer = signerOf(key);
  const { authorIntermediate } = await import('../x509/peculiar.ts');
  const der = await authorIntermediate(tbs(plan, signer, parentSigner), parentSigner);
  return { certificate: release(der, plan, key.publicKey, parent, now), key, signer, plan };
}

async function newKey(plan: IssuePlan, { signal }: Moment): Promise<PrivateKey> {
  invariant(plan.keyType !== undefined, 'a CA is planned with a new key');
  const key = await generateKeyAsync(plan.keyType);
  // A key of RSA takes seconds, and nothing is on disk yet
  signal?.throwIfAborted();
  return key;
}

function tbs(plan: IssuePlan, subject: Signer, issuer: Signer) {
  return tbsOf(plan, {
    publicKey: subject.publicKey,
    serial: randomSerial(),
    algorithm: issuer.algorithm,
  });
}
