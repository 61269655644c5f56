// Making CAs: roots, and subordinates below a CA of the home.
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { Signer } from '../crypto/sign.ts';
import type { IssuePlan } from '../profile/plan.ts';
import type { CaRequest } from '../profile/resolve.ts';
import { createCaStore, listCas } from '../store/ca-store.ts';
import type { CaName, HomePaths } from '../store/layout.ts';
import type { LockOptions } from '../store/lock.ts';
import {
  authorIntermediateCa,
  authorIntermediateFor,
  authorRootCa,
  authorRootFor,
  type AuthoredCa,
} from './author.ts';
import { authorityOf, type Authority } from './authority.ts';

export interface NewAuthority {
  readonly home: HomePaths;
  readonly name: CaName;
  readonly request: CaRequest;
  readonly trustDomain?: string | undefined;
  /** Encrypts the CA's key; without it the key lies open, mode 0600. */
  readonly passphrase?: string | Uint8Array | undefined;
  /** Signs with the CA's key, which is elsewhere; without it a key is made. */
  readonly signer?: Signer | undefined;
  readonly clock: Clock;
  readonly lock?: LockOptions | undefined;
}

export interface CreatedAuthority {
  readonly authority: Authority;
  readonly plan: IssuePlan;
}

/** Refuses a name that is taken, before any work is done. The store checks again when it writes. */
function checkFree(home: HomePaths, name: CaName): void {
  if (listCas(home).includes(name))
    throw new MtlsError('CA_EXISTS', `there is a CA ${quoteForeign(name)} already`, {
      hint: `choose another name, or see it with mtls ca show ${name}`,
      data: { name, home: home.root },
    });
}

function withKey({ key, ...made }: AuthoredCa, { passphrase }: NewAuthority) {
  return { ...made, keyPem: writePrivateKey(key, passphrase) };
}

/**
 * Makes a root CA: its certificate is authored by `@peculiar/x509`, judged by our validator, and
 * put into the home whole or not at all. Throws CA_EXISTS and what `resolveRoot` throws.
 */
export async function createRoot(wanted: NewAuthority): Promise<CreatedAuthority> {
  const { home, name, request, clock } = wanted;
  checkFree(home, name);
  const moment = { clock, signal: wanted.lock?.signal };
  const { certificate, signer, plan, keyPem } = wanted.signer
    ? { ...(await authorRootFor(wanted.signer, request, moment)), keyPem: undefined }
    : withKey(await authorRootCa(request, moment), wanted);
  const store = await createCaStore(
    home,
    {
      name,
      certificate,
      issuers: [],
      ...(keyPem !== undefined && { keyPem }),
      ...(wanted.trustDomain !== undefined && { trustDomain: wanted.trustDomain }),
    },
    { clock, signer, ...wanted.lock },
  );
  return { authority: authorityOf(store), plan };
}

/**
 * Makes a CA below another of the home. Its certificate is recorded by its issuer before it is
 * used. Throws CA_EXISTS and what `resolveIntermediate` throws.
 */
export async function createIntermediate(
  wanted: NewAuthority,
  parent: Authority,
  parentSigner: Signer,
): Promise<CreatedAuthority> {
  const { home, name, request, clock } = wanted;
  checkFree(home, name);
  const moment = { clock, signal: wanted.lock?.signal };
  const below = [request, parent.path, parentSigner, moment] as const;
  const { certificate, signer, plan, keyPem } = wanted.signer
    ? { ...(await authorIntermediateFor(wanted.signer, ...below)), keyPem: undefined }
    : withKey(await authorIntermediateCa(...below), wanted);
  await parent.store.transaction({ signer: parentSigner, ...wanted.lock }, (tx) => {
    tx.issued({ certificate, profile: plan.profile.name, outputs: [] });
    return Promise.resolve();
  });
  const store = await createCaStore(
    home,
    {
      name,
      certificate,
      issuers: parent.path,
      ...(keyPem !== undefined && { keyPem }),
      parent: parent.store.name,
      ...(wanted.trustDomain !== undefined && { trustDomain: wanted.trustDomain }),
    },
    { clock, signer, ...wanted.lock },
  );
  return { authority: authorityOf(store), plan };
}
