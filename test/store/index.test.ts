import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  cpSync,
  mkdtempSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCa } from '../../src/diagnose/audit/audit.ts';
import { decodeIndex, encodeIndex, type SegmentIndex } from '../../src/store/index/index-file.ts';
import { homePaths, indexPath, segmentPath } from '../../src/store/layout.ts';
import { recordMatches, type IssuedRecord, type RecordFilter } from '../../src/store/records.ts';
import type { CaStore } from '../../src/store/types.ts';
import { fillCa } from '../support/large-ca.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { NOW, makeCa, openTestCa } from './support.ts';

let model = '';

beforeAll(async () => {
  model = mkdtempSync(join(tmpdir(), 'mtls-index-'));
  const { store, signer } = await makeCa(model);
  await fillCa(store, signer, {
    issued: 30_000,
    revoked: 2_000,
    renewalEvery: 5,
    commit: 500,
    from: new Date('2025-03-01T00:00:00Z'),
    to: new Date('2026-03-01T00:00:00Z'),
    seed: 1,
  });
}, 120_000);

afterAll(() => {
  rmSync(model, { recursive: true, force: true });
});

function copyOfModel(): CaStore {
  const folder = temporaryFolder();
  cpSync(join(model, '.mtls'), join(folder, '.mtls'), { recursive: true });
  return openTestCa(folder).store;
}

/** What the events come to, told without the index. */
function folded(store: CaStore): Map<string, IssuedRecord> {
  const records = new Map<string, IssuedRecord>();
  for (const event of store.events()) {
    if (event.type === 'issued' || event.type === 'renewed') {
      const { type, at, ...rest } = event;
      records.set(event.serial, { ...rest, issuedAt: at });
      const replaced = type === 'renewed' ? records.get(event.replaces) : undefined;
      if (replaced) records.set(replaced.serial, { ...replaced, renewedBy: event.serial });
    } else if (event.type === 'revoked') {
      const record = records.get(event.serial) as IssuedRecord;
      const revoked = { at: event.revokedAt, reason: event.reason };
      records.set(event.serial, { ...record, revoked });
    }
  }
  return records;
}

const FILTERS: readonly [string, RecordFilter][] = [
  ['nothing', {}],
  ['a time', { notAfterFrom: new Date('2026-03-01'), notAfterTo: new Date('2026-03-31') }],
  ['a profile', { profile: 'svid' }],
  ['a profile that none has', { profile: 'none' }],
  ['a name with its kind', { name: 'DNS:host-7.example.test' }],
  ['a name alone', { name: 'host-7.example.test' }],
  ['a name with a colon', { name: 'spiffe://example.test/w/17' }],
  ['a name of another kind', { name: 'URI:host-7.example.test' }],
  ['revocations', { revoked: true }],
  ['all but revocations', { revoked: false }],
  ['all of it', { profile: 'peer', revoked: true, notAfterFrom: new Date('2026-01-01') }],
];

const segmentsOf = (store: CaStore): number => readdirSync(store.paths.journal).length - 1;

