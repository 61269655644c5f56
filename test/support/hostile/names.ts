// Names without end, and constraints upon them.
import type { GeneralSubtree, NameConstraints } from '../../../src/name/constraints.ts';
import type { GeneralName } from '../../../src/name/san.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import { ask, ca, leaf, type Shape } from '../graph.ts';
import { directory, first, hostile, list, many, type HostileCase } from './case.ts';

const trusted = await ca({ subject: 'CN=Trusted' });

function constrained(constraints: Partial<NameConstraints>): Shape {
  const value = {
    kind: 'nameConstraints',
    constraints: { permitted: [], excluded: [], ...constraints },
  };
  return { extensions: { nameConstraints: value as never } };
}

/** A leaf with these names under a CA with these constraints. */
async function under(
  constraints: Partial<NameConstraints>,
  names: readonly GeneralName[],
  shape: Shape = {},
) {
  const by = await ca({ subject: 'CN=Strict', by: trusted, ...constrained(constraints) });
  return ask(await leaf({ by, names, ...shape }), [trusted], [by]);
}

const subtree = (kind: 'dns' | 'email' | 'uri', value: string): GeneralSubtree => ({ kind, value });
const octets = (i: number) => Uint8Array.of(10, i >> 16, i >> 8, i);

const both = (count: number, make: (i: number, list: string) => GeneralSubtree) => ({
  permitted: list(count, (i) => make(i, 'p')),
  excluded: list(count, (i) => make(i, 'x')),
});

const dnsBoth = (count: number) => both(count, (i, at) => subtree('dns', `${at}${i}.example.com`));
const dnsNames = (count: number) =>
  list(count, (i): GeneralName => ({ kind: 'dns', value: `host.p${i}.example.com` }));

export const NAMES: readonly HostileCase[] = [
  hostile('2,000 DNS names under 4,000 constraints', 'BUDGET_EXCEEDED', () =>
    under(dnsBoth(2000), dnsNames(2000)),
  ),
  hostile('one DNS name under 20,000 constraints', 'ok', () => under(dnsBoth(10_000), dnsNames(1))),
  hostile('2,000 mailboxes under 4,000 constraints', 'BUDGET_EXCEEDED', () =>
    under(
      both(2000, (i, at) => subtree('email', `${at}${i}@example.com`)),
      list(2000, (i) => ({ kind: 'email', value: `p${i}@example.com` })),
    ),
  ),
  hostile('2,000 URIs under 4,000 constraints', 'BUDGET_EXCEEDED', () =>
    under(
      both(2000, (i, at) => subtree('uri', `${at}${i}.example.com`)),
      list(2000, (i) => ({ kind: 'uri', value: `https://p${i}.example.com/` })),
    ),
  ),
  hostile('2,000 addresses under 4,000 constraints', 'BUDGET_EXCEEDED', () =>
    under(
      both(2000, (i, at) => ({
        kind: 'ip',
        address: octets(at === 'p' ? i : i + 5000),
        mask: Uint8Array.of(255, 255, 255, 255),
      })),
      list(2000, (i) => ({ kind: 'ip', value: octets(i) })),
    ),
  ),
  hostile('2,000 directory names under 2,000 constraints', 'BUDGET_EXCEEDED', () =>
    under(
      { excluded: list(2000, (i) => directory(`O=x${i},OU=${'y'.repeat(60)}`)) },
      list(2000, (i) => directory(`O=p${i},OU=${'y'.repeat(60)},CN=${i}`)),
    ),
  ),
  hostile(
    '2,000 names of a form that is not judged, excluded 2,000 times',
    'NAME_CONSTRAINT',
    () => {
      const other = Uint8Array.of(0xa0, 8, 6, 2, 0x2a, 3, 0xa0, 2, 5, 0);
      return under(
        { excluded: list(2000, () => ({ kind: 'unsupported', tag: 0xa0, der: wrapped(other) })) },
        list(2000, () => ({ kind: 'other', oid: '1.2.3', value: Uint8Array.of(5, 0) })),
      );
    },
  ),
  hostile('2,000 constraints of a form that no name has', 'BUDGET_EXCEEDED', () => {
    const other = Uint8Array.of(0xa0, 8, 6, 2, 0x2a, 3, 0xa0, 2, 5, 0);
    return under(
      { excluded: list(2000, () => ({ kind: 'unsupported', tag: 0xa0, der: wrapped(other) })) },
      dnsNames(2000),
    );
  }),
  hostile('a constraint that is an address of 100,000 octets', 'NAME_CONSTRAINT', () => {
    const address = new Uint8Array(50_000).fill(7);
    return under({ permitted: [{ kind: 'ip', address, mask: address }] }, dnsNames(1));
  }),
  hostile('names of 50,000 characters each', 'HOST_MISMATCH', async () => {
    const names = list(8, (i): GeneralName => ({
      kind: 'dns',
      value: `${'a'.repeat(50_000)}${i}`,
    }));
    const identity = { kind: 'dns', value: 'nobody.example.org' } as const;
    return ask(await leaf({ by: trusted, names }), [trusted], [], { identity });
  }),
  hostile('20,000 purposes, none of them the one', 'EXTENDED_KEY_USAGE', async () => {
    const purposes = list(20_000, (i) => `1.2.3.${i}`);
    const end = await leaf({
      by: trusted,
      extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes } },
    });
    return ask(end, [trusted]);
  }),
  hostile(
    '48 ways up, each under 4,000 constraints',
    ['BUDGET_EXCEEDED', 'NAME_CONSTRAINT'],
    async () => {
      const key = generateKey('ec-p256');
      const shape = { subject: 'CN=Strict', key, by: trusted, ...constrained(dnsBoth(2000)) };
      const strict = await many(48, () => ca(shape));
      const names = [{ kind: 'dns', value: 'host.example.org' } as const];
      return ask(await leaf({ by: first(strict), names }), [trusted], strict);
    },
  ),
  hostile('5,000 alternative names, none of them the host', 'HOST_MISMATCH', async () => {
    const end = await leaf({ by: trusted, names: dnsNames(5000) });
    const identity = { kind: 'dns', value: 'nobody.example.org' } as const;
    return ask(end, [trusted], [], { identity });
  }),
  hostile('20,000 wildcards, the last of them the host', 'ok', async () => {
    const names = list(20_000, (i): GeneralName => ({ kind: 'dns', value: `*.w${i}.example.org` }));
    const identity = { kind: 'dns', value: 'a.w19999.example.org' } as const;
    return ask(await leaf({ by: trusted, names }), [trusted], [], { identity });
  }),
  hostile('a subject of 500 parts, spelt in another way by the leaf', 'ok', async () => {
    const spelt = (text: string) => list(500, (i) => `OU=${text} ${i}`).join(',');
    const by = await ca({ subject: spelt('Unit'), by: trusted });
    return ask(await leaf({ by, issuerName: spelt('UNIT') }), [trusted], [by]);
  }),
];

/** A GeneralSubtree around a GeneralName. */
function wrapped(name: Uint8Array): Uint8Array {
  return Uint8Array.of(0x30, name.length, ...name);
}
