// Certificates that nobody here wrote: all are read or refused, and what is wrong with them is said.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { toHex } from '../../src/base/bytes.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { encodeExtensionValue } from '../../src/x509/extensions.ts';
import type { IrregularityCode } from '../../src/x509/irregularity.ts';
import { corpus } from '../support/corpora.ts';
import { der, dersOf, unpacked } from './support.ts';

const zlint = corpus('zlint');
const fuzz = corpus('fuzz-x509.tar.gz');
const svids = corpus('spiffe/x509svid-cases.json');

/** Asks for everything that is computed late. */
function touch(certificate: Certificate): unknown[] {
  return [
    certificate.issuer,
    certificate.subject,
    certificate.irregularities,
    certificate.basicConstraints,
    certificate.keyUsage,
    certificate.extendedKeyUsage,
    certificate.subjectKeyId,
    certificate.authorityKeyId,
    certificate.names,
    certificate.nameConstraints,
    certificate.extensions.map((extension) => extension.parsed),
  ];
}

/** zlint's lints that are about what a reader sees, and what ours calls it. */
const LINTS: Readonly<Record<string, readonly IrregularityCode[]>> = {
  e_serial_number_not_positive: ['SERIAL_NEGATIVE', 'SERIAL_ZERO'],
  e_cert_extensions_version_not_3: ['VERSION_TOO_LOW'],
  e_cert_unique_identifier_version_not_2_or_3: ['VERSION_TOO_LOW'],
  e_cert_contains_unique_identifier: ['UNIQUE_ID'],
  e_cert_sig_alg_not_match_tbs_sig_alg: ['ALGORITHM_MISMATCH'],
  e_issuer_field_empty: ['ISSUER_EMPTY'],
  e_ext_duplicate_extension: ['EXTENSION_DUPLICATE'],
  e_ext_cert_policy_duplicate: ['POLICY_DUPLICATE'],
  e_ext_san_no_entries: ['EXTENSION_EMPTY'],
  e_ext_ian_no_entries: ['EXTENSION_EMPTY'],
  e_ext_policy_constraints_empty: ['EXTENSION_EMPTY'],
  e_ext_key_usage_without_bits: ['KEY_USAGE_EMPTY'],
  e_basic_constr_invalid_der: ['DEFAULT_ENCODED'],
  e_cert_ext_invalid_der: ['DEFAULT_ENCODED'],
  e_generalized_time_not_in_zulu: ['TIME_FORM'],
  e_utc_time_not_in_zulu: ['TIME_FORM'],
  e_utc_time_does_not_include_seconds: ['TIME_FORM'],
  e_wrong_time_format_pre2050: ['TIME_FORM'],
};

interface Expectation {
  readonly lint: string;
  readonly file: string;
  readonly expected: string;
}

describe.skipIf(!zlint)('certificates of zlint', () => {
  const root = zlint ?? '';
  const files = zlint ? readdirSync(join(root, 'testdata')) : [];
  const read = (file: string) => parseCertificate(der(join(root, 'testdata', file)));

  test('there are certificates', () => {
    expect(files.length).toBeGreaterThan(200);
  });

  test.each(files)('%s is read', (file) => {
    touch(read(file));
  });

  test('extensions that are well formed are written again as they were', () => {
    const different = new Set<string>();
    let same = 0;
    for (const file of files)
      for (const extension of read(file).extensions) {
        if (extension.irregularities.length > 0) continue;
        const written = toHex(encodeExtensionValue(extension.parsed));
        if (written === toHex(extension.value)) same++;
        else different.add(file);
      }
    // minimum 0 is written out there, its default
    expect([...different]).toEqual(['ncMinZero.pem']);
    expect(same).toBeGreaterThan(1000);
  });

  const manifest = zlint
    ? (JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as {
        expectations: Expectation[];
      })
    : { expectations: [] };
  const cases = manifest.expectations.filter(
    ({ lint, expected }) => lint in LINTS && (expected === 'Error' || expected === 'Pass'),
  );

  test.each(cases)('$file: $lint $expected', ({ lint, file, expected }) => {
    const name = file.split('/').at(-1) ?? '';
    const found = read(name).irregularities.map(({ code }) => code);
    const told = (LINTS[lint] ?? []).some((code) => found.includes(code));
    expect(told).toBe(expected === 'Error');
  });

  test('every irregularity names its clause', () => {
    for (const file of files)
      for (const { clause, detail } of read(file).irregularities) {
        expect(clause).toMatch(/^(RFC \d+|X\.690) §[\d.]+$/);
        expect(detail).toMatch(/^[a-zA-Z].*[^.]$/);
      }
  });
});

describe.skipIf(!fuzz)("OpenSSL's fuzz corpus of certificates", () => {
  test('is read or refused, never anything else', () => {
    const inputs = unpacked(fuzz ?? '');
    expect(inputs.length).toBeGreaterThan(200);
    const read = inputs.filter((input) => {
      try {
        touch(parseCertificate(input));
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(MtlsError);
        expect((error as MtlsError).code).toBe('CERT_MALFORMED');
        return false;
      }
    });
    expect(read.length).toBeGreaterThan(0);
  });
});

interface SvidCase {
  readonly name: string;
  readonly expected: 'valid' | 'invalid';
  readonly spiffe_id: string | null;
  readonly certs_pem: string | null;
}

describe.skipIf(!svids)('X509-SVIDs of go-spiffe', () => {
  const { cases } = svids
    ? (JSON.parse(readFileSync(svids, 'utf8')) as { cases: SvidCase[] })
    : { cases: [] };

  test.each(cases.filter(({ expected }) => expected === 'valid'))('$name', (svid) => {
    const [leaf] = dersOf(svid.certs_pem ?? '', 'CERTIFICATE').map(parseCertificate);
    expect(leaf?.irregularities).toEqual([]);
    expect(leaf?.names).toEqual([{ kind: 'uri', value: svid.spiffe_id }]);
    expect(leaf?.basicConstraints?.ca ?? false).toBe(false);
  });

  const field = (name: string) => {
    const found = cases.find((svid) => svid.name === name);
    return dersOf(found?.certs_pem ?? '', 'CERTIFICATE').map(parseCertificate);
  };

  test('the faults of the bad ones show', () => {
    expect(field('Certificate without SPIFFE ID')[0]?.names).toEqual([
      { kind: 'dns', value: 'example.org' },
    ]);
    expect(field('Leaf certificate with CA flag set to true')[0]?.basicConstraints?.ca).toBe(true);
    const [unsigned] = field('Leaf certificate without digitalSignature as key usage');
    expect(unsigned?.keyUsage?.has('digitalSignature')).toBe(false);
    const [certSign] = field('Leaf certificate with certSign as key usage');
    expect(certSign?.keyUsage?.has('keyCertSign')).toBe(true);
    const [crlSign] = field('Leaf certificate with cRLSign as key usage');
    expect(crlSign?.keyUsage?.has('cRLSign')).toBe(true);
    expect(field('Signing certificate without CA flag')[1]?.basicConstraints?.ca ?? false).toBe(
      false,
    );
  });
});
