// Issuing: sign, read back and verify, stage the files, record, and only then let them out.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { PrivateKey, PublicKey } from '../crypto/key.ts';
import { generateKeyAsync } from '../crypto/generate.ts';
import { randomSerial } from '../crypto/random.ts';
import type { Signer } from '../crypto/sign.ts';
import { tbsOf, type IssuePlan } from '../profile/plan.ts';
import type { StagedFiles } from '../store/atomic.ts';
import type { OutputFile } from '../store/events.ts';
import type { LockOptions } from '../store/lock.ts';
import type { StoreNotice } from '../store/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { signCertificate } from '../x509/tbs.ts';
import { stageDelivery, type DeliveryOptions, type DeliveryPaths } from './deliver.ts';
import type { Issuer } from './issuer.ts';
import { release } from './release.ts';

export interface IssueOptions extends DeliveryOptions {
  readonly clock: Clock;
  /** Where the files go; absent, nothing is written beside the record. */
  readonly delivery?: { readonly folder: string; readonly paths: DeliveryPaths } | undefined;
  /** An existing key of the subject's, kept on; else one is made, unless the plan names its key. */
  readonly key?: PrivateKey | undefined;
  /** Serial of the certificate that this one takes the place of, as records write it. */
  readonly replaces?: string | undefined;
  readonly lock?: LockOptions | undefined;
}

export interface Issued {
  readonly plan: IssuePlan;
  readonly certificate: Certificate;
  /** Leaf first, then intermediates, no root. */
  readonly chain: readonly Certificate[];
  readonly roots: readonly Certificate[];
  /** Absent when the key stayed with the requester. */
  readonly key: PrivateKey | undefined;
  readonly outputs: readonly OutputFile[];
  readonly notices: readonly StoreNotice[];
}

/**
 * Issues what was planned. The order is the promise: nothing leaves that does not verify, and
 * nothing leaves before its record is on disk. Throws CHAIN_INVALID, FILE_EXISTS, STORE_LOCKED …
 */
export async function issue(
  authority: Issuer,
  signer: Signer,
  plan: IssuePlan,
  options: IssueOptions,
): Promise<Issued> {
  const key =
    options.key ?? (plan.keyType === undefined ? undefined : await generateKeyAsync(plan.keyType));
  const publicKey: PublicKey | undefined = key?.publicKey ?? plan.publicKey;
  invariant(publicKey !== undefined, 'a certificate is planned without a key');
  // A key of RSA takes seconds, and nothing is on disk yet
  options.lock?.signal?.throwIfAborted();

  const tbs = tbsOf(plan, { publicKey, serial: randomSerial(), algorithm: signer.algorithm });
  const certificate = release(
    await signCertificate(tbs, signer),
    plan,
    publicKey,
    authority.path,
    options.clock(),
  );
  const chain = [certificate, ...authority.intermediates];
  const roots = [authority.root];

  let staged: StagedFiles | undefined;
  let outputs: readonly OutputFile[] = [];
  if (options.delivery) {
    const { paths, folder } = options.delivery;
    ({ staged, outputs } = stageDelivery(paths, { chain, roots, key }, folder, options));
  }
  try {
    const notices = await authority.store.issue(
      { signer, ...options.lock },
      {
        certificate,
        profile: plan.profile.name,
        outputs,
        ...(options.replaces !== undefined && { replaces: options.replaces }),
      },
      // Still under the lock: of two that replace the same files, none leaves half of its own
      () => staged?.publish(),
    );
    return { plan, certificate, chain, roots, key, outputs, notices };
  } catch (error) {
    staged?.discard();
    throw error;
  }
}
