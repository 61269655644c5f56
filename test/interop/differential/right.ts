// Chains that are right, most of them in a way that some program trips over.
import {
  boolean,
  element,
  implicitPrimitive,
  octetString,
  oid,
  sequence,
} from '../../../src/asn1/writer.ts';
import { Tag } from '../../../src/asn1/reader.ts';
import { encodeDn, parseDn } from '../../../src/name/dn.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import { ca, leaf, NOW } from '../../support/graph.ts';
import { issuer, someCa, type ChainClass } from './class.ts';
import { extensionsOf } from '../../../src/testing/tbs-fields.ts';
import { editLeaf } from './edit.ts';
import { bound, constrain } from './plan.ts';

const right = (id: string, what: string, rest: Omit<ChainClass, 'id' | 'what' | 'right'> = {}) =>
  ({ id, what, right: true, ...rest }) satisfies ChainClass;

export const RIGHT: readonly ChainClass[] = [
  right('plain', 'a sound chain'),
  right('wildcard', 'the host is named by a wildcard', {
    plan: (plan) => {
      plan.leaf.names = [{ kind: 'dns', value: '*.example.org' }];
    },
  }),
  right('address', 'the leaf is asked for by its IP address', {
    plan: (plan) => {
      plan.leaf.names.push({ kind: 'ip', value: Uint8Array.of(10, 0, 0, 7) });
      plan.name = { kind: 'ip', value: '10.0.0.7' };
      // None of the random constraints is about addresses.
    },
  }),
  right('host-in-capitals', 'names are compared without case (RFC 9525 §6.3)', {
    plan: (plan) => {
      plan.name = { kind: 'dns', value: plan.name.value.toUpperCase() };
    },
  }),
  right('no-purpose-stated', 'a leaf without extended key usage is for any (RFC 5280 §4.2.1.12)', {
    plan: (plan) => {
      plan.leaf.extensions.extendedKeyUsage = null;
    },
  }),
  right('any-purpose', 'anyExtendedKeyUsage (RFC 5280 §4.2.1.12)', {
    plan: (plan) => {
      const purposes = ['2.5.29.37.0'];
      plan.leaf.extensions.extendedKeyUsage = { kind: 'extendedKeyUsage', purposes };
    },
  }),
  right('no-key-usage', 'a leaf without key usage may be used for anything', {
    plan: (plan) => {
      plan.leaf.extensions.keyUsage = null;
    },
  }),
  right('no-key-identifiers', 'key identifiers are no part of validation (RFC 5280 §6.1)', {
    plan: ({ root, cas, leaf: end }) => {
      for (const shape of [root, ...cas, end]) {
        shape.extensions.authorityKeyIdentifier = null;
        shape.extensions.subjectKeyIdentifier = null;
      }
    },
  }),
  right(
    'authority-key-of-another',
    'a key identifier that fits nobody is a bad hint (RFC 4158 §3.5.12)',
    {
      plan: ({ leaf: end }) => {
        const keyId = Uint8Array.of(1, 2, 3, 4);
        end.extensions.authorityKeyIdentifier = { kind: 'authorityKeyIdentifier', keyId };
      },
    },
  ),
  right('path-length-exact', 'as many CAs as the path length allows', {
    depth: 2,
    plan: ({ root, cas }) => {
      bound(root, cas.length);
    },
  }),
  right('self-issued-uncounted', 'a self-issued CA does not count (RFC 5280 §6.1.4 (l))', {
    depth: 1,
    plan: ({ root, cas }) => {
      const [first] = cas;
      if (!first) return;
      bound(root, cas.length);
      cas.splice(1, 0, { ...first, key: generateKey('ec-p256'), extensions: {} });
    },
  }),
  right('name-in-other-case', 'names are compared without case (RFC 5280 §7.1)', {
    depth: 1,
    plan: (plan) => {
      plan.leaf.issuerName = (issuer(plan).subject ?? '').replace('Example', 'EXAMPLE');
    },
  }),
  right('name-with-more-spaces', 'runs of spaces are one (RFC 5280 §7.1)', {
    depth: 1,
    plan: (plan) => {
      plan.leaf.issuerName = (issuer(plan).subject ?? '').replace('CA ', 'CA   ');
    },
  }),
  right('name-of-another-string-type', 'UTF8String and PrintableString are compared alike', {
    depth: 1,
    chain: (chain, _, plan) =>
      editLeaf(chain, (fields) => {
        const { rdns } = parseDn(issuer(plan).subject ?? '');
        const utf8 = rdns.map((rdn) => rdn.map((one) => ({ ...one, tag: Tag.Utf8String })));
        fields.issuer = encodeDn({ rdns: utf8 });
      }),
  }),
  right('trusted-intermediate', 'an anchor need not be a root (RFC 5280 §6.1.1 (d))', {
    depth: 1,
    chain: (chain) => {
      const [top] = chain.cas;
      if (top) chain.anchors = [top];
    },
  }),
  right('trusted-leaf', 'the anchor is the certificate itself', {
    chain: (chain) => {
      chain.anchors = [chain.leaf];
    },
  }),
  right(
    'expired-twin',
    'the issuing CA has another certificate that has expired (RFC 4158 §3.5.4)',
    {
      depth: 1,
      chain: async (chain, random, plan) => {
        const shape = plan.cas.at(-1);
        const by = chain.cas.at(-2) ?? chain.root;
        const key = chain.cas.at(-1)?.key;
        if (!shape || !key) return;
        const notAfter = new Date(NOW.getTime() - 3600_000);
        const notBefore = new Date('2020-01-01');
        chain.untrusted.push(await ca({ ...shape, key, by, notBefore, notAfter }));
        chain.untrusted = random.shuffled(chain.untrusted);
      },
    },
  ),
  right('cross-certified', 'one way leads to a root that is not trusted, another to one that is', {
    depth: 1,
    chain: async (chain, random, plan) => {
      const foreign = await ca({ subject: 'CN=Foreign root' });
      const shape = plan.cas.at(-1);
      const key = chain.cas.at(-1)?.key;
      if (!shape || !key) return;
      chain.untrusted.push(foreign, await ca({ ...shape, key, by: foreign }));
      chain.untrusted = random.shuffled(chain.untrusted);
    },
  }),
  right('same-name-other-key', 'another CA has the name of the issuing one', {
    depth: 1,
    chain: async (chain, random, plan) => {
      const { subject = '' } = issuer(plan);
      chain.untrusted.push(await ca({ subject, by: chain.root }));
      chain.untrusted = random.shuffled(chain.untrusted);
    },
  }),
  right('root-among-the-rest', 'the chain brings its root with it', {
    chain: (chain, random) => {
      chain.untrusted = random.shuffled([...chain.untrusted, chain.root, chain.leaf]);
    },
  }),
  right('permitted-address', 'an address inside of a permitted block', {
    depth: 1,
    plan: (plan, random) => {
      plan.leaf.names = [{ kind: 'ip', value: Uint8Array.of(10, 0, 0, 7) }];
      plan.name = { kind: 'ip', value: '10.0.0.7' };
      const mask = Uint8Array.of(255, 0, 0, 0);
      const address = Uint8Array.of(10, 0, 0, 0);
      constrain(someCa(plan, random), 'permitted', { kind: 'ip', address, mask });
    },
  }),
  right('permitted-directory-name', 'a subject inside of a permitted directory', {
    depth: 1,
    plan: (plan) => {
      const value = parseDn('O=Example');
      plan.leaf.subject = 'O=Example, CN=service';
      constrain(issuer(plan), 'permitted', { kind: 'dirName', value, der: encodeDn(value) });
    },
  }),
  right('empty-subject', 'a leaf with alternative names alone (RFC 5280 §4.1.2.6)', {
    plan: (plan) => {
      plan.leaf.subject = '';
      const value = { kind: 'subjectAltName', names: plan.leaf.names } as const;
      plan.leaf.extensions.subjectAltName = { critical: value };
    },
  }),
  right('leaf-is-a-ca', 'RFC 5280 §6 asks nothing of the leaf’s basic constraints', {
    plan: (plan) => {
      plan.leaf.extensions.basicConstraints = { kind: 'basicConstraints', ca: true };
    },
  }),
  right(
    'serial-too-long',
    'more than 20 octets: CAs must not, readers should (RFC 5280 §4.1.2.2)',
    {
      plan: (plan) => {
        plan.leaf.serial = new Uint8Array(24).fill(7);
      },
    },
  ),
  right('critical-false-written', 'a default that is written out (X.690 §11.5) is passed over', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        const value = octetString(element(Tag.Null, new Uint8Array()));
        const own = sequence(oid('1.3.6.1.4.1.99999.2'), boolean(false), value);
        const list = sequence(...extensionsOf(fields), own);
        fields.extensions = element(0xa3, list);
      }),
  }),
  right('unique-identifiers', 'unique identifiers are read over (RFC 5280 §4.1.2.8)', {
    chain: (chain) =>
      editLeaf(chain, (fields) => {
        const id = implicitPrimitive(1, Uint8Array.of(0, 1, 2, 3));
        fields.spki = Uint8Array.of(...fields.spki, ...id);
      }),
  }),
  right('2,000-names', 'a leaf of very many names', {
    plan: (plan) => {
      for (let i = 0; i < 2000; i++)
        plan.leaf.names.push({ kind: 'dns', value: `many${i}.example.org` });
    },
  }),
  right('until-9999', 'no well-defined end (RFC 5280 §4.1.2.5)', {
    plan: (plan) => {
      plan.leaf.notAfter = new Date('9999-12-31T23:59:59Z');
    },
  }),
  right('leaf-below-leaf-name', 'the leaf has the name of its issuer, and another key', {
    depth: 1,
    chain: async (chain, _, plan) => {
      const by = chain.cas.at(-1) ?? chain.root;
      chain.leaf = await leaf({ ...plan.leaf, subject: by.subject, by });
    },
  }),
];
