import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import {
  encodeExtension,
  encodeExtensionValue,
  EXTENSION_OIDS,
  EXTENDED_KEY_USAGES,
  extensionName,
  extensionValue,
  KEY_USAGES,
  parseExtension,
  purposeName,
  type ExtensionValue,
} from '../../src/x509/extensions.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';
import { derOf, folderWith } from './support.ts';

/** Whole extensions as RFC 5280's ASN.1 makes them, by hand. */
const BY_HAND: readonly (readonly [string, ExtensionValue, boolean, string])[] = [
  [
    'CA without a path length',
    { kind: 'basicConstraints', ca: true },
    true,
    '300f0603551d130101ff040530030101ff',
  ],
  [
    'path length 0',
    { kind: 'basicConstraints', ca: true, pathLength: 0 },
    true,
    '30120603551d130101ff040830060101ff020100',
  ],
  ['no CA', { kind: 'basicConstraints', ca: false }, false, '30090603551d1304023000'],
  [
    'first and last key usage',
    { kind: 'keyUsage', usages: ['digitalSignature', 'decipherOnly'] },
    true,
    '300f0603551d0f0101ff04050303078080',
  ],
  [
    'of a CA',
    { kind: 'keyUsage', usages: ['keyCertSign', 'cRLSign'] },
    true,
    '300e0603551d0f0101ff040403020106',
  ],
  [
    'server and client',
    {
      kind: 'extendedKeyUsage',
      purposes: [EXTENDED_KEY_USAGES.serverAuth, EXTENDED_KEY_USAGES.clientAuth],
    },
    false,
    '301d0603551d250416301406082b0601050507030106082b06010505070302',
  ],
  [
    'subject key identifier',
    { kind: 'subjectKeyIdentifier', id: Uint8Array.of(1, 2) },
    false,
    '300b0603551d0e040404020102',
  ],
  [
    'authority key identifier',
    { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(1, 2) },
    false,
    '300d0603551d230406300480020102',
  ],
  [
    'inhibit any policy',
    { kind: 'inhibitAnyPolicy', skipCerts: 1 },
    true,
    '300d0603551d360101ff0403020101',
  ],
  [
    'policy constraints',
    { kind: 'policyConstraints', requireExplicitPolicy: 0, inhibitPolicyMapping: 300 },
    true,
    '30130603551d240101ff040930078001008102012c',
  ],
  [
    'CRL number',
    { kind: 'crlNumber', number: 2n ** 159n },
    false,
    `301e0603551d14041702150080${'00'.repeat(19)}`,
  ],
  [
    'reason code',
    { kind: 'reasonCode', reason: 'removeFromCRL' },
    false,
    '300a0603551d1504030a0108',
  ],
  [
    'unknown',
    { kind: 'unknown', oid: '1.2.3', value: Uint8Array.of(5, 0) },
    true,
    '300b06022a030101ff04020500',
  ],
];

describe('extensions by hand', () => {
  test.each(BY_HAND)('%s', (_, value, critical, hex) => {
    expect(toHex(encodeExtension({ value, critical }))).toBe(hex);
    const read = parseExtension(fromHex(hex) as Uint8Array);
    expect(read.critical).toBe(critical);
    expect(read.irregularities).toEqual([]);
    expect(read.parsed).toEqual(value);
  });

  test('what is no extension is refused', () => {
    for (const bad of ['', '3000', '30050603551d13', '30090603551d130402300000'])
      expect(thrown(() => parseExtension(fromHex(bad) as Uint8Array)).code).toBe('CERT_MALFORMED');
  });

  test.each([
    ['a key usage bit that is not defined', '300e0603551d0f040703050600000040'],
    ['a reason that is not defined', '300a0603551d1504030a0107'],
    ['a negative CRL number', '300a0603551d14040302018f'],
    [
      'a distribution point name with two choices',
      '30170603551d1f0410300e300ca00aa0028200a10430020500',
    ],
  ])('%s is malformed', (_, hex) => {
    const read = parseExtension(fromHex(hex) as Uint8Array);
    expect(read.parsed.kind).toBe('malformed');
    expect(read.irregularities.map(({ code }) => code)).toEqual(['EXTENSION_MALFORMED']);
    // Even so it is written again as it was
    expect(toHex(encodeExtension({ value: read.parsed, critical: false }))).toBe(hex);
  });

  test('each kind and each purpose has its name', () => {
    for (const [kind, oid] of Object.entries(EXTENSION_OIDS)) expect(extensionName(oid)).toBe(kind);
    for (const [name, oid] of Object.entries(EXTENDED_KEY_USAGES))
      expect(purposeName(oid)).toBe(name);
    expect(extensionName('1.2.3')).toBeUndefined();
    expect(KEY_USAGES).toHaveLength(9);
  });
});

