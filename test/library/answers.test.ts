// verify, match and inspect: plain data, the same that the program prints.
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../src/cli/render/json.ts';
import { createCa, createRequest, inspect, match, verify } from '../../src/index.ts';
import { RFC9579_PASSWORD, rfc9579 } from '../codec/rfc9579.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';

/** What JSON can carry: dates become text, and nothing else changes. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a PKCS#12 key store', () => {
  const passphrase = RFC9579_PASSWORD;
  const data = rfc9579('A.1');

  it('is an input like others, under its passphrase', () => {
    const { certificates, keys } = inspect(data, { passphrase, name: 'store.p12' });
    expect(certificates).toHaveLength(1);
    expect(keys).toMatchObject([{ encrypted: true, key: 'RSA 2048 bits' }]);
    expect(match([{ data, passphrase }]).ok).toBe(true);
    expect(verify(data, { ca: data, passphrase, at: '2023-06-01' }).path[0]?.subject).toBe(
      certificates[0]?.subject,
    );
  });

  it('tells what is missing', () => {
    expect(thrown(() => inspect(data))).toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    expect(thrown(() => verify(data, { ca: data }))).toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    expect(thrown(() => match([{ data, passphrase: 'x' }]))).toMatchObject({
      code: 'PASSPHRASE_WRONG',
    });
  });
});

describe('verify', () => {
  it('answers in plain data', async () => {
    const root = await createCa({ name: 'root' });
    const below = await root.intermediate({ name: 'below' });
    const { cert } = await below.issue(['api.test', '10.0.0.7', 'alice@example.org']);
    const good = verify(cert, { ca: root.roots, host: '10.0.0.7', email: 'alice@example.org' });
    expect(good.path.map(({ subject, trusted, origin }) => [subject, trusted, origin])).toEqual([
      ['CN=api.test', false, { source: 'certificate', block: 1, line: 1 }],
      ['CN=below', false, expect.objectContaining({ source: 'certificate', block: 2 })],
      ['CN=root', true, { source: 'ca', block: 1, line: 1 }],
    ]);
    expect(good).toMatchObject({ ok: true, fault: null, attempts: [] });
    expect(good.checked).toMatchObject({
      purpose: 'server',
      crls: 0,
      identities: [
        { kind: 'ip', value: '10.0.0.7' },
        { kind: 'email', value: 'alice@example.org' },
      ],
    });
    for (const verdict of [good, verify(cert, { ca: root.roots, host: 'no.test' })])
      expect(plain(verdict)).toEqual(
        JSON.parse(jsonText(verdict).replaceAll(/(:\d\d)Z"/g, '$1.000Z"')),
      );
  });

  it('needs what stands between, and finds it wherever it is given', async () => {
    const root = await createCa({ name: 'root' });
    const below = await root.intermediate();
    const [leaf = ''] = (await below.issue('api.test')).cert.split(/(?<=END CERTIFICATE-----\n)/);
    expect(verify(leaf, { ca: root.roots })).toMatchObject({
      ok: false,
      path: [],
      fault: { code: 'ISSUER_NOT_FOUND', position: 0 },
    });
    expect(verify(leaf, { ca: root.roots, untrusted: below.chain }).ok).toBe(true);
    expect(verify(leaf, { ca: [root.roots, below.chain] }).ok).toBe(true);
  });

  it('never trusts what comes along', async () => {
    const good = await createCa({ name: 'root' });
    const evil = await createCa({ name: 'root' });
    const { cert } = await evil.issue('api.test');
    const chain = cert + evil.roots;
    expect(verify(chain, { ca: good.roots, untrusted: evil.roots }).ok).toBe(false);
  });

  it('asks for SPIFFE IDs, revocation and strictness', async () => {
    const ca = await createCa({ trustDomain: 'example.org' });
    const { cert } = await ca.issue('spiffe://example.org/api');
    const trust = { ca: ca.roots };
    expect(verify(cert, { ...trust, spiffe: 'spiffe://example.org/api', svid: true }).ok).toBe(
      true,
    );
    expect(verify(cert, { ...trust, spiffe: 'spiffe://example.org/b' }).fault?.code).toBe(
      'SPIFFE_MISMATCH',
    );
    expect(verify(cert, { ...trust, trustDomain: 'example.com' }).fault?.code).toBe(
      'SPIFFE_MISMATCH',
    );
    expect(verify(cert, { ...trust, requireRevocation: true }).fault?.code).toBe(
      'REVOCATION_UNKNOWN',
    );
    const { crl } = await ca.crl();
    expect(verify(cert, { ...trust, crl, requireRevocation: true }).ok).toBe(true);
  });

  it('holds to the rules of the web PKI where it is asked to', async () => {
    const ca = await createCa();
    const { cert } = await ca.issue({ commonName: 'alice' });
    expect(verify(cert, { ca: ca.roots, purpose: 'client' }).ok).toBe(true);
    // TLS Baseline Requirements 7.1.2.7.12: alternative names must be there
    expect(verify(cert, { ca: ca.roots, purpose: 'client', strict: true }).fault?.code).toBe(
      'PROFILE',
    );
  });

  it('throws for what it cannot read, and for nobody to trust', async () => {
    const ca = await createCa();
    const { cert, key } = await ca.issue('api.test');
    const wrong = (value: object) => value as never;
    expect(thrown(() => verify(key, { ca: ca.roots })).code).toBe('NOTHING_FOUND');
    expect(thrown(() => verify(cert, { ca: cert })).code).toBe('NOTHING_FOUND');
    expect(thrown(() => verify(cert, { ca: [] })).code).toBe('CA_NOT_FOUND');
    expect(thrown(() => verify(cert, { ca: ca.roots, crl: cert })).code).toBe('NOTHING_FOUND');
    expect(thrown(() => verify(cert, { ca: ca.roots, host: 'a b' })).code).toBe('BAD_NAME');
    expect(thrown(() => verify(cert, { ca: ca.roots, at: new Date(NaN) })).code).toBe('BAD_TIME');
    expect(thrown(() => verify(cert, wrong({ ca: ca.roots, purpose: 'srever' }))).code).toBe(
      'BAD_OPTION',
    );
    expect(thrown(() => verify(cert.slice(0, 200), { ca: ca.roots })).message).toMatch(
      /^certificate: /,
    );
  });
});

describe('match', () => {
  it('names what belongs together, by input', async () => {
    const ca = await createCa();
    const api = await ca.issue('api.test');
    const { csr, key } = await createRequest('web.test');
    const locked = ca.exportKey('pass');
    const report = match([
      { name: 'api.crt', data: api.cert + ca.roots },
      api.key,
      Buffer.from(csr),
      key,
      { name: 'ca.key', data: locked, passphrase: 'pass' },
    ]);
    expect(report.ok).toBe(true);
    expect(
      report.groups.map(({ members }) => members.map(({ kind, origin }) => [kind, origin.source])),
    ).toEqual([
      [
        ['certificate', 'api.crt'],
        ['key', 'input 2'],
      ],
      [
        ['certificate', 'api.crt'],
        ['key', 'ca.key'],
      ],
      [
        ['request', 'input 3'],
        ['key', 'input 4'],
      ],
    ]);
    expect(thrown(() => match([locked])).code).toBe('PASSPHRASE_NEEDED');
    const issuers = match([api.cert + ca.roots, api.key]);
    expect(issuers).toMatchObject({ ok: true, orphans: [], issuers: [{ title: 'CN=root' }] });
    expect(match([]).ok).toBe(true);
  });
});

describe('inspect', () => {
  it('shows no private byte, and opens what it has the passphrase of', async () => {
    const ca = await createCa();
    const { key } = await ca.issue({ names: 'api.test', keyType: 'rsa-2048' });
    const shown = JSON.stringify(inspect(key));
    for (const line of key.split('\n').slice(1, -2)) expect(shown).not.toContain(line);
    const locked = ca.exportKey('pass');
    expect(inspect(locked).keys).toEqual([
      { encrypted: true, origin: { source: undefined, block: 1, line: 1 } },
    ]);
    expect(inspect(locked, { passphrase: 'pass', name: 'ca.key' }).keys[0]).toMatchObject({
      key: 'ECDSA P-256',
      origin: { source: 'ca.key' },
    });
    expect(thrown(() => inspect(locked, { passphrase: 'no' })).code).toBe('PASSPHRASE_WRONG');
    expect(thrown(() => inspect('hello')).code).toBe('NOT_RECOGNIZED');
  });

  it.skipIf(!hasOpenssl)('says what openssl says', () => {
    const folder = temporaryFolder();
    const run = (line: string) => openssl(line.split(' '), { cwd: folder }).toString();
    run(
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout key -out crt -days 3 -subj /CN=theirs/O=Example -addext subjectAltName=DNS:a.test,IP:10.0.0.7',
    );
    const pem = run('x509 -in crt');
    const [found] = inspect(pem).certificates;
    const said = run('x509 -in crt -noout -serial -fingerprint -sha256 -enddate');
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'im').exec(said)?.[1] ?? '';
    expect(found).toMatchObject({
      subject: 'CN=theirs, O=Example',
      names: ['DNS:a.test', 'IP:10.0.0.7'],
      key: 'ECDSA P-384',
      serial: value('serial').toLowerCase(),
      sha256: value('sha256 Fingerprint').replaceAll(':', '').toLowerCase(),
      notAfter: new Date(value('notAfter')),
      ca: true,
    });
  });
});
