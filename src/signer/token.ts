// A private key in a token: found by its pkcs11: URI, opened with a PIN, asked for signatures.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { describeKey, type PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { cryptokiCode, cryptokiFailure, loadCryptoki, readUlong } from './cryptoki.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import type { Pkcs11Uri } from './pkcs11-uri.ts';
import { remoteSigner } from './remote.ts';
import {
  ecdsaSigValue,
  publicKeyOfToken,
  tokenQuestion,
  type TokenPublicKey,
} from './token-key.ts';

const CKF_SERIAL_SESSION = 0x4;
const CKF_LOGIN_REQUIRED = 0x4;
const CKF_PROTECTED_AUTHENTICATION_PATH = 0x100;
/** CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS. */
const OPENED: readonly number[] = [1, 3];
const CKU_USER = 1;
const CKU_CONTEXT_SPECIFIC = 2;
const CKO_PUBLIC_KEY = 2;
const CKO_PRIVATE_KEY = 3;
const CKA_CLASS = 0x0;
const CKA_LABEL = 0x3;
const CKA_KEY_TYPE = 0x100;
const CKA_ID = 0x102;
const CKA_MODULUS = 0x120;
const CKA_PUBLIC_EXPONENT = 0x122;
const CKA_EC_PARAMS = 0x180;
const CKA_EC_POINT = 0x181;
const CKA_ALWAYS_AUTHENTICATE = 0x202;
const CKK_RSA = 0x0;
const CKK_EC = 0x3;
const CKK_EC_EDWARDS = 0x40;

/** An RSA signature of 16,384 bits takes 2 KiB. */
const ROOM = 4096;
const MAX_FOUND = 32;

export interface TokenAccess {
  /** Used where the URI names none. */
  readonly module?: string | undefined;
  /** Asked for once, and only where the token wants one: it counts wrong ones. */
  readonly pin: (what: string) => Promise<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  readonly load?: ((module: string) => Cryptoki) | undefined;
}

/** An opened key of a token. */
export interface TokenKey {
  /** As the token shows it. Throws SIGNER_FAILED where it does not. */
  publicKey(): PublicKey;
  /** Signs with it, under the public key that it must have. Throws SIGNER_WRONG. */
  signer(publicKey: PublicKey): Signer;
}

/**
 * Opens the one private key that a URI names.
 *
 * @throws MtlsError SIGNER_FAILED for no module, token or key, or more than one; PASSPHRASE_WRONG,
 * and what `pin` throws
 */
export async function openTokenKey(uri: Pkcs11Uri, access: TokenAccess): Promise<TokenKey> {
  const path = uri.module ?? access.module;
  if (path === undefined)
    throw new MtlsError('SIGNER_FAILED', 'the signer’s pkcs11: URI names no module', {
      hint: 'add ?module-path=/path/to/module.so to it, or set MTLS_PKCS11_MODULE',
    });
  const cryptoki = (access.load ?? loadCryptoki)(path);
  try {
    const { slot, label, flags } = chooseToken(cryptoki, uri);
    const told = `the token ${quoteForeign(label)}`;
    const session = cryptoki.C_OpenSession(slot, CKF_SERIAL_SESSION);
    // Another key of the same token may have opened it
    const open = OPENED.includes(cryptoki.C_GetSessionInfo(session).state);
    let pin: string | undefined;
    if (!open && (flags & CKF_LOGIN_REQUIRED) !== 0) {
      pin = await pinOf(flags, told, access);
      logIn(cryptoki, session, CKU_USER, pin, told);
    }
    const key = choosePrivateKey(cryptoki, session, uri, told);
    const always = attributeOf(cryptoki, session, key, CKA_ALWAYS_AUTHENTICATE)?.[0] === 1;
    if (always) pin ??= await pinOf(flags, told, access);
    const shown = publicKeyOf(cryptoki, session, key);
    return {
      publicKey: () => {
        if (shown) return shown;
        throw new MtlsError('SIGNER_FAILED', `${told} does not show the key’s public half`, {
          hint: 'give it with --public-key <file>',
        });
      },
      signer: (publicKey) => {
        if (shown && !bytesEqual(shown.spki, publicKey.spki)) throw another(shown, told);
        return remoteSigner(publicKey, told, async ({ algorithm, input }) => {
          const { mechanism, data } = tokenQuestion(algorithm, input);
          try {
            cryptoki.C_SignInit(session, { mechanism }, key);
            if (always) logIn(cryptoki, session, CKU_CONTEXT_SPECIFIC, pin, told);
            const signing = cryptoki.C_SignAsync(session, Buffer.from(data), Buffer.alloc(ROOM));
            const answer = new Uint8Array(await unlessAborted(signing, access.signal));
            return (algorithm.scheme === 'ecdsa' ? ecdsaSigValue(answer) : undefined) ?? answer;
          } catch (error) {
            throw cryptokiFailure(error, `${told} did not sign`);
          }
        });
      },
    };
  } catch (error) {
    throw cryptokiFailure(error, `the PKCS#11 module ${quoteForeign(path)} fails`);
  }
}

