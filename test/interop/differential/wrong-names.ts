// Chains whose names or uses are wrong.
import { encodeDn, parseDn } from '../../../src/name/dn.ts';
import type { GeneralSubtree } from '../../../src/name/constraints.ts';
import type { GeneralName } from '../../../src/name/san.ts';
import { someCa, type ChainClass } from './class.ts';
import { constrain, PURPOSE_OIDS } from './plan.ts';
import { wrong } from './wrong.ts';

const dns = (value: string): GeneralName => ({ kind: 'dns', value });

function directory(text: string): GeneralSubtree {
  const value = parseDn(text);
  return { kind: 'dirName', value, der: encodeDn(value) };
}

const HOSTS: readonly ChainClass[] = [
  wrong('another-host', 'RFC 9525 §6.3', {
    plan: (plan) => {
      plan.name = { kind: 'dns', value: 'elsewhere.example.com' };
    },
  }),
  wrong('host-below', 'a name does not stand for what is below it', {
    plan: (plan) => {
      plan.name = { kind: 'dns', value: `www.${plan.name.value}` };
    },
  }),
  wrong('wildcard-over-two-labels', 'a wildcard stands for one label (RFC 9525 §6.3)', {
    plan: (plan) => {
      plan.leaf.names = [dns('*.example.org')];
      plan.name = { kind: 'dns', value: 'a.b.example.org' };
    },
  }),
  wrong('wildcard-for-its-base', 'a wildcard stands for one label (RFC 9525 §6.3)', {
    plan: (plan) => {
      plan.leaf.names = [dns('*.api.example.org')];
      plan.name = { kind: 'dns', value: 'api.example.org' };
    },
  }),
  wrong('wildcard-within-a-label', 'a wildcard is a whole label (RFC 9525 §6.3)', {
    plan: (plan) => {
      plan.leaf.names = [dns('ap*.example.org')];
      plan.name = { kind: 'dns', value: 'api.example.org' };
    },
  }),
  wrong('wildcard-over-one-label', 'a wildcard over a whole top-level domain', {
    plan: (plan) => {
      for (const { extensions } of plan.cas) delete extensions.nameConstraints;
      plan.leaf.names = [dns('*.test')];
      plan.name = { kind: 'dns', value: 'api.test' };
    },
  }),
  wrong('common-name-alone', 'common names do not count (RFC 9525 §2)', {
    plan: ({ leaf: end }) => {
      end.names = [];
    },
  }),
  wrong('common-name-besides-names', 'common names do not count (RFC 9525 §2)', {
    plan: ({ leaf: end }) => {
      end.names = [dns('elsewhere.example.org')];
    },
  }),
  wrong('another-address', 'RFC 9525 §6.4', {
    plan: (plan) => {
      plan.leaf.names.push({ kind: 'ip', value: Uint8Array.of(10, 0, 0, 7) });
      plan.name = { kind: 'ip', value: '10.0.0.8' };
    },
  }),
  wrong('address-as-dns-name', 'an address is named by an iPAddress alone (RFC 9525 §6.4)', {
    plan: (plan) => {
      plan.leaf.names = [dns('10.0.0.7')];
      plan.name = { kind: 'ip', value: '10.0.0.7' };
    },
  }),
  wrong('nul-in-the-name', 'a name ends where it ends, not at NUL', {
    plan: (plan) => {
      plan.leaf.names = [dns(`${plan.name.value}\0.example.com`)];
      plan.leaf.subject = 'CN=service';
    },
  }),
];

/** A leaf with one more name, under a CA with one constraint. */
function constrained(
  id: string,
  what: string,
  list: 'permitted' | 'excluded',
  subtree: GeneralSubtree,
  name?: GeneralName,
): ChainClass {
  return wrong(id, `${what} (RFC 5280 §4.2.1.10)`, {
    depth: 1,
    plan: (plan, random) => {
      // One thing is wrong: no other constraint may be broken as well.
      for (const { extensions } of plan.cas) delete extensions.nameConstraints;
      constrain(someCa(plan, random), list, subtree);
      if (name) plan.leaf.names.push(name);
    },
  });
}

