// A set written anew: what each file then holds, and that nothing gets lost on the way.
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { diagnose } from '../../src/diagnose/doctor.ts';
import type { Document } from '../../src/diagnose/document.ts';
import { mendedFiles } from '../../src/diagnose/mend.ts';
import { readContent } from '../../src/diagnose/read-document.ts';
import { certificateTitle } from '../../src/x509/title.ts';
import { createTestPki } from '../../src/testing/index.ts';

const pki = createTestPki({ intermediate: true, ca: { subject: 'CN=the root' } });
const [leaf = '', inter = ''] = pki.server.cert.match(/-----BEGIN[^]*?-----END[^\n]*\n/g) ?? [];
const at = new Date();

function pile(files: Readonly<Record<string, string | Uint8Array>>) {
  const documents = Object.entries(files).map(([name, content]): Document => {
    const source = `certs/${name}`;
    const bytes = typeof content === 'string' ? toUtf8(content) : content;
    return {
      source,
      place: source,
      name,
      container: 'certs',
      file: { mode: 0o600, modified: 0 },
      ...readContent(bytes, { source }),
    };
  });
  return diagnose(documents, {
    at,
    identities: [],
    sources: ['certs'],
    homeCas: () => [],
  });
}

function mended(files: Readonly<Record<string, string | Uint8Array>>) {
  const { files: written, left } = mendedFiles(pile(files).bench);
  const held = (name: string) => {
    const content = written.find(({ path }) => path === name)?.content ?? '';
    const { certificates, keys } = readBundle(
      typeof content === 'string' ? toUtf8(content) : content,
    );
    return [...certificates.map(certificateTitle), ...keys.map(() => 'key')];
  };
  return { written, left, held };
}

describe('a chain', () => {
  it.each([
    ['reversed', inter + leaf],
    ['without its intermediate', leaf],
    ['with the root', leaf + inter + pki.ca.cert],
    ['with a stranger', leaf + inter + createTestPki().ca.cert],
    ['twice the same', leaf + leaf + inter],
  ])('%s is written in order', (_, text) => {
    const { held } = mended({
      'server.crt': text,
      'server.key': pki.server.key,
      'ca.crt': pki.ca.cert,
      'intermediate.crt': inter,
    });
    expect(held('server.crt')).toEqual(['CN=localhost', 'CN=test intermediate']);
    expect(held('server.key')).toEqual(['key']);
    expect(held('ca.crt')).toEqual(['CN=the root']);
  });
});

it('writes roots alone where roots belong', () => {
  const { held } = mended({
    'ca.crt': pki.ca.cert + pki.ca.key + leaf,
    'server.crt': pki.server.cert,
    'server.key': pki.server.key,
  });
  expect(held('ca.crt')).toEqual(['CN=the root']);
});

it('puts the root in the place of an intermediate, where it is here', () => {
  const { held } = mended({
    'ca.crt': inter,
    'old-root.pem': pki.ca.cert,
    'server.crt': pki.server.cert,
    'server.key': pki.server.key,
  });
  expect(held('ca.crt')).toEqual(['CN=the root']);
});

it('gives each certificate its own key, where keys lie crosswise', () => {
  const { written } = mended({
    'server.crt': pki.server.cert,
    'server.key': pki.client.key,
    'client.crt': pki.client.cert,
    'client.key': pki.server.key,
    'ca.crt': pki.ca.cert,
  });
  const content = (name: string) => written.find(({ path }) => path === name)?.content;
  expect(content('server.key')).toBe(pki.server.key);
  expect(content('client.key')).toBe(pki.client.key);
  expect(written.filter(({ secret }) => secret).map(({ path }) => path)).toEqual([
    'server.key',
    'client.key',
  ]);
});

it('leaves DER what it is under a name for DER, and writes PEM where PEM is promised', () => {
  const der = Buffer.from(pki.ca.cert.replace(/-----.*-----|\s/g, ''), 'base64');
  const { written } = mended({ 'ca.cer': der, 'root.pem': der });
  expect(written.find(({ path }) => path === 'ca.cer')?.content).toEqual(new Uint8Array(der));
  expect(written.find(({ path }) => path === 'root.pem')?.content).toBe(pki.ca.cert);
});

it('names what it cannot write', () => {
  const { left, written } = mended({ 'server.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n' });
  expect(left).toEqual(['certs/server.crt']);
  expect(written).toEqual([]);
});

describe('the pile', () => {
  it('holds each certificate once, with all of its places', () => {
    const { pile: all } = pile({
      'a.crt': leaf + inter,
      'b.crt': leaf + leaf,
      'ca.crt': pki.ca.cert,
    });
    expect(all.certificates).toHaveLength(3);
    const [first] = all.certificates;
    expect(first?.places.map(({ document }) => document.name)).toEqual(['a.crt', 'b.crt']);
    expect(first?.isIssuer).toBe(false);
  });

  it('finds what holds a key', () => {
    const { pile: all } = pile({ 'a.crt': leaf, 'a.key': pki.server.key, 'b.key': pki.client.key });
    const [node] = all.certificates;
    if (!node) throw new Error('no certificate');
    const { keys } = all.withKey(node.certificate.publicKey);
    expect(keys.map(({ document }) => document.name)).toEqual(['a.key']);
  });

  it('takes for an issuer what has issued, whatever it says of itself', () => {
    const { pile: all } = pile({ 'chain.pem': leaf + inter, 'ca.crt': pki.ca.cert });
    expect(all.certificates.map(({ isIssuer }) => isIssuer)).toEqual([false, true, true]);
  });
});