interface FoundToken {
  readonly slot: Handle;
  readonly label: string;
  readonly flags: number;
}

function chooseToken(cryptoki: Cryptoki, { token }: Pkcs11Uri): FoundToken {
  const all = cryptoki.C_GetSlotList(true).map((slot) => {
    const info = cryptoki.C_GetTokenInfo(slot);
    return { slot, flags: info.flags, label: info.label.trimEnd(), info };
  });
  const is = (wanted: string | undefined, found: string) =>
    wanted === undefined || wanted === found.trimEnd();
  const fitting = all.filter(
    ({ slot, info }) =>
      is(token.label, info.label) &&
      is(token.serial, info.serialNumber) &&
      is(token.manufacturer, info.manufacturerID) &&
      is(token.model, info.model) &&
      (token.slot === undefined || token.slot === readUlong(slot)),
  );
  const [only, another] = fitting;
  if (only && !another) return only;
  const names = (tokens: readonly FoundToken[]) =>
    tokens.length === 0 ? 'none' : tokens.map(({ label }) => quoteForeign(label, 40)).join(', ');
  throw new MtlsError(
    'SIGNER_FAILED',
    only
      ? 'the signer’s pkcs11: URI fits several tokens'
      : 'no token fits the signer’s pkcs11: URI',
    {
      hint: only
        ? `name one by token, serial or slot-id; these fit: ${names(fitting)}`
        : `tokens that are there: ${names(all)}`,
    },
  );
}

async function pinOf(
  flags: number,
  told: string,
  { pin }: TokenAccess,
): Promise<string | undefined> {
  // With a keypad of its own, it asks by itself
  if ((flags & CKF_PROTECTED_AUTHENTICATION_PATH) !== 0) return undefined;
  return Buffer.from(await pin(told)).toString('utf8');
}

function logIn(
  cryptoki: Cryptoki,
  session: Handle,
  user: number,
  pin: string | undefined,
  told: string,
): void {
  try {
    cryptoki.C_Login(session, user, pin);
  } catch (error) {
    switch (cryptokiCode(error)) {
      case 'CKR_PIN_INCORRECT':
      case 'CKR_PIN_INVALID':
      case 'CKR_PIN_LEN_RANGE':
        throw new MtlsError('PASSPHRASE_WRONG', `the PIN does not open ${told}`, {
          hint: 'a token counts wrong PINs and locks itself: be sure before you try again',
          cause: error,
        });
      default:
        throw cryptokiFailure(error, `${told} takes no PIN`);
    }
  }
}

