import { describe, expect, test } from 'vitest';
import { bytesEqual, toHex, toUtf8, type SpkiDer } from '../../src/base/bytes.ts';
import { Tag } from '../../src/asn1/reader.ts';
import {
  bitString,
  boolean,
  element,
  explicit,
  implicitPrimitive,
  integer,
  integerFromContent,
  nullValue,
  octetString,
  oid,
  sequence,
} from '../../src/asn1/writer.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { isSelfIssued, isSelfSigned, parseCertificate } from '../../src/x509/certificate.ts';
import {
  encodeExtension,
  encodeExtensionValue,
  type ExtensionInput,
} from '../../src/x509/extensions.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { thrown } from '../support/thrown.ts';

const key = generateKey('ec-p256');
const signer = signerOf(key);
const ALGORITHM = signatureAlgorithm('ecdsa-sha256').identifier;
const NAME = encodeDn(parseDn('CN=test'));

interface Parts {
  readonly version?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly inner?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly validity?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly unique?: Uint8Array;
  readonly extensions?: Uint8Array;
  readonly more?: Uint8Array;
}

const NONE = new Uint8Array(0);
const utc = (text: string) => element(Tag.UtcTime, toUtf8(text));
const generalized = (text: string) => element(Tag.GeneralizedTime, toUtf8(text));
const VALIDITY = sequence(utc('250101000000Z'), utc('260101000000Z'));

/** A certificate built by hand, so that any part of it can be wrong. */
function certificate(parts: Parts = {}): Uint8Array {
  const tbs = sequence(
    parts.version ?? explicit(0, integer(2)),
    parts.serial ?? integer(5),
    parts.inner ?? ALGORITHM,
    parts.issuer ?? NAME,
    parts.validity ?? VALIDITY,
    parts.subject ?? NAME,
    parts.spki ?? key.publicKey.spki,
    parts.unique ?? NONE,
    parts.extensions ?? NONE,
    parts.more ?? NONE,
  );
  return sequence(tbs, ALGORITHM, bitString(Uint8Array.of(1)));
}

function extensions(...list: readonly Uint8Array[]): Uint8Array {
  return explicit(3, sequence(...list));
}

const CA = encodeExtension({ value: { kind: 'basicConstraints', ca: true }, critical: true });

function found(parts: Parts): readonly string[] {
  return parseCertificate(certificate(parts)).irregularities.map(
    ({ code, clause }) => `${code} ${clause}`,
  );
}