describe('a journal of several segments', () => {
  it.each(FILTERS)('lists by %s what its events come to', (_, filter) => {
    const store = copyOfModel();
    const all = [...folded(store).values()];
    expect(all.length).toBeGreaterThan(29_000);
    const expected = all.filter((record) => recordMatches(record, filter));
    // Made anew, and then from the files
    expect([...store.records(filter)]).toEqual(expected);
    expect([...store.records(filter)]).toEqual(expected);
    expect(readdirSync(store.paths.index)).toHaveLength(segmentsOf(store) - 1);
  });

  it('finds single records, wherever what came of them stands', () => {
    const store = copyOfModel();
    const records = [...folded(store).values()];
    const chosen = records.filter((_, number) => number % 499 === 0);
    const renewedTwice = records.filter(({ renewedBy, revoked }) => renewedBy && revoked);
    expect(renewedTwice.length).toBeGreaterThan(10);
    for (const record of [...chosen, ...renewedTwice.slice(0, 50)])
      expect(store.find(record.serial)).toEqual(record);
    expect(store.find('0badc0de')).toBeUndefined();
  }, 120_000);

  it('lists revocations in their order, and knows that there is no CRL', () => {
    const store = copyOfModel();
    const expected = [...store.events()].filter(({ type }) => type === 'revoked');
    expect(expected).toHaveLength(2_000);
    expect([...store.revocations()]).toEqual(expected);
    expect(store.lastCrl()).toBeUndefined();
  });

  it('has an index of a segment from the moment at which the next one begins', async () => {
    const folder = temporaryFolder();
    cpSync(join(model, '.mtls'), join(folder, '.mtls'), { recursive: true });
    const { store, signer, leaf } = openTestCa(folder);
    const certificate = await leaf('one');
    const last = segmentsOf(store);
    // As if it had grown to its limit
    const begun = statSync(segmentPath(store.paths, last)).size;
    expect(begun).toBeLessThan(4 * 1024 * 1024);
    for (let at = 0; segmentsOf(store) === last; at++) {
      expect(existsSync(indexPath(store.paths, last))).toBe(false);
      await store.transaction({ signer }, (tx) => {
        for (let number = 0; number < 2_000; number++)
          tx.crl({
            number: tx.nextCrlNumber() + BigInt(number + at * 2_000),
            thisUpdate: new Date('2026-03-02T00:00:00Z'),
            nextUpdate: new Date('2026-04-02T00:00:00Z'),
            entries: 1,
            der: Uint8Array.of(0x30, 0),
          });
        tx.issued({ certificate, profile: 'server', outputs: [] });
        return Promise.resolve();
      });
    }
    expect(existsSync(indexPath(store.paths, last))).toBe(true);
  });
});

function copyWithIndex(): CaStore {
  const store = copyOfModel();
  expect([...store.records({ name: 'none' })]).toEqual([]);
  expect(readdirSync(store.paths.index).length).toBe(2);
  return store;
}

function edit(path: string, change: (index: SegmentIndex) => SegmentIndex): void {
  const index = decodeIndex(readFileSync(path)) as SegmentIndex;
  writeFileSync(path, encodeIndex(change(index)));
}

/** All but one row of a column. */
const dropped = <T extends Uint8Array | Uint32Array | Float64Array>(column: T, width = 1): T =>
  column.slice(0, column.length - width) as T;

