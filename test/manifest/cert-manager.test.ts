import { Certificate as CertificateModel } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { ClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import { Issuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/base/clock.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import {
  caIssuer,
  certificateKey,
  certificateKeyOf,
  certManagerCertificate,
  type WantedCertificate,
} from '../../src/manifest/cert-manager.ts';
import { certificateUsages, profileUsages } from '../../src/manifest/cert-manager-usages.ts';
import { EMPTY_DN, parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { EXTENDED_KEY_USAGES } from '../../src/x509/extension-names.ts';
import { ca, CLIENT_AUTH, leaf } from '../support/graph.ts';
import { strictly } from './strict.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

const certificate = (more: Partial<WantedCertificate> = {}) =>
  certManagerCertificate({
    name: 'api',
    secretName: 'api-tls',
    subject: EMPTY_DN,
    names: [parseIdentityName('api.example.org')],
    usages: ['digital signature', 'server auth'],
    key: { algorithm: 'ECDSA', size: 256 },
    duration: DAY,
    rotationPolicy: 'Always',
    issuer: { kind: 'ClusterIssuer', name: 'root' },
    ...more,
  });

describe('caIssuer', () => {
  const made = (kind: 'ClusterIssuer' | 'Issuer') =>
    strictly(
      caIssuer({
        kind,
        name: 'prod',
        secretName: 'prod-ca',
        namespace: 'pki',
        labels: { app: 'ca' },
        certificates: 'CERTS\n',
        key: 'KEY..\n',
      }),
    );

  it('is a Secret, and what names it', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'prod-ca', namespace: 'pki', labels: { app: 'ca' } },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'Q0VSVFMK', 'tls.key': 'S0VZLi4K' },
    };
    const spec = { ca: { secretName: 'prod-ca' } };
    const [apiVersion, name, labels] = ['cert-manager.io/v1', 'prod', { app: 'ca' }];
    expect(made('ClusterIssuer')).toEqual([
      secret,
      { apiVersion, kind: 'ClusterIssuer', metadata: { name, labels }, spec },
    ]);
    expect(made('Issuer')).toEqual([
      secret,
      { apiVersion, kind: 'Issuer', metadata: { name, namespace: 'pki', labels }, spec },
    ]);
  });

  it('passes cert-manager’s own schemas', () => {
    new ClusterIssuer(made('ClusterIssuer')[1] as never).validate();
    new Issuer(made('Issuer')[1] as never).validate();
  });

  it('refuses names of no object', () => {
    const names = { name: 'a', secretName: 'a', namespace: 'a' };
    for (const wrong of [{ name: 'A' }, { secretName: 'A_b' }, { namespace: 'a.b' }])
      expect(() =>
        caIssuer({ kind: 'Issuer', certificates: '', key: '', ...names, ...wrong }),
      ).toThrow(code('BAD_NAME'));
  });
});

