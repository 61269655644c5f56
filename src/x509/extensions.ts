// Extensions of certificates, requests and CRLs: the list, its rules, and lazily what each says.
import { MtlsError } from '../base/errors.ts';
import { decodeOid } from '../asn1/oid.ts';
import { DerReader, readerOf, Tag, type Element } from '../asn1/reader.ts';
import { knownExtension } from './extension-read.ts';
import { defaultFalse, type Note } from './extension-reading.ts';
import { EXTENSION_OIDS, extensionName, type KnownExtensionKind } from './extension-names.ts';
import type { Extension, ExtensionValue } from './extension-values.ts';
import type { Irregularity } from './irregularity.ts';
import { reading, reasonOf } from './malformed.ts';

export * from './extension-names.ts';
export * from './extension-values.ts';
export { encodeExtension, encodeExtensionValue } from './extension-write.ts';

/** Notes into a list, under the clause of what is being read. */
export function noteInto(found: Irregularity[], ownClause: string): Note {
  return (code, detail, clause = ownClause) => found.push({ code, detail, clause });
}

class ReadExtension implements Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
  #parsed: ExtensionValue | undefined;
  #irregularities: readonly Irregularity[] = [];

  constructor(oid: string, critical: boolean, value: Uint8Array) {
    this.oid = oid;
    this.critical = critical;
    this.value = value;
  }

  get parsed(): ExtensionValue {
    return (this.#parsed ??= this.#parse());
  }

  get irregularities(): readonly Irregularity[] {
    this.#parsed ??= this.#parse();
    return this.#irregularities;
  }

  #parse(): ExtensionValue {
    const { oid, value } = this;
    const known = knownExtension(oid);
    if (!known) return { kind: 'unknown', oid, value };
    const found: Irregularity[] = [];
    try {
      const reader = new DerReader(value);
      const parsed = known.read(reader, noteInto(found, known.clause));
      reader.end();
      this.#irregularities = found;
      return parsed;
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
      const reason = reasonOf(error);
      const name = extensionName(oid) ?? oid;
      const detail = `the extension ${name} is malformed: ${reason}`;
      this.#irregularities = [{ code: 'EXTENSION_MALFORMED', detail, clause: known.clause }];
      return { kind: 'malformed', oid, value, reason };
    }
  }
}

// id-ce, 2.5.29: the arc of nearly every extension
const ID_CE = Array.from({ length: 0x80 }, (_, arc) => `2.5.29.${arc}`);

function extensionOidOf(content: Uint8Array): string {
  const short =
    content.length === 3 && content[0] === 0x55 && content[1] === 0x1d
      ? ID_CE[content[2] as number]
      : undefined;
  return short ?? decodeOid(content);
}

function readExtension(items: DerReader, note: Note): Extension {
  const reader = items.enter();
  const oid = extensionOidOf(reader.next(Tag.ObjectIdentifier).content);
  const critical = defaultFalse(reader, note, `critical of the extension ${oid}`);
  const value = reader.octetString();
  reader.end();
  return new ReadExtension(oid, critical, value);
}

/** Reads the Extensions inside their SEQUENCE; a repeated or an absent one is noted (RFC 5280 §4.2). */
export function readExtensions(list: Element, note: Note): readonly Extension[] {
  const reader = readerOf(list);
  if (reader.done) note('EXTENSIONS_EMPTY', 'the list of extensions is empty');
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!reader.done) {
    const extension = readExtension(reader, note);
    if (seen.has(extension.oid)) {
      const name = extensionName(extension.oid) ?? extension.oid;
      note('EXTENSION_DUPLICATE', `the extension ${name} stands more than once`);
    }
    seen.add(extension.oid);
    extensions.push(extension);
  }
  return extensions;
}

/** Reads one whole Extension; throws CERT_MALFORMED. */
export function parseExtension(der: Uint8Array): Extension {
  return reading('CERT_MALFORMED', 'extension', () => {
    const reader = new DerReader(der);
    const extension = readExtension(reader, () => undefined);
    reader.end();
    return extension;
  });
}

/** The value of the first extension of a kind that could be read. */
export function extensionValue<Kind extends KnownExtensionKind>(
  extensions: readonly Extension[],
  kind: Kind,
): Extract<ExtensionValue, { kind: Kind }> | undefined {
  const oid = EXTENSION_OIDS[kind];
  const parsed = extensions.find((extension) => extension.oid === oid)?.parsed;
  return parsed?.kind === kind ? (parsed as Extract<ExtensionValue, { kind: Kind }>) : undefined;
}
