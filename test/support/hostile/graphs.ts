// Graphs of CAs: crowds of one name, meshes, loops, chains without end.
import { generateKey } from '../../../src/crypto/generate.ts';
import { ask, ca, leaf, type Holder, type Shape } from '../graph.ts';
import { first, hostile, last, many, type HostileCase } from './case.ts';

const SAME = 'CN=Same';
const BARE: Shape = { extensions: { authorityKeyIdentifier: null, subjectKeyIdentifier: null } };
/** What a certificate says of the key of its issuer, or of its own: a lie. */
const LIE = Uint8Array.of(1, 2, 3, 4);

const root = await ca({ subject: 'CN=Root' });
const trusted = await ca({ subject: 'CN=Trusted' });

const crowd = (shape: Shape = {}, count = 2000) =>
  many(count, () => ca({ subject: SAME, by: root, ...shape }));

/** Everybody certifies everybody else. */
async function mesh(nodes: readonly Holder[]): Promise<Holder[]> {
  const made: Holder[] = [];
  for (const by of nodes)
    for (const { subject, key } of nodes)
      if (by.subject !== subject) made.push(await ca({ subject, key, by }));
  return made;
}

/** CAs one below the other, the lowest last. */
async function chain(count: number, top: Holder, shape: (i: number) => Shape): Promise<Holder[]> {
  const made: Holder[] = [];
  for (let i = 0; i < count; i++)
    made.push(await ca({ subject: `CN=CA ${i}`, by: made.at(-1) ?? top, ...shape(i) }));
  return made;
}

const CROWDS: readonly HostileCase[] = [
  hostile('2,000 CAs with the name of the issuer', 'BUDGET_EXCEEDED', async () => {
    const end = await leaf({ by: await ca({ subject: SAME, by: trusted }) });
    return ask(end, [trusted], await crowd());
  }),
  // RFC 4158 §3.5.12
  hostile('the right CA among 2,000, found by its key identifier', 'ok', async () => {
    const right = await ca({ subject: SAME, by: trusted });
    return ask(await leaf({ by: right }), [trusted], [...(await crowd()), right]);
  }),
  hostile('2,000 CAs that all claim the key identifier', 'BUDGET_EXCEEDED', async () => {
    const id = { kind: 'subjectKeyIdentifier', id: LIE } as const;
    const liars = await crowd({ extensions: { subjectKeyIdentifier: id } });
    const end = await leaf({
      subject: 'CN=api',
      by: await ca({ subject: SAME, by: trusted }),
      extensions: { authorityKeyIdentifier: { kind: 'authorityKeyIdentifier', keyId: LIE } },
    });
    return ask(end, [trusted], liars);
  }),
  hostile('2,000 CAs of one name without key identifiers', 'BUDGET_EXCEEDED', async () => {
    const right = await ca({ subject: SAME, by: trusted, ...BARE });
    return ask(await leaf({ by: right, ...BARE }), [trusted], await crowd(BARE));
  }),
  hostile('2,000 certificates of one CA, none below the root', 'ISSUER_NOT_FOUND', async () => {
    const key = generateKey('ec-p256');
    const stranger = await ca({ subject: 'CN=Stranger' });
    const same = await crowd({ key, by: stranger });
    return ask(await leaf({ by: first(same) }), [trusted], same);
  }),
  hostile('2,000 certificates of one CA, the last one below the root', 'ok', async () => {
    const key = generateKey('ec-p256');
    const same = await crowd({ key, by: await ca({ subject: 'CN=Stranger' }) });
    const right = await ca({ subject: SAME, key, by: trusted });
    return ask(await leaf({ by: right }), [trusted], [...same, right]);
  }),
  hostile('2,000 trusted roots with the name of the issuer', 'BUDGET_EXCEEDED', async () => {
    const roots = await many(2000, () => ca({ subject: SAME, ...BARE }));
    return ask(await leaf({ by: await ca({ subject: SAME }), ...BARE }), roots);
  }),
  hostile('2,000 trusted roots of one name, the right one among them', 'ok', async () => {
    const roots = await many(2000, () => ca({ subject: SAME }));
    return ask(await leaf({ by: roots[1000] as Holder }), roots);
  }),
  hostile('a name in 1,000 spellings (RFC 5280 §7.1)', 'BUDGET_EXCEEDED', async () => {
    const spelt = await many(1000, (i) =>
      ca({ subject: `CN=sa${' '.repeat((i % 40) + 1)}me ${'x'.repeat(9)}`, by: root }),
    );
    const end = await leaf({ by: await ca(), issuerName: `CN=SA ME ${'X'.repeat(9)}` });
    return ask(end, [trusted], spelt);
  }),
  hostile('20,000 CA certificates that have nothing to do with it', 'ok', async () => {
    const key = generateKey('ec-p256');
    const others = await many(20_000, (i) => ca({ subject: `CN=Other ${i}`, key, by: root }));
    const right = await ca({ subject: 'CN=Right', by: trusted });
    return ask(await leaf({ by: right }), [trusted], [...others, right]);
  }),
];

