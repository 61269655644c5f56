import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../../src/base/bytes.ts';
import { DAY, HOUR } from '../../../src/base/clock.ts';
import { encodeBundle } from '../../../src/codec/bundle.ts';
import { writePrivateKey } from '../../../src/codec/pkcs8.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import type { Resource } from '../../../src/diagnose/document.ts';
import { gatherBytes } from '../../../src/diagnose/gather.ts';
import { checkCertManager } from '../../../src/diagnose/mesh/cert-manager.ts';
import { goDuration } from '../../../src/diagnose/mesh/cert-manager/go-duration.ts';
import { isCertManagers } from '../../../src/diagnose/mesh/cert-manager/objects.ts';
import { certificateObject, OBJECT_CASES } from '../../support/cert-manager-objects.ts';
import { ca, leaf, NOW, type Holder } from '../../support/graph.ts';
import { certManagerSets } from '../../support/cert-manager-sets.ts';

type Fields = Readonly<Record<string, unknown>>;

const notAfter = new Date(NOW.getTime() + 365 * DAY);
const root = await ca({ subject: 'CN=root', notAfter });
const signing = await ca({ subject: 'CN=signing', by: root, notAfter });
const end = await leaf({
  by: signing,
  notBefore: new Date(NOW.getTime() - HOUR),
  notAfter: new Date(NOW.getTime() + 89 * DAY),
});

const pem = (...chain: readonly Holder[]) =>
  encodeBundle(chain.map(({ certificate }) => certificate));
const keyOf = ({ key }: Holder) => writePrivateKey(key);

const secret = (
  files: Readonly<Record<string, string>>,
  metadata: Fields = { name: 'ca', namespace: 'cert-manager' },
) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata,
  type: 'kubernetes.io/tls',
  data: Object.fromEntries(
    Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  ),
});

const caFiles = { 'tls.crt': pem(signing, root), 'tls.key': keyOf(signing) };
const caSecret = secret(caFiles);

async function check(objects: readonly Fields[], more: { resourceNamespace?: string } = {}) {
  const resources: Resource[] = [];
  const text = objects.map((object) => stringify(object)).join('---\n');
  const documents = await gatherBytes(toUtf8(text), '-', undefined, (resource) => {
    if (isCertManagers(resource)) resources.push(resource);
  });
  return checkCertManager(documents, { at: NOW, resources, ...more });
}

const said = async (...objects: readonly Fields[]) =>
  (await check(objects)).findings.map(({ severity, code }) => `${severity} ${code}`);

describe('the Secret of a CA', async () => {
  it.each(await certManagerSets(NOW))('$title', async ({ files, says }) => {
    expect(await said(secret(files))).toEqual(says);
  });

  it('may be written as DER, which is not read', async () => {
    const files = { ...caFiles, 'tls.crt': '' };
    const object = secret(files);
    const der = Buffer.from(signing.certificate.der).toString('base64');
    expect(await said({ ...object, data: { ...object.data, 'tls.crt': der } })).toContain(
      'error PEM_FORM',
    );
  });

  it('leaves Secrets of workloads in peace beside it', async () => {
    const workload = secret({ 'tls.crt': pem(end), 'tls.key': keyOf(end) }, { name: 'api-tls' });
    const { places, findings } = await check([workload, caSecret]);
    expect(findings).toEqual([]);
    expect(places).toEqual(['-, Secret cert-manager/ca']);
  });
});

describe('an object', () => {
  it.each(OBJECT_CASES)('$title', async ({ object, accepted }) => {
    const refused = (await said(object)).filter((one) => one.endsWith(' MESH_REFUSED'));
    expect(refused.length === 0).toBe(accepted);
  });

  it.each([
    ['an old version', { apiVersion: 'cert-manager.io/v1alpha2' }],
    ['an older group', { apiVersion: 'certmanager.k8s.io/v1alpha1' }],
    ['no name', { metadata: {} }],
    ['a name of none', { metadata: { name: 'My_Cert' } }],
  ])('has %s', async (_, wrong) => {
    expect(await said({ ...certificateObject(), ...wrong })).toContain('error MESH_REFUSED');
  });

  it.each([
    ['mappings that are none', { metadata: null, spec: [] }],
    [
      'lists where texts belong',
      { metadata: { name: ['api'], annotations: [] }, spec: { ca: [] } },
    ],
    ['names of what every object has', { metadata: { name: '__proto__' }, spec: { toString: 1 } }],
  ])('has %s, next to a Secret of nobody', async (_, wrong) => {
    for (const kind of ['Certificate', 'Issuer']) {
      const { findings } = await check([
        { ...certificateObject(), kind, ...wrong },
        secret({ 'tls.crt': 'a', 'tls.key': 'a' }, { name: 'other', annotations: { a: 7 } }),
      ]);
      expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['MESH_REFUSED']));
      expect(findings.map(({ cause }) => cause.split(' ')[0])).not.toContain(
        '"spec.issuerRef.name"',
      );
    }
  });

  it('says which field, and what is only dropped', async () => {
    const { findings } = await check([
      certificateObject({ duration: '90d', dnsName: ['a'], usages: ['serverAuth'] }),
    ]);
    expect(findings.map(({ severity, cause }) => [severity, cause.split(' ')[0]])).toEqual([
      ['warning', '"spec.dnsName"'],
      ['error', '"spec.usages[0]"'],
      ['error', '"spec.duration"'],
    ]);
  });
});

