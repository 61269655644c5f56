// The certificates of CAs: authored by `@peculiar/x509`, judged by our validator.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { generateKeyAsync } from '../crypto/generate.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { randomSerial } from '../crypto/random.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { checkOwnKey } from '../profile/issuer.ts';
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
  const plan = resolveRoot(request, { now: moment.clock() });
  const key = await newKey(plan, moment);
  const signer = signerOf(key);
  return { certificate: await rootBy(plan, signer, moment), key, signer, plan };
}

/** A root's certificate for a key that is elsewhere. Throws what `resolveRoot` throws. */
export async function authorRootFor(
  signer: Signer,
  request: CaRequest,
  moment: Moment,
): Promise<Omit<AuthoredCa, 'key'>> {
  const plan = resolveRoot(heldBy(signer, request), { now: moment.clock() });
  return { certificate: await rootBy(plan, signer, moment), signer, plan };
}

async function rootBy(plan: IssuePlan, signer: Signer, { clock }: Moment): Promise<Certificate> {
  const { authorRoot } = await import('../x509/peculiar.ts');
  const der = await authorRoot(tbs(plan, signer, signer), signer);
  return release(der, plan, signer.publicKey, [], clock());
}

/** A CA's certificate and the CAs above it: issuer first, root last. */
type Path = readonly [Certificate, ...Certificate[]];

/**
 * Makes the key and certificate of a CA below another. Throws what `resolveIntermediate` throws.
 *
 * @param parent issuer first, root last
 */
export async function authorIntermediateCa(
  request: CaRequest,
  parent: Path,
  parentSigner: Signer,
  moment: Moment,
): Promise<AuthoredCa> {
  const plan = resolveIntermediate(request, parent, { now: moment.clock() });
  const key = await newKey(plan, moment);
  const signer = signerOf(key);
  const certificate = await intermediateBy(plan, signer, parent, parentSigner, moment);
  return { certificate, key, signer, plan };
}

/** As `authorIntermediateCa`, for a key that is elsewhere. Throws CA_KEY_SHARED as well. */
export async function authorIntermediateFor(
  signer: Signer,
  request: CaRequest,
  parent: Path,
  parentSigner: Signer,
  moment: Moment,
): Promise<Omit<AuthoredCa, 'key'>> {
  checkOwnKey(parent, signer.publicKey);
  const plan = resolveIntermediate(heldBy(signer, request), parent, { now: moment.clock() });
  const certificate = await intermediateBy(plan, signer, parent, parentSigner, moment);
  return { certificate, signer, plan };
}

async function intermediateBy(
  plan: IssuePlan,
  signer: Signer,
  parent: Path,
  parentSigner: Signer,
  { clock }: Moment,
): Promise<Certificate> {
  const { authorIntermediate } = await import('../x509/peculiar.ts');
  const der = await authorIntermediate(tbs(plan, signer, parentSigner), parentSigner);
  return release(der, plan, signer.publicKey, parent, clock());
}

function heldBy({ publicKey }: Signer, request: CaRequest): CaRequest {
  return { ...request, publicKey };
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
