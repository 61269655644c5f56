// Fields of a TBSCertificate, each with what RFC 5280 §4.1.2 asks of it.
import { MtlsError } from '../base/errors.ts';
import type { SpkiDer } from '../base/bytes.ts';
import { readOid } from '../asn1/oid.ts';
import {
  contextConstructed,
  contextPrimitive,
  enterWhole,
  readerOf,
  Tag,
  type DerReader,
} from '../asn1/reader.ts';
import { parsePublicKey, type PublicKey } from '../crypto/public-key.ts';
import { noteInto, readExtensions, type Extension } from './extensions.ts';
import type { Irregularity } from './irregularity.ts';
import { reasonOf } from './malformed.ts';

/** Version, counted as people do: 1, 2 or 3 (§4.1.2.1). */
export function readVersion(reader: DerReader, found: Irregularity[]): number {
  const field = reader.optional(contextConstructed(0));
  if (!field) return 1;
  const inner = readerOf(field);
  const version = inner.smallInteger() + 1;
  inner.end();
  if (version === 1)
    found.push({
      code: 'DEFAULT_ENCODED',
      detail: 'version 1 is written out, its default',
      clause: 'X.690 §11.5',
    });
  else if (version > 3)
    found.push({
      code: 'VERSION_UNKNOWN',
      detail: `there is no version ${version}`,
      clause: 'RFC 5280 §4.1.2.1',
    });
  return version;
}

/** Content octets of the serial number: positive, at most 20 of them (§4.1.2.2). */
export function readSerial(reader: DerReader, found: Irregularity[]): Uint8Array {
  const serial = reader.integerBytes();
  const clause = 'RFC 5280 §4.1.2.2';
  const first = serial[0] as number;
  if (first >= 0x80)
    found.push({ code: 'SERIAL_NEGATIVE', detail: 'the serial number is negative', clause });
  else if (first === 0 && serial.length === 1)
    found.push({ code: 'SERIAL_ZERO', detail: 'the serial number is zero', clause });
  if (serial.length > 20)
    found.push({
      code: 'SERIAL_TOO_LONG',
      detail: `the serial number has ${serial.length} octets, more than 20`,
      clause,
    });
  return serial;
}

/** The public key; one that cannot be read is kept as bytes and noted. */
export function readPublicKey(spki: Uint8Array, found: Irregularity[]): PublicKey {
  try {
    return parsePublicKey(spki);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    const reader = enterWhole(spki);
    const algorithmOid = readOid(reader.enter());
    const keyBits = reader.bitStringBytes();
    reader.end();
    found.push({
      code: 'KEY_UNREADABLE',
      detail: `the public key cannot be used: ${reasonOf(error)}`,
      clause: 'RFC 5280 §4.1.2.7',
    });
    return { spki: spki as SpkiDer, kind: 'other', keyBits, algorithmOid };
  }
}

const UNIQUE_IDS = [
  [contextPrimitive(1), 'issuer'],
  [contextPrimitive(2), 'subject'],
] as const;

/** Passes over unique identifiers (§4.1.2.8): CAs must not write them, readers must read on. */
export function readUniqueIds(reader: DerReader, version: number, found: Irregularity[]): void {
  for (const [tag, what] of UNIQUE_IDS) {
    if (reader.peek() !== tag) continue;
    reader.bitString(tag);
    const clause = 'RFC 5280 §4.1.2.8';
    found.push({
      code: 'UNIQUE_ID',
      detail: `a unique identifier of the ${what} is present`,
      clause,
    });
    if (version < 2)
      found.push({
        code: 'VERSION_TOO_LOW',
        detail: 'unique identifiers stand in a certificate of version 1',
        clause,
      });
  }
}

/** The extensions field, which takes version 3 (§4.1.2.9). */
export function readExtensionField(
  reader: DerReader,
  version: number,
  found: Irregularity[],
): readonly Extension[] {
  const field = reader.optional(contextConstructed(3));
  if (!field) return [];
  if (version < 3)
    found.push({
      code: 'VERSION_TOO_LOW',
      detail: `extensions stand in a certificate of version ${version}`,
      clause: 'RFC 5280 §4.1.2.1',
    });
  const inner = readerOf(field);
  const extensions = readExtensions(inner.next(Tag.Sequence), noteInto(found, 'RFC 5280 §4.2'));
  inner.end();
  return extensions;
}
