import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { toHex, toUtf8 } from '../../src/base/bytes.ts';
import { encodeTime } from '../../src/asn1/time.ts';
import { Tag } from '../../src/asn1/reader.ts';
import {
  bitString,
  element,
  explicit,
  integer,
  integerFromContent,
  sequence,
} from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { pkcs8Of } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, formatDn, parseDn } from '../../src/name/dn.ts';
import { encodeExtension, type ExtensionValue } from '../../src/x509/extensions.ts';
import { parseCrl, signCrl, verifyCrl, type Crl, type CrlEntryInput } from '../../src/x509/crl.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { corpus } from '../support/corpora.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { runProgram } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { derOf, folderWith, pemOf, unpacked } from './support.ts';

const key = generateKey('ec-p256');
const signer = signerOf(key);
const ISSUER = encodeDn(parseDn('CN=issuer'));
const OTHER = encodeDn(parseDn('CN=other'));
const THIS = new Date('2049-12-31T00:00:00Z');
const NEXT = new Date('2050-01-07T00:00:00Z');
const keyId = keyIdentifier(key.publicKey.keyBits);

function crlOf(
  entries: Iterable<CrlEntryInput>,
  more: Partial<Parameters<typeof signCrl>[0]> = {},
) {
  return signCrl(
    {
      issuer: ISSUER,
      thisUpdate: THIS,
      nextUpdate: NEXT,
      number: 7n,
      authorityKeyId: keyId,
      entries,
      ...more,
    },
    signer,
  );
}

const REVOKED: readonly CrlEntryInput[] = [
  { serial: Uint8Array.of(1), revokedAt: THIS },
  { serial: Uint8Array.of(0, 0x80), revokedAt: THIS, reason: 'unspecified' },
  {
    serial: Uint8Array.of(0x7f, 2),
    revokedAt: NEXT,
    reason: 'keyCompromise',
    invalidityDate: new Date('2026-01-01T00:00:00Z'),
  },
  { serial: new Uint8Array(20).fill(9), revokedAt: THIS, reason: 'aACompromise' },
];

describe('CRLs as written', () => {
  test('say what was asked, and no reason where there is none', async () => {
    const crl = parseCrl(await crlOf(REVOKED));
    expect(crl.irregularities).toEqual([]);
    expect(crl.version).toBe(2);
    expect(formatDn(crl.issuer)).toBe('CN=issuer');
    expect(crl.thisUpdate).toEqual(THIS);
    expect(crl.nextUpdate).toEqual(NEXT);
    expect(crl.number).toBe(7n);
    expect(crl.baseCrlNumber).toBeUndefined();
    expect(crl.authorityKeyId?.keyId).toEqual(Uint8Array.from(keyId));
    expect(verifyCrl(crl, key.publicKey)).toBe(true);
    expect(verifyCrl(crl, generateKey('ec-p256').publicKey)).toBe(false);
    expect(crl.entries).toHaveLength(4);
    expect(
      [...crl.entries].map(({ serial, reason, issuerDer }) => [toHex(serial), reason, issuerDer]),
    ).toEqual([
      ['01', undefined, ISSUER],
      ['0080', undefined, ISSUER],
      ['7f02', 'keyCompromise', ISSUER],
      ['09'.repeat(20), 'aACompromise', ISSUER],
    ]);
    const [found, ...others] = crl.entries.find(Uint8Array.of(0x7f, 2));
    expect(others).toEqual([]);
    expect(found?.revokedAt).toEqual(NEXT);
    expect(found?.invalidityDate).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(crl.entries.find(Uint8Array.of(2))).toEqual([]);
  });

  test('without entries leave the list out', async () => {
    const crl = parseCrl(await crlOf([]));
    expect(crl.irregularities).toEqual([]);
    expect(crl.entries).toHaveLength(0);
    expect([...crl.entries]).toEqual([]);
    expect(crl.entries.find(Uint8Array.of(1))).toEqual([]);
  });

  test('may be deltas and bounded to a distribution point', async () => {
    const point = {
      name: { kind: 'fullName', names: [{ kind: 'uri', value: 'http://c.test/a.crl' }] },
      onlyUserCerts: false,
      onlyCaCerts: true,
      onlySomeReasons: ['keyCompromise'],
      indirectCrl: true,
      onlyAttributeCerts: false,
    } as const;
    const number = 2n ** 150n;
    const crl = parseCrl(
      await crlOf(REVOKED, { number, baseCrlNumber: number - 1n, issuingDistributionPoint: point }),
    );
    expect(crl.number).toBe(number);
    expect(crl.baseCrlNumber).toBe(number - 1n);
    expect(crl.issuingDistributionPoint).toEqual({ kind: 'issuingDistributionPoint', ...point });
    expect(crl.extensions.map(({ parsed, critical }) => [parsed.kind, critical])).toEqual([
      ['authorityKeyIdentifier', false],
      ['crlNumber', false],
      ['deltaCrlIndicator', true],
      ['issuingDistributionPoint', true],
    ]);
  });

  test('take time linear in their entries, to write and to read', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        serial: Uint8Array.of(1, index >> 16, (index >> 8) & 0xff, index & 0xff),
        revokedAt: THIS,
        reason: 'superseded' as const,
      }));
    const measure = async (count: number) => {
      const entries = many(count);
      const start = performance.now();
      const crl = parseCrl(await crlOf(entries));
      expect(crl.entries.find(entries.at(-1)?.serial ?? new Uint8Array(0))).toHaveLength(1);
      return performance.now() - start;
    };
    await measure(10_000);
    const [small, large] = [await measure(10_000), await measure(100_000)];
    // Ten times the entries; quadratic work would take a hundred times as long
    expect(large / small).toBeLessThan(40);
  });
});

