// What a test may ask of its certificates, and what it means where it asks for less.
import { MtlsError } from '../base/errors.ts';
import { KEY_TYPES, type KeyType } from '../crypto/key-types.ts';
import { parseDuration } from '../profile/duration.ts';
import type { LeafProfileName } from '../profile/profile.ts';

/** From when until when. A certificate may outlive its issuer here, lie in the past or the future. */
export interface TestValidity {
  /** Five minutes before now where absent. */
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
  /** Instead of `notAfter`: from `notBefore`, or from now; `'24h'`, `'90d'`, or milliseconds. */
  readonly ttl?: string | number | undefined;
}

export interface TestLeafOptions extends TestValidity {
  /** DNS names, wildcards, IP addresses, e-mail addresses, a SPIFFE ID: each tells its own kind. */
  readonly names?: string | readonly string[] | undefined;
  /** `client` for the PKI's client, else what the names ask for: `server` or `svid`. */
  readonly profile?: LeafProfileName | undefined;
  /** As `CN=api,O=Example`; the first name as the common name where absent. */
  readonly subject?: string | undefined;
  readonly keyType?: KeyType | undefined;
}

export interface TestCaOptions extends TestValidity {
  /** As `CN=Example Root`. */
  readonly subject?: string | undefined;
  readonly keyType?: KeyType | undefined;
}

export interface TestPkiOptions {
  /** Names of the server, or more about it; localhost, 127.0.0.1 and ::1 where absent. */
  readonly server?: string | readonly string[] | TestLeafOptions | undefined;
  /** Names of the client, or more about it; `client` where absent. */
  readonly client?: string | readonly string[] | TestLeafOptions | undefined;
  readonly ca?: TestCaOptions | undefined;
  /** Puts a CA between root and leaves. */
  readonly intermediate?: boolean | TestCaOptions | undefined;
  /** The type of every key that has no other; `ec-p256` where absent. */
  readonly keyType?: KeyType | undefined;
  /** The validity of every leaf that has no other; a day where absent. */
  readonly ttl?: string | number | undefined;
  /** The present moment. */
  readonly now?: Date | undefined;
}

export interface Dates {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Decides both dates. Throws BAD_OPTION, BAD_DURATION, BAD_TIME. */
export function datesOf(
  asked: TestValidity,
  usual: { readonly now: Date; readonly before: number; readonly after: number },
): Dates {
  const { now } = usual;
  if (asked.ttl !== undefined && asked.notAfter !== undefined)
    throw new MtlsError('BAD_OPTION', 'ttl and notAfter exclude each other', {
      hint: 'give one of the two',
    });
  const notBefore = asked.notBefore ?? new Date(now.getTime() - usual.before);
  const start = asked.notBefore ?? now;
  const span = asked.ttl === undefined ? usual.after : msOf(asked.ttl);
  const notAfter = asked.notAfter ?? new Date(start.getTime() + span);
  for (const date of [notBefore, notAfter]) {
    if (Number.isNaN(date.getTime()))
      throw new MtlsError('BAD_TIME', 'the date is none', { hint: 'give a valid Date' });
    // Four digits are all there is for it (RFC 5280 §4.1.2.5)
    if (date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
      throw new MtlsError('BAD_TIME', 'certificates are dated from the year 0 to 9999', {
        hint: 'choose a shorter ttl, or another date',
      });
  }
  return { notBefore, notAfter };
}

/** Milliseconds. Throws BAD_DURATION. */
export function msOf(ttl: string | number): number {
  return typeof ttl === 'number' ? ttl : parseDuration(ttl);
}

/** One name or several, as a list. */
export function listOf(names: string | readonly string[] | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

/** Names alone are options too. */
export function leafOptions(
  given: string | readonly string[] | TestLeafOptions | undefined,
): TestLeafOptions {
  if (given === undefined) return {};
  return typeof given === 'string' || isList(given) ? { names: given } : given;
}

// Array.isArray says nothing about readonly arrays
function isList(given: readonly string[] | TestLeafOptions): given is readonly string[] {
  return Array.isArray(given);
}

/** JavaScript callers misspell it without a compiler's word. Throws BAD_OPTION. */
export function keyTypeOf(given: KeyType | undefined): KeyType | undefined {
  if (given === undefined || KEY_TYPES.includes(given)) return given;
  throw new MtlsError('BAD_OPTION', 'unknown key type', { hint: `one of ${KEY_TYPES.join(', ')}` });
}
