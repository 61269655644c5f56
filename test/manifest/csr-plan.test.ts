// The rules of Kubernetes' signers: pkg/apis/certificates/helpers.go, and the reference's table.
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCsr } from '../../src/ca/csr.ts';
import { DAY, HOUR, MINUTE } from '../../src/base/clock.ts';
import { toUtf8 } from '../../src/base/bytes.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import type { KeyType } from '../../src/crypto/key-types.ts';
import type { CsrObject } from '../../src/manifest/csr-object.ts';
import { planCsrObject, type CsrRules } from '../../src/manifest/csr-plan.ts';
import { parseUsages } from '../../src/manifest/csr-usages.ts';
import { parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { parseNamePattern } from '../../src/profile/name-pattern.ts';
import type { IssuePlan } from '../../src/profile/plan.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { now, root, type TestAuthority } from '../profile/authorities.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await root();
});

interface Wanted {
  readonly subject?: string;
  readonly names?: readonly string[];
  readonly signer?: string;
  readonly usages: string;
  readonly seconds?: number;
  readonly keyType?: KeyType;
}

async function plan(wanted: Wanted, rules: Partial<CsrRules> = {}): Promise<IssuePlan> {
  const { subject = 'CN=api', names = [], signer = 'example.org/workloads', usages } = wanted;
  const request = await makeCsr(
    { subject: parseDn(subject), names: names.map(parseIdentityName) },
    generateKey(wanted.keyType ?? 'ec-p256'),
  );
  const object: CsrObject = {
    name: 'api',
    place: 'csr.yaml',
    request: toUtf8(''),
    signerName: signer,
    usages: parseUsages([usages]),
    expirationSeconds: wanted.seconds,
    username: undefined,
    groups: [],
    state: 'approved',
  };
  const all = { allow: [], allowSystem: false, ...rules };
  return planCsrObject({ object, request }, all, authority.path, { now });
}

async function refusal(wanted: Wanted, rules: Partial<CsrRules> = {}): Promise<string> {
  try {
    await plan(wanted, rules);
  } catch (error) {
    if (error instanceof MtlsError) return error.code;
    throw error;
  }
  return 'signed';
}

const usagesIn = ({ extensions }: IssuePlan): readonly string[] =>
  extensions.flatMap(({ value }) => (value.kind === 'keyUsage' ? value.usages : []));

describe('usages', () => {
  const names = ['api.prod.svc'];
  it.each([
    ['digital signature,server auth', 'server'],
    ['digital signature,client auth', 'client'],
    ['signing,server auth,client auth', 'peer'],
    ['client auth', 'client'],
  ])('%s: %s', async (usages, profile) => {
    expect((await plan({ usages, names })).profile.name).toBe(profile);
  });

  it('one SPIFFE ID for both sides is an SVID', async () => {
    const spiffe = ['spiffe://example.org/ns/prod/sa/api'];
    const { profile } = await plan({ usages: 'server auth,client auth', names: spiffe });
    expect(profile.name).toBe('svid');
  });

  it.each([
    'digital signature',
    'cert sign,server auth',
    'crl sign,server auth',
    'any',
    'code signing,server auth',
    'key encipherment,server auth',
    'digital signature,key agreement,server auth',
    'email protection,client auth',
  ])('%s are none of a profile', async (usages) => {
    expect(await refusal({ usages, names })).toBe('CSR_REFUSED');
  });

  it('key encipherment is for RSA keys that asked for it', async () => {
    const with_ = 'digital signature,key encipherment,server auth';
    const without = 'digital signature,server auth';
    const rsa = 'rsa-2048' as const;
    expect(usagesIn(await plan({ usages: with_, names, keyType: rsa }))).toEqual([
      'digitalSignature',
      'keyEncipherment',
    ]);
    const bounded = await plan({ usages: without, names, keyType: rsa });
    expect(usagesIn(bounded)).toEqual(['digitalSignature']);
    expect(bounded.fields.find(({ name }) => name === 'key usage')?.value).not.toContain('keyEnc');
    const ec = await plan({ usages: with_, names });
    expect(usagesIn(ec)).toEqual(['digitalSignature']);
    expect(ec.warnings.join()).toContain('key encipherment');
  });

  it('a profile that is given must be what is asked for', async () => {
    const usages = 'digital signature,server auth';
    expect(await refusal({ usages, names }, { profile: 'peer' })).toBe('CSR_REFUSED');
    expect(await refusal({ usages, names }, { profile: 'server' })).toBe('signed');
  });
});

