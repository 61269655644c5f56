// What a segment of the journal says, in columns: found by scanning numbers, not by reading lines.
import { REVOCATION_REASONS } from '../../x509/extensions.ts';
import type { IssuedEvent, JournalEvent, RenewedEvent, RevokedEvent } from '../events.ts';
import { KEY_WIDTH, serialValue } from '../serial-table.ts';

/** Where lines stand in their segment, in octets, without their newline. */
export interface LineColumns {
  readonly offset: Uint32Array;
  readonly length: Uint32Array;
}

/** The records of one segment; a row of each table is one event, in the order of the journal. */
export interface SegmentColumns {
  readonly issued: LineColumns & {
    /** Hash of the serial. */
    readonly serial: Uint32Array;
    /** Milliseconds since 1970. */
    readonly notAfter: Float64Array;
    /** Number in `profiles`; the last one stands for all that found no place. */
    readonly profile: Uint8Array;
  };
  /** Names of certificates, several to a row of `issued`. */
  readonly names: { readonly hash: Uint32Array; readonly row: Uint32Array };
  readonly renewals: {
    /** The row of `issued` that the renewal is. */
    readonly row: Uint32Array;
    /** Hash of the serial that was replaced. */
    readonly replaced: Uint32Array;
    /** Two keys each: the serial that was replaced, and the new one. */
    readonly keys: Uint8Array;
  };
  readonly revocations: LineColumns & {
    readonly serial: Uint32Array;
    readonly keys: Uint8Array;
    /** Milliseconds since 1970. */
    readonly at: Float64Array;
    /** Number in RFC 5280's CRLReason. */
    readonly reason: Uint8Array;
  };
  readonly crls: LineColumns;
  readonly profiles: readonly string[];
}

/** A profile beyond these is not told apart. */
export const OTHER_PROFILE = 255;

/** In the place of a key: the serial is too long for one, and stands in its line alone. */
export const LONG_KEY = 0xff;

const LONG = new Uint8Array(KEY_WIDTH).fill(LONG_KEY);

/** FNV-1a over UTF-16 units, spread: equal texts have equal hashes, and others seldom do. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `api` of `DNS:api`: what a name is looked for by. */
export function nameValue(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** A column that grows as it is filled. */
class Growing<T extends Uint8Array | Uint32Array | Float64Array> {
  #items: T;
  #count = 0;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#items = make(1024);
  }

  add(value: number): void {
    this.#reserve(1);
    this.#items[this.#count++] = value;
  }

  addAll(values: T): void {
    this.#reserve(values.length);
    this.#items.set(values, this.#count);
    this.#count += values.length;
  }

  #reserve(more: number): void {
    if (this.#count + more <= this.#items.length) return;
    const larger = this.#make(Math.max(this.#items.length * 2, this.#count + more));
    larger.set(this.#items);
    this.#items = larger;
  }

  done(): T {
    return this.#items.slice(0, this.#count) as T;
  }
}

const numbers = (): Growing<Uint32Array> => new Growing((length) => new Uint32Array(length));
const octets = (): Growing<Uint8Array> => new Growing((length) => new Uint8Array(length));
const floats = (): Growing<Float64Array> => new Growing((length) => new Float64Array(length));

/** Fills the columns of a segment, event by event. */
export class ColumnBuilder {
  readonly #issued = {
    offset: numbers(),
    length: numbers(),
    serial: numbers(),
    notAfter: floats(),
    profile: octets(),
  };
  readonly #names = { hash: numbers(), row: numbers() };
  readonly #renewals = { row: numbers(), replaced: numbers(), keys: octets() };
  readonly #revocations = {
    offset: numbers(),
    length: numbers(),
    serial: numbers(),
    keys: octets(),
    at: floats(),
    reason: octets(),
  };
  readonly #crls = { offset: numbers(), length: numbers() };
  readonly #profiles = new Map<string, number>();
  #rows = 0;

  add(event: JournalEvent, offset: number, length: number): void {
    switch (event.type) {
      case 'issued':
        this.#addIssued(event, offset, length);
        break;
      case 'renewed':
        this.#renewals.row.add(this.#rows);
        this.#renewals.replaced.add(hashText(event.replaces));
        this.#renewals.keys.addAll(keyOf(event.replaces));
        this.#renewals.keys.addAll(keyOf(event.serial));
        this.#addIssued(event, offset, length);
        break;
      case 'revoked':
        this.#addRevoked(event, offset, length);
        break;
      case 'crl':
        this.#crls.offset.add(offset);
        this.#crls.length.add(length);
        break;
      case 'created':
      case 'rotated':
        break;
    }
  }

  #addIssued(event: IssuedEvent | RenewedEvent, offset: number, length: number): void {
    this.#issued.offset.add(offset);
    this.#issued.length.add(length);
    this.#issued.serial.add(hashText(event.serial));
    this.#issued.notAfter.add(Date.parse(event.notAfter));
    this.#issued.profile.add(this.#profileNumber(event.profile));
    for (const name of event.names) {
      this.#names.hash.add(hashText(nameValue(name)));
      this.#names.row.add(this.#rows);
    }
    this.#rows++;
  }

  #profileNumber(profile: string): number {
    let number = this.#profiles.get(profile);
    if (number === undefined) {
      if (this.#profiles.size >= OTHER_PROFILE) return OTHER_PROFILE;
      number = this.#profiles.size;
      this.#profiles.set(profile, number);
    }
    return number;
  }

  #addRevoked(event: RevokedEvent, offset: number, length: number): void {
    this.#revocations.offset.add(offset);
    this.#revocations.length.add(length);
    this.#revocations.serial.add(hashText(event.serial));
    this.#revocations.keys.addAll(keyOf(event.serial));
    this.#revocations.at.add(Date.parse(event.revokedAt));
    this.#revocations.reason.add(REVOCATION_REASONS.indexOf(event.reason));
  }

  done(): SegmentColumns {
    const { offset, length, serial, notAfter, profile } = this.#issued;
    const revocations = this.#revocations;
    return {
      issued: {
        offset: offset.done(),
        length: length.done(),
        serial: serial.done(),
        notAfter: notAfter.done(),
        profile: profile.done(),
      },
      names: { hash: this.#names.hash.done(), row: this.#names.row.done() },
      renewals: {
        row: this.#renewals.row.done(),
        replaced: this.#renewals.replaced.done(),
        keys: this.#renewals.keys.done(),
      },
      revocations: {
        offset: revocations.offset.done(),
        length: revocations.length.done(),
        serial: revocations.serial.done(),
        keys: revocations.keys.done(),
        at: revocations.at.done(),
        reason: revocations.reason.done(),
      },
      crls: { offset: this.#crls.offset.done(), length: this.#crls.length.done() },
      profiles: [...this.#profiles.keys()],
    };
  }
}

function keyOf(serial: string): Uint8Array {
  return serialValue(serial) ?? LONG;
}
