import { pileInfo, pileItems, sortPile, type PileInfo } from './info/pile.ts';
import { readData, refuseUnknown, type Data, type Secret } from './input.ts';

/** An input with what is needed to read it and to find it again. */
export interface NamedInput {
  readonly data: Data;
  /** How origins and messages call it; `input 1` and so on where absent. */
  readonly name?: string | undefined;
  /** Opens its encrypted keys, and PKCS#12. */
  readonly passphrase?: Secret | undefined;
}

/** What belongs together, and what does not. */
export interface MatchReport extends PileInfo {
  /** There are no orphans. */
  readonly ok: boolean;
}

/**
 * Says which keys, certificates and requests belong together, by their public key, and which are
 * orphans. A CA certificate that issued another one given needs no key.
 *
 * @throws MtlsError PASSPHRASE_NEEDED, PASSPHRASE_WRONG, and what is malformed
 * @example
 * import { createCa, match } from 'mtls-toolkit';
 *
 * const ca = await createCa();
 * const api = await ca.issue('api.example.internal');
 * const web = await ca.issue('web.example.internal');
 *
 * match([api.cert, api.key]).ok; // → true
 * match([api.cert, web.key]).ok; // → false
 * match([api.cert, web.key]).orphans.map(({ kind }) => kind); // → ['certificate', 'key']
 */
export function match(inputs: readonly (Data | NamedInput)[]): MatchReport {
  const items = inputs.flatMap((given, index) => {
    const named = isData(given) ? { data: given } : given;
    refuseUnknown(named, { data: true, name: true, passphrase: true });
    const { data, name = `input ${index + 1}`, passphrase } = named;
    const bundle = readData(data, name, passphrase);
    const opened = bundle.keys.map(({ origin, decode }) => ({
      origin,
      publicKey: decode(() => passphrase).publicKey,
    }));
    return pileItems(bundle, opened);
  });
  const pile = sortPile(items);
  return { ok: pile.orphans.length === 0, ...pileInfo(pile) };
}

function isData(given: Data | NamedInput): given is Data {
  return typeof given === 'string' || given instanceof Uint8Array;
}
