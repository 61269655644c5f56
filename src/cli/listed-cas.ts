// All CAs of a home, for commands that look at each: one that is damaged hides none of the others.
import type { Authority } from '../ca/authority.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { listCas } from '../store/ca-store.ts';
import type { FoundHome } from '../store/home.ts';
import type { CaName } from '../store/layout.ts';
import { openListedCa, type Reaching } from './authority.ts';
import { exitCodeOf } from './exit.ts';

/** A CA that cannot be looked at. */
export interface BrokenCa {
  readonly name: CaName;
  readonly error: MtlsError;
}

interface LookedAt<Seen> {
  readonly seen: readonly Seen[];
  /** Each is warned of; a command that leaves some out ends with 4. */
  readonly broken: readonly BrokenCa[];
}

/**
 * Looks at every CA of the home, and goes on past those whose store is in the way.
 *
 * @throws MtlsError HOME_NOT_FOUND where a home was named and is none; what is wrong with the
 * first CA, where none can be looked at.
 */
export function lookAtCas<Seen>(
  reaching: Reaching,
  home: FoundHome,
  look: (authority: Authority) => Seen,
): LookedAt<Seen> {
  if (!home.exists && (home.source === 'flag' || home.source === 'env'))
    throw new MtlsError('HOME_NOT_FOUND', `there is no home ${quoteForeign(home.root)}`, {
      hint: `${home.source === 'flag' ? '--home' : 'MTLS_HOME'} names it; mtls ca init makes one there`,
      data: { path: home.root },
    });
  const seen: Seen[] = [];
  const broken: BrokenCa[] = [];
  for (const name of listCas(home)) {
    try {
      seen.push(look(openListedCa(reaching, home, name)));
    } catch (error) {
      if (!(error instanceof MtlsError) || exitCodeOf(error) !== 4) throw error;
      broken.push({ name, error });
    }
  }
  const [first] = broken;
  if (first && seen.length === 0) throw first.error;
  for (const { name, error } of broken)
    reaching.output.warn(
      `CA ${quoteForeign(name)} is left out: ${error.message} [${error.code}]` +
        (error.hint === undefined ? '' : `; ${error.hint}`),
    );
  return { seen, broken };
}

/** As JSON names them. */
export function brokenJson(broken: readonly BrokenCa[]): readonly Record<string, string>[] {
  return broken.map(({ name, error: { code, message } }) => ({ name, code, message }));
}