const meta = (kind: string, metadata: Fields, spec: Fields) => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata,
  spec,
});
const cluster = meta('ClusterIssuer', { name: 'root' }, { ca: { secretName: 'ca' } });
const issuer = (namespace: string, secretName = 'ca') =>
  meta('Issuer', { name: 'root', namespace }, { ca: { secretName } });
const wanted = (fields: Fields = {}, metadata: Fields = { name: 'api', namespace: 'prod' }) => ({
  ...certificateObject({
    issuerRef: { name: 'root', kind: 'ClusterIssuer' },
    privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth', 'client auth'],
    ...fields,
  }),
  metadata,
});

describe('what names what', () => {
  it('is all there', async () => {
    const { places, findings } = await check([caSecret, cluster, wanted()]);
    expect(findings).toEqual([]);
    expect(places).toEqual([
      '-, Secret cert-manager/ca',
      '-, ClusterIssuer root',
      '-, Certificate prod/api',
    ]);
  });

  it.each([
    [
      'a ClusterIssuer in another namespace',
      [secret(caFiles, { name: 'ca', namespace: 'pki' }), cluster],
      'error',
    ],
    ['an Issuer in another namespace', [caSecret, issuer('prod')], 'error'],
    ['a Secret that is not given', [cluster], 'info'],
    ['a Certificate whose issuer is not given', [wanted()], 'info'],
    [
      'an Issuer of another namespace',
      [wanted({ issuerRef: { name: 'root', kind: 'Issuer' } }), issuer('dev', 'x')],
      'error',
    ],
    [
      'no kind for a ClusterIssuer',
      [caSecret, cluster, wanted({ issuerRef: { name: 'root' } })],
      'error',
    ],
    [
      'two that write one Secret',
      [caSecret, cluster, wanted(), wanted({}, { name: 'web', namespace: 'prod' })],
      'error',
    ],
    [
      'one that writes over its CA',
      [
        secret(caFiles, { name: 'ca', namespace: 'prod' }),
        issuer('prod'),
        wanted({ issuerRef: { name: 'root' }, secretName: 'ca' }),
      ],
      'error',
    ],
  ] as const)('says so of %s', async (_, objects, severity) => {
    const { findings } = await check(objects);
    expect(findings.map((one) => `${one.severity} ${one.code}`)).toContain(
      `${severity} MESH_REFERENCE`,
    );
  });

  it('looks for Secrets of ClusterIssuers where it is told', async () => {
    const objects = [secret(caFiles, { name: 'ca', namespace: 'pki' }), cluster];
    expect((await check(objects, { resourceNamespace: 'pki' })).findings).toEqual([]);
  });

  it('takes a manifest without a namespace for one of any', async () => {
    const here = secret(caFiles, { name: 'ca' });
    expect(await said(here, cluster, issuer('prod'))).toEqual([]);
  });

  it('leaves the issuers of others alone', async () => {
    const ref = { name: 'a', kind: 'AWSPCAIssuer', group: 'awspca.cert-manager.io' };
    expect(await said(wanted({ issuerRef: ref }))).toEqual([]);
  });

  it('judges the Secret that an issuer names, whatever it holds', async () => {
    const workload = { 'tls.crt': pem(end), 'tls.key': keyOf(end) };
    expect(await said(secret(workload), cluster)).toEqual(['error NOT_A_CA']);
    expect(await said(secret({}), cluster)).toEqual(['error MESH_FILE_MISSING']);
  });
});

