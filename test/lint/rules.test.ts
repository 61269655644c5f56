// Every rule that zlint's corpus does not try: bent in the one way that it is about, it trips, and
// straight it does not (own.test.ts has these very shapes clean).
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explicit, integer, sequence } from '../../src/asn1/writer.ts';
import { toUtf8, type NameDer, type SpkiDer } from '../../src/base/bytes.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { lint } from '../../src/lint/engine.ts';
import { LINT_RULES } from '../../src/lint/rules/index.ts';
import { parseConstraint } from '../../src/name/constraints.ts';
import type { Holder } from '../../src/testing/certify.ts';
import { RANDOM } from '../../src/testing/source.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { editTbs } from '../../src/testing/tbs-fields.ts';
import { RULES_OF } from '../conformance/zlint.ts';
import {
  ca,
  extension,
  leaf,
  names,
  purposes,
  raw,
  ROOT,
  svid,
  tripped,
  usage,
  type Unusual,
} from './support.ts';

function spkiOf(...args: readonly unknown[]): SpkiDer {
  const generate = generateKeyPairSync as (...given: readonly unknown[]) => {
    publicKey: { export(form: unknown): Buffer };
  };
  const { publicKey } = generate(...args);
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) as SpkiDer;
}

/** A name of one attribute whose DER is given in hexadecimal, value and all. */
function rawName(hex: string): NameDer {
  return new Uint8Array(Buffer.from(hex, 'hex')) as NameDer;
}

function time(tag: number, text: string): Uint8Array {
  return Uint8Array.of(tag, text.length, ...toUtf8(text));
}

const san = (hex: string) => ({ with: { subjectAltName: raw('subjectAltName', hex) } });
const dns = (...hosts: readonly string[]): Unusual => ({
  with: {
    subjectAltName: extension({
      kind: 'subjectAltName',
      names: hosts.map((value) => ({ kind: 'dns', value })),
    }),
  },
});
const uris = (...values: readonly string[]): Unusual => ({
  subject: 'CN=api',
  with: {
    subjectAltName: extension({
      kind: 'subjectAltName',
      names: values.map((value) => ({ kind: 'uri', value })),
    }),
  },
});
const bound = (permit: string): Unusual => ({
  with: {
    nameConstraints: extension(
      {
        kind: 'nameConstraints',
        constraints: { permitted: [parseConstraint(permit)], excluded: [] },
      },
      true,
    ),
  },
});
const caBasic = (pathLength: number) =>
  extension({ kind: 'basicConstraints', ca: true, pathLength }, true);