describe('lifetimes', () => {
  const usages = 'server auth';
  const names = ['api.prod.svc'];
  const until = async (wanted: Partial<Wanted>, rules: Partial<CsrRules> = {}) =>
    (await plan({ usages, names, ...wanted }, rules)).notAfter.getTime() - now.getTime();
  it('the shortest of what is wanted and what is given', async () => {
    expect(await until({})).toBe(90 * DAY);
    expect(await until({ seconds: 600 })).toBe(10 * MINUTE);
    expect(await until({ seconds: 3600 }, { longest: DAY })).toBe(HOUR);
    expect(await until({ seconds: 10 * 86400 }, { longest: DAY })).toBe(DAY);
    expect(await until({ seconds: 2 ** 31 - 1 })).toBe(90 * DAY);
  });
});

describe('names of the system', () => {
  const usages = 'client auth';
  it.each([
    'CN=jane,O=system:masters',
    'CN=system:admin',
    'CN=system:node:a,O=system:nodes',
    'CN=jane,O=developers,O=system:masters',
    'CN=jane,O=System:Masters',
    'CN=jane,O=\\ system:masters',
    'CN=jane+O=system:masters',
  ])('%s needs a word', async (subject) => {
    expect(await refusal({ subject, usages })).toBe('NAME_NOT_ALLOWED');
    expect(await refusal({ subject, usages }, { allowSystem: true })).toBe('signed');
  });

  it('what may do everything is said', async () => {
    const { warnings } = await plan(
      { subject: 'CN=a,O=system:masters', usages },
      { allowSystem: true },
    );
    expect(warnings.join()).toContain('system:masters');
  });

  it('a pattern that allows the group is no such word', async () => {
    const allow = ['CN=*', 'O=*'].map(parseNamePattern);
    const subject = 'CN=jane,O=system:masters';
    expect(await refusal({ subject, usages }, { allow })).toBe('NAME_NOT_ALLOWED');
  });
});

describe('Kubernetes’ own signers', () => {
  const client = 'kubernetes.io/kube-apiserver-client';
  const kubelet = 'kubernetes.io/kube-apiserver-client-kubelet';
  const serving = 'kubernetes.io/kubelet-serving';
  const node = 'CN=system:node:a,O=system:nodes';
  const both = 'digital signature,client auth';
  const serves = 'digital signature,server auth';
  const system = { allowSystem: true };

  it.each<[string, Wanted, string]>([
    ['a user', { signer: client, subject: 'CN=jane,O=developers', usages: both }, 'signed'],
    ['a user, short', { signer: client, subject: 'CN=jane', usages: 'client auth' }, 'signed'],
    ['a user that serves', { signer: client, subject: 'CN=jane', usages: serves }, 'CSR_REFUSED'],
    [
      'a user that does both',
      { signer: client, subject: 'CN=j', usages: `${both},server auth` },
      'CSR_REFUSED',
    ],
    ['a kubelet', { signer: kubelet, subject: node, usages: both }, 'signed'],
    [
      'a kubelet with a name',
      { signer: kubelet, subject: node, usages: both, names: ['a.b'] },
      'CSR_REFUSED',
    ],
    [
      'a kubelet without its group',
      { signer: kubelet, subject: 'CN=system:node:a', usages: both },
      'CSR_REFUSED',
    ],
    [
      'a kubelet with another group',
      { signer: kubelet, subject: `${node},O=more`, usages: both },
      'CSR_REFUSED',
    ],
    [
      'a kubelet of another name',
      { signer: kubelet, subject: 'CN=a,O=system:nodes', usages: both },
      'CSR_REFUSED',
    ],
    ['a kubelet, short', { signer: kubelet, subject: node, usages: 'client auth' }, 'CSR_REFUSED'],
    [
      'a node that serves',
      { signer: serving, subject: node, usages: serves, names: ['10.0.0.1', 'a.b'] },
      'signed',
    ],
    ['a node without a host', { signer: serving, subject: node, usages: serves }, 'CSR_REFUSED'],
    [
      'a node with a URI',
      { signer: serving, subject: node, usages: serves, names: ['a.b', 'spiffe://a/b'] },
      'CSR_REFUSED',
    ],
    [
      'a node as a client',
      { signer: serving, subject: node, usages: both, names: ['a.b'] },
      'CSR_REFUSED',
    ],
    ['the legacy one', { signer: 'kubernetes.io/legacy-unknown', usages: both }, 'CSR_REFUSED'],
    ['one of theirs', { signer: 'kubernetes.io/kube-apiserver', usages: both }, 'CSR_REFUSED'],
    ['one below theirs', { signer: 'x.kubernetes.io/y', usages: both }, 'CSR_REFUSED'],
    ['one that only sounds so', { signer: 'mykubernetes.io/y', usages: both }, 'signed'],
  ])('%s: %s', async (_, wanted, verdict) => {
    expect(await refusal(wanted, system)).toBe(verdict);
  });

  it('what a pattern leaves out may be what the signer demands', async () => {
    const wanted = { signer: kubelet, subject: node, usages: both };
    const allow = [parseNamePattern('CN=*')];
    expect(await refusal(wanted, { ...system, allow })).toBe('CSR_REFUSED');
  });
});
