// The zoo: every bad certificate by name.
import type { Clock } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { RANDOM, type KeySource } from '../source.ts';
import { makeCase, type MadeCase } from './make.ts';
import { SPECIMENS, type ZooGroup, type ZooName } from './specimens.ts';
import type { ZooFacts } from './specimen.ts';

export {
  verdictOf,
  type Verdict,
  type VersionedVerdict,
  type ZooProgram,
  type ZooVerdicts,
} from './specimen.ts';
export type { ZooPeer, ZooTlsOptions } from './make.ts';
export type { ZooGroup, ZooName };

/** A bad certificate as it stands in the list: what is known of it. */
export interface ZooEntry extends ZooFacts {
  readonly name: ZooName;
  readonly group: ZooGroup;
}

/** A bad certificate, made, with all that is known of it. */
export interface ZooCase extends ZooEntry, MadeCase {}

export interface ZooOptions {
  /** The moment it is made for; now where absent. */
  readonly now?: Date | undefined;
  /** Leaves the fault out: the same certificate healthy, to show that nothing else is wrong. */
  readonly cured?: boolean | undefined;
}

export const ZOO_NAMES = Object.keys(SPECIMENS) as readonly ZooName[];

/**
 * Every bad certificate by name: why it is bad, and what each validator says of it.
 *
 * @example
 * for (const { name, reason, expected } of ZOO) console.log(name, reason, expected.openssl);
 */
export const ZOO: readonly ZooEntry[] = ZOO_NAMES.map(entryOf);

/** All but how it is made. */
function entryOf(name: ZooName): ZooEntry {
  const data = Object.entries(SPECIMENS[name]).filter(([, value]) => typeof value !== 'function');
  return { name, ...Object.fromEntries(data) } as ZooEntry;
}

/**
 * Makes a bad certificate: one fault and no other, with the key that belongs to it, whom to trust,
 * and a healthy peer, so that a handshake can be tried.
 *
 * @throws MtlsError BAD_OPTION for a name that is not in the zoo
 * @example
 * const bad = zoo('expired');
 * const server = tls.createServer(bad.serverTls);
 * tls.connect({ port, servername: 'localhost', ...bad.peer.tls }).on('error', ({ code }) => {
 *   assert.equal(code, bad.expected.node); // CERT_HAS_EXPIRED
 * });
 */
export function zoo(name: ZooName, options: ZooOptions = {}): ZooCase {
  return createZooCase(RANDOM, () => new Date(), name, options);
}

/** As `zoo`, with the keys of a source, whatever else is made of that. */
export function createZooCase(
  source: KeySource,
  clock: Clock,
  name: ZooName,
  options: ZooOptions = {},
): ZooCase {
  // JavaScript callers misspell it without a compiler's word
  if (!Object.hasOwn(SPECIMENS, name))
    throw new MtlsError('BAD_OPTION', `no bad certificate is called ${quoteForeign(name)}`, {
      hint: `one of ${ZOO_NAMES.join(', ')}`,
    });
  const now = options.now ?? clock();
  if (Number.isNaN(now.getTime()))
    throw new MtlsError('BAD_TIME', 'the date is none', { hint: 'give a valid Date' });
  const own = source.apart(() => `zoo ${name}`);
  const made = makeCase(own, now, SPECIMENS[name], options.cured ?? false);
  return { ...entryOf(name), ...made };
}
