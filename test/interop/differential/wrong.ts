// Chains that are wrong in one known way: time, trust, signatures, the right to issue.
import { generateKeyPairSync, sign } from 'node:crypto';
import { DAY } from '../../../src/base/clock.ts';
import { encodeGeneralizedTime } from '../../../src/asn1/time.ts';
import { element, integer, integerFromContent, sequence } from '../../../src/asn1/writer.ts';
import { signatureAlgorithm } from '../../../src/crypto/algorithms.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import { privateKeyFromPkcs8 } from '../../../src/crypto/key.ts';
import { extensionsOf } from '../../../src/testing/tbs-fields.ts';
import type { ExtensionValue } from '../../../src/x509/extensions.ts';
import { ca, leaf, NOW } from '../../support/graph.ts';
import { issuer, someCa, type ChainClass } from './class.ts';
import { editIssuer, editLeaf, NOTHING, replaced } from './edit.ts';
import { bound } from './plan.ts';

export const wrong = (id: string, what: string, rest: Omit<ChainClass, 'id' | 'what' | 'right'>) =>
  ({ id, what, right: false, ...rest }) satisfies ChainClass;

const days = (count: number) => new Date(NOW.getTime() + count * DAY);
const UNKNOWN: ExtensionValue = {
  kind: 'unknown',
  oid: '1.3.6.1.4.1.99999.3',
  value: Uint8Array.of(5, 0),
};

const SHORT_RSA = privateKeyFromPkcs8(
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
    type: 'pkcs8',
    format: 'der',
  }),
);

const DATES: readonly ChainClass[] = [
  wrong('leaf-expired', 'RFC 5280 §6.1.3 (a)(2)', {
    plan: ({ leaf: end }) => {
      end.notBefore = days(-90);
      end.notAfter = days(-1);
    },
  }),
  wrong('leaf-of-tomorrow', 'RFC 5280 §6.1.3 (a)(2)', {
    plan: ({ leaf: end }) => {
      end.notBefore = days(1);
      end.notAfter = days(90);
    },
  }),
  wrong('ca-expired', 'RFC 5280 §6.1.3 (a)(2)', {
    depth: 1,
    plan: (plan, random) => {
      const shape = someCa(plan, random);
      shape.notBefore = days(-90);
      shape.notAfter = days(-1);
    },
  }),
  wrong('root-expired', 'a root that has expired is an error of its operator', {
    plan: ({ root }) => {
      root.notBefore = days(-90);
      root.notAfter = days(-1);
    },
  }),
  wrong('dates-the-wrong-way-round', 'no moment lies between them', {
    plan: ({ leaf: end }) => {
      [end.notBefore, end.notAfter] = [days(10), days(-10)];
    },
  }),
  wrong('time-of-the-wrong-form', 'GeneralizedTime before 2050 (RFC 5280 §4.1.2.5)', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        const [from, to] = [days(-10), days(10)].map(encodeGeneralizedTime) as [
          Uint8Array,
          Uint8Array,
        ];
        fields.validity = sequence(from, to);
      }),
  }),
];

const TRUST: readonly ChainClass[] = [
  wrong('unknown-root', 'nobody trusts the root', {
    chain: async (chain) => {
      chain.anchors = [await ca({ subject: 'CN=Another root' })];
    },
  }),
  wrong('root-made-anew', 'the trusted root has the name and not the key', {
    chain: async (chain) => {
      chain.anchors = [await ca({ subject: chain.root.subject })];
    },
  }),
  wrong('ca-missing', 'a CA between is not given', {
    depth: 1,
    chain: (chain, random) => {
      const missing = random.pick(chain.cas);
      chain.untrusted = chain.untrusted.filter((one) => one !== missing);
    },
  }),
  wrong('self-signed-leaf', 'the leaf signed itself and is not trusted', {
    chain: async (chain, _, plan) => {
      chain.leaf = await leaf(plan.leaf);
    },
  }),
];

