import { stringify } from 'yaml';
import { expect, it } from 'vitest';
import { toUtf8 } from '../../../src/base/bytes.ts';
import { DAY } from '../../../src/base/clock.ts';
import { encodeBundle } from '../../../src/codec/bundle.ts';
import { writePrivateKey } from '../../../src/codec/pkcs8.ts';
import { gatherBytes } from '../../../src/diagnose/gather.ts';
import { checkCertManager } from '../../../src/diagnose/mesh/cert-manager.ts';
import { ca, CLIENT_AUTH, leaf, NOW, type Holder } from '../../support/graph.ts';

const notAfter = new Date(NOW.getTime() + 365 * DAY);
const root = await ca({ subject: 'CN=root', notAfter });
const middle = await ca({ subject: 'CN=middle', by: root, notAfter });
const signing = await ca({ subject: 'CN=signing', by: middle, notAfter });
const other = await ca({ subject: 'CN=other', notAfter });
const binding = await ca({
  subject: 'CN=bound',
  by: root,
  notAfter,
  extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
});
const end = await leaf({ by: signing, notAfter });

const secret = (chain: readonly Holder[], key: Holder | undefined = chain[0], name = 'ca') =>
  stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'cert-manager' },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': btoa(encodeBundle(chain.map(({ certificate }) => certificate))),
      ...(key && { 'tls.key': btoa(writePrivateKey(key.key)) }),
    },
  });

const check = async (...yaml: string[]) =>
  checkCertManager(await gatherBytes(toUtf8(yaml.join('---\n')), '-'), NOW);
const said = async (...yaml: string[]) =>
  (await check(...yaml)).findings.map(({ severity, code }) => `${severity} ${code}`);

it.each([
  ['the CA, those above it, the root', [signing, middle, root]],
  ['in another order behind the CA', [signing, root, middle]],
])('signs with %s', async (_, chain) => {
  expect(await said(secret(chain))).toEqual([]);
});

it.each([
  ['no root', [signing, middle], signing, ['warning TRUST_WITHOUT_ROOT']],
  ['a stranger in the chain', [signing, middle, root, other], signing, ['error CHAIN_STRANGER']],
  [
    'a gap in the chain',
    [signing, root],
    signing,
    ['error ISSUER_NOT_FOUND', 'error CHAIN_STRANGER'],
  ],
  [
    'the root first',
    [root, middle, signing],
    signing,
    ['error KEY_MISMATCH', 'error CHAIN_STRANGER', 'error CHAIN_STRANGER'],
  ],
  ['the root’s own key', [root], root, ['warning CA_KEY_IN_SECRET']],
  ['purposes of clients alone', [binding, root], binding, ['error CA_PURPOSES']],
  ['a leaf', [end, signing, middle, root], end, ['error NOT_A_CA']],
] as const)('says what is wrong with %s', async (_, chain, key, wanted) => {
  expect(await said(secret(chain, key))).toEqual(wanted);
});

it('wants a key', async () => {
  const [certificates] = secret([root]).split('  tls.key');
  expect(await said(certificates ?? '')).toEqual(['error MESH_FILE_MISSING']);
});

it('leaves Secrets of workloads in peace beside one of a CA', async () => {
  const { places, findings } = await check(
    secret([end], end, 'api-tls'),
    secret([signing, middle, root]),
  );
  expect(findings).toEqual([]);
  expect(places).toEqual(['-, Secret cert-manager/ca']);
});
