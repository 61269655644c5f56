import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toBase64, toUtf8 } from '../../../src/base/bytes.ts';
import { DAY } from '../../../src/base/clock.ts';
import { gatherBytes } from '../../../src/diagnose/gather.ts';
import { checkKiali } from '../../../src/diagnose/mesh/kiali.ts';
import { NOW } from '../../support/graph.ts';
import { around, certs, key } from '../../support/mesh-sets.ts';

const configMap = (data: Readonly<Record<string, string>>, name = 'kiali-cabundle') =>
  stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'istio-system' },
    data,
  });

const check = async (yaml: string, at = NOW) => {
  const { places, findings } = checkKiali(await gatherBytes(toUtf8(yaml), '-'), at);
  return { places, says: findings.map(({ severity, code }) => `${severity} ${code}`) };
};

describe('the CA bundle of Kiali', async () => {
  const make = around(NOW);
  const root = await make.ca({ subject: 'CN=root' });
  const other = await make.ca({ subject: 'CN=other' });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const leaf = await make.leaf({ by: root });
  const bundle = (text: string) => configMap({ 'additional-ca-bundle.pem': text });
  const places = ['-, ConfigMap istio-system/kiali-cabundle'];

  it.each<readonly [string, string, ...string[]]>([
    ['roots', bundle(certs(root, other))],
    ['roots for OpenID', configMap({ 'openid-server-ca.crt': certs(root) })],
    ['what OpenShift puts there', configMap({ 'service-ca.crt': certs(root) })],
    ['a CA that is no root', bundle(certs(middle)), 'warning TRUST_WITHOUT_ROOT'],
    ['a leaf', bundle(certs(root, leaf)), 'warning TRUST_HOLDS_LEAF'],
    ['a private key', bundle(certs(root) + key(root)), 'error TRUST_HOLDS_KEY'],
    // kiali.io asked for base64 once, and a ConfigMap holds text
    ['base64 of PEM', bundle(toBase64(toUtf8(certs(root)))), 'error PEM_FORM'],
    ['base64 of DER', bundle(toBase64(root.certificate.der)), 'error PEM_FORM'],
    [
      'a key that it does not read',
      configMap({ 'ca.crt': certs(root) }),
      'error MESH_FILE_MISSING',
    ],
    ['a key and no certificate', bundle(key(root)), 'error NOTHING_FOUND', 'error TRUST_HOLDS_KEY'],
    ['what is cut off', bundle(certs(root).slice(0, 300)), 'error PEM_MALFORMED'],
  ])('%s', async (_, yaml, ...says) => {
    expect(await check(yaml)).toEqual({ places, says });
  });

  it('is a ConfigMap', async () => {
    const secret = stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'kiali-cabundle' },
      stringData: { 'additional-ca-bundle.pem': certs(root) },
    });
    expect((await check(secret)).says).toEqual(['error MESH_OBJECT']);
  });

  it('ends with its roots', async () => {
    const at = (days: number) => new Date(NOW.getTime() + days * DAY);
    expect((await check(bundle(certs(root)), at(304))).says).toEqual([]);
    expect((await check(bundle(certs(root)), at(306))).says).toEqual(['warning EXPIRES_SOON']);
    expect((await check(bundle(certs(root, other)), at(366))).says).toEqual([
      'error EXPIRED',
      'error EXPIRED',
    ]);
  });

  it('may be that of an instance of another name, and is not looked for elsewhere', async () => {
    const named = configMap({ 'additional-ca-bundle.pem': certs(root) }, 'eyes-cabundle');
    expect(await check(named)).toEqual({
      places: ['-, ConfigMap istio-system/eyes-cabundle'],
      says: [],
    });
    expect((await check(configMap({ 'ca.crt': certs(root) }, 'roots'))).places).toEqual([]);
  });
});
