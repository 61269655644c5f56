// What a PKCS#12 key store holds, as parts with their places.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import { readAt, type Origin } from './origin.ts';
import type { BundlePart, FoundParts, FoundStore, SkippedPart } from './part.ts';
import { readPkcs12, type KeyStore } from './pkcs12.ts';
import type { StoreEntry } from './pkcs12-bags.ts';
import type { PassphraseSource } from './pkcs8.ts';

const MAX_NAME = 64;

/**
 * Reads a key store. One whose passphrase is not given is passed over: beside others it need not
 * matter.
 *
 * @throws MtlsError what `readPkcs12` throws, but for PASSPHRASE_NEEDED, and what is malformed
 *   inside, with its place in front
 */
export function readStoreParts(
  bytes: Uint8Array,
  origin: Origin,
  passphrase: PassphraseSource | undefined,
): FoundParts {
  try {
    const store = readAt(origin, () => readPkcs12(bytes, passphrase));
    const parts: BundlePart[] = [];
    const skipped: SkippedPart[] = [];
    store.entries.forEach((entry, index) => {
      const place = placeOf(entry, index, origin);
      if (entry.kind === 'other') skipped.push({ origin: place, what: entry.what });
      else parts.push(partOf(entry, place));
    });
    return { parts, skipped, stores: [factsOf(store, origin)] };
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'PASSPHRASE_NEEDED') throw error;
    const closed: SkippedPart = {
      origin,
      what: 'a PKCS#12 key store that is encrypted',
      code: 'PASSPHRASE_NEEDED',
      hint: error.hint,
    };
    return { parts: [], skipped: [closed] };
  }
}

function factsOf({ entries, mac, encryption }: KeyStore, origin: Origin): FoundStore {
  const certificates = entries.filter(({ kind }) => kind === 'certificate');
  const keys = entries.filter((entry) => entry.kind === 'key');
  return {
    origin,
    mac,
    encryption,
    certificates: certificates.length,
    keys: keys.length,
    openKeys: keys.filter(({ scheme }) => scheme === undefined).length,
    trusted: certificates.filter(({ trusted }) => trusted).length,
  };
}

/** `store.p12, "api"`: what keytool lists; by its number where it has no name. */
function placeOf({ friendlyName }: StoreEntry, index: number, origin: Origin): Origin {
  const own = friendlyName ? quoteForeign(friendlyName, MAX_NAME) : `entry ${index + 1}`;
  return { ...origin, entry: origin.entry === undefined ? own : `${origin.entry}, ${own}` };
}

function partOf(entry: Exclude<StoreEntry, { kind: 'other' }>, origin: Origin): BundlePart {
  switch (entry.kind) {
    case 'certificate':
      return {
        kind: 'certificate',
        origin,
        certificate: readAt(origin, () => parseCertificate(entry.der)),
      };
    case 'crl':
      return { kind: 'crl', origin, crl: readAt(origin, () => parseCrl(entry.der)) };
    case 'key':
      return {
        kind: 'key',
        origin,
        key: {
          encrypted: entry.scheme !== undefined,
          locked: entry.locked,
          origin,
          decode: (passphrase) => readAt(origin, () => entry.decode(passphrase)),
        },
      };
  }
}