const SIGNATURES: readonly ChainClass[] = [
  wrong('signature-damaged', 'RFC 5280 §6.1.3 (a)(1)', {
    chain: (chain) => {
      const der = Uint8Array.from(chain.leaf.certificate.der);
      const at = der.length - 3;
      der[at] = (der[at] as number) ^ 0x10;
      chain.leaf = replaced(chain.leaf, der);
    },
  }),
  wrong('content-changed', 'a letter of the subject changed after it was signed', {
    chain: (chain, _, plan) => {
      const der = Uint8Array.from(chain.leaf.certificate.der);
      const at = Buffer.from(der).lastIndexOf(plan.name.value);
      der[at] = 0x78;
      chain.leaf = replaced(chain.leaf, der);
    },
  }),
  wrong('signed-by-another', 'the issuer is named and did not sign', {
    chain: async (chain, _, plan) => {
      const by = chain.cas.at(-1) ?? chain.root;
      chain.leaf = await leaf({ ...plan.leaf, by: { ...by, key: generateKey('ec-p256') } });
    },
  }),
  wrong('ca-signed-by-another', 'as above, one step up', {
    depth: 1,
    chain: async (chain, _, plan) => {
      const old = chain.cas.at(-1);
      const by = chain.cas.at(-2) ?? chain.root;
      if (!old) return;
      const forger = { ...by, key: generateKey('ec-p256') };
      const forged = await ca({ ...issuer(plan), key: old.key, by: forger });
      chain.untrusted = chain.untrusted.map((one) => (one === old ? forged : one));
    },
  }),
  wrong('algorithms-differ', 'inside and outside of the signed part (RFC 5280 §4.1.1.2)', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        const [ecdsa, rsa] = [signatureAlgorithm('ecdsa-sha512'), signatureAlgorithm('rsa-sha512')];
        const { kind } = (chain.cas.at(-1) ?? chain.root).key.publicKey;
        fields.algorithm = (kind === 'rsa' ? ecdsa : rsa).identifier;
      }),
  }),
  wrong('sha-1', 'a hash that is broken (RFC 6194)', {
    plan: (plan) => {
      const key = generateKey('ec-p256');
      issuer(plan).key = key;
      plan.leaf.signer = {
        publicKey: key.publicKey,
        algorithm: signatureAlgorithm('ecdsa-sha1'),
        sign: (message) => sign('sha1', message, key.keyObject),
      };
    },
  }),
  wrong('rsa-1024-leaf', '112 bits of security (NIST SP 800-57 part 1)', {
    plan: ({ leaf: end }) => {
      end.key = SHORT_RSA;
    },
  }),
  wrong('rsa-1024-ca', 'as above, one step up', {
    depth: 1,
    plan: (plan) => {
      issuer(plan).key = SHORT_RSA;
    },
  }),
  wrong('data-after-the-certificate', 'an octet behind its end', {
    chain: (chain) => {
      chain.leaf = replaced(chain.leaf, Uint8Array.of(...chain.leaf.certificate.der, 0));
    },
  }),
];

const ISSUING: readonly ChainClass[] = [
  wrong('issuer-is-no-ca', 'RFC 5280 §6.1.4 (k)', {
    depth: 1,
    plan: (plan) => {
      issuer(plan).extensions.basicConstraints = { kind: 'basicConstraints', ca: false };
    },
  }),
  wrong('issuer-without-basic-constraints', 'RFC 5280 §6.1.4 (k)', {
    depth: 1,
    plan: (plan) => {
      issuer(plan).extensions.basicConstraints = null;
    },
  }),
  wrong('issuer-of-version-1', 'RFC 5280 §6.1.4 (k)', {
    depth: 1,
    chain: (chain) =>
      editIssuer(chain, (fields) => {
        fields.version = NOTHING;
        fields.extensions = NOTHING;
      }),
  }),
  wrong('issuer-may-not-sign', 'keyCertSign is missing (RFC 5280 §6.1.4 (n))', {
    depth: 1,
    plan: (plan) => {
      const usages = ['digitalSignature', 'cRLSign'] as const;
      issuer(plan).extensions.keyUsage = { kind: 'keyUsage', usages };
    },
  }),
  wrong('path-too-long', 'RFC 5280 §6.1.4 (m)', {
    depth: 2,
    plan: ({ root, cas }) => {
      bound(root, cas.length - 1);
    },
  }),
  wrong('path-too-long-by-a-ca', 'RFC 5280 §6.1.4 (m)', {
    depth: 2,
    plan: ({ cas }) => {
      const [top] = cas;
      if (top) bound(top, cas.length - 2);
    },
  }),
  wrong('unknown-critical-leaf', 'RFC 5280 §4.2', {
    plan: ({ leaf: end }) => {
      end.extensions.unknown = { critical: UNKNOWN };
    },
  }),
  wrong('unknown-critical-ca', 'RFC 5280 §4.2', {
    depth: 1,
    plan: (plan, random) => {
      someCa(plan, random).extensions.unknown = { critical: UNKNOWN };
    },
  }),
  wrong('policy-required', 'a CA requires a policy that nobody holds (RFC 5280 §6.1.3 (f))', {
    depth: 1,
    plan: (plan) => {
      const value = { kind: 'policyConstraints', requireExplicitPolicy: 0 } as const;
      issuer(plan).extensions.policyConstraints = { critical: value };
    },
  }),
  wrong('extension-twice', 'RFC 5280 §4.2', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        const all = extensionsOf(fields);
        fields.extensions = element(0xa3, sequence(...all, all[0] ?? NOTHING));
      }),
  }),
  wrong('extensions-in-version-1', 'RFC 5280 §4.1.2.9', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        fields.version = NOTHING;
      }),
  }),
  wrong('version-4', 'RFC 5280 §4.1.2.1', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        fields.version = element(0xa0, integer(3));
      }),
  }),
  wrong('serial-negative', 'RFC 5280 §4.1.2.2', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        fields.serial = integerFromContent(Uint8Array.of(0x80, 1));
      }),
  }),
];

export const WRONG: readonly ChainClass[] = [...DATES, ...TRUST, ...SIGNATURES, ...ISSUING];
