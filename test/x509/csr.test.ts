import { describe, expect, test } from 'vitest';
import {
  bitString,
  explicit,
  integer,
  oid,
  octetString,
  sequence,
  setOf,
} from '../../src/asn1/writer.ts';
import { utf8String } from '../../src/asn1/string.ts';
import { implicitConstructed } from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, formatDn, parseDn } from '../../src/name/dn.ts';
import { encodeExtension } from '../../src/x509/extensions.ts';
import { parseCsr, verifyCsr } from '../../src/x509/csr.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';
import { derOf, folderWith } from './support.ts';

const CONFIG = `
[req]
distinguished_name = dn
attributes = attributes
req_extensions = ext
prompt = no
utf8 = yes
[dn]
CN = api.test
O = Größe
[attributes]
challengePassword = open sesame
[ext]
subjectAltName = DNS:api.test, IP:10.0.0.7, URI:spiffe://td/api
basicConstraints = CA:TRUE
`;

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['ECDSA', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1']],
  ['RSA', ['-newkey', 'rsa:2048']],
  [
    'RSA-PSS',
    ['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
  ],
  ['Ed25519', ['-newkey', 'ed25519']],
];

describe.skipIf(!hasOpenssl)('requests that openssl makes', () => {
  const make = (...args: readonly string[]) => {
    const cwd = folderWith({ 'req.cnf': CONFIG });
    return derOf(
      openssl(['req', '-new', ...args, '-nodes', '-keyout', 'k.pem', '-config', 'req.cnf'], {
        cwd,
      }).toString(),
    );
  };

  test.each(KEYS)('%s: read and verified', (_, args) => {
    const request = parseCsr(make(...args));
    expect(verifyCsr(request)).toBe(true);
    expect(formatDn(request.subject)).toBe('CN=api.test, O=Größe');
    expect(request.names).toEqual([
      { kind: 'dns', value: 'api.test' },
      { kind: 'ip', value: Uint8Array.of(10, 0, 0, 7) },
      { kind: 'uri', value: 'spiffe://td/api' },
    ]);
    expect(request.requestedExtensions.map(({ parsed }) => parsed.kind)).toEqual([
      'subjectAltName',
      'basicConstraints',
    ]);
    expect(request.hasChallengePassword).toBe(true);
    expect(request.irregularities).toEqual([]);
    expect(request.attributes).toHaveLength(2);
  });

  test('a change of any part breaks the signature', () => {
    const der = make('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1');
    const at = Buffer.from(der).indexOf('api.test');
    const changed = Uint8Array.from(der);
    changed[at] = 'b'.charCodeAt(0);
    expect(formatDn(parseCsr(changed).subject)).toContain('CN=bpi.test');
    expect(verifyCsr(parseCsr(changed))).toBe(false);
  });
});

const signer = signerOf(generateKey('ec-p256'));
const NAME = encodeDn(parseDn('CN=test'));
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const MICROSOFT = '1.3.6.1.4.1.311.2.1.14';

function request(options: {
  readonly version?: number;
  readonly attributes?: readonly Uint8Array[];
}): Uint8Array {
  const info = sequence(
    integer(options.version ?? 0),
    NAME,
    signer.publicKey.spki,
    ...(options.attributes ? [implicitConstructed(0, ...options.attributes)] : []),
  );
  return sequence(info, signer.algorithm.identifier, bitString(signer.sign(info)));
}

function asking(type: string, ...names: readonly string[]): Uint8Array {
  const extension = encodeExtension({
    value: { kind: 'subjectAltName', names: names.map((value) => ({ kind: 'dns', value })) },
    critical: false,
  });
  return sequence(oid(type), setOf(sequence(extension)));
}

describe('requests by hand', () => {
  test('attributes may be empty or, as old tools have it, left out', () => {
    for (const attributes of [[], undefined]) {
      const read = parseCsr(request(attributes ? { attributes } : {}));
      expect(verifyCsr(read)).toBe(true);
      expect(read.names).toEqual([]);
      expect(read.hasChallengePassword).toBe(false);
    }
  });

  test('one list under two identifiers is one list', () => {
    const both = [asking(EXTENSION_REQUEST, 'a.test'), asking(MICROSOFT, 'a.test')];
    const read = parseCsr(request({ attributes: both }));
    expect(read.requestedExtensions).toHaveLength(1);
    expect(read.irregularities).toEqual([]);
  });

  test('two lists that differ are irregular', () => {
    const both = [asking(EXTENSION_REQUEST, 'a.test'), asking(MICROSOFT, 'b.test')];
    const read = parseCsr(request({ attributes: both }));
    expect(read.names).toEqual([{ kind: 'dns', value: 'a.test' }]);
    expect(read.irregularities.map(({ code }) => code)).toEqual(['EXTENSION_DUPLICATE']);
  });

  test('a malformed extension and an unknown version are irregular', () => {
    const bad = sequence(oid('2.5.29.17'), octetString(utf8String('a.test')));
    const attributes = [sequence(oid(EXTENSION_REQUEST), setOf(sequence(bad)))];
    const read = parseCsr(request({ version: 1, attributes }));
    expect(read.irregularities.map(({ code }) => code)).toEqual([
      'VERSION_UNKNOWN',
      'EXTENSION_MALFORMED',
    ]);
    expect(read.names).toEqual([]);
  });

  test.each([
    ['empty', new Uint8Array(0)],
    ['cut off', request({}).subarray(0, 40)],
    ['followed by data', Uint8Array.of(...request({}), 0)],
    ['attribute without values', request({ attributes: [sequence(oid('1.2.3'))] })],
    [
      'another field behind',
      sequence(
        sequence(integer(0), NAME, signer.publicKey.spki, explicit(1, integer(1))),
        signer.algorithm.identifier,
        bitString(new Uint8Array(8)),
      ),
    ],
  ])('%s is refused', (_, der) => {
    expect(thrown(() => parseCsr(der)).code).toBe('CSR_MALFORMED');
  });
});
