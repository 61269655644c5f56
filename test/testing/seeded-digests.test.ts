// Bytes that a seed gave once it gives for ever: on each version of Node, and in each of ours.
// UPDATE_DIGESTS=1 records what it gives now; for what was published before, that breaks a promise.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/key-types.ts';
import { seeded } from '../../src/testing/seeded/index.ts';
import { ZOO_NAMES } from '../../src/testing/zoo/index.ts';

const file = new URL('seeded-digests.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as unknown;

const digestOf = (made: object): string =>
  createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 32);

async function digests() {
  const { createTestPki, zoo } = await seeded('recorded');
  const pki = Object.fromEntries(
    KEY_TYPES.map((keyType) => {
      const made = createTestPki({ keyType, intermediate: true, server: ['a.test', '10.0.0.7'] });
      return [keyType, digestOf([made, made.issue('spiffe://example.org/api')])];
    }),
  );
  const cases = ZOO_NAMES.map((name) => {
    const { cert, key, ca, crl = '', peer } = zoo(name);
    return [name, digestOf([cert, key, ca, crl, peer.cert, peer.key, peer.ca])];
  });
  return { pki, zoo: Object.fromEntries(cases) as unknown };
}

it('gives the bytes that are recorded', async () => {
  const now = await digests();
  expect(await digests()).toEqual(now);
  if (process.env['UPDATE_DIGESTS'] === '1')
    writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
  else expect(now).toEqual(recorded);
});
