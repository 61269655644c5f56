// CAs in homes of their own, in folders that go away with the test, at a time that the test says.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createIntermediate, createRoot, type NewAuthority } from '../../src/ca/create.ts';
import { unlock, type Authority } from '../../src/ca/authority.ts';
import { deliveryIn } from '../../src/ca/deliver.ts';
import { issue, type IssueOptions, type Issued } from '../../src/ca/issue.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Signer } from '../../src/crypto/sign.ts';
import { parseConstraint, type NameConstraints } from '../../src/name/constraints.ts';
import { parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf, type CaRequest, type LeafRequest } from '../../src/profile/resolve.ts';
import { homePaths, parseCaName, type HomePaths } from '../../src/store/layout.ts';
import { temporaryFolder } from '../support/program.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const clock: Clock = () => NOW;

/** An opened CA, its key, and a folder for what it issues. */
export interface OpenCa {
  readonly folder: string;
  readonly home: HomePaths;
  readonly authority: Authority;
  readonly signer: Signer;
}

type Wanted = Omit<Partial<CaRequest>, 'subject'> & {
  readonly name?: string;
  readonly subject?: string;
  readonly clock?: Clock;
  readonly passphrase?: string;
};

function newAuthority(home: HomePaths, wanted: Wanted, usual: string): NewAuthority {
  const { name = usual, subject = `CN=${name}`, clock: at = clock, passphrase, ...rest } = wanted;
  return {
    home,
    name: parseCaName(name),
    request: { ...rest, subject: parseDn(subject) },
    passphrase,
    clock: at,
  };
}

export async function rootCa(wanted: Wanted = {}, folder = temporaryFolder()): Promise<OpenCa> {
  const home = homePaths(join(folder, '.mtls'));
  const { authority } = await createRoot(newAuthority(home, wanted, 'root'));
  return { folder, home, authority, signer: unlock(authority, () => wanted.passphrase) };
}

export async function caBelow(parent: OpenCa, wanted: Wanted = {}): Promise<OpenCa> {
  const { folder, home } = parent;
  const { authority } = await createIntermediate(
    newAuthority(home, wanted, 'sub'),
    parent.authority,
    parent.signer,
  );
  return { folder, home, authority, signer: unlock(authority) };
}

/** Plans and issues, with files in the CA's folder. */
export function issueTo(
  ca: OpenCa,
  names: readonly string[],
  more: Partial<IssueOptions> & { readonly request?: Partial<LeafRequest> } = {},
): Promise<Issued> {
  const { request, ...options } = more;
  const { clock: at = clock } = options;
  const plan = resolveLeaf(
    { names: names.map((name) => parseIdentityName(name)), ...request },
    ca.authority.path,
    { now: at() },
  );
  const [first = 'nobody'] = names;
  return issue(ca.authority, ca.signer, plan, {
    clock: at,
    delivery: { folder: ca.folder, paths: deliveryIn(ca.folder, first) },
    ...options,
  });
}

export function permit(...texts: readonly string[]): NameConstraints {
  return { permitted: texts.map((text) => parseConstraint(text)), excluded: [] };
}

/** What lies in a folder beside the home, temporary files included. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name !== '.mtls')
    .sort();
}
