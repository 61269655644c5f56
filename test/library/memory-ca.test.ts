// CAs in memory, judged by openssl where it is there, and by Node's own TLS.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect as show } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  createCa,
  createRequest,
  inspect,
  loadCa,
  verify,
  type IssuedCertificate,
} from '../../src/index.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { rejected } from './support.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

describe('a CA in memory', () => {
  it('issues what Node reads as it was asked', async () => {
    const ca = await createCa({ name: 'lab', now: NOW });
    const issued = await ca.issue({
      names: ['api.example.internal', '10.0.0.7', 'spiffe://example.org/api'],
      profile: 'peer',
      ttl: '24h',
      keyType: 'ec-p384',
    });
    const leaf = new X509Certificate(issued.cert);
    expect(leaf.subjectAltName).toBe(
      'DNS:api.example.internal, IP Address:10.0.0.7, URI:spiffe://example.org/api',
    );
    expect(new Date(leaf.validTo)).toEqual(new Date('2026-03-02T12:00:00Z'));
    expect(leaf.verify(new X509Certificate(issued.ca).publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    expect(createPrivateKey(issued.key).asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    expect(issued.certificate).toMatchObject({
      subject: 'CN=api.example.internal',
      issuer: 'CN=lab',
      purposes: ['serverAuth', 'clientAuth'],
      notAfter: new Date('2026-03-02T12:00:00Z'),
      ca: false,
    });
    expect(issued.ca).toBe(ca.roots);
  });

  it('takes durations in milliseconds, and dates', async () => {
    const ca = await createCa({ now: () => NOW });
    const short = await ca.issue({ names: 'a.test', ttl: 60_000 });
    expect(short.certificate.notAfter).toEqual(new Date('2026-03-01T12:01:00Z'));
    const dated = await ca.issue({
      names: 'a.test',
      notBefore: new Date('2026-04-01T00:00:00Z'),
      notAfter: '2026-05-01',
    });
    expect(dated.certificate).toMatchObject({
      notBefore: new Date('2026-04-01T00:00:00Z'),
      notAfter: new Date('2026-05-01T00:00:00Z'),
    });
  });

  it('keeps to its constraints, and to its trust domain', async () => {
    const ca = await createCa({ permit: ['lab.example.org'], exclude: ['x.lab.example.org'] });
    await ca.issue('api.lab.example.org');
    expect(await rejected(ca.issue('api.example.org'))).toMatchObject({
      code: 'NAME_NOT_PERMITTED',
    });
    expect(await rejected(ca.issue('x.lab.example.org'))).toMatchObject({
      code: 'NAME_NOT_PERMITTED',
    });
    const mesh = await createCa({ trustDomain: 'example.org' });
    expect(mesh.certificate.names).toEqual(['URI:spiffe://example.org']);
    await mesh.issue('spiffe://example.org/api');
    expect(await rejected(mesh.issue('spiffe://example.com/api'))).toMatchObject({
      code: 'NAME_NOT_PERMITTED',
    });
  });

  it('uses a key that is given, and no CA’s', async () => {
    const ca = await createCa();
    const { csr, key } = await createRequest('api.test');
    const issued = await ca.issue({ names: 'api.test', key });
    const signed = await ca.sign(csr);
    expect(issued.key).toBe(key);
    expect(issued.certificate.spkiSha256).toBe(signed.certificate.spkiSha256);
    expect(signed).not.toHaveProperty('key');
    expect(await rejected(ca.issue({ names: 'api.test', key: ca.exportKey() }))).toMatchObject({
      code: 'CA_KEY_SHARED',
    });
  });

  it('signs requests within what is allowed', async () => {
    const ca = await createCa();
    const { csr } = await createRequest({
      names: 'api.example.internal',
      subject: 'CN=api.example.internal,O=system:masters',
    });
    const { certificate, warnings } = await ca.sign(csr, { allow: ['*.example.internal'] });
    expect(certificate.subject).toBe('CN=api.example.internal');
    expect(warnings.join()).toContain('O=system:masters');
    expect(await rejected(ca.sign(csr, { allow: 'example.org' }))).toMatchObject({
      code: 'NAME_NOT_ALLOWED',
    });
    const der = derOf(csr);
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(await rejected(ca.sign(der))).toMatchObject({ code: 'CSR_BAD_SIGNATURE' });
  });

  it('shows its key to nobody who does not ask', async () => {
    const ca = await createCa();
    const secret = ca.exportKey().split('\n')[2] ?? '';
    expect(secret).toMatch(/^[\w+/=]{20,}$/);
    for (const shown of [JSON.stringify(ca), show(ca, { depth: 9, showHidden: true })])
      expect(shown).not.toContain(secret);
    expect(Object.keys(ca)).not.toContain('key');
  });

  it('is made again from what was exported, with its intermediates', async () => {
    const root = await createCa({ name: 'root' });
    const below = await root.intermediate({ name: 'below' });
    const saved = { cert: below.chain, key: below.exportKey('pass') };
    expect(saved.key).toContain('ENCRYPTED');
    expect(thrown(() => loadCa(saved))).toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    expect(thrown(() => loadCa({ ...saved, passphrase: 'no' }))).toMatchObject({
      code: 'PASSPHRASE_WRONG',
    });
    const again = loadCa({ ...saved, passphrase: 'pass' });
    expect(again.chain).toBe(below.chain);
    const { cert } = await again.issue('api.test');
    expect(verify(cert, { ca: root.roots, host: 'api.test' })).toMatchObject({ ok: true });
    expect(thrown(() => loadCa({ cert: root.chain, key: below.exportKey() }))).toMatchObject({
      code: 'KEY_MISMATCH',
    });
  });

  it('is made of a root whose key belongs to the second certificate of a file', async () => {
    const root = await createCa({ name: 'root' });
    const below = await root.intermediate();
    const again = loadCa({ cert: below.chain, key: root.exportKey() });
    expect(again.certificate.subject).toBe('CN=root');
    expect(again.chain).toBe(root.chain);
  });

  it('records what it issues, the intermediates too', async () => {
    const ca = await createCa({ now: NOW });
    await ca.intermediate({ name: 'below' });
    const { certificate } = await ca.issue({ names: 'api.test', ttl: '7d' });
    await ca.issue({ names: 'later.test', notBefore: '+1d' });
    expect([...ca.list()].map(({ subject, status }) => [subject, status])).toEqual([
      ['CN=below', 'valid'],
      ['CN=api.test', 'valid'],
      ['CN=later.test', 'pending'],
    ]);
    expect([...ca.list({ expiring: '30d' })]).toEqual([
      {
        serial: certificate.serial,
        subject: 'CN=api.test',
        names: ['DNS:api.test'],
        profile: 'server',
        status: 'valid',
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        issuedAt: NOW,
        renewedBy: null,
        replaces: null,
        revoked: null,
        files: {},
      },
    ]);
  });
});

describe('revocation', () => {
  it('numbers its lists, and lists everything', async () => {
    const ca = await createCa({ now: NOW });
    const [a, b] = await Promise.all([ca.issue('a.test'), ca.issue('b.test')]);
    const first = await ca.revoke(a.certificate.serial, { reason: 'superseded' });
    expect(first).toMatchObject({ number: '1', entries: 1, thisUpdate: NOW });
    const second = await ca.revoke([b.cert, b.certificate.serial], { ttl: '7d' });
    expect(second).toMatchObject({
      number: '2',
      entries: 2,
      nextUpdate: new Date('2026-03-08T12:00:00Z'),
    });
    expect(inspect(second.crl).crls[0]?.revoked.map(({ reason }) => reason)).toEqual([
      'superseded',
      null,
    ]);
    expect([...ca.list({ status: 'revoked' })]).toHaveLength(2);
    expect(await rejected(ca.revoke(a.cert))).toMatchObject({ code: 'ALREADY_REVOKED' });
    expect((await ca.crl()).number).toBe('3');
  });

  it('is all or nothing, and one after the other', async () => {
    const ca = await createCa({ now: NOW });
    const { cert } = await ca.issue('a.test');
    const numbers = await Promise.all([ca.crl(), ca.crl(), ca.crl()]);
    expect(numbers.map(({ number }) => number)).toEqual(['1', '2', '3']);
    expect(await rejected(ca.revoke([cert, 'abcd']))).toMatchObject({ code: 'CERT_NOT_FOUND' });
    expect([...ca.list({ status: 'revoked' })]).toEqual([]);
  });

  it('takes a certificate that this CA signed in another process, and nobody else’s', async () => {
    const ca = await createCa();
    const { cert } = await ca.issue('a.test');
    const again = loadCa({ cert: ca.chain, key: ca.exportKey() });
    const { crl } = await again.revoke(cert);
    expect(verify(cert, { ca: ca.roots, crl }).fault?.code).toBe('REVOKED');
    const other = await createCa();
    expect(await rejected(other.revoke(cert))).toMatchObject({ code: 'CERT_NOT_FOUND' });
    // Of the same name, and still not the same
    expect(ca.certificate.subject).toBe(other.certificate.subject);
  });
});

it('refuses options that do not exist, and values that JavaScript lets through', async () => {
  const ca = await createCa();
  const wrong = (value: object) => value as never;
  for (const promise of [
    createCa(wrong({ subjet: 'CN=x' })),
    ca.issue(wrong({ dns: 'a.test' })),
    ca.issue(wrong({ names: 'a.test', keyType: 'ec' })),
    ca.issue(wrong({ names: 'a.test', profile: 'sever' })),
    ca.sign('', wrong({ alow: '*' })),
    ca.crl(wrong({ days: 3 })),
    ca.revoke('00', wrong({ why: 'x' })),
    createRequest(wrong({ name: 'a.test' })),
  ])
    expect(await rejected(promise)).toMatchObject({ code: 'BAD_OPTION' });
  expect(thrown(() => ca.list(wrong({ stat: 'x' })))).toMatchObject({ code: 'BAD_OPTION' });
  expect(thrown(() => verify('', wrong({ ca: '', hostname: 'a' })))).toMatchObject({
    code: 'BAD_OPTION',
  });
});

describe.skipIf(!hasOpenssl)('openssl', () => {
  it('believes the chain, and not the revoked', async () => {
    const root = await createCa({ name: 'root' });
    const below = await root.intermediate({ name: 'below' });
    const folder = temporaryFolder();
    const put = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const { cert, key }: IssuedCertificate = await below.issue('api.test');
    const leaf = put('leaf.pem', cert);
    const roots = put('roots.pem', root.roots);
    const chain = put('chain.pem', below.chain);
    const args = ['verify', '-CAfile', roots, '-untrusted', chain, '-verify_hostname', 'api.test'];
    expect(openssl([...args, '-purpose', 'sslserver', leaf]).toString()).toContain(': OK');
    expect(openssl(['pkey', '-in', put('key.pem', key), '-check', '-noout']).toString()).toContain(
      'is valid',
    );
    const { crl } = await below.revoke(cert);
    const list = put('crl.pem', crl);
    expect(() => openssl([...args, '-crl_check', '-CRLfile', list, leaf])).toThrow(
      /certificate revoked/,
    );
  });

  it('makes CAs that are loaded, and requests that are signed', async () => {
    const folder = temporaryFolder();
    const run = (line: string) => openssl(line.split(' '), { cwd: folder });
    run(
      'req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=theirs -days 30 -addext keyUsage=critical,keyCertSign,cRLSign',
    );
    run(
      'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /CN=app.test -addext subjectAltName=DNS:app.test',
    );
    const read = (name: string) => openssl(['enc', '-in', name], { cwd: folder });
    const ca = loadCa({ cert: read('ca.crt'), key: read('ca.key') });
    expect(ca.name).toBe('CN=theirs');
    const { cert } = await ca.sign(read('leaf.csr'));
    writeFileSync(join(folder, 'leaf.crt'), cert);
    expect(run('verify -CAfile ca.crt -purpose sslserver leaf.crt').toString()).toContain(': OK');
  });
});

function derOf(pem: string): Uint8Array {
  const base64 = pem.replace(/-----[^-]+-----|\s/g, '');
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
