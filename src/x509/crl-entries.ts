// The entries of a CRL: walked once when read, then found by serial without keeping an object each.
import { toHex, type NameDer } from '../base/bytes.ts';
import { DerReader, Tag, type Element } from '../asn1/reader.ts';
import { extensionValue, noteInto, readExtensions, type Extension } from './extensions.ts';
import type { RevocationReason } from './extension-values.ts';
import type { Irregularity } from './irregularity.ts';
import { readTimeNoting } from './validity-time.ts';

/** One revoked certificate (RFC 5280 §5.1.2.6, §5.3). */
export interface CrlEntry {
  /** Content octets of the serial number. */
  readonly serial: Uint8Array;
  readonly revokedAt: Date;
  readonly reason?: RevocationReason;
  readonly invalidityDate?: Date;
  /** Who issued the certificate: of an indirect CRL maybe another than the CRL's issuer. */
  readonly issuerDer: NameDer;
  readonly extensions: readonly Extension[];
  readonly irregularities: readonly Irregularity[];
}

/** Entries in the order of the CRL; iterating reads each anew. */
export interface CrlEntries extends Iterable<CrlEntry> {
  readonly length: number;
  /** A critical extension of an entry that the program does not know (RFC 5280 §5.3), if any. */
  readonly unknownCritical: string | undefined;
  /** Entries with this serial number, of any issuer; more than one in an indirect CRL alone. */
  find(serial: Uint8Array): readonly CrlEntry[];
}

export const NO_ENTRIES: CrlEntries = {
  length: 0,
  unknownCritical: undefined,
  find: () => [],
  [Symbol.iterator]: () => [][Symbol.iterator](),
};

/**
 * Walks revokedCertificates; every entry is read, so that nothing malformed shows up later.
 * @throws MtlsError DER_MALFORMED
 */
export function readEntries(list: Element, crlIssuer: NameDer, found: Irregularity[]): CrlEntries {
  return new ReadEntries(list, crlIssuer, found);
}

class ReadEntries implements CrlEntries {
  readonly length: number;
  readonly unknownCritical: string | undefined;
  readonly #content: Uint8Array;
  readonly #offset: number;
  /** Where each entry starts in the content. */
  readonly #starts: Uint32Array;
  readonly #issuers: NameDer[];
  /** Which issuer each entry has; absent while all have the first. */
  readonly #issuerOf: Uint32Array | undefined;
  #bySerial: Map<string, number | number[]> | undefined;

  constructor(list: Element, crlIssuer: NameDer, found: Irregularity[]) {
    this.#content = list.content;
    this.#offset = list.offset + list.whole.length - list.content.length;
    this.#issuers = [crlIssuer];
    const starts: number[] = [];
    const changes: [entry: number, issuer: number][] = [];
    const reader = new DerReader(list.content, this.#offset, list.depth + 1);
    let irregular = false;
    let unknownCritical: string | undefined;
    while (!reader.done) {
      starts.push(reader.offset - this.#offset);
      const entry = readEntry(reader, crlIssuer);
      // One irregular entry tells enough; a hostile CRL could hold a million
      if (!irregular && entry.irregularities.length > 0) {
        irregular = true;
        for (const irregularity of entry.irregularities) found.push(irregularity);
      }
      unknownCritical ??= entry.extensions.find(
        (extension) => extension.critical && extension.parsed.kind === 'unknown',
      )?.oid;
      const names = extensionValue(entry.extensions, 'certificateIssuer')?.names;
      const directory = names?.find((name) => name.kind === 'dirName');
      if (directory?.kind === 'dirName')
        changes.push([starts.length - 1, this.#issuers.push(directory.der) - 1]);
    }
    this.length = starts.length;
    this.unknownCritical = unknownCritical;
    this.#starts = Uint32Array.from(starts);
    this.#issuerOf = changes.length === 0 ? undefined : spread(changes, starts.length);
  }

  *[Symbol.iterator](): Iterator<CrlEntry> {
    for (let index = 0; index < this.length; index++) yield this.#at(index);
  }

  find(serial: Uint8Array): readonly CrlEntry[] {
    this.#bySerial ??= this.#index();
    const found = this.#bySerial.get(toHex(serial));
    if (found === undefined) return [];
    if (typeof found === 'number') return [this.#at(found)];
    // A serial number that is listed again by the same issuer tells nothing new.
    return (this.#issuerOf ? found : found.slice(0, 1)).map((index) => this.#at(index));
  }

  #at(index: number): CrlEntry {
    const start = this.#starts[index] as number;
    const reader = new DerReader(this.#content.subarray(start), this.#offset + start);
    return readEntry(reader, this.#issuers[this.#issuerOf?.[index] ?? 0] as NameDer);
  }

  #index(): Map<string, number | number[]> {
    const bySerial = new Map<string, number | number[]>();
    for (let index = 0; index < this.length; index++) {
      const serial = new DerReader(this.#content.subarray(this.#starts[index])).enter();
      const key = toHex(serial.integerBytes());
      const before = bySerial.get(key);
      if (before === undefined) bySerial.set(key, index);
      else if (typeof before === 'number') bySerial.set(key, [before, index]);
      else before.push(index);
    }
    return bySerial;
  }
}

/** An entry's issuer holds for those after it until the next (RFC 5280 §5.3.3). */
function spread(changes: readonly (readonly [number, number])[], length: number): Uint32Array {
  const issuerOf = new Uint32Array(length);
  changes.forEach(([entry, issuer], at) =>
    issuerOf.fill(issuer, entry, changes[at + 1]?.[0] ?? length),
  );
  return issuerOf;
}

function readEntry(list: DerReader, issuerDer: NameDer): CrlEntry {
  const irregularities: Irregularity[] = [];
  const reader = list.enter();
  const serial = reader.integerBytes();
  const revokedAt = readTimeNoting(
    reader,
    noteInto(irregularities, 'RFC 5280 §5.1.2.6'),
    'revocationDate',
  );
  const field = reader.optional(Tag.Sequence);
  reader.end();
  if (!field) return { serial, revokedAt, issuerDer, extensions: [], irregularities };
  const extensions = readExtensions(field, noteInto(irregularities, 'RFC 5280 §5.3'));
  for (const extension of extensions)
    for (const irregularity of extension.irregularities) irregularities.push(irregularity);
  const reason = extensionValue(extensions, 'reasonCode')?.reason;
  const invalidityDate = extensionValue(extensions, 'invalidityDate')?.date;
  return {
    serial,
    revokedAt,
    ...(reason && { reason }),
    ...(invalidityDate && { invalidityDate }),
    issuerDer,
    extensions,
    irregularities,
  };
}