const EXTENSIONS: Record<string, ExtensionValue> = {
  other: {
    kind: 'certificateIssuer',
    names: [{ kind: 'dirName', value: parseDn('CN=other'), der: OTHER }],
  },
  hold: { kind: 'reasonCode', reason: 'certificateHold' },
};

function entry(serial: number, ...extensions: readonly string[]): Uint8Array {
  const list = extensions.map((name) =>
    encodeExtension({ value: EXTENSIONS[name] as ExtensionValue, critical: name === 'other' }),
  );
  return sequence(
    integer(serial),
    encodeTime(THIS),
    ...(list.length > 0 ? [sequence(...list)] : []),
  );
}

interface Parts {
  readonly version?: Uint8Array;
  readonly inner?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly times?: readonly Uint8Array[];
  readonly entries?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
}

const NONE = new Uint8Array(0);

function byHand(parts: Parts): Uint8Array {
  const { algorithm } = signer;
  const tbs = sequence(
    parts.version ?? integer(1),
    parts.inner ?? algorithm.identifier,
    parts.issuer ?? ISSUER,
    ...(parts.times ?? [encodeTime(THIS), encodeTime(NEXT)]),
    parts.entries ? sequence(...parts.entries) : NONE,
    parts.extensions ? explicit(0, sequence(...parts.extensions)) : NONE,
  );
  return sequence(tbs, algorithm.identifier, bitString(signer.sign(tbs)));
}

