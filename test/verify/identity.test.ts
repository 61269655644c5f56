import { describe, expect, it } from 'vitest';
import { parseIp } from '../../src/name/ip.ts';
import type { GeneralName } from '../../src/name/san.ts';
import type { Identity } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { ask, ca, leaf } from '../support/graph.ts';

const root = await ca({ subject: 'CN=Root' });

async function asked(
  names: readonly GeneralName[],
  identity: Identity | readonly Identity[],
  subject = 'CN=someone',
) {
  const end = await leaf({ by: root, names, subject });
  return verifyCertificate(ask(end, [root], [], { identity }));
}

const dns = (value: string): GeneralName => ({ kind: 'dns', value });
const uri = (value: string): GeneralName => ({ kind: 'uri', value });
const ip = (text: string): GeneralName => ({ kind: 'ip', value: parseIp(text) as Uint8Array });

describe('DNS names (RFC 9525 §6.3, RFC 6125 §6.4)', () => {
  it.each([
    ['api.example.org', 'api.example.org', true],
    ['api.example.org', 'API.Example.ORG', true],
    ['api.example.org', 'api.example.org.', true],
    ['*.example.org', 'api.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'a.b.example.org', false],
    ['a*.example.org', 'api.example.org', false],
    ['api.*.org', 'api.example.org', false],
    ['*.org', 'example.org', false],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['my_service', 'my_service', true],
    ['10.0.0.7', '10.0.0.7', false],
  ])('%s for %s: %s', async (name, value, expected) => {
    const { ok, fault } = await asked([dns(name)], { kind: 'dns', value });
    expect([ok, fault?.code]).toEqual([expected, expected ? undefined : 'HOST_MISMATCH']);
  });

  it('never reads the common name, and says when it would have matched', async () => {
    const identity: Identity = { kind: 'dns', value: 'api.example.org' };
    const bare = await asked([], identity, 'CN=api.example.org');
    expect(bare.fault).toMatchObject({ code: 'NO_NAMES', data: { commonNameMatches: true } });
    expect(bare.fault?.message).toContain('common name');
    const other = await asked([dns('db.example.org')], identity, 'CN=api.example.org');
    expect(other.fault).toMatchObject({ code: 'HOST_MISMATCH', data: { commonNameMatches: true } });
  });

  it('says of names that cannot be read that they cannot, and not that there are none', async () => {
    // IA5String has no umlauts (RFC 5280 §4.2.1.6)
    const found = await asked([dns('bücher.example')], { kind: 'dns', value: 'api.example.org' });
    expect(found.fault).toMatchObject({ code: 'MALFORMED', clause: 'RFC 5280 §4.2.1.6' });
    const codes = found.attempts.flatMap(({ faults }) => faults.map(({ code }) => code));
    expect(codes).toEqual(['MALFORMED', 'MALFORMED']);
  });

  it('lists the names that there are', async () => {
    const many = Array.from({ length: 20 }, (_, i) => dns(`host${i}.example.org`));
    const { fault } = await asked(many, { kind: 'dns', value: 'api.example.org' });
    expect(fault?.message).toContain('DNS:host7.example.org and 12 more');
  });
});

describe('addresses (RFC 9525 §6.4)', () => {
  it.each([
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['::ffff:10.0.0.7', '10.0.0.7', false],
    ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', true],
    ['10.0.0.7', 'localhost', false],
  ])('%s for %s: %s', async (name, value, expected) => {
    expect((await asked([ip(name)], { kind: 'ip', value })).ok).toBe(expected);
  });
});

describe('mailboxes (RFC 5280 §7.5)', () => {
  it.each([
    ['ops@example.org', 'ops@EXAMPLE.org', true],
    ['ops@example.org', 'OPS@example.org', false],
    ['ops@example.org', 'example.org', false],
    ['"ops"@example.org', 'ops@example.org', true],
  ])('%s for %s: %s', async (name, value, expected) => {
    expect((await asked([{ kind: 'email', value: name }], { kind: 'email', value })).ok).toBe(
      expected,
    );
  });
});

describe('SPIFFE IDs (X509-SVID §2, §5)', () => {
  const id = 'spiffe://example.org/ns/prod/sa/api';

  it.each([
    [[uri(id)], { kind: 'spiffe', value: id }, undefined],
    [[uri(id), dns('api')], { kind: 'spiffe', value: id }, undefined],
    [[uri(id)], { kind: 'trustDomain', value: 'example.org' }, undefined],
    [[uri(id)], { kind: 'trustDomain', value: 'spiffe://example.org' }, undefined],
    [[uri(id)], { kind: 'spiffe', value: 'spiffe://example.org/ns/prod/sa/db' }, 'SPIFFE_MISMATCH'],
    [[uri(id)], { kind: 'trustDomain', value: 'example.com' }, 'SPIFFE_MISMATCH'],
    [[uri(id)], { kind: 'trustDomain', value: 'not a domain' }, 'SPIFFE_MISMATCH'],
    [[dns('api')], { kind: 'spiffe', value: id }, 'SPIFFE_NO_ID'],
    [[uri(id), uri('https://x')], { kind: 'spiffe', value: id }, 'SPIFFE_MANY_URIS'],
    [[uri('spiffe://EXAMPLE.org/a')], { kind: 'spiffe', value: id }, 'SPIFFE_BAD_ID'],
  ] as const)('%j for %j: %s', async (names, identity, code) => {
    const { ok, fault } = await asked(names, identity);
    expect(fault?.code).toBe(code);
    expect(ok).toBe(code === undefined);
  });
});

it('asks for every one of several identities', async () => {
  const names = [dns('api.example.org'), ip('10.0.0.7')];
  const identities: Identity[] = [
    { kind: 'dns', value: 'api.example.org' },
    { kind: 'ip', value: '10.0.0.7' },
  ];
  expect((await asked(names, identities)).ok).toBe(true);
  expect((await asked(names.slice(0, 1), identities)).fault?.code).toBe('HOST_MISMATCH');
});
