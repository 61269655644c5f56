// What is known of a bad certificate, and how a healthy chain is spoilt into it.
import type { Chain, Side } from './draft.ts';

/** Programs by whose versions a verdict is told; OpenSSL is mostly the one within Node. */
export type ZooProgram = 'node' | 'openssl' | 'go' | 'gnutls';

/** What some versions say. */
export interface VersionedVerdict {
  readonly says: string;
  /** The first versions that no longer say so, as `{ openssl: '3.2' }`; absent for the newest. */
  readonly below?: Readonly<Partial<Record<ZooProgram, string>>>;
}

/**
 * What a validator says: its error, or `accepted`.
 * A list, the oldest first, where that depends on its version.
 */
export type Verdict = string | readonly VersionedVerdict[];

/** What each validator says of a bad certificate. */
export interface ZooVerdicts {
  /** The code of a fault of `mtls verify`, or of the error on reading it. */
  readonly mtls: string;
  /**
   * The code of the error in Node's TLS: `error.code` of a client, `socket.authorizationError` of
   * a server that does not reject by itself.
   */
  readonly node: Verdict;
  /** Of `openssl verify`: number and text of the error, or the text where it has no number. */
  readonly openssl: Verdict;
  /** The text of crypto/tls that does not change from case to case. */
  readonly go: Verdict;
  /** The text of the verification status, or of the error on reading it. */
  readonly gnutls: Verdict;
}

/** What is known of a bad certificate. */
export interface ZooFacts {
  /** What is wrong: one line, plain, lower case. */
  readonly reason: string;
  /** Where that is forbidden, such as `RFC 5280 §4.1.2.5`. */
  readonly clause: string;
  /** Who presents it: the other side must refuse. */
  readonly side: Side;
  /** Whom the client calls; `localhost` where absent. */
  readonly host?: string;
  /** The trust domain whose members alone are let in, by who knows SPIFFE. */
  readonly trustDomain?: string;
  readonly expected: ZooVerdicts;
  /**
   * Where certificate and key do not make a pair: `expected` is what each says on loading them to
   * present them. To a verifier, which sees no key, the certificate is a good one.
   */
  readonly foundWhen?: 'loading';
  /**
   * What Node's TLS says to who loads it to present it, so that no handshake begins; absent where
   * it loads.
   */
  readonly loading?: Verdict;
}

/** Facts, and how to make it. */
export interface Specimen extends ZooFacts {
  /** What the case needs that is not its fault. */
  readonly prepare?: (chain: Chain) => void;
  /** The one fault. */
  readonly spoil: (chain: Chain) => void;
}

/** A field that is left out. */
export const NOTHING = new Uint8Array();

/** Everywhere: untidy or unwise, and nobody minds. */
export const ACCEPTED: ZooVerdicts = {
  mtls: 'accepted',
  node: 'accepted',
  openssl: 'accepted',
  go: 'accepted',
  gnutls: 'accepted',
};

/** Declares a group of specimens; the type keeps their names. */
export function specimens<const Name extends string>(
  group: Readonly<Record<Name, Specimen>>,
): Readonly<Record<Name, Specimen>> {
  return group;
}

/**
 * What a version of a validator says; of Node, the one that runs.
 *
 * @example
 * const { expected } = zoo('weakKey');
 * verdictOf(expected.node);
 * verdictOf(expected.openssl, { openssl: '3.0.19' });
 */
export function verdictOf(
  verdict: Verdict,
  versions: Readonly<Partial<Record<string, string>>> = process.versions,
): string {
  if (typeof verdict === 'string') return verdict;
  const found = verdict.find(({ below }) =>
    Object.entries(below ?? {}).every(([program, limit]) => isBelow(versions[program], limit)),
  );
  return found?.says ?? 'accepted';
}

/** A version that is not told is the newest. */
function isBelow(version: string | undefined, limit: string): boolean {
  if (version === undefined) return false;
  const own = numbersOf(version);
  for (const [index, wanted] of numbersOf(limit).entries()) {
    const part = own[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

function numbersOf(version: string): readonly number[] {
  return Array.from(version.matchAll(/\d+/g), ([digits]) => Number(digits));
}
