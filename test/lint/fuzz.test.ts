// Hostile certificates: each is linted or refused, alone and all in one pile. What costs the square
// of its length, or backtracks, does not end within the time that vitest gives.
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { lint } from '../../src/lint/engine.ts';
import { createTestPki, zoo, ZOO_NAMES } from '../../src/testing/index.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { corpus } from '../support/corpora.ts';
import { unpacked } from '../x509/support.ts';
import { mutate } from '../fuzz/mutate.ts';
import { SeededRandom } from '../support/random.ts';
import { extension, leaf, ROOT, svid } from './support.ts';

function readable(ders: readonly Uint8Array[]): readonly Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
      throw error;
    }
  });
}

const fuzz = corpus('fuzz-x509.tar.gz');

describe('hostile certificates', () => {
  it.skipIf(fuzz === undefined)('of OpenSSL’s fuzz corpus are linted', () => {
    // Nearly all of them are refused by the reader, which its own tests try
    const certificates = readable(unpacked(fuzz as string));
    expect(certificates.length).toBeGreaterThan(0);
    for (const certificate of certificates) {
      // What fuzzing left of a certificate is never sound
      expect(lint([{ certificate }]).length).toBeGreaterThan(0);
    }
  });

  it('bent out of sound ones are linted, alone and in one pile', () => {
    const sound = [ROOT, leaf(), svid()].map(({ der }) => der);
    const bent = Array.from({ length: 1000 }, (_, index) => {
      const random = new SeededRandom(20260301, index);
      return mutate(random.pick(sound), random);
    });
    const certificates = readable(bent);
    expect(certificates.length).toBeGreaterThan(100);
    for (const certificate of certificates) lint([{ certificate }]);
    const place = 'one file';
    const found = lint(certificates.map((certificate) => ({ certificate, place })));
    expect(found.length).toBeGreaterThan(certificates.length / 2);
  });

  it.each(ZOO_NAMES)('of the zoo are linted: %s', (name) => {
    const { cert } = zoo(name);
    let blocks: readonly Uint8Array[] = [];
    try {
      blocks = parsePem(cert).map(({ bytes }) => bytes);
    } catch (error) {
      // Bad PEM is none of this room's
      expect(error).toBeInstanceOf(MtlsError);
    }
    const certificates = readable(blocks);
    expect(() => lint(certificates.map((certificate) => ({ certificate })))).not.toThrow();
  });

  it('with thirty thousand names are linted', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => ({
      kind: 'dns' as const,
      value: `*.host-${index % 25_000}.example.org`,
    }));
    const san = extension({ kind: 'subjectAltName', names: names.slice(0, 30_000) });
    const found = lint([leaf({ with: { subjectAltName: san } })]);
    expect(found.map(({ rule }) => rule.id)).toContain('alt-name-duplicate');
  });

  it('that hold a label without end do not make a rule backtrack', () => {
    const long = 'a-'.repeat(40_000);
    const san = extension({
      kind: 'subjectAltName',
      names: [
        { kind: 'dns', value: `xn--${long}` },
        { kind: 'uri', value: `https://${long}/` },
        { kind: 'email', value: `${long}@${long}` },
      ],
    });
    lint([leaf({ with: { subjectAltName: san } })]);
  });

  it('in a pile that share a name and a key cost no square of their number', () => {
    const pki = createTestPki();
    const [block] = parsePem(pki.server.cert);
    const der = block?.bytes as Uint8Array;
    lint(
      Array.from({ length: 3000 }, () => ({
        certificate: parseCertificate(Uint8Array.from(der)),
        place: 'one file',
      })),
    );
  });
});