describe('what is asked for', () => {
  const asked = async (fields: Fields) => said(caSecret, cluster, wanted(fields));

  it.each([
    ['nothing of usages', { usages: undefined }, []],
    [
      'the name of a server, for a server alone',
      { usages: ['digital signature', 'server auth'] },
      [],
    ],
    [
      'a client without names of a server',
      { dnsNames: [], commonName: 'job', usages: ['digital signature', 'client auth'] },
      [],
    ],
    [
      'the name of a server, for clients',
      { usages: ['digital signature', 'client auth'] },
      ['EXTENDED_KEY_USAGE'],
    ],
    [
      'a SPIFFE ID, for a server',
      { uris: ['spiffe://example.org/a'], usages: ['digital signature', 'server auth'] },
      ['EXTENDED_KEY_USAGE'],
    ],
    [
      'a SPIFFE ID alone, for code',
      {
        dnsNames: [],
        uris: ['spiffe://example.org/a'],
        usages: ['code signing', 'digital signature'],
      },
      ['EXTENDED_KEY_USAGE', 'EXTENDED_KEY_USAGE'],
    ],
    ['no signature', { usages: ['key encipherment', 'server auth'] }, ['KEY_USAGE']],
    ['purposes alone', { usages: ['server auth'] }, []],
    ['a signer that is no CA', { usages: ['digital signature', 'cert sign'] }, ['KEY_USAGE']],
    ['a CA', { isCA: true, usages: ['cert sign', 'crl sign'] }, []],
    ['a CA for servers', { isCA: true, usages: ['cert sign', 'server auth'] }, ['CA_PURPOSES']],
    ['a common name alone', { dnsNames: [], commonName: 'api.example.org' }, ['NO_NAMES']],
    ['an address as a name', { dnsNames: ['10.0.0.1'] }, ['BAD_NAME']],
    ['a SPIFFE ID of none', { uris: ['spiffe://Example.org//a'] }, ['BAD_SPIFFE_ID']],
    ['no word of rotation', { privateKey: { algorithm: 'ECDSA' } }, ['MESH_UNSAID']],
    ['renewal in the last minutes', { duration: '1h', renewBeforePercentage: 1 }, ['EXPIRES_SOON']],
    ['no renewal', { renewal: { policy: 'Disabled' } }, ['EXPIRES_SOON']],
    ['less than the CA has left', { duration: '8760h' }, []],
    ['a second more than it has', { duration: '8760h1s' }, ['OUTLIVES_ISSUER']],
  ] as const)('is %s', async (_, fields, codes) => {
    expect((await asked(fields)).map((one) => one.split(' ')[1])).toEqual(codes);
  });

  it('is a CA below one that allows none', async () => {
    const narrow = await ca({
      subject: 'CN=narrow',
      by: root,
      notAfter,
      extensions: { basicConstraints: { kind: 'basicConstraints', ca: true, pathLength: 0 } },
    });
    const files = { 'tls.crt': pem(narrow, root), 'tls.key': keyOf(narrow) };
    const more = wanted({ isCA: true, usages: ['cert sign'] });
    expect(await said(secret(files), cluster, more)).toEqual(['error PATH_LENGTH_EXCEEDED']);
  });
});

