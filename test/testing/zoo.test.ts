// Every bad certificate before Node's own TLS, in real handshakes, and before mtls itself.
import { describe, expect, it } from 'vitest';
import { verdictOf, zoo, ZOO, ZOO_NAMES, type ZooName } from '../../src/testing/index.ts';
import { createZooCase } from '../../src/testing/zoo/index.ts';
import { RANDOM } from '../../src/testing/source.ts';
import { thrown } from '../support/thrown.ts';
import { askNode, loadInNode } from './zoo/node.ts';
import { askUs } from './zoo/us.ts';

/** A fixed clock, long ago. */
const LONG_AGO = new Date('2024-02-29T12:00:00Z');

describe.each(ZOO)('$name', (entry) => {
  const { name, side, foundWhen, expected, loading = 'accepted' } = entry;
  const byNode = verdictOf(expected.node);

  it('is refused by mtls as it is said', () => {
    expect(askUs(zoo(name))).toBe(expected.mtls);
  });

  it('is refused by Node as it is said', async () => {
    const bad = zoo(name);
    const loaded = loadInNode(bad);
    expect(loaded).toBe(verdictOf(loading));
    const atOnce = foundWhen === 'loading' && loaded !== 'accepted';
    expect(atOnce ? loaded : await askNode(bad)).toBe(byNode);
  });

  it('keeps its one fault when it was made for another time', async () => {
    const bad = zoo(name, { now: LONG_AGO });
    expect(askUs(bad)).toBe(expected.mtls);
    if (foundWhen !== 'loading') expect(await askNode(bad)).toBe(byNode);
  });

  it('is healthy but for that', async () => {
    for (const options of [{}, { now: LONG_AGO }]) {
      const cured = zoo(name, { ...options, cured: true });
      expect(askUs(cured)).toBe('accepted');
      expect(loadInNode(cured)).toBe('accepted');
      expect(await askNode(cured)).toBe('accepted');
    }
  });

  it('has a peer that is healthy', () => {
    const { peer, at } = zoo(name);
    const { cert, key, ca } = peer;
    const other = side === 'server' ? 'client' : 'server';
    expect(askUs({ cert, key, ca, at, side: other })).toBe('accepted');
  });
});

describe('the zoo', () => {
  it('holds at least 90, each with a reason of one plain line and a clause', () => {
    expect(ZOO.length).toBeGreaterThanOrEqual(90);
    expect(ZOO.map(({ name }) => name)).toEqual(ZOO_NAMES);
    for (const { reason, clause } of ZOO) {
      expect(reason).toMatch(/^(?:[a-z]|[A-Z]{2}|[A-Z][a-z]*-)[^\n]{10,110}[^.\s]$/);
      expect(clause).toMatch(/^(RFC \d+|X\.6\d0|SPIFFE-ID|X509-SVID|NIST SP 800-\S+) /);
    }
    expect(new Set(ZOO.map(({ reason }) => reason)).size).toBe(ZOO.length);
  });

  it('is refused by somebody, entry by entry, but for what is known to be taken by all', () => {
    const taken = ZOO.filter(({ expected }) =>
      Object.values(expected).every((verdict) => verdict === 'accepted'),
    );
    expect(taken.map(({ name }) => name)).toEqual(TAKEN_BY_ALL);
  });

  it('makes each case anew, and with whole seconds', () => {
    const [one, other] = [zoo('expired'), zoo('expired')];
    expect(one.cert).not.toBe(other.cert);
    expect(zoo('expired', { now: new Date('2030-01-01T00:00:00.900Z') }).at).toEqual(
      new Date('2030-01-01T00:00:00Z'),
    );
  });

  it('follows the clock that is given', () => {
    const bad = createZooCase(RANDOM, () => LONG_AGO, 'expired');
    expect(bad.at).toEqual(LONG_AGO);
  });

  it('knows no other names and no bad dates', () => {
    for (const name of ['exprired', 'constructor'])
      expect(thrown(() => zoo(name as ZooName))).toMatchObject({ code: 'BAD_OPTION' });
    expect(thrown(() => zoo('expired', { now: new Date(NaN) }))).toMatchObject({
      code: 'BAD_TIME',
    });
  });
});

/** Unwise, or untidy, but no peer minds. */
const TAKEN_BY_ALL: readonly ZooName[] = [
  'leafOutlivesIssuer',
  'wrongOrder',
  'rootInChain',
  'emptySubjectNonCriticalSan',
  'caAsServer',
  'zeroSerial',
  'longSerial',
  'v1Leaf',
  'statedDefault',
];

describe('verdictOf', () => {
  const verdict = [
    { below: { openssl: '3.2' }, says: 'old' },
    { below: { openssl: '3.10.1', node: '24' }, says: 'newer' },
    { says: 'new' },
  ];

  it.each([
    [{ openssl: '3.0.19', node: '20.20.2' }, 'old'],
    [{ openssl: '3.2.0', node: '22.0.0' }, 'newer'],
    [{ openssl: '3.2', node: '22.0.0' }, 'newer'],
    [{ openssl: 'OpenSSL 3.10.0', node: '23.9' }, 'newer'],
    [{ openssl: '3.10.0', node: '24.0.0' }, 'new'],
    [{ openssl: '3.10.1', node: '22.0.0' }, 'new'],
    [{ openssl: '4.0', node: '30' }, 'new'],
    [{}, 'new'],
  ])('of %o is %s', (versions, says) => {
    expect(verdictOf(verdict, versions)).toBe(says);
  });

  it('is the one that there is', () => {
    expect(verdictOf('X', {})).toBe('X');
  });

  it('is that of the Node that runs', () => {
    expect(verdictOf([{ below: { node: '1' }, says: 'old' }, { says: 'new' }])).toBe('new');
    expect(verdictOf([{ below: { node: '999' }, says: 'old' }, { says: 'new' }])).toBe('old');
  });
});