/** One certificate, and the rule that must trip over it. */
const ALONE: readonly (readonly [rule: string, made: () => Holder])[] = [
  ['alt-name-duplicate', () => leaf(dns('api.example.org', 'API.example.org'))],
  // [10] is no general name
  ['alt-name-unknown', () => leaf(san('30048a026162'))],
  ['any-purpose', () => leaf({ with: { extendedKeyUsage: purposes('anyExtendedKeyUsage') } })],
  ['authority-key-id-missing', () => leaf({ with: { authorityKeyIdentifier: null } })],
  ['ca-cannot-sign', () => ca({ with: { keyUsage: usage('cRLSign') } })],
  ['ca-key-usage-missing', () => ca({ with: { keyUsage: null } })],
  ['ca-validity-too-long', () => ca({ days: 26 * 366 })],
  ['ca-with-purposes', () => ca({ with: { extendedKeyUsage: purposes('serverAuth') } })],
  [
    'client-names-missing',
    () =>
      leaf({
        subject: 'CN=ann',
        with: { extendedKeyUsage: purposes('clientAuth'), subjectAltName: null },
      }),
  ],
  ['common-name-not-in-names', () => leaf({ with: { subjectAltName: names('www.example.org') } })],
  ['constraint-dns-dot', () => ca(bound('.example.org'))],
  // 10.0.0.0 with the mask 255.0.255.0
  [
    'constraint-ip',
    () =>
      ca({ with: { nameConstraints: raw('nameConstraints', '300ea00c300a87080a000000ff00ff00') } }),
  ],
  ['dns-name-characters', () => leaf(dns('api example.org'))],
  ['dns-name-characters', () => leaf(dns('https://api.example.org'))],
  ['dns-name-is-ip', () => leaf(dns('10.0.0.7'))],
  ['dns-wildcard-broad', () => leaf(dns('*.org'))],
  ['dns-wildcard-broad', () => leaf(dns('*'))],
  ['dns-wildcard-misplaced', () => leaf(dns('api.*.example.org'))],
  ['dns-wildcard-misplaced', () => leaf(dns('a*.example.org'))],
  ['dsa-key', () => leaf({ spki: spkiOf('dsa', { modulusLength: 2048, divisorLength: 256 }) })],
  [
    'edwards-key-usage',
    () =>
      leaf({
        key: RANDOM.newKey('ed25519'),
        with: { keyUsage: usage('digitalSignature', 'keyAgreement') },
      }),
  ],
  ['extension-malformed', () => leaf(san('3003820261'))],
  ['ip-length', () => leaf(san('300787050a00000718'))],
  [
    'leaf-cannot-sign',
    () => leaf({ key: RANDOM.newKey('rsa-2048'), with: { keyUsage: usage('keyEncipherment') } }),
  ],
  ['leaf-validity-too-long', () => leaf({ days: 6 * 366 })],
  // A PrintableString where the structure wants a SET
  ['name-malformed', () => leaf({ subject: rawName('3003130161') })],
  ['name-rdn-empty', () => leaf({ subject: rawName('30023100') })],
  // CN=a as TeletexString
  [
    'name-string-type',
    () => leaf({ subject: rawName('300c310a3008060355040314 0161'.replace(' ', '')) }),
  ],
  [
    'not-version-3',
    () =>
      leaf({
        bendTbs: (tbs) => editTbs(tbs, (fields) => (fields.version = explicit(0, integer(1)))),
      }),
  ],
  ['purposes-missing', () => leaf({ with: { extendedKeyUsage: null } })],
  ['purpose-without-usage', () => leaf({ with: { keyUsage: usage('nonRepudiation') } })],
  ['serial-too-long', () => leaf({ serial: new Uint8Array(21).fill(1) })],
  ['serial-too-short', () => leaf({ serial: Uint8Array.of(1, 2, 3, 4) })],
  ['server-names-missing', () => leaf({ with: { subjectAltName: null } })],
  // Without purposes, a common name like this is a server's
  ['server-names-missing', () => leaf({ with: { subjectAltName: null, extendedKeyUsage: null } })],
  ['server-validity-too-long', () => leaf({ days: 826 })],
  ['spiffe-many-uris', () => svid(uris('spiffe://example.org/a', 'spiffe://example.org/b'))],
  ['spiffe-many-uris', () => svid(uris('spiffe://example.org/a', 'https://example.org/b'))],
  ['spiffe-id-malformed', () => svid(uris('spiffe://example.org/a/'))],
  ['spiffe-id-malformed', () => svid(uris('SPIFFE://example.org/a'))],
  ['spiffe-leaf-without-path', () => svid(uris('spiffe://example.org'))],
  ['spiffe-ca-with-path', () => ca(uris('spiffe://example.org/ca'))],
  ['spiffe-key-usage', () => svid({ with: { keyUsage: null } })],
  [
    'spiffe-key-usage',
    () => svid({ with: { keyUsage: { ...usage('digitalSignature'), critical: false } } }),
  ],
  ['spiffe-leaf-cannot-sign', () => svid({ with: { keyUsage: usage('keyAgreement') } })],
  ['spiffe-leaf-signs', () => svid({ with: { keyUsage: usage('digitalSignature', 'cRLSign') } })],
  [
    'spiffe-ca-cannot-sign',
    () => {
      const { with: named, ...rest } = uris('spiffe://example.org');
      return ca({ ...rest, with: { ...named, keyUsage: usage('cRLSign') } });
    },
  ],
  ['spiffe-purposes', () => svid({ with: { extendedKeyUsage: purposes('serverAuth') } })],
  ['spiffe-purposes-missing', () => svid({ with: { extendedKeyUsage: null } })],
  [
    'subject-names-critical',
    () => leaf({ with: { subjectAltName: { ...names('api.example.org'), critical: true } } }),
  ],
  [
    'time-fraction',
    () =>
      leaf({
        bendTbs: (tbs) =>
          editTbs(tbs, (fields) => {
            fields.validity = sequence(
              time(0x18, '20260301120000.5Z'),
              time(0x18, '20510301120000Z'),
            );
          }),
      }),
  ],
  ['uncommon-curve', () => leaf({ spki: spkiOf('ec', { namedCurve: 'secp256k1' }) })],
  [
    'unknown-critical-extension',
    () =>
      leaf({
        also: [extension({ kind: 'unknown', oid: '1.2.3.4', value: Uint8Array.of(5, 0) }, true)],
      }),
  ],
  ['validity-reversed', () => leaf({ days: -1 })],
  [
    'version-unknown',
    () =>
      leaf({
        bendTbs: (tbs) => editTbs(tbs, (fields) => (fields.version = explicit(0, integer(3)))),
      }),
  ],
  ['weak-curve', () => leaf({ spki: spkiOf('ec', { namedCurve: 'secp224r1' }) })],
  [
    'weak-hash',
    () =>
      leaf({
        signer: { ...RANDOM.signerOf(ROOT.key), algorithm: signatureAlgorithm('ecdsa-sha1') },
      }),
  ],
  [
    'weak-rsa-exponent',
    () => leaf({ spki: spkiOf('rsa', { modulusLength: 2048, publicExponent: 3 }) }),
  ],
  ['weak-rsa-key', () => leaf({ spki: spkiOf('rsa', { modulusLength: 1024 }) })],
  // An odd point on P-256
  [
    'public-key-unreadable',
    () =>
      leaf({
        bendTbs: (tbs) =>
          editTbs(tbs, (fields) => {
            fields.spki = Uint8Array.from(
              Buffer.from('3018301306072a8648ce3d020106082a8648ce3d030107030100', 'hex'),
            );
          }),
      }),
  ],
  [
    'extensions-empty',
    () =>
      leaf({
        bendTbs: (tbs) => editTbs(tbs, (fields) => (fields.extensions = explicit(3, sequence()))),
      }),
  ],
];

