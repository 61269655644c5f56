// For each rule of docs/verify.md a certificate that breaks it, and nothing else where that can be.
import { generateKeyPairSync } from 'node:crypto';
import {
  bitString,
  element,
  explicit,
  integer,
  nullValue,
  oid,
  sequence,
} from '../../src/asn1/writer.ts';
import { DAY } from '../../src/base/clock.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { P256, spkiOfPoint } from '../../src/crypto/curves.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parsePublicKey } from '../../src/crypto/public-key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeNameConstraints } from '../../src/name/constraints.ts';
import { ask, ca, CLIENT_AUTH, leaf, NOW } from '../support/graph.ts';
import { crlOf, day } from '../support/crl.ts';
import {
  type Question,
  root,
  ANY_PURPOSE,
  SERVER_AUTH,
  POLICY,
  names,
  oneName,
  access,
  point,
  uri,
  constraints,
  end,
  endWith,
  below,
  belowWith,
  rooted,
  raw,
  oldRoot,
  bentEnd,
  field,
  rsa,
  spki,
  oldSigner,
  time,
  uniqueId,
  deep,
  policies,
  host,
  svid,
  ID,
  spiffe,
  usages,
} from './questions.ts';

const rules: Readonly<Record<string, () => Promise<Question>>> = {
  'the path ends in a CA that is trusted, not in another root': async () =>
    ask(await leaf({ by: root }), [await ca()], [root]),
  'the certificate of each issuer is given or trusted': async () =>
    ask(await leaf({ by: root }), [await ca()]),
  'each signature is by the key of the issuer': async () =>
    ask(await leaf({ by: root }), [await ca({ subject: 'CN=root' })]),
  'the time of `notAfter` has not passed; its second still counts': () =>
    end({ notAfter: new Date(NOW.getTime() - 1000) }),
  'the time of `notBefore` has come': () => end({ notBefore: new Date(NOW.getTime() + 1000) }),
  'an issuer is a CA by its basic constraints': () => belowWith({ basicConstraints: null }),
  'so is a trusted root of version 1, which can have none': async () =>
    ask(await leaf({ by: root }), [await oldRoot()]),
  'an issuer that states its key usage states keyCertSign': () => belowWith(usages('cRLSign')),
  'no more CAs stand below an issuer than its path length; self-issued ones do not count':
    async () => {
      const narrow = await ca({
        subject: 'CN=narrow',
        extensions: { basicConstraints: { kind: 'basicConstraints', ca: true, pathLength: 0 } },
      });
      const middle = await ca({ subject: 'CN=middle', by: narrow });
      return ask(await leaf({ by: middle }), [narrow], [middle]);
    },
  'no more than 10 CAs stand between leaf and root; self-issued ones do not count': () => deep(11),
  'names keep the name constraints of every CA above': () =>
    belowWith({
      nameConstraints: { kind: 'nameConstraints', constraints: constraints('example.com') },
    }),
  'where a CA requires an explicit policy, one policy holds along the path': () =>
    belowWith({
      policyConstraints: { critical: { kind: 'policyConstraints', requireExplicitPolicy: 0 } },
    }),
  'no policy is mapped from or to anyPolicy, where policies count': () =>
    belowWith({
      certificatePolicies: policies(POLICY),
      policyMappings: {
        kind: 'policyMappings',
        mappings: [{ issuerDomain: '2.5.29.32.0', subjectDomain: POLICY }],
      },
    }),
  'no extension is critical but those that are acted upon': () =>
    endWith({
      unknown: { critical: { kind: 'unknown', oid: '1.2.3.4.5', value: nullValue() } },
    }),
  'a path is found within [the budget](#the-budget)': () =>
    below(
      {
        extensions: {
          certificatePolicies: policies(POLICY),
          policyConstraints: { critical: { kind: 'policyConstraints', inhibitPolicyMapping: 0 } },
        },
      },
      { limits: { policies: 0 } },
    ),

  'an RSA key has at least 2048 bits': () => end({ key: rsa(1024) }),
  'an EC key is on P-256, P-384 or P-521': () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    return end({ publicKey: parsePublicKey(publicKey.export({ type: 'spki', format: 'der' })) });
  },
  'an EC key is a point of its curve': () => {
    const { publicKey } = generateKey('ec-p256');
    const keyBits = publicKey.keyBits.with(64, (publicKey.keyBits[64] as number) ^ 1);
    return end({ publicKey: parsePublicKey(spkiOfPoint(P256, keyBits)) });
  },
  'no key is a DSA key': () => {
    const parameters = sequence(integer(23), integer(11), integer(4));
    return end({
      publicKey: spki(sequence(oid('1.2.840.10040.4.1'), parameters), ...integer(9)),
    });
  },
  'the bits of an RSA key are a multiple of 8': () => end({ key: rsa(2050) }),
  'an issuer’s key is RSA, EC or Ed25519': () =>
    below({ publicKey: spki(sequence(oid('1.3.101.110')), ...new Uint8Array(32).fill(9)) }),
  'the signature is RSA (PKCS#1 or PSS), ECDSA or Ed25519, with SHA-1 or SHA-2; the root’s own aside':
    () => {
      // md5WithRSAEncryption
      const identifier = sequence(oid('1.2.840.113549.1.1.4'), nullValue());
      const signer = signerOf(root.key);
      return end({ signer: { ...signer, algorithm: { ...signer.algorithm, identifier } } });
    },
  'its hash is not SHA-1; the root’s own aside': () => end({ signer: oldSigner(root) }),
  'the signature algorithm is the same inside and outside of what is signed': () =>
    field(2, signatureAlgorithm('ecdsa-sha512').identifier),

  'a leaf that states purposes states this one': () =>
    endWith({ extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } }),
  'a leaf states the purpose itself, anyExtendedKeyUsage does not stand for it': () =>
    endWith({ extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [ANY_PURPOSE] } }),
  'a CA that states purposes states this one, or anyExtendedKeyUsage': () =>
    belowWith({ extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } }),
  'a leaf’s key usage, where stated, lets it act in TLS': () => endWith(usages('dataEncipherment')),

  'the serial number is not negative (`SERIAL_NEGATIVE`)': () =>
    end({ serial: Uint8Array.of(0x80, 1) }),
  'the serial number is not zero (`SERIAL_ZERO`)': () => end({ serial: Uint8Array.of(0) }),
  'the serial number has at most 20 octets (`SERIAL_TOO_LONG`)': () =>
    end({ serial: new Uint8Array(21).fill(1) }),
  'there is no unique identifier (`UNIQUE_ID`)': () =>
    bentEnd((fields) => fields.toSpliced(7, 0, uniqueId)),
  'a default is not written out (`DEFAULT_ENCODED`)': () =>
    endWith(raw('2.5.29.19', sequence(element(1, Uint8Array.of(0))), 'basicConstraints', true)),
  'the version is 1, 2 or 3 (`VERSION_UNKNOWN`)': () => field(0, explicit(0, integer(3))),
  'extensions stand in version 3 (`VERSION_TOO_LOW`)': () => bentEnd(([, ...fields]) => fields),
  'unique identifiers stand in version 2 or 3 (`VERSION_TOO_LOW`)': () =>
    bentEnd(([, ...fields]) => [...fields.slice(0, 6), uniqueId]),
  'the issuer has a name (`ISSUER_EMPTY`)': () => field(3, sequence()),
  'the issuer’s name can be read (`NAME_MALFORMED`)': () => field(3, sequence(integer(1))),
  'the subject’s name can be read (`NAME_MALFORMED`)': () => field(5, sequence(integer(1))),
  'times are in UTC to the second, UTCTime through 2049 (`TIME_FORM`)': () =>
    field(4, sequence(time('20260501000000Z'), time('20260701000000Z'))),
  'the key can be read (`KEY_UNREADABLE`)': () =>
    field(
      6,
      sequence(
        sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
        bitString(Uint8Array.of(4, 1)),
      ),
    ),
  'the list of extensions is not empty (`EXTENSIONS_EMPTY`)': () =>
    field(7, explicit(3, sequence())),
  'no extension stands twice (`EXTENSION_DUPLICATE`)': () => {
    const one = sequence(oid('1.2.3.4.5'), element(4, nullValue()));
    return field(7, explicit(3, sequence(one, one)));
  },
  'an extension that is known can be read (`EXTENSION_MALFORMED`)': () =>
    endWith(raw('2.5.29.31', nullValue(), 'crlDistributionPoints')),
  'lists in extensions hold something (`EXTENSION_EMPTY`)': () =>
    endWith(raw('2.5.29.31', sequence(), 'crlDistributionPoints')),
  'a key usage permits something (`KEY_USAGE_EMPTY`)': () => endWith(usages()),
  'no policy stands twice (`POLICY_DUPLICATE`)': () =>
    endWith({ certificatePolicies: policies(POLICY, POLICY) }),
  'lists of bits do not end in zeros (`NAMED_BITS_PADDED`)': () =>
    endWith(raw('2.5.29.15', bitString(Uint8Array.of(0x80)), 'keyUsage', true)),
  'an IP address has 4 or 16 octets': () =>
    end({ names: [oneName, { kind: 'ip', value: new Uint8Array(5) }] }),

  'there is an authority key identifier, except in a root': () =>
    endWith({ authorityKeyIdentifier: null }),
  'a CA has a subject key identifier': () => belowWith({ subjectKeyIdentifier: null }),
  'a CA has a subject': () => below({ subject: '' }),
  'a leaf without a subject has alternative names, marked critical': () => end({ subject: '' }),
  'a DNS alternative name is a DNS name': () =>
    end({ names: [oneName, { kind: 'dns', value: 'two words' }] }),
  'a CA’s basic constraints are critical': () =>
    belowWith(raw('2.5.29.19', sequence(element(1, Uint8Array.of(0xff))), 'basicConstraints')),
  'only a CA has keyCertSign': () => endWith(usages('digitalSignature', 'keyCertSign')),
  'only a CA that may sign has a path length': () =>
    endWith(raw('2.5.29.19', sequence(integer(0)), 'basicConstraints', true)),
  'only a CA has name constraints': () =>
    endWith({
      nameConstraints: { kind: 'nameConstraints', constraints: constraints('example.org') },
    }),
  'a DNS name constraint has no leading dot': () =>
    belowWith({
      nameConstraints: {
        kind: 'nameConstraints',
        constraints: { permitted: [{ kind: 'dns', value: '.example.org' }], excluded: [] },
      },
    }),
  'policy constraints are critical': () =>
    belowWith({ policyConstraints: { kind: 'policyConstraints', inhibitPolicyMapping: 0 } }),
  'inhibitAnyPolicy is critical': () =>
    belowWith({ inhibitAnyPolicy: { kind: 'inhibitAnyPolicy', skipCerts: 0 } }),
  'the authority key identifier is not critical': () =>
    endWith({
      authorityKeyIdentifier: {
        critical: { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(1) },
      },
    }),
  'the subject key identifier is not critical': () =>
    endWith({
      subjectKeyIdentifier: { critical: { kind: 'subjectKeyIdentifier', id: Uint8Array.of(1) } },
    }),
  'the freshest CRL is not critical': () =>
    endWith({ freshestCrl: { critical: { kind: 'freshestCrl', points: point } } }),
  'authority information access is not critical': () =>
    endWith({
      authorityInfoAccess: { critical: { kind: 'authorityInfoAccess', descriptions: access } },
    }),
  'subject information access is not critical': () =>
    endWith({
      subjectInfoAccess: { critical: { kind: 'subjectInfoAccess', descriptions: access } },
    }),

  'a certificate is of version 3': () => bentEnd(([, ...fields]) => fields.slice(0, 6)),
  'a leaf is no CA': () => endWith({ basicConstraints: { kind: 'basicConstraints', ca: true } }),
  'a leaf states purposes': () => endWith({ extendedKeyUsage: null }),
  'anyExtendedKeyUsage is not among them, whatever it is asked for': () =>
    endWith(
      { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [SERVER_AUTH, ANY_PURPOSE] } },
      { purpose: 'any' },
    ),
  'they are not critical': () =>
    endWith({
      extendedKeyUsage: { critical: { kind: 'extendedKeyUsage', purposes: [SERVER_AUTH] } },
    }),
  'a leaf has alternative names': () => end({ names: [] }),
  'they are not critical beside a subject': () =>
    endWith({ subjectAltName: { critical: { kind: 'subjectAltName', names: [oneName] } } }),
  'a wildcard has two labels behind it': () =>
    end({ names: [oneName, { kind: 'dns', value: '*.test' }] }),
  'a common name that stands for an alternative name spells it the same': () =>
    end({ subject: 'CN=API.example.org' }),
  'a root’s authority key identifier, where it has one, is its own key’s and no more': () =>
    rooted({ authorityKeyIdentifier: { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(1) } }),
  'a root states no purposes': () =>
    rooted({ extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [SERVER_AUTH] } }),

  'an alternative name stands for the host': () => end({}, host),
  'there are alternative names at all': () => end({ names: [] }, host),
  'a URI is among the names': () => end({}, spiffe),
  'there is no other URI': () => svid([ID, 'https://example.org/'], spiffe),
  'it is a SPIFFE ID': () => svid(['https://example.org/'], spiffe),
  'the leaf is no CA': () =>
    svid([ID], spiffe, { basicConstraints: { kind: 'basicConstraints', ca: true } }),
  'its key usage has digitalSignature, and neither keyCertSign nor cRLSign': () =>
    svid([ID], spiffe, usages('digitalSignature', 'cRLSign')),
  'the ID is this one, or in this trust domain': () =>
    svid([ID], { identity: { kind: 'trustDomain', value: 'example.com' } }),
  'the leaf’s ID has a path: it names a workload': () =>
    svid(['spiffe://example.org'], { svid: true }),
  'the ID of a CA, where it has one, has no path': () =>
    svid(
      [ID],
      { svid: true },
      {},
      { subjectAltName: { kind: 'subjectAltName', names: names(ID) } },
    ),
  'every certificate above the leaf, the root included, is a CA': async () => {
    const end = await leaf({ by: root, names: [uri(ID)] });
    return { ...ask(end, [await oldRoot()]), svid: true };
  },
  'each of them has keyCertSign': () => svid([ID], { svid: true }, {}, { keyUsage: null }),

  'no list names it; a list that is stale counts as well, and a later one can lift a hold':
    async () => {
      const holder = await leaf({ by: root });
      const crls = [await crlOf(root, [holder], { nextUpdate: day(-1) })];
      return ask(holder, [root], [], { crls });
    },
  'a list that covers it is usable, or others cover every reason': async () =>
    end({}, { crls: [await crlOf(root, [], { nextUpdate: day(-1) })] }),
  'usable lists cover it for every reason': () => end({}, { requireRevocation: true }),
};

