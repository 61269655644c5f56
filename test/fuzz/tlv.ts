// DER as a tree that may be bent: read with no rule but length, written with lengths that fit.

export interface Tlv {
  tag: number;
  /** Children of a constructed element, or octets. */
  content: Tlv[] | Uint8Array;
  /** Octets in place of tag and length. */
  header?: Uint8Array;
}

/** The elements of some octets, or undefined where they are none. */
export function readTlvs(bytes: Uint8Array, depth = 0): Tlv[] | undefined {
  const found: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at++] as number;
    let length = bytes[at++];
    if (length === undefined || (tag & 0x1f) === 0x1f) return undefined;
    if (length > 0x80) {
      const octets = length & 0x7f;
      if (octets > 4) return undefined;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (at + length > bytes.length) return undefined;
    const content = bytes.subarray(at, at + length);
    at += length;
    found.push({
      tag,
      content: childrenOf(tag, content, depth) ?? Uint8Array.from(content),
    });
  }
  return found;
}

/** Elements within: of what is constructed, and of strings that hold DER, as extensions do. */
function childrenOf(tag: number, content: Uint8Array, depth: number): Tlv[] | undefined {
  if (depth > 12 || content.length === 0) return undefined;
  if ((tag & 0x20) !== 0) return readTlvs(content, depth + 1);
  if (tag !== 0x04 || content.length < 2) return undefined;
  const inner = readTlvs(content, depth + 1);
  return inner?.length === 1 ? inner : undefined;
}

export function writeTlvs(elements: readonly Tlv[]): Uint8Array {
  return Buffer.concat(elements.map(writeTlv));
}

function writeTlv({ tag, content, header }: Tlv): Uint8Array {
  const inside = content instanceof Uint8Array ? content : writeTlvs(content);
  return Buffer.concat([header ?? headerOf(tag, inside.length), inside]);
}

/** Tag and length, in the one form that DER has. */
export function headerOf(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}

/** Every list of elements in a tree, the outermost first. */
export function listsOf(elements: Tlv[]): Tlv[][] {
  const lists = [elements];
  for (const { content } of elements)
    if (!(content instanceof Uint8Array)) lists.push(...listsOf(content));
  return lists;
}
