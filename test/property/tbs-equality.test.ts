// Two implementations, one input: our writer and @peculiar/x509's typed classes must agree on
// every byte of the TBSCertificate. The mapping to the library is this test's own, not the adapter's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { enterWhole, Tag } from '../../src/asn1/reader.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { encodeTbs } from '../../src/x509/tbs.ts';
import { ourInput } from './our-tbs.ts';
import { PRINTABLE, plain } from './tbs-inputs.ts';
import { theirCertificate } from './their-tbs.ts';

const RUNS = 500;

function tbsOf(certificate: Uint8Array): Uint8Array {
  return enterWhole(certificate).next(Tag.Sequence).whole;
}

describe('TBSCertificate of two writers', () => {
  const seen = {
    usages: new Set<number>(),
    kinds: new Set<string>(),
    times: new Set<number>(),
    empty: false,
    utf8: false,
  };

  test(`is the same, byte for byte, over ${RUNS} inputs`, async () => {
    await fc.assert(
      fc.asyncProperty(plain, async (input) => {
        input.usages?.forEach((bit) => seen.usages.add(bit));
        input.names?.forEach(({ kind }) => seen.kinds.add(kind));
        for (const date of [input.notBefore, input.notAfter]) seen.times.add(date.getUTCFullYear());
        seen.empty ||= input.subject.length === 0;
        seen.utf8 ||= input.subject.some(({ value }) => !PRINTABLE.test(value));
        const wanted = ourInput(input);
        const certificate = await theirCertificate(input);
        expect(toHex(encodeTbs(wanted))).toBe(toHex(tbsOf(certificate)));
        // Nothing that was asked for is left out by both
        const read = parseCertificate(certificate);
        expect(read.extensions.map(({ critical }) => critical)).toEqual(
          wanted.extensions.map(({ critical }) => critical),
        );
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  test('covered every key usage, kind of name, and the turn of 2050', () => {
    expect([...seen.usages].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...seen.kinds].sort()).toEqual(['dirName', 'dns', 'email', 'ip', 'rid', 'upn', 'uri']);
    expect(seen.times.has(2049) && seen.times.has(2050)).toBe(true);
    expect(seen.empty && seen.utf8).toBe(true);
  });
});