/** Certificates that a stricter validator might refuse. */
const unchecked: Readonly<Record<string, () => Promise<Question>>> = {
  'that an authority key identifier is the issuer’s subject key identifier': () =>
    endWith({
      authorityKeyIdentifier: { kind: 'authorityKeyIdentifier', keyId: Uint8Array.of(1) },
    }),
  'that a common name is among the alternative names': () => end({ subject: 'CN=evil.test' }),
  'an IP address in the common name': async () => {
    const bounded = await ca({
      subject: 'CN=bounded',
      extensions: {
        nameConstraints: {
          kind: 'nameConstraints',
          constraints: constraints('example.org', '192.168.0.0/16'),
        },
      },
    });
    return ask(await leaf({ by: bounded, subject: 'CN=10.0.0.7' }), [bounded]);
  },
  'that name constraints are critical': () =>
    belowWith(
      raw('2.5.29.30', encodeNameConstraints(constraints('example.org')), 'nameConstraints'),
    ),
  'wildcards below a public suffix of several labels, such as `*.co.uk`': () =>
    end({ subject: 'CN=many', names: names('*.co.uk') }),
  'how long a certificate is valid': () => end({ notAfter: new Date(NOW.getTime() + 9999 * DAY) }),
  'Ed25519 keys': () => end({ key: generateKey('ed25519') }),
  'names that only a private network knows, and private addresses': () =>
    end({ subject: 'CN=db', names: names('db', '10.0.0.7') }),
  'extensions that are not known and not critical': () =>
    endWith({ unknown: { kind: 'unknown', oid: '1.2.3.4.5', value: nullValue() } }),
};

export const CASES = { rules, unchecked };
