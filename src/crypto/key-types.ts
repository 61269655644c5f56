// Kinds of key that the program makes.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

export const KEY_TYPES = [
  'ec-p256',
  'ec-p384',
  'ec-p521',
  'ed25519',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
] as const;

export type KeyType = (typeof KEY_TYPES)[number];

/** @throws MtlsError BAD_OPTION, the list as its hint. */
export function parseKeyType(text: string): KeyType {
  const wanted = text.toLowerCase();
  const found = KEY_TYPES.find((type) => type === wanted);
  if (found !== undefined) return found;
  throw new MtlsError('BAD_OPTION', `unknown key type ${quoteForeign(text)}`, {
    hint: `choose one of ${KEY_TYPES.join(', ')}`,
  });
}