const CONFIG = `
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
[dn]
CN = all
[ext]
basicConstraints = critical, CA:TRUE, pathlen:3
keyUsage = critical, digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly, decipherOnly
extendedKeyUsage = serverAuth, clientAuth, 1.2.3.4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always, issuer:always
subjectAltName = DNS:a.test, DNS:*.b.test, IP:10.0.0.7, IP:fd00::1, email:ops@a.test, URI:spiffe://td/x, RID:1.2.3.4, otherName:1.3.6.1.4.1.311.20.2.3;UTF8:me@a.test, dirName:dn
issuerAltName = DNS:issuer.test
nameConstraints = critical, permitted;DNS:a.test, permitted;IP:10.0.0.0/255.0.0.0, excluded;email:.bad.test, excluded;URI:bad.test
certificatePolicies = 1.2.3, @policy
policyConstraints = critical, requireExplicitPolicy:1, inhibitPolicyMapping:2
policyMappings = 1.2.3:1.2.4, 1.2.5:1.2.6
inhibitAnyPolicy = critical, 4
crlDistributionPoints = point, relative, URI:http://c.test/c.crl
freshestCRL = URI:http://c.test/delta.crl
authorityInfoAccess = OCSP;URI:http://o.test/, caIssuers;URI:http://c.test/ca.crt
subjectInfoAccess = caRepository;URI:http://r.test/
[policy]
policyIdentifier = 1.2.7
CPS.1 = http://cps.test/
userNotice.1 = @notice
[notice]
explicitText = "UTF8:Häm"
[point]
fullname = URI:http://c.test/a.crl, DNS:c.test
reasons = keyCompromise, CACompromise
CRLissuer = dirName:dn
[relative]
relativename = relativedn
CRLissuer = dirName:dn
[relativedn]
OU = partition
`;

describe.skipIf(!hasOpenssl)('extensions as openssl writes them', () => {
  test('mean what was asked for, and are written again byte for byte', () => {
    const cwd = folderWith({ 'all.cnf': CONFIG });
    const pem = openssl(
      [
        'req',
        '-x509',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        'k.pem',
        '-config',
        'all.cnf',
        '-set_serial',
        '0x80',
        '-utf8',
      ],
      { cwd },
    ).toString();
    const read = parseCertificate(derOf(pem));
    expect(read.irregularities).toEqual([]);
    for (const { parsed, value } of read.extensions)
      expect(toHex(encodeExtensionValue(parsed))).toBe(toHex(value));
    const kinds = read.extensions.map(({ parsed }) => parsed.kind);
    expect(kinds).not.toContain('unknown');
    expect(new Set(kinds).size).toBe(16);

    const value = <Kind extends Parameters<typeof extensionValue>[1]>(kind: Kind) =>
      extensionValue(read.extensions, kind);
    expect(value('basicConstraints')).toEqual({
      kind: 'basicConstraints',
      ca: true,
      pathLength: 3,
    });
    expect(value('keyUsage')?.usages).toEqual(KEY_USAGES);
    expect(value('extendedKeyUsage')?.purposes.map((oid) => purposeName(oid) ?? oid)).toEqual([
      'serverAuth',
      'clientAuth',
      '1.2.3.4',
    ]);
    expect(value('authorityKeyIdentifier')).toMatchObject({
      keyId: read.subjectKeyId,
      serial: Uint8Array.of(0, 0x80),
      issuer: [{ kind: 'dirName', der: read.subjectDer }],
    });
    expect(value('subjectAltName')?.names.map(({ kind }) => kind)).toEqual([
      'dns',
      'dns',
      'ip',
      'ip',
      'email',
      'uri',
      'rid',
      'other',
      'dirName',
    ]);
    expect(value('issuerAltName')?.names).toEqual([{ kind: 'dns', value: 'issuer.test' }]);
    expect(value('nameConstraints')?.constraints).toEqual({
      permitted: [
        { kind: 'dns', value: 'a.test' },
        { kind: 'ip', address: Uint8Array.of(10, 0, 0, 0), mask: Uint8Array.of(255, 0, 0, 0) },
      ],
      excluded: [
        { kind: 'email', value: '.bad.test' },
        { kind: 'uri', value: 'bad.test' },
      ],
    });
    expect(value('certificatePolicies')?.policies).toMatchObject([
      { oid: '1.2.3', qualifiers: [] },
      { oid: '1.2.7', qualifiers: [{ cps: 'http://cps.test/' }, { notice: 'Häm' }] },
    ]);
    expect(value('policyConstraints')).toMatchObject({
      requireExplicitPolicy: 1,
      inhibitPolicyMapping: 2,
    });
    expect(value('policyMappings')?.mappings).toEqual([
      { issuerDomain: '1.2.3', subjectDomain: '1.2.4' },
      { issuerDomain: '1.2.5', subjectDomain: '1.2.6' },
    ]);
    expect(value('inhibitAnyPolicy')?.skipCerts).toBe(4);
    expect(value('crlDistributionPoints')?.points).toMatchObject([
      {
        name: {
          kind: 'fullName',
          names: [
            { kind: 'uri', value: 'http://c.test/a.crl' },
            { kind: 'dns', value: 'c.test' },
          ],
        },
        reasons: ['keyCompromise', 'cACompromise'],
        crlIssuer: [{ kind: 'dirName', der: read.subjectDer }],
      },
      { name: { kind: 'relativeName', value: [{ value: 'partition' }] } },
      { name: { kind: 'fullName', names: [{ kind: 'uri', value: 'http://c.test/c.crl' }] } },
    ]);
    expect(value('freshestCrl')?.points).toHaveLength(1);
    expect(value('authorityInfoAccess')?.descriptions).toEqual([
      { method: '1.3.6.1.5.5.7.48.1', location: { kind: 'uri', value: 'http://o.test/' } },
      { method: '1.3.6.1.5.5.7.48.2', location: { kind: 'uri', value: 'http://c.test/ca.crt' } },
    ]);
    expect(value('subjectInfoAccess')?.descriptions).toHaveLength(1);
  });
});