/** Certificates that only together are wrong; the first is the one at fault. */
const TOGETHER: readonly (readonly [rule: string, made: () => readonly Holder[]])[] = [
  [
    'authority-key-id-mismatch',
    () => {
      const keyId = new Uint8Array(20).fill(7);
      const aki = extension({ kind: 'authorityKeyIdentifier', keyId });
      return [leaf({ with: { authorityKeyIdentifier: aki } }), ROOT];
    },
  ],
  [
    'ca-key-in-leaf',
    () => {
      const authority = ca();
      return [leaf({ key: authority.key }), authority];
    },
  ],
  [
    'issuer-not-ca',
    () => {
      const issuer = leaf({ subject: 'CN=no CA' });
      return [leaf({ issuer }), issuer];
    },
  ],
  [
    'key-shared',
    () => {
      const key = RANDOM.newKey('ec-p256');
      return [leaf({ key }), leaf({ key, subject: 'CN=another' })];
    },
  ],
  ['outlives-issuer', () => below({ days: 30 }, (issuer) => leaf({ issuer, days: 31 }))],
  [
    'path-length-exceeded',
    () => {
      const top = ca({ with: { basicConstraints: caBasic(0) } });
      return [ca({ issuer: top, subject: 'CN=Sub' }), top];
    },
  ],
  [
    'purpose-beyond-issuer',
    () =>
      below({ with: { extendedKeyUsage: purposes('serverAuth') } }, (issuer) => leaf({ issuer })),
  ],
  [
    'serial-reused',
    () => {
      const serial = new Uint8Array(16).fill(9);
      return [leaf({ serial }), leaf({ serial }), ROOT];
    },
  ],
  [
    'spiffe-other-trust-domain',
    () => below(uris('spiffe://example.net'), (issuer) => svid({ issuer })),
  ],
];

function below(unusual: Unusual, made: (issuer: Holder) => Holder): readonly Holder[] {
  const issuer = ca(unusual);
  return [made(issuer), issuer];
}

describe('a rule trips over what it is about', () => {
  it.each(ALONE)('%s', (rule, made) => {
    expect(tripped(made().certificate)).toContain(rule);
  });

  it.each(TOGETHER)('%s, seen in a pile', (rule, made) => {
    const pile = made().map(({ certificate }) => ({ certificate }));
    expect(tripped(pile[0]?.certificate as Certificate, pile)).toContain(rule);
    // Alone nobody can tell
    expect(tripped(pile[0]?.certificate as Certificate)).not.toContain(rule);
  });
});

