import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readBundle } from '../../src/codec/bundle.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { sameKey } from '../../src/match/match.ts';
import { svidFaults } from '../../src/verify/spiffe.ts';
import { corpus } from '../support/corpora.ts';

interface SvidCase {
  readonly name: string;
  readonly expected: 'valid' | 'invalid';
  readonly certs_pem: string;
  readonly key_pem: string;
}

const path = corpus('spiffe/x509svid-cases.json');

/** Whether certificates and key make an X509-SVID, as go-spiffe's x509svid.Parse decides. */
function isSvid(one: SvidCase): boolean {
  try {
    const { certificates } = readBundle(Buffer.from(one.certs_pem));
    const { keys } = readBundle(Buffer.from(one.key_pem));
    const key = keys[0]?.decode();
    const leaf = certificates[0];
    if (!leaf || !key) return false;
    return sameKey(leaf.publicKey, key.publicKey) && svidFaults(certificates).length === 0;
  } catch (error) {
    if (error instanceof MtlsError) return false;
    throw error;
  }
}

it.skipIf(path === undefined)('X509-SVIDs are judged as go-spiffe judges them', () => {
  const { cases } = JSON.parse(readFileSync(path as string, 'utf8')) as {
    readonly cases: readonly SvidCase[];
  };
  expect(cases).toHaveLength(18);
  const verdicts = cases.map((one) => [one.name, isSvid(one) ? 'valid' : 'invalid']);
  expect(verdicts).toEqual(cases.map(({ name, expected }) => [name, expected]));
});