const MESHES: readonly HostileCase[] = [
  hostile('24 CAs that have all certified each other', 'BUDGET_EXCEEDED', async () => {
    const nodes = await many(24, (i) => ca({ subject: `CN=Node ${i}` }));
    return ask(await leaf({ by: first(nodes) }), [trusted], await mesh(nodes));
  }),
  hostile('such a mesh, with a way out at its far end', 'ok', async () => {
    const nodes = await many(24, (i) => ca({ subject: `CN=Node ${i}` }));
    return ask(await leaf({ by: first(nodes) }), [last(nodes)], await mesh(nodes));
  }),
  hostile('five meshes that a bridge joins (RFC 4158 §1.5.4)', 'BUDGET_EXCEEDED', async () => {
    const bridge = await ca({ subject: 'CN=Bridge' });
    const all: Holder[] = [];
    let end = bridge;
    for (let group = 0; group < 5; group++) {
      const nodes = await many(8, (i) => ca({ subject: `CN=Node ${group}.${i}` }));
      all.push(...(await mesh(nodes)), ...(await mesh([first(nodes), bridge])));
      end = last(nodes);
    }
    return ask(await leaf({ by: end }), [trusted], all);
  }),
  hostile('two CAs that certified each other 1,000 times', 'BUDGET_EXCEEDED', async () => {
    const [a, b] = [await ca({ subject: 'CN=A' }), await ca({ subject: 'CN=B' })];
    const pairs = await many(2000, (i) =>
      i % 2 === 0
        ? ca({ subject: a.subject, key: a.key, by: b })
        : ca({ subject: b.subject, key: b.key, by: a }),
    );
    return ask(await leaf({ by: a }), [trusted], pairs);
  }),
  hostile('a ring of 500 CAs', ['PATH_LENGTH_EXCEEDED', 'BUDGET_EXCEEDED'], async () => {
    const nodes = await many(500, (i) => ca({ subject: `CN=Node ${i}` }));
    const ring = await many(500, (i) => {
      const { subject, key } = nodes[i] as Holder;
      return ca({ subject, key, by: nodes[(i + 1) % 500] as Holder });
    });
    return ask(await leaf({ by: first(nodes) }), [trusted], ring);
  }),
  ...(
    [
      ['eight layers of eight certificates, none below the root', root, 'BUDGET_EXCEEDED'],
      ['eight layers of eight certificates below the root', trusted, 'ok'],
    ] as const
  ).map(([name, anchor, verdict]) =>
    hostile(name, verdict, async () => {
      let below: Holder[] = [trusted];
      const all: Holder[] = [];
      for (let layer = 0; layer < 8; layer++) {
        const key = generateKey('ec-p256');
        const above = below;
        below = await many(8, (i) =>
          ca({
            subject: `CN=Layer ${layer}`,
            key,
            by: above[i % above.length] as Holder,
            notBefore: new Date(Date.UTC(2020, i)),
          }),
        );
        all.push(...below);
      }
      return ask(await leaf({ by: first(below) }), [anchor], all);
    }),
  ),
];

const KEY = generateKey('ec-p256');

const CHAINS: readonly HostileCase[] = [
  ...(
    [
      ['one name, one key', { subject: SAME, key: KEY }],
      ['one name, many keys', { subject: SAME }],
      ['many names, one key', { key: KEY }],
      ['many names, many keys', {}],
    ] as const
  ).map(([name, shape]) =>
    hostile(
      `a chain of 150 without a root: ${name}`,
      ['ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT', 'BUDGET_EXCEEDED', 'PATH_LENGTH_EXCEEDED'],
      async () => {
        const cas = await chain(150, await ca({ subject: 'CN=Nobody' }), () => shape);
        return ask(await leaf({ by: last(cas) }), [trusted], cas);
      },
    ),
  ),
  hostile('60 sound CAs between leaf and root', 'PATH_LENGTH_EXCEEDED', async () => {
    const cas = await chain(60, trusted, () => ({}));
    return ask(await leaf({ by: last(cas) }), [trusted], cas);
  }),
  hostile(
    '300 self-issued CAs, which no path length counts',
    ['BUDGET_EXCEEDED', 'PATH_LENGTH_EXCEEDED'],
    async () => {
      const cas = await chain(300, trusted, () => ({ subject: SAME }));
      return ask(await leaf({ by: last(cas) }), [trusted], cas);
    },
  ),
  hostile('ten CAs in a row, each among 200 of its name', 'ok', async () => {
    const cas = await chain(10, trusted, () => ({}));
    const decoys: Holder[] = [];
    for (const { subject } of cas)
      decoys.push(...(await many(200, () => ca({ subject, by: root }))));
    return ask(await leaf({ by: last(cas) }), [trusted], [...decoys, ...cas]);
  }),
];

export const GRAPHS: readonly HostileCase[] = [...CROWDS, ...MESHES, ...CHAINS];