function choosePrivateKey(
  cryptoki: Cryptoki,
  session: Handle,
  { label, id }: Pkcs11Uri,
  told: string,
): Handle {
  const named = [
    ...(label === undefined ? [] : [{ type: CKA_LABEL, value: label }]),
    ...(id === undefined ? [] : [{ type: CKA_ID, value: Buffer.from(id) }]),
  ];
  const found = find(cryptoki, session, CKO_PRIVATE_KEY, named);
  const [only, another] = found;
  if (only && !another) return only;
  const there = only ? found : find(cryptoki, session, CKO_PRIVATE_KEY, []);
  const names = there.map((key) => {
    const name = attributeOf(cryptoki, session, key, CKA_LABEL)?.toString('utf8') ?? '';
    const mark = attributeOf(cryptoki, session, key, CKA_ID)?.toString('hex') ?? '';
    return `${quoteForeign(name, 40)} (id ${mark.replace(/../g, '%$&') || 'none'})`;
  });
  throw new MtlsError(
    'SIGNER_FAILED',
    only ? `${told} has several keys that fit` : `${told} has no such private key`,
    {
      hint: `name one by object or id${names.length === 0 ? '; it has none' : `: ${names.slice(0, 8).join(', ')}`}`,
    },
  );
}

function find(
  cryptoki: Cryptoki,
  session: Handle,
  kind: number,
  named: readonly { type: number; value: string | Buffer }[],
): readonly Handle[] {
  cryptoki.C_FindObjectsInit(session, [{ type: CKA_CLASS, value: kind }, ...named]);
  try {
    return cryptoki.C_FindObjects(session, MAX_FOUND);
  } finally {
    cryptoki.C_FindObjectsFinal(session);
  }
}

/** Undefined where the object has no such attribute, or does not show it. */
function attributeOf(
  cryptoki: Cryptoki,
  session: Handle,
  object: Handle,
  type: number,
): Buffer | undefined {
  try {
    const [found] = cryptoki.C_GetAttributeValue(session, object, [{ type }]);
    return found && found.value.length > 0 ? found.value : undefined;
  } catch (error) {
    if (cryptokiCode(error) === undefined) throw error;
    return undefined;
  }
}

function another(shown: PublicKey, told: string): MtlsError {
  return new MtlsError('SIGNER_WRONG', `${told} has another key than the CA under that name`, {
    hint: `it is ${describeKey(shown)}: name the CA’s own by object or id`,
  });
}

/** From the public object beside the key, else from what the private one shows. */
function publicKeyOf(cryptoki: Cryptoki, session: Handle, key: Handle): PublicKey | undefined {
  const value = (type: number) => attributeOf(cryptoki, session, key, type);
  const [id, label] = [value(CKA_ID), value(CKA_LABEL)];
  const beside =
    id === undefined
      ? label && find(cryptoki, session, CKO_PUBLIC_KEY, [{ type: CKA_LABEL, value: label }])
      : find(cryptoki, session, CKO_PUBLIC_KEY, [{ type: CKA_ID, value: id }]);
  for (const object of [...(beside ?? []), key]) {
    const shown = shownBy(cryptoki, session, object);
    if (shown) return publicKeyOfToken(shown);
  }
  return undefined;
}

function shownBy(cryptoki: Cryptoki, session: Handle, object: Handle): TokenPublicKey | undefined {
  const value = (type: number) => attributeOf(cryptoki, session, object, type);
  const type = value(CKA_KEY_TYPE);
  switch (type && readUlong(type)) {
    case CKK_RSA: {
      const [modulus, exponent] = [value(CKA_MODULUS), value(CKA_PUBLIC_EXPONENT)];
      return modulus && exponent && { kind: 'rsa', modulus, exponent };
    }
    case CKK_EC:
    case CKK_EC_EDWARDS: {
      const [params, point] = [value(CKA_EC_PARAMS), value(CKA_EC_POINT)];
      const kind = type && readUlong(type) === CKK_EC ? 'ec' : 'edwards';
      return params && point && { kind, params, point };
    }
    default:
      return undefined;
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort);
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
