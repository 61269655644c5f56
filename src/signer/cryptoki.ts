// PKCS#11 modules, through the npm package `pkcs11js`, which is there for those who need it alone.
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/** Slots, sessions and objects as the package names them: native numbers in octets. */
export type Handle = Buffer;

interface Attribute {
  readonly type: number;
  readonly value?: number | string | Buffer;
}

/** What is used of a module (PKCS#11 2.40), under the package's names. */
export interface Cryptoki {
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): {
    readonly label: string;
    readonly manufacturerID: string;
    readonly model: string;
    readonly serialNumber: string;
    readonly flags: number;
  };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_GetSessionInfo(session: Handle): { readonly state: number };
  C_Login(session: Handle, user: number, pin?: string): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, max: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { value: Buffer }[];
  C_SignInit(session: Handle, mechanism: { mechanism: number }, key: Handle): void;
  C_SignAsync(session: Handle, data: Buffer, room: Buffer): Promise<Buffer>;
}

interface Loadable extends Cryptoki {
  load(path: string): void;
  C_Initialize(): void;
  C_Finalize(): void;
}

const PACKAGE = 'pkcs11js';

/** A module is initialized once in a process, however many of its keys are used. */
const loaded = new Map<string, Cryptoki>();

/** Loads a module by its path. Throws SIGNER_FAILED. */
export function loadCryptoki(path: string): Cryptoki {
  const known = loaded.get(path);
  if (known) return known;
  const { PKCS11 } = loadPackage();
  const cryptoki = new PKCS11();
  try {
    cryptoki.load(path);
  } catch (cause) {
    throw new MtlsError('SIGNER_FAILED', `can not load the PKCS#11 module ${quoteForeign(path)}`, {
      hint: 'check module-path: it names the shared library of the token’s maker, such as /usr/lib/softhsm/libsofthsm2.so',
      data: { module: path },
      cause,
    });
  }
  try {
    cryptoki.C_Initialize();
  } catch (cause) {
    throw cryptokiFailure(cause, `the PKCS#11 module ${quoteForeign(path)} does not start`);
  }
  process.once('exit', () => {
    try {
      cryptoki.C_Finalize();
    } catch {
      // It may be signing still, for a program that was interrupted
    }
  });
  loaded.set(path, cryptoki);
  return cryptoki;
}

function loadPackage(): { readonly PKCS11: new () => Loadable } {
  const require = createRequire(import.meta.url);
  try {
    return require(PACKAGE) as { PKCS11: new () => Loadable };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const absent = code === 'MODULE_NOT_FOUND' && message.includes(`'${PACKAGE}'`);
    throw new MtlsError(
      'SIGNER_FAILED',
      absent
        ? `a token needs the npm package ${PACKAGE}, which is not installed`
        : `the npm package ${PACKAGE} does not load`,
      {
        hint: absent
          ? `install it beside mtls-toolkit, as in: npm install -g ${PACKAGE}; it is compiled, with a C++ compiler and Python`
          : `build it again: npm rebuild -g ${PACKAGE}`,
        cause,
      },
    );
  }
}

/** What a module says where it fails: `CKR_DEVICE_REMOVED`. */
export function cryptokiCode(error: unknown): string | undefined {
  return error instanceof Error ? /\bCKR_[A-Z0-9_]+/.exec(error.message)?.[0] : undefined;
}

/** A failure of a module as an error: SIGNER_FAILED. What is none of it stays as it is. */
export function cryptokiFailure(error: unknown, what: string): unknown {
  const code = cryptokiCode(error);
  if (code === undefined) return error;
  return new MtlsError('SIGNER_FAILED', `${what}: ${code}`, {
    hint: HINTS[code] ?? 'see what the token’s own tools say of it, such as pkcs11-tool -O --login',
    data: { code },
    cause: error,
  });
}

const HINTS: Readonly<Record<string, string>> = {
  CKR_PIN_LOCKED: 'too many wrong PINs: unlock it with the token’s own tools and its SO PIN',
  CKR_MECHANISM_INVALID: 'the token does not sign with keys of this type: make one of another type',
  CKR_KEY_FUNCTION_NOT_PERMITTED: 'the key may not sign: it lacks CKA_SIGN',
  CKR_DEVICE_REMOVED: 'the token was taken out: put it back',
  CKR_TOKEN_NOT_PRESENT: 'the token was taken out: put it back',
};

/** A CK_ULONG as the package hands it over, in the octets of this machine. */
export function readUlong(octets: Buffer): number {
  return endianness() === 'LE' ? octets.readUInt32LE(0) : octets.readUInt32BE(octets.length - 4);
}
