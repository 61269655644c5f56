// What is restored and imported: backups, the lists inside of them, and the index of openssl ca.
import { toUtf8 } from '../../src/base/bytes.ts';
import { readIndex } from '../../src/ca/foreign/index-file.ts';
import { HEADER_LENGTH, unpackFrom } from '../../src/store/backup/container.ts';
import { backupPath, encodeManifest, parseManifest } from '../../src/store/backup/manifest.ts';
import { caPathsIn } from '../../src/store/layout.ts';
import { plain, type Target } from './target.ts';

const FILES = [
  'ca.json',
  'ca.crt',
  'chain.pem',
  'ca.key',
  'journal/HEAD',
  'journal/00000001.jsonl',
];

const MANIFEST = encodeManifest({
  ca: 'dev',
  takenAt: '2026-03-01T12:00:00.000Z',
  head: {
    commit: 4,
    at: '2026-03-01T12:00:00.000Z',
    totals: { issued: 2, revoked: 1, crl: '1' },
    records: 9,
    hash: 'ZGV2IGhlYWQgb2YgYSBqb3VybmFsIGluIGEgYmFja3U',
  },
  files: [...FILES, 'certs/00000001.pack'].map((name) => ({ name, size: 7 })),
});

const HEADER = new Uint8Array(HEADER_LENGTH + 200);
HEADER.set(toUtf8('mtls backup\n\0\0\0\u0001'));

const INDEX = toUtf8(
  'V\t270101000000Z\t\t1000\tunknown\t/C=DE/CN=api\n' +
    'R\t20270101000000Z\t260201000000Z,keyTime,20260101000000Z\t5A01\tnewcerts/5A01.pem\t/CN=old\n' +
    'E\t250101000000Z\t\t03\tunknown\t/CN=past\n',
);

const within = caPathsIn('/home/ca/dev');

export const FOREIGN_STORES: readonly Target[] = [
  {
    name: 'backup manifest',
    weight: 1,
    seeds: () => [MANIFEST],
    run: (bytes) => {
      for (const { name } of parseManifest(bytes, 'fuzz').files) {
        const path = backupPath(within, name) ?? '';
        if (!path.startsWith('/home/ca/dev/') || path.includes('..'))
          throw new Error(`a file outside: ${path}`);
      }
    },
  },
  {
    name: 'backup header',
    weight: 1,
    seeds: () => [HEADER],
    run: (bytes) => {
      const asked = new Error('asked for the passphrase');
      const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
      try {
        // The key is derived at a fixed cost, which is not what is tried here
        unpackFrom(read, bytes.length, 'fuzz', () => {
          throw asked;
        });
      } catch (error) {
        if (error !== asked) throw error;
      }
    },
  },
  {
    name: 'index.txt',
    weight: 1,
    seeds: () => [INDEX],
    run: (bytes) => {
      for (const { serial } of readIndex(Buffer.from(bytes).toString('utf8'), 'fuzz'))
        plain(serial);
    },
  },
];