const CONSTRAINTS: readonly ChainClass[] = [
  constrained('dns-not-permitted', 'a host outside of the permitted domain', 'permitted', {
    kind: 'dns',
    value: 'example.com',
  }),
  constrained('dns-excluded', 'a host in an excluded domain', 'excluded', {
    kind: 'dns',
    value: 'example.org',
  }),
  constrained(
    'one-of-the-names-excluded',
    'one more name, in an excluded domain',
    'excluded',
    { kind: 'dns', value: 'example.net' },
    dns('other.EXAMPLE.net'),
  ),
  constrained(
    'wildcard-around-the-excluded',
    'a wildcard that covers an excluded host',
    'excluded',
    { kind: 'dns', value: 'secret.example.net' },
    dns('*.example.net'),
  ),
  constrained(
    'address-not-permitted',
    'an address outside of the permitted block',
    'permitted',
    { kind: 'ip', address: Uint8Array.of(10, 0, 0, 0), mask: Uint8Array.of(255, 0, 0, 0) },
    { kind: 'ip', value: Uint8Array.of(192, 0, 2, 1) },
  ),
  constrained(
    'address-excluded',
    'an address in an excluded block',
    'excluded',
    { kind: 'ip', address: Uint8Array.of(192, 0, 2, 0), mask: Uint8Array.of(255, 255, 255, 0) },
    { kind: 'ip', value: Uint8Array.of(192, 0, 2, 1) },
  ),
  constrained(
    'mailbox-not-permitted',
    'a mailbox outside of the permitted host',
    'permitted',
    { kind: 'email', value: 'example.org' },
    { kind: 'email', value: 'a@example.com' },
  ),
  constrained(
    'uri-excluded',
    'a URI at an excluded host',
    'excluded',
    { kind: 'uri', value: '.example.net' },
    { kind: 'uri', value: 'https://www.example.net/' },
  ),
  constrained(
    'directory-name-not-permitted',
    'a subject outside of the permitted directory',
    'permitted',
    directory('O=Somebody'),
  ),
  constrained(
    'directory-name-excluded',
    'an alternative name in an excluded directory',
    'excluded',
    directory('O=Nobody'),
    { kind: 'dirName', value: parseDn('O=Nobody, CN=x'), der: encodeDn(parseDn('O=Nobody, CN=x')) },
  ),
  constrained(
    'other-name-excluded',
    'a name of a form that is not judged',
    'excluded',
    // 1.2.3, NULL
    {
      kind: 'unsupported',
      tag: 0xa0,
      der: Uint8Array.of(0x30, 10, 0xa0, 8, 6, 2, 0x2a, 3, 0xa0, 2, 5, 0),
    },
    { kind: 'other', oid: '1.2.3', value: Uint8Array.of(5, 0) },
  ),
];

const USES: readonly ChainClass[] = [
  wrong('leaf-for-something-else', 'RFC 5280 §4.2.1.12', {
    plan: (plan) => {
      const other = plan.purpose === 'server' ? 'client' : 'server';
      const purposes = [PURPOSE_OIDS[other]];
      plan.leaf.extensions.extendedKeyUsage = { kind: 'extendedKeyUsage', purposes };
    },
  }),
  wrong('ca-for-something-else', 'extended key usages narrow down the chain', {
    depth: 1,
    plan: (plan, random) => {
      const other = plan.purpose === 'server' ? 'client' : 'server';
      const purposes = [PURPOSE_OIDS[other]];
      someCa(plan, random).extensions.extendedKeyUsage = { kind: 'extendedKeyUsage', purposes };
    },
  }),
  wrong('key-only-for-data', 'the key usage lets it act in no handshake (RFC 8446 §4.4.2.2)', {
    plan: ({ leaf: end }) => {
      end.extensions.keyUsage = { kind: 'keyUsage', usages: ['dataEncipherment'] };
    },
  }),
];

export const WRONG_NAMES: readonly ChainClass[] = [...HOSTS, ...CONSTRAINTS, ...USES];
