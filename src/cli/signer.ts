// How commands reach a CA's key: in the home, or with the program or the token that signs with it.
import { namedSigner } from '../ca/signers.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { keepForSigning, type PrivateKey, type PublicKey } from '../crypto/key.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { parseDuration } from '../profile/duration.ts';
import { parseSigner, type SignerSpec } from '../signer/spec.ts';
import type { FoundHome } from '../store/home.ts';
import type { CaStore } from '../store/types.ts';
import type { Authority } from '../ca/authority.ts';
import { locateHome, openCaKey, type Reaching } from './authority.ts';
import { value, type OptionValues } from './command.ts';
import { askSecret, mayAsk } from './prompt.ts';
import { givenPassphrase, PASSPHRASE_OPTIONS } from './secrets.ts';

const GROUP = 'Key elsewhere:';

/** For commands whose CA may have its key elsewhere. */
export const SIGNER_OPTIONS = {
  signer: value(
    '--signer <spec>',
    'sign with exec:/path/to/program, exec:["/path","argument"] or a pkcs11: URI',
    GROUP,
  ),
  signerTimeout: value(
    '--signer-timeout <time>',
    'how long a program may take for one signature; 60s by default',
    GROUP,
  ),
} as const;

/** For commands that sign as a CA: with its key file, or its signer. */
export const CA_KEY_OPTIONS = { ...PASSPHRASE_OPTIONS, ...SIGNER_OPTIONS } as const;

/** For commands that make a CA, or take one in. */
export const NEW_SIGNER_OPTIONS = {
  ...SIGNER_OPTIONS,
  publicKey: value(
    '--public-key <file>',
    'the public key of the signer; a token is asked for it where it is left out',
    GROUP,
  ),
} as const;

type KeyOptions = OptionValues<typeof CA_KEY_OPTIONS>;

/**
 * Opens the CA's key to sign with: the signer of the command line, else that of config.yaml, else
 * the key in the home, asking for its passphrase only when it has one.
 *
 * @param prefix of the options that name the passphrase, for hints
 */
export async function unlockCa(
  reaching: Reaching,
  options: KeyOptions,
  authority: Authority,
  prefix?: string,
): Promise<Signer> {
  const { store } = authority;
  const spec = await signerFor(reaching, options, locateHome(reaching), store.name);
  if (spec) return connect(reaching, options, spec, store.certificate.publicKey, prefix);
  const key = await openHomeKey(reaching, options, store, prefix);
  keepForSigning(key);
  return signerOf(key);
}

/** The CA's own key file; where there is none, the error says what else may sign. */
async function openHomeKey(
  reaching: Reaching,
  options: KeyOptions,
  store: CaStore,
  prefix: string | undefined,
): Promise<PrivateKey> {
  try {
    return await openCaKey(reaching, options, store, prefix);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'CA_KEY_MISSING') throw error;
    throw new MtlsError('CA_KEY_MISSING', error.message, {
      hint: `${error.hint ?? ''}; where a program or a token has it, name it with --signer, or in ${quoteForeign(locateHome(reaching).config)}`,
      data: error.data,
      cause: error,
    });
  }
}

/**
 * The signer of a CA that is to be made: the one named, with the key that it is asked for or that
 * a file holds; undefined where none is named and a key is to be made. Throws USAGE.
 */
export async function newSigner(
  reaching: Reaching,
  options: OptionValues<typeof NEW_SIGNER_OPTIONS & typeof PASSPHRASE_OPTIONS>,
  home: FoundHome,
  name: string,
): Promise<Signer | undefined> {
  const spec = await signerFor(reaching, options, home, name);
  if (spec === undefined) {
    if (options.publicKey === undefined) return undefined;
    throw new MtlsError('USAGE', '--public-key says which key a signer has, and there is none', {
      hint: 'name who signs with it: --signer',
    });
  }
  const publicKey =
    options.publicKey === undefined ? undefined : await readPublicKey(reaching, options.publicKey);
  return connect(reaching, options, spec, publicKey);
}