describe('a rule asks for what only its caller knows', () => {
  it('the purpose of a leaf', () => {
    const server = leaf({ with: { extendedKeyUsage: purposes('serverAuth') } }).certificate;
    const client = leaf({ with: { extendedKeyUsage: purposes('clientAuth') } }).certificate;
    const asked = (certificate: Certificate, purpose?: 'server' | 'client') =>
      tripped(certificate, [{ certificate }], { purpose });
    expect(asked(server, 'client')).toContain('not-for-clients');
    expect(asked(client, 'server')).toContain('not-for-servers');
    expect(asked(server, 'server')).toEqual([]);
    expect(asked(client, 'client')).toEqual([]);
    expect(asked(server)).toEqual([]);
  });

  it('which certificates stand in one file', () => {
    const sub = ca({ issuer: ROOT, subject: 'CN=Sub' });
    const one = leaf({ issuer: sub });
    const file = (...holders: readonly Holder[]) =>
      lint(holders.map(({ certificate }) => ({ certificate, place: 'api.crt' }))).map(
        ({ rule, certificate }) => [rule.id, certificate],
      );
    expect(file(one, sub)).toEqual([]);
    expect(file(one, sub, ROOT)).toEqual([['root-in-chain', ROOT.certificate]]);
    expect(file(sub, one)).toEqual([['chain-out-of-order', one.certificate]]);
    expect(file(ROOT, sub)).toEqual([]);
    const apart = [one, sub, ROOT].map(({ certificate }, index) => ({
      certificate,
      place: `${index}.crt`,
    }));
    expect(lint(apart)).toEqual([]);
  });
});

describe('a rule accuses nobody who is innocent', () => {
  it('a renewed certificate that keeps its key', () => {
    const key = RANDOM.newKey('ec-p256');
    const pile = [leaf({ key }), leaf({ key, days: 120 })];
    expect(lint(pile.map(({ certificate }) => ({ certificate })))).toEqual([]);
  });

  it('a cross-certificate: one CA, two issuers', () => {
    const key = RANDOM.newKey('ec-p256');
    const subject = 'CN=Sub';
    const pile = [ca({ key, subject }), ca({ key, subject, issuer: ROOT }), ROOT];
    expect(lint(pile.map(({ certificate }) => ({ certificate })))).toEqual([]);
  });

  it('a leaf beside a CA that only has the name of its issuer', () => {
    const other = ca({ days: 1, with: { subjectKeyIdentifier: null } }).certificate;
    const { certificate } = leaf();
    expect(tripped(certificate, [{ certificate }, { certificate: other }])).toEqual([]);
  });

  it('certificates from before the rule', () => {
    const old = { notBefore: new Date('2019-01-01T00:00:00Z'), days: 2000 };
    const key = { with: { keyUsage: usage('digitalSignature', 'keyEncipherment') } };
    expect(tripped(leaf({ ...old, ...key }).certificate)).not.toContain('ec-key-encipherment');
    expect(tripped(leaf(key).certificate)).toContain('ec-key-encipherment');
    expect(tripped(leaf(old).certificate)).not.toContain('server-validity-too-long');
  });
});

describe('the rules', () => {
  it('are all tried, here or by zlint’s corpus', () => {
    const tried = new Set([
      ...ALONE.map(([rule]) => rule),
      ...TOGETHER.map(([rule]) => rule),
      ...Object.values(RULES_OF).flat(),
      ...['not-for-servers', 'not-for-clients', 'root-in-chain', 'chain-out-of-order'],
    ]);
    expect(LINT_RULES.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });

  it('have each a name of its own, a citation, and plain words', () => {
    expect(new Set(LINT_RULES.map(({ id }) => id)).size).toBe(LINT_RULES.length);
    for (const { id, citation, what, remedy } of LINT_RULES) {
      expect(id).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
      expect(citation).not.toBe('');
      for (const text of [what, remedy.text]) expect(text).toMatch(/^\S.*[^.\s]$/);
    }
  });
});
