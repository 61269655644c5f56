// What a caller hands in: PEM or DER, options, times.
import { toUtf8 } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle, type Bundle } from '../codec/bundle.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { parseDuration, parseTime } from '../profile/duration.ts';

/** PEM as text, or the bytes of a file: PEM, DER or PKCS#12. */
export type Data = string | Uint8Array;

/** Opens encrypted private keys, and PKCS#12 key stores. */
export type Secret = string | Uint8Array;

/** The present moment, fixed or told each time; the system's clock where absent. */
export type Now = Date | (() => Date);

export function clockOf(now: Now | undefined): Clock {
  if (now === undefined) return () => new Date();
  return typeof now === 'function' ? now : () => now;
}

/** Milliseconds of `'24h'`, `'90d'`, or a number of them. Throws BAD_DURATION. */
export function durationOf(given: string | number): number {
  return typeof given === 'number' ? given : parseDuration(given);
}

/** A Date, or what `--at` takes: RFC 3339, a day, `+90d`. Throws BAD_TIME. */
export function momentOf(given: Date | string, now: Date): Date {
  const moment = typeof given === 'string' ? parseTime(given, now) : given;
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new MtlsError('BAD_TIME', 'the date is none', { hint: 'give a valid Date' });
}

/** One or several, as a list. */
export function listOf<Item extends string | Uint8Array | object>(
  given: Item | readonly Item[] | undefined,
): readonly Item[] {
  if (given === undefined) return [];
  // Array.isArray says nothing about readonly arrays
  return Array.isArray(given) ? (given as readonly Item[]) : [given as Item];
}

/** Names alone are options too. */
export function namesOr<Options extends object>(
  what: string | readonly string[] | Options,
): { readonly names: string | readonly string[] } | Options {
  return typeof what === 'string' || Array.isArray(what)
    ? { names: what as string | readonly string[] }
    : (what as Options);
}

export function bytesOf(data: Data): Uint8Array {
  return typeof data === 'string' ? toUtf8(data) : data;
}

/** Reads one input. Throws what `readBundle` throws, with the input's name in front. */
export function readData(data: Data, name?: string, passphrase?: Secret): Bundle {
  return readBundle(bytesOf(data), { name, passphrase: () => passphrase });
}

/** The only private key of an input. Throws NOTHING_FOUND, USAGE for several, and what opening it says. */
export function readKey(data: Data, passphrase: Secret | undefined, name: string): PrivateKey {
  const [key, second] = readData(data, name, passphrase).keys;
  if (!key)
    throw new MtlsError('NOTHING_FOUND', `no private key in ${quoteForeign(name)}`, {
      hint: 'give a PEM block PRIVATE KEY, or PKCS#8 in DER',
    });
  if (second)
    throw new MtlsError('USAGE', `several private keys in ${quoteForeign(name)}`, {
      hint: 'give the one that is meant',
    });
  return key.decode(() => passphrase);
}

/**
 * Refuses options that do not exist: without a compiler's word, a misspelt `host` would leave the
 * host unchecked. Throws BAD_OPTION.
 */
export function refuseUnknown<Options extends object>(
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  const stray = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (stray === undefined) return;
  throw new MtlsError('BAD_OPTION', `there is no option ${quoteForeign(stray)}`, {
    hint: `there is ${Object.keys(known).join(', ')}`,
  });
}