describe('certManagerCertificate', () => {
  it('says all that a certificate has', () => {
    const yaml = certificate({
      namespace: 'prod',
      subject: parseDn('CN=api,O=Example,O=Other,OU=Data,C=GB,serialNumber=7'),
      names: ['api.example.org', '10.0.0.7', 'fd00::1', 'spiffe://example.org/api', 'a@b.c'].map(
        parseIdentityName,
      ),
      renewBefore: 90 * MINUTE,
    });
    const [object] = strictly(yaml);
    expect(object?.['spec']).toEqual({
      secretName: 'api-tls',
      commonName: 'api',
      subject: {
        organizations: ['Example', 'Other'],
        organizationalUnits: ['Data'],
        countries: ['GB'],
        serialNumber: '7',
      },
      dnsNames: ['api.example.org'],
      ipAddresses: ['10.0.0.7', 'fd00::1'],
      uris: ['spiffe://example.org/api'],
      emailAddresses: ['a@b.c'],
      duration: '24h',
      renewBefore: '1h30m',
      usages: ['digital signature', 'server auth'],
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'root' },
    });
    new CertificateModel(object).validate();
  });

  // The strings of RFC 4514 run from the last part to the first
  it.each([
    ['CN=api,O=Example', 'O=Example,CN=api'],
    ['C=GB,OU=a,OU=b,CN=api', 'CN=api,OU=b,OU=a,C=GB'],
    ['DC=org,DC=example,CN=api', 'CN=api,DC=example,DC=org'],
    ['CN=api,postalCode=10115', '2.5.4.17=10115,CN=api'],
    ['CN=api,O=Ex\\, Inc.', 'O=Ex\\, Inc.,CN=api'],
    ['CN=a,CN=b', 'CN=b,CN=a'],
  ])('writes the very subject %s as text', (subject, literal) => {
    const [object] = strictly(certificate({ subject: parseDn(subject), exact: true }));
    expect(object?.['spec']).toMatchObject({ literalSubject: literal });
    expect(Object.keys(object?.['spec'] as object)).not.toContain('commonName');
    new CertificateModel(object).validate();
  });

  it('writes a subject whose fields are encoded in its order as fields', () => {
    const subject = parseDn('C=GB,O=Example,OU=Data,CN=api,serialNumber=7');
    const exact = certificate({ subject, exact: true });
    expect(exact).toBe(certificate({ subject }));
    expect(exact).not.toContain('literalSubject');
  });

  it('takes a common name of 64 octets, and no more, as fields and as text', () => {
    for (const exact of [false, true]) {
      const named = (name: string) => certificate({ subject: parseDn(`CN=${name},O=a`), exact });
      const [object] = strictly(named('é'.repeat(32)));
      expect(JSON.stringify(object)).toContain('é'.repeat(32));
      expect(() => named(`${'é'.repeat(32)}a`)).toThrow(code('BAD_SUBJECT'));
    }
  });

  it('leaves out what is not there', () => {
    const [object] = strictly(certificate({ key: { algorithm: 'Ed25519' } }));
    expect(object).toMatchObject({ metadata: { name: 'api' } });
    expect(Object.keys(object?.['spec'] as object)).not.toContain('commonName');
    expect(object?.['spec']).toMatchObject({ renewBefore: '8h', dnsNames: ['api.example.org'] });
    new CertificateModel(object).validate();
  });

  it.each([
    ['an hour less a second', { duration: HOUR - 1000 }, 'BAD_DURATION'],
    ['293 years', { duration: 293 * 365.25 * DAY }, 'BAD_DURATION'],
    ['65 bytes of a common name', { subject: parseDn(`CN=é${'a'.repeat(63)}`) }, 'BAD_SUBJECT'],
    ['renewal within five minutes', { renewBefore: 5 * MINUTE - 1000 }, 'BAD_DURATION'],
    ['renewal before it begins', { renewBefore: DAY }, 'BAD_DURATION'],
    ['a part of the subject without a field', { subject: parseDn('DC=org') }, 'BAD_SUBJECT'],
    ['two common names', { subject: parseDn('CN=a,CN=b') }, 'BAD_SUBJECT'],
    ['a name without a field', { names: [{ kind: 'rid', oid: '1.2.3' }] as const }, 'BAD_NAME'],
    ['a Secret without a name', { secretName: '' }, 'BAD_NAME'],
    ['a bad issuer', { issuer: { kind: 'Issuer', name: 'a_b' } as const }, 'BAD_NAME'],
  ])('refuses %s', (_, wrong, expected) => {
    expect(() => certificate(wrong)).toThrow(code(expected));
  });

  it('takes the bounds themselves', () => {
    expect(certificate({ duration: HOUR, renewBefore: 5 * MINUTE })).toContain('duration: "1h"\n');
    expect(() => certificate({ duration: 292 * 365.25 * DAY })).not.toThrow();
    expect(() => certificate({ subject: parseDn(`CN=é${'a'.repeat(62)}`) })).not.toThrow();
  });
});

describe('kinds of keys', () => {
  it.each(KEY_TYPES)('%s is the same wanted or seen', (type) => {
    expect(certificateKey(generateKey(type).publicKey)).toEqual(certificateKeyOf(type));
  });
});

describe('usages', () => {
  it('are those of the profile', () => {
    expect(profileUsages('client', { rsa: true })).toEqual([
      'digital signature',
      'key encipherment',
      'client auth',
    ]);
    expect(profileUsages('svid', { rsa: false })).toEqual([
      'digital signature',
      'server auth',
      'client auth',
    ]);
  });

  it('are those of a certificate, with what has no word', async () => {
    const by = await ca();
    const purposes = [CLIENT_AUTH, EXTENDED_KEY_USAGES.smartcardLogon, '1.2.3'];
    const { certificate: one } = await leaf({
      by,
      extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes } },
    });
    expect(certificateUsages(one)).toEqual({
      usages: ['digital signature', 'client auth'],
      unknown: ['smartcardLogon', '1.2.3'],
    });
  });
});
