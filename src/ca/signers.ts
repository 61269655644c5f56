// Signers that `<home>/config.yaml` names: programs and modules that are run in the user's name, so
// that nobody else may have written them there.
import { statSync, type Stats } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseDuration } from '../profile/duration.ts';
import { execSpecOf, parseSigner, SIGNER_TIMEOUT, type SignerSpec } from '../signer/spec.ts';
import type { FoundHome } from '../store/home.ts';
import { storeReadFailure } from '../store/store-fault.ts';
import { configFault, isMapping, readConfig } from './config.ts';

const EXAMPLE =
  'write it as { exec: ["/usr/local/bin/kms-sign", "argument"] } or { pkcs11: "pkcs11:token=…;object=…" }';

/** The signer that the configuration names for a CA, seen and not yet trusted. */
export interface NamedSigner {
  readonly spec: SignerSpec;
  /** Throws HOME_UNSAFE where somebody else may have put it there. */
  trust(uid: number | undefined): void;
}

/** Throws YAML_MALFORMED; undefined where the CA has no signer. */
export async function namedSigner(home: FoundHome, ca: string): Promise<NamedSigner | undefined> {
  const config = await readConfig(home);
  if (config === undefined || !Object.hasOwn(config.signers, ca)) return undefined;
  const spec = readSigner(home, ca, config.signers[ca]);
  return {
    spec,
    trust: (uid) => {
      checkTrusted(home, config.stats, uid);
    },
  };
}

function readSigner(home: FoundHome, ca: string, value: unknown): SignerSpec {
  const fail = (what: string, cause?: MtlsError) =>
    configFault(home, `the signer of ${quoteForeign(ca)}: ${what}`, cause?.hint ?? EXAMPLE, cause);
  if (!isMapping(value)) throw fail('it is no mapping');
  const { exec, pkcs11, timeout, ...unknown } = value;
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) throw fail(`unknown key ${quoteForeign(strange)}`);
  if ((exec === undefined) === (pkcs11 === undefined)) throw fail('it needs exec or pkcs11');
  try {
    if (exec !== undefined) {
      if (timeout !== undefined && typeof timeout !== 'string') throw fail('timeout is no text');
      return execSpecOf(exec, timeout === undefined ? SIGNER_TIMEOUT : parseDuration(timeout));
    }
    if (timeout !== undefined) throw fail('timeout is for programs; a token’s module has its own');
    if (typeof pkcs11 !== 'string' || !/^pkcs11:/i.test(pkcs11))
      throw fail('pkcs11 is no pkcs11: URI');
    return parseSigner(pkcs11, home.root);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'YAML_MALFORMED')
      throw fail(error.message, error);
    throw error;
  }
}

/**
 * A configuration that came with a folder (a clone, an archive, somebody's share) must not run
 * programs in it: so the home must have been named, not found by walking up, and file and folder
 * be the user's own, or root's, and nobody else's to write.
 */
function checkTrusted(home: FoundHome, config: Stats, uid: number | undefined): void {
  const { root, source } = home;
  if (source === 'project')
    throw new MtlsError(
      'HOME_UNSAFE',
      `${quoteForeign(home.config)} names a signer, and its home was only found by walking up`,
      {
        hint: `if it is yours, say so: --home ${/^[\w./+@-]+$/.test(root) ? root : '<folder>'}, MTLS_HOME, or --signer`,
        data: { path: home.config },
      },
    );
  if (uid === undefined) return;
  let folder: Stats;
  try {
    folder = statSync(root);
  } catch (error) {
    throw storeReadFailure(error, root, 'the home');
  }
  for (const [path, { uid: owner, mode }] of [
    [root, folder],
    [home.config, config],
  ] as const) {
    const what =
      owner !== uid && owner !== 0
        ? `belongs to another user (uid ${owner}, you are ${uid})`
        : (mode & 0o022) !== 0
          ? `can be written to by others (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`
          : undefined;
    if (what !== undefined)
      throw new MtlsError(
        'HOME_UNSAFE',
        `no signer of ${quoteForeign(home.config)} is run: ${quoteForeign(path)} ${what}`,
        {
          hint: 'make it your own and writable by you alone (chmod go-w), and see what it says; or give --signer',
          data: { path },
        },
      );
  }
}
