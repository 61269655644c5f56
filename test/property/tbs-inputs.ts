// Certificates to be made by two writers, as plain values of neither.
import fc from 'fast-check';
import type { SpkiDer } from '../../src/base/bytes.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { EXTENDED_KEY_USAGES } from '../../src/x509/extensions.ts';

export const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
export const UPN = '1.3.6.1.4.1.311.20.2.3';
/** Attributes whose values are IA5Strings: domainComponent, emailAddress. */
export const IA5: readonly string[] = ['0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1'];

// Keys are not what is compared: one of each is enough
export const SPKIS: readonly SpkiDer[] = (
  ['ec-p256', 'ec-p384', 'ed25519', 'rsa-2048'] as const
).map((type) => generateKey(type).publicKey.spki);

export const ALGORITHMS = [
  [signatureAlgorithm('ecdsa-sha256'), { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
  [signatureAlgorithm('ecdsa-sha384'), { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
  [signatureAlgorithm('ecdsa-sha512'), { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
  [signatureAlgorithm('rsa-sha256'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
  [signatureAlgorithm('rsa-sha384'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }],
  [signatureAlgorithm('ed25519'), { name: 'Ed25519' }],
] as const;

export interface Attribute {
  readonly type: string;
  readonly value: string;
}

export type PlainName =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly value: string }
  | { readonly kind: 'ip'; readonly bytes: readonly number[] }
  | { readonly kind: 'dirName'; readonly rdns: readonly Attribute[] }
  | { readonly kind: 'upn'; readonly value: string }
  | { readonly kind: 'rid'; readonly oid: string };

export type PlainSubtree =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly value: string }
  | { readonly kind: 'ip'; readonly bytes: readonly number[]; readonly prefix: number }
  | { readonly kind: 'dirName'; readonly rdns: readonly Attribute[] };

export interface Plain {
  readonly serial: readonly number[];
  readonly algorithm: number;
  readonly spki: number;
  readonly issuer: readonly Attribute[];
  readonly subject: readonly Attribute[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly basic?: { readonly ca: boolean; readonly pathLength?: number };
  readonly usages?: readonly number[];
  readonly purposes?: readonly string[];
  readonly subjectKeyId?: readonly number[];
  readonly authorityKeyId?: readonly number[];
  readonly names?: readonly PlainName[];
  readonly permitted: readonly PlainSubtree[];
  readonly excluded: readonly PlainSubtree[];
  readonly policies?: readonly string[];
  readonly crlUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
  readonly critical: number;
}

const text = fc.oneof(
  fc.string({
    minLength: 1,
    maxLength: 20,
    unit: fc.constantFrom(...Array.from('aZ09 .,-()/:=?+')),
  }),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
  fc.constantFrom('Müller & Söhne', '株式会社', 'a@b', '*.example.org', '😀', 'A_b'),
);

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ type: fc.constantFrom('2.5.4.3', '2.5.4.10', '2.5.4.11', '2.5.4.7'), value: text }),
  fc.record({ type: fc.constant('2.5.4.6'), value: fc.constantFrom('DE', 'US', 'GB') }),
  fc.record({
    type: fc.constantFrom('0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1'),
    value: fc.constantFrom('example', 'org', 'ops@example.org'),
  }),
);
const rdns = fc.array(attribute, { maxLength: 4 });

const host = fc
  .array(
    fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...Array.from('abcxyz0189')) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((labels) => labels.join('.'));
const octets = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });
const address = fc.oneof(octets(4), octets(16), fc.constant([...Array<number>(15).fill(0), 1]));

const name: fc.Arbitrary<PlainName> = fc.oneof(
  host.map((value) => ({ kind: 'dns' as const, value })),
  host.map((value) => ({ kind: 'dns' as const, value: `*.${value}` })),
  host.map((value) => ({ kind: 'email' as const, value: `ops@${value}` })),
  host.map((value) => ({ kind: 'uri' as const, value: `spiffe://${value}/ns/prod/sa/api` })),
  address.map((bytes) => ({ kind: 'ip' as const, bytes })),
  rdns.map((found) => ({ kind: 'dirName' as const, rdns: found })),
  text.map((value) => ({ kind: 'upn' as const, value })),
  fc.constantFrom('1.2.3.4', '2.5.4.3', '1.3.6.1.4.1.311.20.2.3').map((oid) => ({
    kind: 'rid' as const,
    oid,
  })),
);

const subtree: fc.Arbitrary<PlainSubtree> = fc.oneof(
  host.map((value) => ({ kind: 'dns' as const, value })),
  host.map((value) => ({ kind: 'dns' as const, value: `.${value}` })),
  host.map((value) => ({ kind: 'email' as const, value })),
  host.map((value) => ({ kind: 'uri' as const, value: `.${value}` })),
  fc.tuple(octets(4), fc.integer({ min: 0, max: 32 })).map(([bytes, prefix]) => ({
    kind: 'ip' as const,
    bytes,
    prefix,
  })),
  fc.tuple(octets(16), fc.integer({ min: 0, max: 128 })).map(([bytes, prefix]) => ({
    kind: 'ip' as const,
    bytes,
    prefix,
  })),
  rdns.map((found) => ({ kind: 'dirName' as const, rdns: found })),
);

const EDGES = [
  '2049-12-31T23:59:59.999Z',
  '2050-01-01T00:00:00.000Z',
  '1950-01-01T00:00:00Z',
  '1999-12-31T23:59:59Z',
  '2000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
].map((edge) => new Date(edge));
const moment = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.date({ min: new Date('1950-01-01Z'), max: new Date('9999-12-31Z'), noInvalidDate: true }),
);
const serial = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 20 })
  .filter(
    ([first, second]) =>
      first !== undefined &&
      first < 0x80 &&
      (first > 0 || (second !== undefined && second >= 0x80)),
  );

