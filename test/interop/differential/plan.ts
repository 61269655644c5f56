// A chain before it is made: sound, and as different from the next one as sound chains are.
import { DAY } from '../../../src/base/clock.ts';
import type { PrivateKey } from '../../../src/crypto/key.ts';
import type { KeyType } from '../../../src/crypto/key-types.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import type { GeneralName } from '../../../src/name/san.ts';
import type { ExtensionValue } from '../../../src/x509/extensions.ts';
import { ca, leaf, NOW, type Holder, type Shape } from '../../support/graph.ts';
import type { SeededRandom } from '../../support/random.ts';
import type { Question } from '../support/judges.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export type MutableShape = Mutable<Omit<Shape, 'by' | 'extensions'>> & {
  extensions: Mutable<NonNullable<Shape['extensions']>>;
};

/** What a class may change before the chain is made. */
export interface Plan {
  root: MutableShape;
  /** From the top down. */
  cas: MutableShape[];
  leaf: MutableShape & { names: GeneralName[] };
  purpose: 'server' | 'client';
  name: NonNullable<Question['name']>;
  /** CA certificates that have nothing to do with it. */
  strangers: number;
}

/** What a class may change after. */
export interface Chain {
  root: Holder;
  cas: Holder[];
  leaf: Holder;
  anchors: Holder[];
  untrusted: Holder[];
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const PURPOSE_OIDS = { server: SERVER_AUTH, client: CLIENT_AUTH };

/** RSA keys take long to make; a few serve all. */
const RSA = [generateKey('rsa-2048'), generateKey('rsa-2048'), generateKey('rsa-2048')] as const;

const KEY_TYPES: readonly KeyType[] = [
  ...(['ec-p256', 'ec-p256', 'ec-p256', 'ec-p256', 'ec-p384', 'ed25519'] as const),
  'rsa-2048',
];

/** A key of any type; `own` says which RSA key, so that a chain has no key twice. */
function keyFor(random: SeededRandom, own: number): PrivateKey {
  const type = random.pick(KEY_TYPES);
  const rsa = RSA[own];
  if (type !== 'rsa-2048') return generateKey(type);
  return rsa ?? generateKey('ec-p256');
}

function days(count: number): Date {
  return new Date(NOW.getTime() + count * DAY);
}

function shapeOf(random: SeededRandom, subject: string, own: number): MutableShape {
  const unknown: ExtensionValue = { kind: 'unknown', oid: '1.3.6.1.4.1.99999.1', value: DER_NULL };
  return {
    subject,
    key: keyFor(random, own),
    notBefore: days(-1 - random.below(400)),
    notAfter: days(1 + random.below(400)),
    extensions: random.chance(0.1) ? { unknown } : {},
  };
}

const DER_NULL = Uint8Array.of(5, 0);

/** A sound chain with at least so many CAs below its root. */
export function soundPlan(random: SeededRandom, number: number, depth: number): Plan {
  const count = Math.max(depth, random.below(4));
  const host = `h${number}.example.org`;
  const root = shapeOf(random, `CN=Root ${number}`, 0);
  const cas = Array.from({ length: count }, (_, i) => {
    const shape = shapeOf(random, `CN=CA ${number}.${i}, O=Example`, i + 1);
    if (random.chance(0.3)) bound(shape, count - 1 - i + random.below(2));
    if (random.chance(0.15)) permit(shape);
    return shape;
  });
  const purpose = random.pick(['server', 'client'] as const);
  const end = shapeOf(random, `CN=${host}`, 3);
  const purposes = random.chance(0.5) ? [PURPOSE_OIDS[purpose]] : [SERVER_AUTH, CLIENT_AUTH];
  end.extensions.extendedKeyUsage = { kind: 'extendedKeyUsage', purposes };
  const others = Array.from({ length: random.below(4) }, (_, i): GeneralName => ({
    kind: 'dns',
    value: `other${i}.example.org`,
  }));
  return {
    root,
    cas,
    leaf: { ...end, names: random.shuffled([{ kind: 'dns', value: host }, ...others]) },
    purpose,
    name: { kind: 'dns', value: host },
    strangers: random.below(3),
  };
}

/** Bounds the CAs below. */
export function bound(shape: MutableShape, pathLength: number): void {
  shape.extensions.basicConstraints = { kind: 'basicConstraints', ca: true, pathLength };
}

/** Permits the hosts that chains here have. */
function permit(shape: MutableShape): void {
  constrain(shape, 'permitted', { kind: 'dns', value: 'example.org' });
}

type Constraints = Extract<ExtensionValue, { kind: 'nameConstraints' }>['constraints'];

/** Puts one name constraint upon what is below. */
export function constrain(
  shape: MutableShape,
  list: 'permitted' | 'excluded',
  subtree: Constraints['permitted'][number],
): void {
  const constraints = { permitted: [], excluded: [], [list]: [subtree] };
  shape.extensions.nameConstraints = { kind: 'nameConstraints', constraints };
}

/** Makes the certificates; the CAs may come in any order, with strangers, and with the root. */
export async function makeChain(plan: Plan, random: SeededRandom): Promise<Chain> {
  const root = await ca(plan.root);
  const cas: Holder[] = [];
  for (const shape of plan.cas) cas.push(await ca({ ...shape, by: cas.at(-1) ?? root }));
  const end = await leaf({ ...plan.leaf, by: cas.at(-1) ?? root });
  const strangers: Holder[] = [];
  for (let i = 0; i < plan.strangers; i++) strangers.push(await ca({ subject: `CN=Other ${i}` }));
  return {
    root,
    cas,
    leaf: end,
    anchors: [root],
    untrusted: random.shuffled([...cas, ...strangers]),
  };
}
