import { describe, expect, test } from 'vitest';
import { chainOrder, issuersAmong } from '../../src/verify/chain-order.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { ca, leaf as leafOf } from '../support/graph.ts';

const root = await ca({ subject: 'CN=root' });
const middle = await ca({ subject: 'CN=middle', by: root });
const leaf = await leafOf({ subject: 'CN=leaf', by: middle });
const lone = await leafOf({ subject: 'CN=lone', by: root });
const stranger = await ca({ subject: 'CN=stranger' });

const all = { root, middle, leaf, lone, stranger };
const names = (certificates: readonly Certificate[]): string[] =>
  certificates.map(
    (one) => Object.entries(all).find(([, pair]) => pair.certificate === one)?.[0] ?? '?',
  );
const of = (...keys: (keyof typeof all)[]): Certificate[] =>
  keys.map((key) => all[key].certificate);

describe('chain order', () => {
  test.each([
    [['leaf', 'middle', 'root']],
    [['root', 'middle', 'leaf']],
    [['middle', 'root', 'leaf']],
    [['root', 'leaf', 'middle']],
  ] as const)('of %j', (given) => {
    expect(names(chainOrder(of(...given)))).toEqual(['leaf', 'middle', 'root']);
  });

  test('a gap does not break it', () => {
    expect(names(chainOrder(of('root', 'leaf')))).toEqual(['root', 'leaf']);
  });

  test('an issuer of several stands after the first, and nothing is lost', () => {
    expect(names(chainOrder(of('root', 'stranger', 'lone', 'leaf', 'middle')))).toEqual([
      'stranger',
      'lone',
      'root',
      'leaf',
      'middle',
    ]);
  });

  test('roots alone keep the order they came in', () => {
    expect(names(chainOrder(of('stranger', 'root')))).toEqual(['stranger', 'root']);
  });

  test('of two CAs with one name, the one that signed is the issuer', async () => {
    const twin = await ca({ subject: 'CN=root' });
    const below = await leafOf({ subject: 'CN=below', by: twin });
    const issuers = issuersAmong([root.certificate, twin.certificate, below.certificate]);
    expect(issuers.get(below.certificate)).toBe(twin.certificate);
    expect(issuers.has(root.certificate)).toBe(false);
    expect(issuers.has(twin.certificate)).toBe(false);
  });

  test('certificates that issued each other end it all the same', async () => {
    // Two cross-certificates: a signed by b's key and b signed by a's.
    const a = await ca({ subject: 'CN=a' });
    const b = await ca({ subject: 'CN=b' });
    const aByB = await ca({ subject: 'CN=a', key: a.key, by: b });
    const bByA = await ca({ subject: 'CN=b', key: b.key, by: a });
    expect(chainOrder([aByB.certificate, bByA.certificate])).toHaveLength(2);
  });
});