/** The signer that is meant for a CA. Throws BAD_OPTION, YAML_MALFORMED, HOME_UNSAFE. */
export async function signerFor(
  { context }: Reaching,
  { signer, signerTimeout }: Pick<KeyOptions, 'signer' | 'signerTimeout'>,
  home: FoundHome,
  name: string,
): Promise<SignerSpec | undefined> {
  const timeout = signerTimeout === undefined ? undefined : parseDuration(signerTimeout);
  if (signer !== undefined) return parseSigner(signer, context.cwd, timeout);
  const named = await namedSigner(home, name);
  named?.trust(context.uid);
  const spec = named?.spec;
  return spec?.kind === 'exec' && timeout !== undefined ? { ...spec, timeout } : spec;
}

/**
 * Reaches a signer; a token's PIN is that of the passphrase options, of a file, or asked for.
 *
 * @param publicKey undefined where a token is to be asked for it
 */
export async function connect(
  reaching: Reaching,
  options: KeyOptions,
  spec: SignerSpec,
  publicKey: PublicKey | undefined,
  prefix?: string,
): Promise<Signer> {
  const { context } = reaching;
  const { connectSigner } = await import('../signer/connect.ts');
  return connectSigner(spec, publicKey, {
    env: context.env,
    cwd: context.cwd,
    signal: context.interruption.signal,
    pin: (what) => pinOf(reaching, options, spec, what, prefix),
  });
}

async function pinOf(
  reaching: Reaching,
  options: KeyOptions,
  spec: SignerSpec,
  what: string,
  prefix = '',
): Promise<Uint8Array> {
  const file = spec.kind === 'pkcs11' ? spec.uri.pinFile : undefined;
  const { passphraseFile = file, passphraseEnv } = options;
  const given = givenPassphrase({
    ...reaching,
    options: passphraseEnv === undefined ? { passphraseFile, passphraseEnv } : options,
  });
  if (given !== undefined) return given;
  const { context, globals } = reaching;
  if (mayAsk(context, globals))
    return Buffer.from(
      await askSecret(context, `PIN of ${what}:`, (answer) => answer !== '' || 'it is never empty'),
      'utf8',
    );
  throw new MtlsError('PASSPHRASE_NEEDED', `${what} wants a PIN, and none was given`, {
    hint: `give --${prefix}passphrase-file <file> or --${prefix}passphrase-env <name>, or pin-source=file:… in its URI`,
  });
}

/** A key that is elsewhere is of the type that it is. Throws USAGE. */
export function refuseKeyType({ keyType }: { readonly keyType?: string | undefined }): void {
  if (keyType === undefined) return;
  throw new MtlsError('USAGE', '--key-type is for a key that is made, and the signer has one', {
    hint: 'leave --key-type out',
  });
}

/** What a new CA’s next commands need, where its signer was named on the command line alone. */
export function sayHowToSign(
  { context, output }: Reaching,
  { signer }: Pick<KeyOptions, 'signer'>,
  home: FoundHome,
  name: string,
): void {
  if (signer === undefined) return;
  const named = signer.startsWith('exec:')
    ? { exec: execWords(signer, context.cwd) }
    : { pkcs11: signer };
  output.note(
    `the key is elsewhere: commands that sign as this CA need --signer, or in ${home.config}:`,
  );
  output.note(`signers: ${JSON.stringify({ [name]: named })}`);
}

function execWords(signer: string, cwd: string): readonly string[] {
  const spec = parseSigner(signer, cwd);
  return spec.kind === 'exec' ? spec.argv : [];
}

/** The public key of a file: by itself, or in a certificate. */
async function readPublicKey(reaching: Reaching, source: string): Promise<PublicKey> {
  const { readSource } = await import('./source.ts');
  const { publicKeys, certificates } = await readSource(reaching, source);
  const keys = publicKeys.length > 0 ? publicKeys : certificates.map((one) => one.publicKey);
  const [only, another] = keys;
  if (only && !another) return only;
  throw new MtlsError(
    only ? 'USAGE' : 'NOTHING_FOUND',
    `${only ? 'several public keys' : 'no public key'} in ${quoteForeign(source)}`,
    { hint: 'give a file with a PUBLIC KEY, or a certificate of it', data: { path: source } },
  );
}
