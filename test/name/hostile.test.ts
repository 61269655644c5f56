// Broken encodings: each reader answers or throws DER_MALFORMED, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import {
  checkNameConstraints,
  decodeNameConstraints,
  encodeNameConstraints,
  formatSubtree,
  parseConstraint,
} from '../../src/name/constraints.ts';
import { decodeDn, encodeDn, formatDn, parseDn } from '../../src/name/dn.ts';
import {
  decodeGeneralNames,
  encodeGeneralNames,
  fileStem,
  formatGeneralName,
  generalNameFault,
  parseIdentityName,
} from '../../src/name/san.ts';

const dn = encodeDn(parseDn('CN=api+OU=a,O=Bücher,C=DE,emailAddress=a@b.example'));
const names = encodeGeneralNames([
  ...['*.example.org', '10.0.0.7', '::1', 'a@b.example', 'spiffe://td/x'].map(parseIdentityName),
  { kind: 'dirName', value: parseDn('O=x'), der: encodeDn(parseDn('O=x')) },
  { kind: 'rid', oid: '1.2.3' },
  { kind: 'other', oid: '1.2.3', value: Uint8Array.of(0x05, 0x00) },
]);
const constraints = encodeNameConstraints({
  permitted: ['example.org', '10.0.0.0/8', 'email:.example.org', 'dir:O=x'].map(parseConstraint),
  excluded: ['uri:example.org', 'fd00::/8'].map(parseConstraint),
});

/** Some octets of a sound encoding replaced, or the encoding cut. */
function damaged(der: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(der.length), { freq: 5 }),
    )
    .map(([changes, cut]) => {
      const copy = der.slice(0, cut ?? der.length);
      for (const [at, octet] of changes) if (at < copy.length) copy[at] = octet;
      return copy;
    });
}

function holds(run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(MtlsError);
    expect((error as MtlsError).code).toBe('DER_MALFORMED');
  }
}

describe('damaged encodings', () => {
  it('of a distinguished name', () => {
    fc.assert(
      fc.property(damaged(dn), (der) => {
        holds(() => {
          const read = decodeDn(der);
          formatDn(read);
          expect(decodeDn(encodeDn(read)).rdns.length).toBe(read.rdns.length);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('of general names', () => {
    fc.assert(
      fc.property(damaged(names), (der) => {
        holds(() => {
          const read = decodeGeneralNames(der);
          for (const name of read) {
            generalNameFault(name);
            formatGeneralName(name);
            expect(fileStem(name)).not.toBe('');
          }
          expect(encodeGeneralNames(read)).toEqual(der);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('of name constraints', () => {
    const below = { names: decodeGeneralNames(names), subject: decodeDn(dn) };
    fc.assert(
      fc.property(damaged(constraints), (der) => {
        holds(() => {
          const read = decodeNameConstraints(der);
          for (const subtree of [...read.permitted, ...read.excluded]) formatSubtree(subtree);
          checkNameConstraints(read, below, { spend: () => undefined });
        });
      }),
      { numRuns: 2000 },
    );
  });
});
