// The CA that a mesh signs with: an intermediate of the home, made where it is missing. Its key
// leaves the home in a Secret, by the mesh's design; a root's never does.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { createIntermediate } from '../ca/create.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { CaRequest } from '../profile/resolve.ts';
import { listCas } from '../store/ca-store.ts';
import { parseCaName, type CaName } from '../store/layout.ts';
import { isSelfIssued } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { locateHome, openCa, openCaKey, undivided, type Reaching } from './authority.ts';
import { value, type OptionValues } from './command.ts';
import { lookAtCas } from './listed-cas.ts';
import { LOCK_OPTIONS, lockOptions } from './lock-options.ts';
import { refuseRootKey } from './root-key.ts';
import { newPassphrase, NEW_PASSPHRASE_OPTIONS } from './secrets.ts';
import { SIGNER_OPTIONS, unlockCa } from './signer.ts';

const PASSPHRASE = 'Passphrase:';
const ELSEWHERE = 'Key elsewhere:';

/** For commands that hand a CA's key to a mesh. */
export const MESH_CA_OPTIONS = {
  ca: value('--ca <name>', 'the CA above it; needed when there are several, and it is to be made'),
  ...NEW_PASSPHRASE_OPTIONS,
  caPassphraseFile: value(
    '--ca-passphrase-file <file>',
    'passphrase of the CA above it, from the first line of a file',
    PASSPHRASE,
  ),
  caPassphraseEnv: value(
    '--ca-passphrase-env <name>',
    'passphrase of the CA above it, from an environment variable',
    PASSPHRASE,
  ),
  caSigner: value(
    '--ca-signer <spec>',
    'who signs as the CA above it, whose key is elsewhere',
    ELSEWHERE,
  ),
  signerTimeout: SIGNER_OPTIONS.signerTimeout,
  ...LOCK_OPTIONS,
} as const;

type Options = OptionValues<typeof MESH_CA_OPTIONS>;

export interface MeshCa {
  readonly authority: Authority;
  readonly key: PrivateKey;
  /** It was not there before. */
  readonly made: boolean;
}

export interface WantedMeshCa {
  /** What it is asked for when it is made. */
  readonly request: (now: Date) => CaRequest;
  /** Looks at the CA that is there, or at the one that would issue it, and may throw. */
  readonly vet?: (authority: Authority, role: 'ca' | 'issuer') => void;
  /** Roots that are handed out with it. */
  readonly beside?: readonly Certificate[];
}

/**
 * Opens the CA of this name with its key, or makes it below `--ca`. Throws CA_KEY_IN_SECRET for a
 * root, and what opening and making CAs throws.
 */
export async function meshCa(
  reaching: Reaching & { readonly options: Options },
  text: string,
  wanted: WantedMeshCa,
): Promise<MeshCa> {
  const { options } = reaching;
  const name = parseCaName(text);
  const home = locateHome(reaching);
  if (!listCas(home).includes(name)) return makeMeshCa(reaching, name, wanted);
  const authority = openCa(reaching, name);
  refuseRootKey(reaching, authority, wanted.beside);
  wanted.vet?.(authority, 'ca');
  const { parent } = authority.store.info;
  if (options.ca !== undefined && options.ca !== parent)
    throw new MtlsError(
      'BAD_OPTION',
      `CA ${quoteForeign(name)} is there, and not below ${quoteForeign(options.ca)}`,
      { hint: 'leave --ca out, or give another name for a new one' },
    );
  // Read all the same: what makes no sense is no less wrong where it is not needed
  const { ttl, notBefore, notAfter, keyType } = wanted.request(reaching.context.clock());
  if ([ttl, notBefore, notAfter, keyType].some((one) => one !== undefined))
    reaching.output.warn(
      `CA ${quoteForeign(name)} is there: its dates and its key stay as they are`,
    );
  return { authority, key: await openCaKey(reaching, options, authority.store), made: false };
}

/** For a hint: the intermediates that meshes got have no room below. */
function aRoot(reaching: Reaching): string | undefined {
  const { seen } = lookAtCas(reaching, locateHome(reaching), ({ store, certificate }) =>
    isSelfIssued(certificate) ? store.name : undefined,
  );
  return seen.find((name) => name !== undefined);
}

async function makeMeshCa(
  reaching: Reaching & { readonly options: Options },
  name: CaName,
  { request: requestAt, vet }: WantedMeshCa,
): Promise<MeshCa> {
  const { context, options, output } = reaching;
  const request = requestAt(context.clock());
  const parent = openCa(reaching, options.ca, (first) => `--ca ${aRoot(reaching) ?? first}`);
  vet?.(parent, 'issuer');
  const { caPassphraseFile, caPassphraseEnv, caSigner, signerTimeout } = options;
  const above = {
    passphraseFile: caPassphraseFile,
    passphraseEnv: caPassphraseEnv,
    signer: caSigner,
    signerTimeout,
  };
  const parentSigner = await unlockCa(reaching, above, parent, 'ca-');
  const passphrase = await newPassphrase(reaching, `the key of CA ${quoteForeign(name)}`);
  const { authority, plan } = await undivided(reaching, () =>
    createIntermediate(
      {
        home: locateHome(reaching),
        name,
        request,
        passphrase,
        clock: context.clock,
        lock: lockOptions(reaching),
      },
      parent,
      parentSigner,
    ),
  );
  for (const warning of plan.warnings) output.warn(warning);
  if (passphrase === undefined)
    output.note(
      `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
    );
  output.note(`created CA ${quoteForeign(name)}, issued by ${quoteForeign(parent.store.name)}`);
  return { authority, key: authority.store.loadKey(() => passphrase), made: true };
}
