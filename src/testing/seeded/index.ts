// Certificates that a seed decides: the same bytes on every machine, with every Node, for ever.
import type { Clock } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import type { TestPkiOptions } from '../options.ts';
import { createPki, type TestPki } from '../pki.ts';
import type { KeySource } from '../source.ts';
import { createZooCase, type ZooCase, type ZooName, type ZooOptions } from '../zoo/index.ts';
import { SEEDED_AT, seededTtl } from './defaults.ts';
import { loadCurves } from './ecdsa.ts';
import { seededSource } from './source.ts';
import { streamOf } from './stream.ts';

export interface SeededOptions {
  /** The present moment of all that is made; 2026-01-01T00:00:00Z where absent. */
  readonly at?: Date | undefined;
}

/** Makes what the functions of the same names make, with bytes that follow from the seed. */
export interface SeededTesting {
  /**
   * As `createTestPki`, but a function of seed, moment and options: asked again it answers the
   * same. A second certificate for the same names from one PKI has a key of its own. Leaves without
   * a `ttl` last until 2049-12-31T23:59:59Z, and a year at least.
   */
  readonly createTestPki: (options?: TestPkiOptions) => TestPki;
  /** As `zoo`, but a function of seed, moment, name and options. */
  readonly zoo: (name: ZooName, options?: ZooOptions) => ZooCase;
  /**
   * Keys, signatures and serial numbers for what is shaped by hand. What it answers depends on what
   * it was asked before; what its `apart` gives, on the label.
   */
  readonly source: KeySource;
}

/**
 * Test certificates that are the same bytes on every machine and with every version of Node, for
 * golden files, snapshots and caches. Whoever knows the seed has the keys: every certificate is
 * marked as a test fixture, and no CA of this package accepts it. Ed25519 and RSA sign without
 * chance by themselves, ECDSA does by RFC 6979; RSA keys come from sixteen that are public.
 *
 * Made by default, nothing ever expires in practice: the clock stands at 2026-01-01T00:00:00Z, CAs
 * last until 2075 and leaves until the end of 2049. Browsers and macOS refuse server certificates
 * that last so long; give them `at` and `ttl`.
 *
 * @throws MtlsError BAD_OPTION for an empty seed, BAD_TIME
 * @example
 * const { createTestPki } = await seeded('checkout');
 * const pki = createTestPki({ server: 'shop.test' });
 */
export async function seeded(seed: string, options: SeededOptions = {}): Promise<SeededTesting> {
  const { at = SEEDED_AT } = options;
  const moment = at.getTime();
  if (Number.isNaN(moment))
    throw new MtlsError('BAD_TIME', 'the date is none', { hint: 'give a valid Date' });
  const stream = streamOf(seed);
  const origin = { stream, curves: await loadCurves() };
  const clock: Clock = () => new Date(moment);
  return {
    createTestPki: (wanted = {}) =>
      createPki(seededSource(origin, ['pki']), clock, withDefaults(wanted, wanted.now ?? clock())),
    zoo: (name, wanted = {}) => createZooCase(seededSource(origin, ['zoo']), clock, name, wanted),
    source: seededSource(origin, ['source']),
  };
}

/** Names that say what these are, and leaves that outlast their tests. */
function withDefaults(wanted: TestPkiOptions, now: Date): TestPkiOptions {
  const { ca, intermediate, ttl = seededTtl(now) } = wanted;
  return {
    ...wanted,
    ttl,
    ca: { ...ca, subject: ca?.subject ?? 'CN=test fixture root (public seed)' },
    ...(intermediate !== undefined &&
      intermediate !== false && {
        intermediate: {
          subject: 'CN=test fixture intermediate (public seed)',
          ...(intermediate === true ? {} : intermediate),
        },
      }),
  };
}