describe('irregularities', () => {
  test('a regular certificate has none', () => {
    expect(found({ extensions: extensions(CA) })).toEqual([]);
    expect(found({ version: NONE })).toEqual([]);
  });

  const cases: readonly (readonly [string, Parts, readonly string[]])[] = [
    [
      'negative serial',
      { serial: integerFromContent(Uint8Array.of(0x80)) },
      ['SERIAL_NEGATIVE RFC 5280 §4.1.2.2'],
    ],
    ['serial zero', { serial: integer(0) }, ['SERIAL_ZERO RFC 5280 §4.1.2.2']],
    ['serial of 20 octets', { serial: integerFromContent(new Uint8Array(20).fill(1)) }, []],
    [
      'serial of 21 octets',
      { serial: integerFromContent(new Uint8Array(21).fill(1)) },
      ['SERIAL_TOO_LONG RFC 5280 §4.1.2.2'],
    ],
    [
      'version 1 written out',
      { version: explicit(0, integer(0)) },
      ['DEFAULT_ENCODED X.690 §11.5'],
    ],
    ['version 4', { version: explicit(0, integer(3)) }, ['VERSION_UNKNOWN RFC 5280 §4.1.2.1']],
    [
      'extensions in version 1',
      { version: NONE, extensions: extensions(CA) },
      ['VERSION_TOO_LOW RFC 5280 §4.1.2.1'],
    ],
    [
      'extensions in version 2',
      { version: explicit(0, integer(1)), extensions: extensions(CA) },
      ['VERSION_TOO_LOW RFC 5280 §4.1.2.1'],
    ],
    [
      'unique identifier',
      { unique: implicitPrimitive(1, Uint8Array.of(0, 1)) },
      ['UNIQUE_ID RFC 5280 §4.1.2.8'],
    ],
    [
      'unique identifier in version 1',
      { version: NONE, unique: implicitPrimitive(2, Uint8Array.of(0, 1)) },
      ['UNIQUE_ID RFC 5280 §4.1.2.8', 'VERSION_TOO_LOW RFC 5280 §4.1.2.8'],
    ],
    [
      'other algorithm inside',
      { inner: signatureAlgorithm('ecdsa-sha384').identifier },
      ['ALGORITHM_MISMATCH RFC 5280 §4.1.1.2'],
    ],
    ['empty issuer', { issuer: sequence() }, ['ISSUER_EMPTY RFC 5280 §4.1.2.4']],
    ['malformed issuer', { issuer: sequence(integer(1)) }, ['NAME_MALFORMED RFC 5280 §4.1.2.4']],
    ['malformed subject', { subject: sequence(integer(1)) }, ['NAME_MALFORMED RFC 5280 §4.1.2.6']],
    [
      'key that is no point',
      {
        spki: sequence(
          sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
          bitString(Uint8Array.of(4, 1, 2)),
        ),
      },
      ['KEY_UNREADABLE RFC 5280 §4.1.2.7'],
    ],
    ['empty list of extensions', { extensions: extensions() }, ['EXTENSIONS_EMPTY RFC 5280 §4.2']],
    ['extension twice', { extensions: extensions(CA, CA) }, ['EXTENSION_DUPLICATE RFC 5280 §4.2']],
    [
      'critical FALSE written out',
      {
        extensions: extensions(
          sequence(oid('2.5.29.14'), boolean(false), octetString(octetString(Uint8Array.of(1)))),
        ),
      },
      ['DEFAULT_ENCODED X.690 §11.5'],
    ],
    [
      'cA FALSE written out',
      { extensions: extensions(sequence(oid('2.5.29.19'), octetString(sequence(boolean(false))))) },
      ['DEFAULT_ENCODED X.690 §11.5'],
    ],
    [
      'malformed known extension',
      { extensions: extensions(sequence(oid('2.5.29.19'), octetString(nullValue()))) },
      ['EXTENSION_MALFORMED RFC 5280 §4.2.1.9'],
    ],
    [
      'data behind a known extension',
      {
        extensions: extensions(sequence(oid('2.5.29.14'), octetString(Uint8Array.of(4, 0, 5, 0)))),
      },
      ['EXTENSION_MALFORMED RFC 5280 §4.2.1.2'],
    ],
    [
      'malformed unknown extension',
      { extensions: extensions(sequence(oid('1.2.3'), octetString(Uint8Array.of(0x30)))) },
      [],
    ],
    [
      'GeneralizedTime before 2050',
      { validity: sequence(generalized('20250101000000Z'), utc('260101000000Z')) },
      ['TIME_FORM RFC 5280 §4.1.2.5'],
    ],
    [
      'GeneralizedTime from 2050 on',
      { validity: sequence(utc('491231235959Z'), generalized('20500101000000Z')) },
      [],
    ],
    [
      'UTCTime without seconds',
      { validity: sequence(utc('2501010000Z'), utc('260101000000Z')) },
      ['TIME_FORM RFC 5280 §4.1.2.5'],
    ],
    [
      'fraction of a second',
      { validity: sequence(utc('250101000000Z'), generalized('20600101000000.5Z')) },
      ['TIME_FORM RFC 5280 §4.1.2.5'],
    ],
  ];

  test.each(cases)('%s', (_, parts, expected) => {
    expect(found(parts)).toEqual(expected);
  });

  // RFC 5280 §4.2.1.x: each of these is SEQUENCE SIZE (1..MAX)
  test.each([
    ['2.5.29.17', '4.2.1.6'],
    ['2.5.29.18', '4.2.1.7'],
    ['2.5.29.31', '4.2.1.13'],
    ['2.5.29.32', '4.2.1.4'],
    ['2.5.29.33', '4.2.1.5'],
    ['2.5.29.36', '4.2.1.11'],
    ['2.5.29.37', '4.2.1.12'],
    ['2.5.29.46', '4.2.1.15'],
    ['1.3.6.1.5.5.7.1.1', '4.2.2.1'],
    ['1.3.6.1.5.5.7.1.11', '4.2.2.2'],
  ])('empty list in %s', (id, clause) => {
    const empty = sequence(oid(id), octetString(sequence()));
    expect(found({ extensions: extensions(empty) })).toEqual([
      `EXTENSION_EMPTY RFC 5280 §${clause}`,
    ]);
  });

  test('what is irregular can still be read', () => {
    const read = parseCertificate(
      certificate({
        validity: sequence(utc('2501010130+0100'), generalized('20600101000000.5Z')),
        extensions: extensions(
          sequence(oid('2.5.29.15'), octetString(Uint8Array.of(3, 2, 0, 0x80))),
          sequence(oid('2.5.29.19'), octetString(nullValue())),
        ),
      }),
    );
    expect(read.notBefore.toISOString()).toBe('2025-01-01T00:30:00.000Z');
    expect(read.notAfter.toISOString()).toBe('2060-01-01T00:00:00.000Z');
    expect([...(read.keyUsage ?? [])]).toEqual(['digitalSignature']);
    expect(read.basicConstraints).toBeUndefined();
    expect(read.extensions[1]?.parsed.kind).toBe('malformed');
  });
});