describe('what was issued', () => {
  const files = { 'tls.crt': pem(end, signing), 'tls.key': keyOf(end), 'ca.crt': pem(root) };
  const annotations = {
    'cert-manager.io/certificate-name': 'api',
    'cert-manager.io/issuer-name': 'root',
    'cert-manager.io/issuer-kind': 'ClusterIssuer',
    'cert-manager.io/issuer-group': 'cert-manager.io',
  };
  const written = (held: Readonly<Record<string, string>> = files, more: Fields = {}) =>
    secret(held, {
      name: 'api-tls',
      namespace: 'prod',
      annotations: { ...annotations, ...more },
    });
  const issued = (fields: Fields, held?: Readonly<Record<string, string>>, more?: Fields) =>
    said(caSecret, cluster, wanted(fields), written(held, more));

  it('is what was asked for', async () => {
    const { places, findings } = await check([caSecret, cluster, wanted(), written()]);
    expect(findings).toEqual([]);
    expect(places).toContain('-, Secret prod/api-tls');
  });

  it.each([
    ['a name more', { dnsNames: ['api.example.org', 'web.example.org'] }],
    ['an address', { ipAddresses: ['10.0.0.1'] }],
    ['a URI', { uris: ['spiffe://example.org/api'] }],
    ['an e-mail address', { emailAddresses: ['a@example.org'] }],
    ['another common name', { commonName: 'web.example.org' }],
    ['another kind of key', { privateKey: { algorithm: 'RSA', rotationPolicy: 'Always' } }],
    ['another curve', { privateKey: { algorithm: 'ECDSA', size: 384, rotationPolicy: 'Always' } }],
    ['another issuer', { issuerRef: { name: 'other', kind: 'ClusterIssuer' } }],
  ])('is not %s', async (_, fields) => {
    expect(await issued(fields)).toContain('warning MESH_STALE');
  });

  it('is of another Certificate', async () => {
    expect(await issued({}, files, { 'cert-manager.io/certificate-name': 'web' })).toEqual([
      'warning MESH_STALE',
    ]);
  });

  it('has another key', async () => {
    expect(await issued({}, { ...files, 'tls.key': keyOf(root) })).toEqual(['error KEY_MISMATCH']);
  });

  it('has a key that is not made by cert-manager', async () => {
    const odd = await leaf({ by: signing, notAfter, key: generateKey('rsa-2048') });
    const held = { ...files, 'tls.crt': pem(odd, signing), 'tls.key': keyOf(odd) };
    expect(await issued({}, held)).toContain('warning MESH_STALE');
  });

  it('is not there any more', async () => {
    expect(await issued({}, { 'ca.crt': files['ca.crt'], 'tls.crt': files['tls.crt'] })).toEqual([
      'warning MESH_FILE_MISSING',
    ]);
  });

  it.each([
    ['a third of it is left', {}, 89 / 3, true],
    ['what is said is left', { renewBefore: '240h' }, 10, true],
    ['ten per cent are left', { renewBeforePercentage: 10 }, 89 / 10, true],
    ['less than it lives for is said', { renewBefore: '2159h', duration: '2160h' }, 89 / 3, false],
  ] as const)('is renewed when %s', async (_, fields, days, exact) => {
    // Alive for 89 days and an hour, so that a third is a little more than a third of 89
    const due = NOW.getTime() + (89 - days) * DAY;
    const at = async (moment: number) => {
      const resources: Resource[] = [];
      const text = [wanted(fields), written()].map((one) => stringify(one)).join('---\n');
      const documents = await gatherBytes(toUtf8(text), '-', undefined, (one) => {
        resources.push(one);
      });
      const { findings } = checkCertManager(documents, { at: new Date(moment), resources });
      return findings.some(({ code }) => code === 'RENEWAL_OVERDUE');
    };
    expect(await at(due + HOUR)).toBe(true);
    if (exact) expect(await at(due - HOUR)).toBe(false);
  });

  it('is believed by its ca.crt, which is a root', async () => {
    expect(await issued({}, { ...files, 'ca.crt': pem(signing) })).toEqual([
      'warning TRUST_WITHOUT_ROOT',
    ]);
    const stranger = await ca({ subject: 'CN=other', notAfter });
    expect(await issued({}, { ...files, 'ca.crt': pem(stranger) })).toEqual([
      'error ISSUER_NOT_FOUND',
    ]);
    expect(await issued({}, { ...files, 'tls.crt': pem(end) })).toEqual(['error ISSUER_NOT_FOUND']);
    expect(await issued({}, { 'tls.crt': files['tls.crt'], 'tls.key': files['tls.key'] })).toEqual([
      'warning MESH_FILE_MISSING',
    ]);
  });

  it('is judged by itself where the Certificate is not given', async () => {
    expect(await said(written())).toEqual([]);
    expect(await said(written({ ...files, 'tls.key': keyOf(root) }))).toEqual([
      'error KEY_MISMATCH',
    ]);
  });
});

// The table of Go's own time.ParseDuration, and what its documentation names
it.each([
  ['0', 0n],
  ['-0', 0n],
  ['5s', 5_000_000_000n],
  ['-.5s', -500_000_000n],
  ['1.0s', 1_000_000_000n],
  ['1.s', 1_000_000_000n],
  ['10.5s4m', 250_500_000_000n],
  ['12µs', 12_000n],
  ['39h9m14.425s', 140_954_425_000_000n],
  ['', undefined],
  ['3', undefined],
  ['-', undefined],
  ['s', undefined],
  ['.', undefined],
  ['.s', undefined],
  ['1d', undefined],
  ['3000000h', undefined],
])('reads the duration %s as Go does', (text, nanoseconds) => {
  expect(goDuration(text)).toBe(nanoseconds);
});
