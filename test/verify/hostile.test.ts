import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/crypto/generate.ts';
import type { GeneralSubtree } from '../../src/name/constraints.ts';
import type { GeneralName } from '../../src/name/san.ts';
import type { VerifyRequest } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { ask, ca, leaf, type Holder, type Shape } from '../support/graph.ts';

const root = await ca({ subject: 'CN=Root' });
const trusted = await ca({ subject: 'CN=Trusted' });

/** Verdict of a graph that is made to cost; it must not. */
function judged(request: VerifyRequest): string | undefined {
  const start = performance.now();
  const { ok, fault, attempts } = verifyCertificate(request);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(attempts.length).toBeLessThanOrEqual(16);
  return ok ? 'ok' : fault.code;
}

async function many<Item>(count: number, make: (index: number) => Promise<Item>) {
  const made: Item[] = [];
  for (let i = 0; i < count; i++) made.push(await make(i));
  return made;
}

const dns = (i: number): GeneralName => ({ kind: 'dns', value: `host${i}.example.org` });

describe('graphs that are made to cost', () => {
  it('thousands of CAs with the name of the issuer', async () => {
    const end = await leaf({ by: await ca({ subject: 'CN=Same', by: trusted }) });
    const crowd = await many(2000, () => ca({ subject: 'CN=Same', by: root }));
    expect(judged(ask(end, [trusted], crowd))).toBe('BUDGET_EXCEEDED');
  });

  it('the right one among thousands is found by its key identifier (RFC 4158 §3.5.12)', async () => {
    const right = await ca({ subject: 'CN=Same', by: trusted });
    const end = await leaf({ by: right });
    const crowd = await many(2000, () => ca({ subject: 'CN=Same', by: root }));
    expect(judged(ask(end, [trusted], [...crowd, right]))).toBe('ok');
  });

  it('a mesh in which everybody has signed everybody', async () => {
    const nodes = await many(24, (i) => ca({ subject: `CN=Node ${i}` }));
    const mesh: Holder[] = [];
    for (const by of nodes)
      for (const { subject, key } of nodes)
        if (by.subject !== subject) mesh.push(await ca({ subject, key, by }));
    const end = await leaf({ by: nodes[0] as Holder });
    expect(judged(ask(end, [trusted], mesh))).toBe('BUDGET_EXCEEDED');
    expect(judged(ask(end, [nodes[23] as Holder], mesh))).toBe('ok');
  });

  it.each([
    ['one name, one key', false, false],
    ['one name, many keys', false, true],
    ['many names, one key', true, false],
    ['many names, many keys', true, true],
  ])('a chain without end: %s', async (_, names, keys) => {
    const key = generateKey('ec-p256');
    let by = await ca({ subject: 'CN=CA 0', key });
    const chain = [by];
    for (let i = 1; i < 150; i++) {
      by = await ca({
        subject: names ? `CN=CA ${i}` : 'CN=CA 0',
        key: keys ? generateKey('ec-p256') : key,
        by,
      });
      chain.push(by);
    }
    expect(judged(ask(await leaf({ by }), [trusted], chain))).toMatch(
      /ISSUER_NOT_FOUND|UNTRUSTED_ROOT|BUDGET_EXCEEDED|PATH_LENGTH_EXCEEDED/,
    );
  });

  it('layers of CAs with several certificates each', async () => {
    let below: Holder[] = [trusted];
    const all: Holder[] = [];
    for (let layer = 0; layer < 8; layer++) {
      const key = generateKey('ec-p256');
      const subject = `CN=Layer ${layer}`;
      below = await many(8, (i) =>
        ca({ subject, key, by: below[i % below.length] as Holder, notBefore: new Date(2020, i) }),
      );
      all.push(...below);
    }
    const by = below[0] as Holder;
    expect(judged(ask(await leaf({ by }), [root], all))).toMatch(/BUDGET|ISSUER_NOT_FOUND/);
    expect(judged(ask(await leaf({ by }), [trusted], all))).toBe('ok');
  });
});

describe('certificates that are made to cost', () => {
  const constraints = (count: number): NonNullable<Shape['extensions']> => {
    const subtrees = (label: string) =>
      Array.from({ length: count }, (_, i): GeneralSubtree => ({
        kind: 'dns',
        value: `${label}${i}.example.com`,
      }));
    return {
      nameConstraints: {
        kind: 'nameConstraints',
        constraints: { permitted: subtrees('p'), excluded: subtrees('x') },
      },
    };
  };

  it('thousands of names under thousands of constraints', async () => {
    const by = await ca({ subject: 'CN=Strict', by: trusted, extensions: constraints(2000) });
    const names = Array.from({ length: 2000 }, (_, i): GeneralName => ({
      kind: 'dns',
      value: `host.p${i}.example.com`,
    }));
    expect(judged(ask(await leaf({ by, names }), [trusted], [by]))).toBe('BUDGET_EXCEEDED');
  });

  it('many paths with many constraints each', async () => {
    const key = generateKey('ec-p256');
    const strict = await many(48, () =>
      ca({ subject: 'CN=Strict', key, by: trusted, extensions: constraints(2000) }),
    );
    const end = await leaf({ by: strict[0] as Holder, names: [dns(1)] });
    expect(judged(ask(end, [trusted], strict))).toMatch(/BUDGET_EXCEEDED|NAME_CONSTRAINT/);
  });

  it('names of constraints without end in the path of a good one', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => dns(i));
    const end = await leaf({ by: trusted, names });
    const identity = { kind: 'dns', value: 'nobody.example.org' } as const;
    expect(judged(ask(end, [trusted], [], { identity }))).toBe('HOST_MISMATCH');
  });
});
