// What names of files say, as they are in use in the field.
import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/diagnose/document.ts';
import { isNamedPem, isNamedTrust, ownerOf, sideOf } from '../../src/diagnose/roles.ts';
import { createTestPki } from '../../src/testing/index.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { toUtf8 } from '../../src/base/bytes.ts';

function document(path: string): Document {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return {
    source: path,
    place: path,
    name,
    container: parts.join('/'),
    parts: [],
    skipped: [],
    troubles: [],
    flaws: [],
    binary: false,
    encodedTwice: false,
  };
}

describe('files of roots by their names', () => {
  it.each([
    'ca.crt',
    'ca.pem',
    'ca-cert.pem',
    'ca_cert.pem',
    'cacert.pem',
    'cacerts.pem',
    'ca-bundle.crt',
    'rootCA.crt',
    'rootCA.pem',
    'root-cert.pem',
    'root.crt',
    'client-ca.crt',
    'server-ca.pem',
    'trust-bundle.pem',
    'trust_anchors.pem',
    'consul-agent-ca.pem',
    'ssl-ca.pem',
    'svid_bundle.pem',
    'caFile.pem',
  ])('%s', (name) => {
    expect(isNamedTrust(document(name))).toBe(true);
  });

  it.each([
    'server.crt',
    'tls.crt',
    'cert.pem',
    'fullchain.pem',
    'chain.pem',
    'privkey.pem',
    'client.crt.pem',
    'server-cert.pem',
    'canary.crt',
    'cat.pem',
    'intermediate.crt',
    'crt.pem',
    'api.example.com.crt',
    'cert-chain.pem',
  ])('not %s', (name) => {
    expect(isNamedTrust(document(name))).toBe(false);
  });
});

describe('what belongs to one owner', () => {
  it.each([
    ['tls.crt', 'tls.key'],
    ['server.crt', 'server.key'],
    ['server-cert.pem', 'server-key.pem'],
    ['server_cert.pem', 'server_key.pem'],
    ['cert.pem', 'key.pem'],
    ['cert.pem', 'privkey.pem'],
    ['fullchain.pem', 'privkey.pem'],
    ['client.crt.pem', 'client.key.pem'],
    ['crt.pem', 'key.pem'],
    ['dc1-server-consul-0.pem', 'dc1-server-consul-0-key.pem'],
    ['svid.pem', 'svid_key.pem'],
    ['apiserver-etcd-client.crt', 'apiserver-etcd-client.key'],
    ['api.example.com.crt', 'api.example.com.key'],
    ['ca-cert.pem', 'ca-key.pem'],
    ['client.cer', 'client-private-key.pem'],
    ['users.0.user.client-certificate-data', 'users.0.user.client-key-data'],
  ])('%s and %s', (certificate, key) => {
    expect(ownerOf(certificate)).toBe(ownerOf(key));
  });

  it.each([
    ['server.crt', 'client.key'],
    ['server-cert.pem', 'ca-key.pem'],
    ['cert1.pem', 'privkey2.pem'],
  ])('not %s and %s', (certificate, key) => {
    expect(ownerOf(certificate)).not.toBe(ownerOf(key));
  });
});

describe('the side', () => {
  const pki = createTestPki();
  const [server] = readBundle(toUtf8(pki.server.cert)).certificates;
  const [client] = readBundle(toUtf8(pki.client.cert)).certificates;
  if (!server || !client) throw new Error('no certificate');

  it.each([
    ['certs/server.crt', 'server'],
    ['certs/client-cert.pem', 'client'],
    ['client/tls.crt', 'client'],
    ['pki/server/cert.pem', 'server'],
    ['certs/tls.crt', 'server'],
  ])('of %s is the %s’s, whatever is given last', (path, side) => {
    expect(sideOf(server, [document(path)], undefined)).toBe(side);
    expect(sideOf(server, [document(path)], 'client')).toBe('client');
  });

  it('is told by the purposes where no name tells it', () => {
    expect(sideOf(client, [document('certs/tls.crt')], undefined)).toBe('client');
  });

  it('is not guessed from names that say both', () => {
    expect(sideOf(client, [document('server-client/tls.crt')], undefined)).toBe('client');
  });
});

it('reads values of Secrets and files called .pem as PEM', () => {
  expect(isNamedPem(document('a/server.pem'))).toBe(true);
  expect(isNamedPem(document('a/server.der'))).toBe(false);
  const object = {
    kind: 'Secret',
    name: 'x',
    namespace: undefined,
    type: undefined,
    keys: [],
    size: 0,
  } as const;
  expect(isNamedPem({ ...document('tls.crt'), object })).toBe(true);
});