describe('CRLs by hand', () => {
  test('an entry has the issuer of the one before it (RFC 5280 §5.3.3)', () => {
    const crl = parseCrl(
      byHand({ entries: [entry(1), entry(2, 'other'), entry(3), entry(1, 'hold')] }),
    );
    expect([...crl.entries].map(({ issuerDer }) => toHex(issuerDer))).toEqual(
      [ISSUER, OTHER, OTHER, OTHER].map(toHex),
    );
    expect(
      crl.entries.find(Uint8Array.of(1)).map(({ issuerDer, reason }) => [toHex(issuerDer), reason]),
    ).toEqual([
      [toHex(ISSUER), undefined],
      [toHex(OTHER), 'certificateHold'],
    ]);
  });

  test('version 1 has neither version nor extensions', () => {
    const crl = parseCrl(byHand({ version: NONE, entries: [entry(1)] }));
    expect(crl.version).toBe(1);
    expect(crl.irregularities).toEqual([]);
    expect(verifyCrl(crl, key.publicKey)).toBe(true);
  });

  const number = encodeExtension({ value: { kind: 'crlNumber', number: 1n }, critical: false });
  const irregular: readonly (readonly [string, Parts, string])[] = [
    ['version 1 written out', { version: integer(0) }, 'VERSION_UNKNOWN'],
    ['version 3', { version: integer(2) }, 'VERSION_UNKNOWN'],
    ['extensions in version 1', { version: NONE, extensions: [number] }, 'VERSION_TOO_LOW'],
    [
      'other algorithm inside',
      { inner: signerOf(generateKey('ed25519')).algorithm.identifier },
      'ALGORITHM_MISMATCH',
    ],
    ['empty issuer', { issuer: sequence() }, 'ISSUER_EMPTY'],
    ['malformed issuer', { issuer: sequence(integer(1)) }, 'NAME_MALFORMED'],
    ['empty list of entries', { entries: [] }, 'EXTENSION_EMPTY'],
    ['extension twice', { extensions: [number, number] }, 'EXTENSION_DUPLICATE'],
    ['extension twice in an entry', { entries: [entry(1, 'hold', 'hold')] }, 'EXTENSION_DUPLICATE'],
    [
      'time in the wrong form',
      { times: [element(Tag.GeneralizedTime, toUtf8('20260101000000Z'))] },
      'TIME_FORM',
    ],
  ];

  test.each(irregular)('%s is irregular', (_, parts, code) => {
    expect(parseCrl(byHand(parts)).irregularities.map((found) => found.code)).toEqual([code]);
  });

  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['empty', NONE],
    ['cut off', byHand({}).subarray(0, -1)],
    ['without a time', byHand({ times: [] })],
    ['entry without a time', byHand({ entries: [sequence(integer(1))] })],
    [
      'entry with a serial number too long in its form',
      byHand({ entries: [sequence(integerFromContent(Uint8Array.of(0, 1)), encodeTime(THIS))] }),
    ],
    [
      'entry with more than extensions',
      byHand({ entries: [sequence(integer(1), encodeTime(THIS), sequence(), integer(1))] }),
    ],
  ];

  test.each(refused)('%s is refused', (_, der) => {
    expect(thrown(() => parseCrl(der)).code).toBe('CRL_MALFORMED');
  });
});