export const plain: fc.Arbitrary<Plain> = fc.record(
  {
    serial,
    algorithm: fc.integer({ min: 0, max: ALGORITHMS.length - 1 }),
    spki: fc.integer({ min: 0, max: SPKIS.length - 1 }),
    issuer: rdns,
    subject: rdns,
    notBefore: moment,
    notAfter: moment,
    basic: fc.record(
      { ca: fc.boolean(), pathLength: fc.integer({ min: 0, max: 300 }) },
      { requiredKeys: ['ca'] },
    ),
    usages: fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 9 }),
    purposes: fc.uniqueArray(fc.constantFrom(...Object.values(EXTENDED_KEY_USAGES)), {
      minLength: 1,
      maxLength: 4,
    }),
    subjectKeyId: octets(20),
    authorityKeyId: octets(20),
    names: fc.array(name, { minLength: 1, maxLength: 6 }),
    permitted: fc.array(subtree, { maxLength: 3 }),
    excluded: fc.array(subtree, { maxLength: 3 }),
    policies: fc.uniqueArray(
      fc.constantFrom('2.5.29.32.0', '1.3.6.1.4.1.99999.1', '2.23.140.1.2.1'),
      {
        minLength: 1,
      },
    ),
    crlUrls: fc.array(
      host.map((found) => `http://${found}/a.crl`),
      { minLength: 1, maxLength: 2 },
    ),
    ocspUrls: fc.array(
      host.map((found) => `http://${found}/`),
      { minLength: 1, maxLength: 2 },
    ),
    critical: fc.nat({ max: 2 ** 12 - 1 }),
  },
  {
    requiredKeys: [
      'serial',
      'algorithm',
      'spki',
      'issuer',
      'subject',
      'notBefore',
      'notAfter',
      'permitted',
      'excluded',
      'critical',
    ],
  },
);

export function isCritical(input: Plain, index: number): boolean {
  return (input.critical & (1 << index)) !== 0;
}
