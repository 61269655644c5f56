// Inputs bent out of good ones: octets, DER with lengths that still fit, and lines of PEM.
import type { SeededRandom } from '../support/random.ts';
import { listsOf, readTlvs, writeTlvs, type Tlv } from './tlv.ts';

/** As long as an input may grow. */
const MAX_LENGTH = 64 * 1024;

type Mutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array;

/** Octets that mean something in DER or in PEM. */
const TELLING = [
  ...[0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x7f],
  ...[0x80, 0x81, 0x82, 0x84, 0x85, 0xa0, 0xa3, 0xff, 0x0a, 0x0d, 0x2d, 0x3a],
];

const flipBit: Mutation = (bytes, random) => {
  const changed = Uint8Array.from(bytes);
  const at = random.below(bytes.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
};

const setOctet: Mutation = (bytes, random) => {
  const changed = Uint8Array.from(bytes);
  changed[random.below(bytes.length)] = random.chance(0.5)
    ? random.pick(TELLING)
    : random.below(256);
  return changed;
};

const cut: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length));

const remove: Mutation = (bytes, random) => {
  const at = random.below(bytes.length);
  const count = 1 + random.below(random.chance(0.5) ? 4 : 64);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)]);
};

const insert: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const more = Uint8Array.from({ length: 1 + random.below(8) }, () => random.pick(TELLING));
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
};

const repeat: Mutation = (bytes, random) => {
  const from = random.below(bytes.length);
  const part = bytes.subarray(from, from + 1 + random.below(128));
  const times = random.chance(0.1) ? random.below(200) : 1;
  const parts = Array.from({ length: times }, () => part);
  return Buffer.concat([bytes.subarray(0, from), ...parts, bytes.subarray(from)]);
};

const OCTETS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setOctet,
  setOctet,
  cut,
  remove,
  insert,
  repeat,
];

/** Changes one element of one list. */
type TreeMutation = (list: Tlv[], at: number, random: SeededRandom) => void;

const dropElement: TreeMutation = (list, at) => {
  list.splice(at, 1);
};

const doubleElement: TreeMutation = (list, at, random) => {
  const element = list[at] as Tlv;
  const times = random.chance(0.1) ? random.below(300) : 1;
  list.splice(at, 0, ...Array.from({ length: times }, () => element));
};

const swapElements: TreeMutation = (list, at, random) => {
  const other = random.below(list.length);
  [list[at], list[other]] = [list[other] as Tlv, list[at] as Tlv];
};

const otherTag: TreeMutation = (list, at, random) => {
  (list[at] as Tlv).tag = random.chance(0.7) ? random.pick(TELLING) : random.below(256);
};

const emptyElement: TreeMutation = (list, at) => {
  (list[at] as Tlv).content = new Uint8Array();
};

const otherContent: TreeMutation = (list, at, random) => {
  const element = list[at] as Tlv;
  const length = random.chance(0.05) ? random.below(5000) : random.below(24);
  element.content = Uint8Array.from({ length }, () =>
    random.chance(0.3) ? random.pick(TELLING) : random.below(256),
  );
};

const bentContent: TreeMutation = (list, at, random) => {
  const element = list[at] as Tlv;
  if (element.content instanceof Uint8Array && element.content.length > 0)
    element.content = random.pick(OCTETS)(element.content, random);
};

const wrapElement: TreeMutation = (list, at, random) => {
  let element = list[at] as Tlv;
  const depth = random.chance(0.2) ? 5 + random.below(60) : 1;
  for (let i = 0; i < depth; i++)
    element = { tag: random.pick([0x30, 0x31, 0xa0, 0x04]), content: [element] };
  list[at] = element;
};

const oddHeader: TreeMutation = (list, at, random) => {
  const element = list[at] as Tlv;
  element.header = Uint8Array.of(
    element.tag,
    ...random.pick([[0x80], [0x81, 5], [0x84, 0, 0, 0, 9], [0x88, 1, 2, 3, 4, 5, 6, 7, 8], [0xff]]),
  );
};

const TREES: readonly TreeMutation[] = [
  dropElement,
  doubleElement,
  swapElements,
  otherTag,
  emptyElement,
  otherContent,
  bentContent,
  bentContent,
  wrapElement,
  oddHeader,
];

const bendTree: Mutation = (bytes, random) => {
  const tree = readTlvs(bytes);
  if (!tree || tree.length === 0) return random.pick(OCTETS)(bytes, random);
  const list = random.pick(listsOf(tree).filter((one) => one.length > 0));
  random.pick(TREES)(list, random.below(list.length), random);
  return writeTlvs(tree);
};

/** Changes one line of a text. */
const LINES: readonly ((lines: string[], at: number, random: SeededRandom) => void)[] = [
  (lines, at) => lines.splice(at, 1),
  (lines, at, random) =>
    lines.splice(at, 0, ...Array.from({ length: 1 + random.below(20) }, () => lines[at] ?? '')),
  (lines, at, random) => {
    lines[at] = random.pick(['', ' ', '\t', '\u00a0', '\ufeff']) + (lines[at] ?? '');
  },
  (lines, at, random) => {
    lines[at] = (lines[at] ?? '') + random.pick(['=', '==', '\r', ' ', '\0', '-----', 'é', '!']);
  },
  (lines, at, random) => {
    lines[at] = random.pick([
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN -----',
      'Proc-Type: 4,ENCRYPTED',
      'DEK-Info: AES-256-CBC,00',
      'Bag Attributes',
      '='.repeat(80),
      'A'.repeat(random.below(3000)),
    ]);
  },
];

const bendLines: Mutation = (bytes, random) => {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  random.pick(LINES)(lines, random.below(lines.length), random);
  return Buffer.from(lines.join('\n'));
};

/** Bends an input once to eight times; text by lines and octets, DER by elements and octets. */
export function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const text = bytes[0] !== 0x30;
  let bent = bytes;
  for (let times = 1 + random.below(random.chance(0.3) ? 8 : 2); times > 0; times--) {
    if (bent.length === 0) break;
    const structured = random.chance(0.6);
    const mutation = structured ? (text ? bendLines : bendTree) : random.pick(OCTETS);
    bent = mutation(bent, random);
  }
  return bent.subarray(0, MAX_LENGTH);
}