describe('refused', () => {
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['empty', NONE],
    ['cut off', certificate().subarray(0, -1)],
    ['followed by data', Uint8Array.of(...certificate(), 0)],
    ['fields after the extensions', certificate({ extensions: extensions(CA), more: integer(1) })],
    [
      'serial number with a leading zero too many',
      certificate({ serial: integerFromContent(Uint8Array.of(0, 1)) }),
    ],
    ['serial number without content', certificate({ serial: integerFromContent(NONE) })],
    [
      'a third time',
      certificate({
        validity: sequence(utc('250101000000Z'), utc('260101000000Z'), utc('270101000000Z')),
      }),
    ],
    [
      'no day of the calendar',
      certificate({ validity: sequence(utc('250231000000Z'), utc('260101000000Z')) }),
    ],
    [
      'no hour of the day',
      certificate({ validity: sequence(utc('2501012500Z'), utc('260101000000Z')) }),
    ],
    [
      'critical that is neither TRUE nor FALSE',
      certificate({
        extensions: extensions(
          sequence(oid('2.5.29.14'), Uint8Array.of(1, 1, 1), octetString(NONE)),
        ),
      }),
    ],
    [
      'an extension without a value',
      certificate({ extensions: extensions(sequence(oid('2.5.29.14'))) }),
    ],
    ['a key that is none', certificate({ spki: sequence(integer(1)) })],
    ['over a megabyte', element(Tag.Sequence, new Uint8Array(1024 * 1024))],
  ];

  test.each(cases)('%s', (_, bytes) => {
    const error = thrown(() => parseCertificate(bytes));
    expect(error.code).toBe('CERT_MALFORMED');
    expect(error.message).toMatch(/^malformed certificate: /);
  });
});

