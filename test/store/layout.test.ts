import { describe, expect, it } from 'vitest';
import {
  caNameOk,
  caPaths,
  homePaths,
  parseCaName,
  segmentNumber,
  segmentPath,
} from '../../src/store/layout.ts';
import { thrown } from '../support/thrown.ts';

describe('names of CAs', () => {
  it.each(['dev', 'Prod-2', 'a', '_x', 'example.org', 'x'.repeat(64), '0'])('takes %j', (name) => {
    expect(parseCaName(name)).toBe(name);
  });

  it.each([
    '',
    '.',
    '..',
    '.new-x',
    '-rf',
    'a/b',
    '../../etc',
    'a\\b',
    'a b',
    'a\0',
    'a\n',
    'ü',
    'dev.',
    'CON',
    'nul.x',
    'com1',
    'x'.repeat(65),
  ])('refuses %j', (name) => {
    expect(caNameOk(name)).toBe(false);
    const error = thrown(() => parseCaName(name));
    expect(error.code).toBe('BAD_NAME');
    expect(error.message).not.toMatch(/[\0\n]/);
  });
});

describe('paths', () => {
  it('keeps the layout that docs/store-format.md promises', () => {
    const paths = caPaths(homePaths('/h'), parseCaName('dev'));
    expect(paths).toMatchObject({
      folder: '/h/ca/dev',
      info: '/h/ca/dev/ca.json',
      certificate: '/h/ca/dev/ca.crt',
      chain: '/h/ca/dev/chain.pem',
      key: '/h/ca/dev/ca.key',
      crl: '/h/ca/dev/crl.pem',
      journal: '/h/ca/dev/journal',
      certs: '/h/ca/dev/certs',
      index: '/h/ca/dev/index',
    });
    expect(segmentPath(paths, 12)).toBe('/h/ca/dev/journal/00000012.jsonl');
  });

  it('tells segments from other files', () => {
    expect(segmentNumber('00000012.jsonl')).toBe(12);
    expect(segmentNumber('100000000.jsonl')).toBe(100_000_000);
    for (const other of ['HEAD', 'aside', '12.jsonl', '00000012.jsonl.tmp', 'x00000012.jsonl'])
      expect(segmentNumber(other)).toBeUndefined();
  });
});