describe.skipIf(!hasOpenssl)('CRLs and openssl', () => {
  async function issuerFolder(): Promise<string> {
    const certificate = await signCertificate(
      {
        serial: Uint8Array.of(1),
        issuer: ISSUER,
        subject: ISSUER,
        notBefore: new Date('2020-01-01T00:00:00Z'),
        notAfter: new Date('2060-01-01T00:00:00Z'),
        spki: key.publicKey.spki,
        extensions: [
          { value: { kind: 'basicConstraints', ca: true }, critical: true },
          { value: { kind: 'keyUsage', usages: ['keyCertSign', 'cRLSign'] }, critical: true },
          { value: { kind: 'subjectKeyIdentifier', id: keyId }, critical: false },
        ],
      },
      signer,
    );
    return folderWith({
      'ca.pem': pemOf('CERTIFICATE', certificate),
      'ca.key': pemOf('PRIVATE KEY', pkcs8Of(key)),
      'ca.cnf':
        '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ncrlnumber=number\ndefault_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid:always\n',
      number: '1234\n',
    });
  }

  test('openssl reads ours', async () => {
    const cwd = await issuerFolder();
    writeFileSync(join(cwd, 'crl.pem'), pemOf('X509 CRL', await crlOf(REVOKED)));
    const shown = openssl(['crl', '-in', 'crl.pem', '-noout', '-text', '-CAfile', 'ca.pem'], {
      cwd,
    }).toString();
    expect(shown).toContain('Version 2');
    expect(shown).toContain('Last Update: Dec 31 00:00:00 2049 GMT');
    expect(shown).toContain('Next Update: Jan  7 00:00:00 2050 GMT');
    expect(shown).toMatch(/X509v3 CRL Number:\s+7\n/);
    expect(shown).toMatch(
      /Serial Number: 7F02\s+Revocation Date: Jan {2}7 00:00:00 2050 GMT\s+CRL entry extensions:\s+X509v3 CRL Reason Code:\s+Key Compromise\s+Invalidity Date:\s+Jan {2}1 00:00:00 2026 GMT/,
    );
    expect(shown.match(/Serial Number:/g)).toHaveLength(4);
    expect(shown.match(/Reason Code/g)).toHaveLength(2);
  });

  test('openssl finds our signature good', async () => {
    const cwd = await issuerFolder();
    writeFileSync(join(cwd, 'crl.pem'), pemOf('X509 CRL', await crlOf(REVOKED)));
    const verdict = (...args: readonly string[]) =>
      runProgram('openssl', ['crl', '-noout', '-CAfile', 'ca.pem', ...args], { cwd }).stderr;
    expect(verdict('-in', 'crl.pem')).toContain('verify OK');
    const bad = Uint8Array.from(derOf(readFileSync(join(cwd, 'crl.pem'), 'latin1')));
    bad[bad.length - 1] = (bad.at(-1) as number) ^ 1;
    writeFileSync(join(cwd, 'bad.pem'), pemOf('X509 CRL', bad));
    expect(verdict('-in', 'bad.pem')).toContain('verify failure');
  });

  test('we read those of openssl', async () => {
    const cwd = await issuerFolder();
    writeFileSync(
      join(cwd, 'index.txt'),
      [
        'R\t300101000000Z\t250102030405Z,keyCompromise\t80FF\tunknown\t/CN=a',
        'R\t300101000000Z\t250102030406Z\t01\tunknown\t/CN=b',
        'R\t300101000000Z\t250102030407Z,CAkeyTime,20240101000000Z\t02\tunknown\t/CN=c',
        '',
      ].join('\n'),
    );
    const pem = openssl(
      ['ca', '-gencrl', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
      { cwd },
    ).toString();
    const crl = parseCrl(derOf(pem));
    expect(crl.irregularities).toEqual([]);
    expect(verifyCrl(crl, key.publicKey)).toBe(true);
    expect(crl.number).toBe(0x1234n);
    // It sorts them by serial number
    expect(
      [...crl.entries].map(({ serial, reason, revokedAt, invalidityDate }) => [
        toHex(serial),
        reason,
        revokedAt.toISOString(),
        invalidityDate?.toISOString(),
      ]),
    ).toEqual([
      ['01', undefined, '2025-01-02T03:04:06.000Z', undefined],
      ['02', 'cACompromise', '2025-01-02T03:04:07.000Z', '2024-01-01T00:00:00.000Z'],
      ['0080ff', 'keyCompromise', '2025-01-02T03:04:05.000Z', undefined],
    ]);
  });
});

const fuzz = corpus('fuzz-crl.tar.gz');

/** Asks for everything that is computed late. */
function touch(crl: Crl): unknown[] {
  return [...crl.entries].map(({ serial }) => {
    const found = crl.entries.find(serial);
    expect(found.length).toBeGreaterThan(0);
    return [found, crl.extensions.map(({ parsed }) => parsed)];
  });
}

describe.skipIf(!fuzz)("OpenSSL's fuzz corpus of CRLs", () => {
  test('is read or refused, never anything else', () => {
    const inputs = unpacked(fuzz ?? '');
    expect(inputs.length).toBeGreaterThan(1000);
    const read = inputs.filter((input) => {
      try {
        touch(parseCrl(input));
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(MtlsError);
        expect((error as MtlsError).code).toBe('CRL_MALFORMED');
        return false;
      }
    });
    expect(read.length).toBeGreaterThan(0);
  });
});