describe('a megabyte of one thing', () => {
  const fill = (count: number, bytes: readonly number[]) =>
    Uint8Array.from(
      { length: count * bytes.length },
      (_, index) => bytes[index % bytes.length] ?? 0,
    );

  test('of names is read and written', () => {
    const names = sequence(fill(300_000, [0x82, 1, 0x61]));
    const read = parseCertificate(
      certificate({ extensions: extensions(sequence(oid('2.5.29.17'), octetString(names))) }),
    );
    expect(read.names).toHaveLength(300_000);
    const [extension] = read.extensions;
    expect(extension && bytesEqual(encodeExtensionValue(extension.parsed), names)).toBe(true);
  });

  test('of extensions or of policies is told in linear time', () => {
    const same = fill(60_000, [0x30, 7, 6, 1, 0x2a, 4, 2, 5, 0]);
    expect(
      parseCertificate(certificate({ extensions: extensions(same) })).irregularities,
    ).toHaveLength(59_999);
    const policies = octetString(sequence(fill(150_000, [0x30, 3, 6, 1, 0x2a])));
    expect(
      parseCertificate(
        certificate({ extensions: extensions(sequence(oid('2.5.29.32'), policies)) }),
      ).irregularities,
    ).toHaveLength(149_999);
  });
});

describe('conveniences', () => {
  test('are those of the extensions', async () => {
    const input: readonly ExtensionInput[] = [
      { value: { kind: 'basicConstraints', ca: true, pathLength: 2 }, critical: true },
      { value: { kind: 'keyUsage', usages: ['keyCertSign', 'decipherOnly'] }, critical: true },
      { value: { kind: 'extendedKeyUsage', purposes: ['1.3.6.1.5.5.7.3.1'] }, critical: false },
      { value: { kind: 'subjectKeyIdentifier', id: Uint8Array.of(1, 2) }, critical: false },
      { value: { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(3) }, critical: false },
      {
        value: { kind: 'subjectAltName', names: [{ kind: 'dns', value: 'a.test' }] },
        critical: false,
      },
    ];
    const read = parseCertificate(
      await signCertificate(
        {
          serial: Uint8Array.of(0, 0x81),
          issuer: NAME,
          subject: NAME,
          notBefore: new Date('2049-12-31T23:59:59.999Z'),
          notAfter: new Date('2050-01-01T00:00:00.001Z'),
          spki: key.publicKey.spki,
          extensions: input,
        },
        signer,
      ),
    );
    expect(read.irregularities).toEqual([]);
    expect(read.version).toBe(3);
    expect(toHex(read.serial)).toBe('0081');
    expect(read.signatureAlgorithm?.name).toBe('ecdsa-sha256');
    expect(read.notBefore.toISOString()).toBe('2049-12-31T23:59:59.000Z');
    expect(read.notAfter.toISOString()).toBe('2050-01-01T00:00:00.000Z');
    expect(read.basicConstraints).toMatchObject({ ca: true, pathLength: 2 });
    expect([...(read.keyUsage ?? [])]).toEqual(['keyCertSign', 'decipherOnly']);
    expect(read.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(read.subjectKeyId).toEqual(Uint8Array.of(1, 2));
    expect(read.authorityKeyId?.keyId).toEqual(Uint8Array.of(3));
    expect(read.names).toEqual([{ kind: 'dns', value: 'a.test' }]);
    expect(read.nameConstraints).toBeUndefined();
    expect(read.extensions.map(({ parsed }) => parsed.kind)).toEqual(
      input.map(({ value }) => value.kind),
    );
    expect(isSelfIssued(read)).toBe(true);
    expect(isSelfSigned(read)).toBe(true);
  });

  test('a name of its own and a signature of another is not self-signed', () => {
    const read = parseCertificate(certificate());
    expect(isSelfIssued(read)).toBe(true);
    expect(isSelfSigned(read)).toBe(false);
    expect(isSelfIssued(parseCertificate(certificate({ issuer: sequence() })))).toBe(false);
  });

  test('names that cannot be compared are not one name', () => {
    const odd = { issuer: sequence(integer(1)), subject: sequence(integer(2)) };
    expect(isSelfIssued(parseCertificate(certificate(odd)))).toBe(false);
  });

  test('bytes are views of the input', () => {
    const read = parseCertificate(certificate());
    expect(read.tbs.buffer).toBe(read.der.buffer);
    expect(read.publicKey.spki).toEqual(key.publicKey.spki satisfies SpkiDer);
  });
});