describe('an index that does not fit', () => {
  const DAMAGE: readonly [string, (path: string) => void][] = [
    [
      'is gone',
      (path) => {
        rmSync(path);
      },
    ],
    [
      'is empty',
      (path) => {
        writeFileSync(path, '');
      },
    ],
    [
      'was cut in its header',
      (path) => {
        truncateSync(path, 100);
      },
    ],
    [
      'was cut in its columns',
      (path) => {
        truncateSync(path, statSync(path).size - 9);
      },
    ],
    [
      'has more behind it',
      (path) => {
        appendFileSync(path, '12345678');
      },
    ],
    [
      'is full of zeros',
      (path) => {
        writeFileSync(path, Buffer.alloc(statSync(path).size));
      },
    ],
    [
      'is a text',
      (path) => {
        writeFileSync(path, 'mtls index 0000000z 00000000\n');
      },
    ],
    ...[40, 300, 5_000, 100_000].map((at): [string, (path: string) => void] => [
      `has another octet at ${at}`,
      (path) => {
        const bytes = readFileSync(path);
        bytes[at] = (bytes[at] as number) ^ 0x10;
        writeFileSync(path, bytes);
      },
    ]),
    [
      'is that of another segment',
      (path) => {
        writeFileSync(path, readFileSync(path.replace('2.idx', '1.idx')));
      },
    ],
    [
      'follows another line',
      (path) => {
        edit(path, (index) => ({ ...index, mark: { ...index.mark, prev: index.mark.hash } }));
      },
    ],
    [
      'ends with another line',
      (path) => {
        edit(path, (index) => ({ ...index, mark: { ...index.mark, hash: index.mark.prev } }));
      },
    ],
  ];

  it.each(DAMAGE)('%s: it is made anew, and answers are the same', (_, damage) => {
    const store = copyWithIndex();
    const path = indexPath(store.paths, 2);
    const whole = readFileSync(path);
    const expected = [...folded(store).values()].filter(({ profile }) => profile === 'client');
    damage(path);
    expect([...store.records({ profile: 'client' })]).toEqual(expected);
    expect([...store.revocations()]).toHaveLength(2_000);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('is that of another journal with segments of the same length', async () => {
    const other = temporaryFolder();
    const { store, signer } = await makeCa(other);
    await fillCa(store, signer, {
      issued: 30_000,
      revoked: 0,
      renewalEvery: 5,
      commit: 500,
      from: new Date('2025-03-01T00:00:00Z'),
      to: new Date('2026-03-01T00:00:00Z'),
      seed: 2,
    });
    const mine = copyWithIndex();
    const expected = [...mine.records({})].length;
    for (const segment of [1, 2]) {
      const wanted = decodeIndex(readFileSync(indexPath(mine.paths, segment)));
      edit(indexPath(store.paths, segment), (index) => ({
        ...index,
        mark: { ...index.mark, length: wanted?.mark.length ?? 0 },
      }));
      cpSync(indexPath(store.paths, segment), indexPath(mine.paths, segment));
    }
    expect([...mine.records({})]).toHaveLength(expected);
  });
});

describe('an index that somebody wrote to hide a revocation', () => {
  const shorter = (index: SegmentIndex): SegmentIndex => {
    const { revocations } = index.columns;
    const fewer = {
      offset: dropped(revocations.offset),
      length: dropped(revocations.length),
      serial: dropped(revocations.serial),
      keys: dropped(revocations.keys, 21),
      at: dropped(revocations.at),
      reason: dropped(revocations.reason),
    };
    return { ...index, columns: { ...index.columns, revocations: fewer } };
  };
  const doubled = (index: SegmentIndex): SegmentIndex => {
    const { offset, length } = index.columns.revocations;
    offset[0] = offset[1] as number;
    length[0] = length[1] as number;
    return index;
  };
  const elsewhere = (index: SegmentIndex): SegmentIndex => {
    const { revocations, issued } = index.columns;
    revocations.offset[0] = issued.offset[0] as number;
    revocations.length[0] = issued.length[0] as number;
    return index;
  };

  it.each([
    ['leaves it out', shorter],
    ['names another twice', doubled],
    ['leads to another record', elsewhere],
  ])('%s: no CRL is made of it', (_, change) => {
    const store = copyWithIndex();
    edit(indexPath(store.paths, 2), change);
    expect(thrown(() => [...store.revocations()])).toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('leaves it out: no list is made of it either', () => {
    const store = copyWithIndex();
    edit(indexPath(store.paths, 2), shorter);
    expect(thrown(() => [...store.records({})])).toMatchObject({ code: 'STORE_CORRUPT' });
  });
});

describe('the audit', () => {
  const told = (store: CaStore): readonly string[] =>
    auditCa({
      home: homePaths(join(store.paths.folder, '..', '..')),
      name: store.name,
      paths: store.paths,
      naming: [],
      now: NOW,
      uid: process.getuid?.(),
      passphrase: undefined,
      insists: false,
      head: undefined,
    }).findings.map(({ code, subject }) => `${code} ${basename(subject)}`);

  it('names an index that misleads', () => {
    const store = copyWithIndex();
    expect(told(store)).toEqual([]);
    edit(indexPath(store.paths, 1), (index) => {
      index.columns.issued.notAfter[7] = 0;
      return index;
    });
    expect(told(store)).toEqual(['INDEX_WRONG 00000001.idx']);
  });

  it('has nothing to say of one that is made anew, and names what is no index', () => {
    const store = copyWithIndex();
    truncateSync(indexPath(store.paths, 1), 5_000);
    writeFileSync(`${indexPath(store.paths, 2)}.tmp`, 'left by a killed process', { mode: 0o600 });
    expect(told(store)).toEqual([]);
    writeFileSync(join(store.paths.index, 'list.txt'), '', { mode: 0o600 });
    expect(told(store)).toEqual(['FILE_STRANGE list.txt']);
  });
});
