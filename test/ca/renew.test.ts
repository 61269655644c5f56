import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAuthority } from '../../src/ca/authority.ts';
import { deliveryIn } from '../../src/ca/deliver.ts';
import { issue } from '../../src/ca/issue.ts';
import { planRenewal, renew, type RenewOptions } from '../../src/ca/renew.ts';
import { revoke } from '../../src/ca/revoke.ts';
import { toHex } from '../../src/base/bytes.ts';
import { DAY, HOUR, MINUTE } from '../../src/base/clock.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, formatDn, parseDn } from '../../src/name/dn.ts';
import { formatGeneralName, parseIdentityName } from '../../src/name/san.ts';
import { resolveRequest } from '../../src/profile/request.ts';
import { serialText, type IssuedRecord } from '../../src/store/records.ts';
import { attributesOf, parseAttribute } from '../../src/x509/attribute.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { parseCsr } from '../../src/x509/csr.ts';
import { authorCsr } from '../../src/x509/peculiar.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';
import { caBelow, filesIn, issueTo, NOW, rootCa, type OpenCa } from './support.ts';

const posix = process.platform !== 'win32';
const after = (length: number) => new Date(NOW.getTime() + length);
const LATER = after(60 * DAY);
const later = () => LATER;

function recordOf(ca: OpenCa, certificate: Certificate): IssuedRecord {
  const record = ca.authority.store.find(serialText(certificate.serial));
  if (!record) throw new Error('no record');
  return record;
}

async function again(
  ca: OpenCa,
  certificate: Certificate,
  options: Partial<RenewOptions> = {},
): Promise<Awaited<ReturnType<typeof renew>>> {
  const how = { clock: later, ...options };
  // The store's clock says when it was
  const authority = openAuthority(ca.home, ca.authority.store.name, how.clock);
  const renewal = planRenewal(authority, recordOf(ca, certificate), how);
  return renew(authority, ca.signer, renewal, how);
}

const span = ({ notBefore, notAfter }: Certificate) => notAfter.getTime() - notBefore.getTime();

describe('a renewal', () => {
  it('keeps names, subject, profile and key type, under fresh dates of the same length', async () => {
    const ca = await rootCa();
    const names = ['api.example.org', '10.0.0.7', 'spiffe://example.org/ns/prod/sa/api'];
    const request = {
      profile: 'peer',
      keyType: 'ec-p384',
      ttl: 45 * DAY,
      subject: parseDn('CN=api,O=Example'),
    } as const;
    const first = await issueTo(ca, names, { request });
    const second = await again(ca, first.certificate);
    const { certificate } = second;
    expect(certificate.names.map(formatGeneralName)).toEqual([
      'DNS:api.example.org',
      'IP:10.0.0.7',
      'URI:spiffe://example.org/ns/prod/sa/api',
    ]);
    expect(formatDn(certificate.subject)).toBe('CN=api, O=Example');
    expect(certificate.extendedKeyUsage).toEqual(first.certificate.extendedKeyUsage);
    expect(certificate.publicKey.type).toBe('ec-p384');
    expect(certificate.publicKey.spki).not.toEqual(first.certificate.publicKey.spki);
    expect(certificate.serial).not.toEqual(first.certificate.serial);
    expect(certificate.notBefore).toEqual(after(60 * DAY - 5 * MINUTE));
    expect(certificate.notAfter).toEqual(after((60 + 45) * DAY));
  });

  it('keeps the extensions of its own', async () => {
    const ca = await rootCa();
    const attributes = [parseAttribute('1.3.6.1.4.1.99999.1=utf8:finance')];
    const first = await issueTo(ca, ['ledger.internal'], { request: { attributes } });
    const { certificate } = await again(ca, first.certificate);
    expect(attributesOf(certificate.extensions)).toEqual(attributes);
  });

  it('is recorded as the successor', async () => {
    const ca = await rootCa();
    const first = await issueTo(ca, ['api.example.org']);
    const second = await again(ca, first.certificate);
    const [one, two] = [first, second].map(({ certificate }) => recordOf(ca, certificate));
    expect(one).toMatchObject({ renewedBy: two?.serial });
    expect(two).toMatchObject({ replaces: one?.serial, profile: 'server', outputs: one?.outputs });
    expect([...ca.authority.store.events()].at(-1)).toMatchObject({ type: 'renewed' });
  });

  it('takes the places of the files before, with their modes', async () => {
    const root = await rootCa();
    const ca = await caBelow(root);
    const group = process.getgid?.();
    const first = await issueTo(ca, ['api.example.org'], { keyMode: 0o440, keyGroup: group });
    const at = deliveryIn(ca.folder, 'api.example.org');
    const read = () => [at.certificate, at.key, at.roots].map((path) => readFileSync(path, 'utf8'));
    const [, oldKey, oldRoots] = read();
    const second = await again(ca, first.certificate);
    const [chain = '', key = '', roots] = read();
    expect(filesIn(ca.folder)).toEqual(['api.example.org.crt', 'api.example.org.key', 'ca.crt']);
    expect(chain).toBe(encodeBundle([second.certificate, ca.authority.certificate]));
    expect(key).not.toBe(oldKey);
    expect(new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(roots).toBe(oldRoots);
    if (posix) expect(statSync(at.key).mode & 0o777).toBe(0o440);
    expect(recordOf(ca, second.certificate).outputs).toEqual(first.outputs);
  });

  it('keeps the key when asked to, and leaves its file alone', async () => {
    const ca = await rootCa();
    const first = await issueTo(ca, ['api.example.org']);
    const { key } = deliveryIn(ca.folder, 'api.example.org');
    const before = readFileSync(key);
    const second = await again(ca, first.certificate, { reuseKey: true });
    expect(second.certificate.publicKey.spki).toEqual(first.certificate.publicKey.spki);
    expect(second.key).toBeUndefined();
    expect(readFileSync(key)).toEqual(before);
    const third = await again(ca, second.certificate);
    expect(third.certificate.publicKey.spki).not.toEqual(first.certificate.publicKey.spki);
    expect(readFileSync(key)).not.toEqual(before);
  });

  it('does not keep a key whose file holds another', async () => {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org']);
    const { key } = deliveryIn(ca.folder, 'api.example.org');
    const plan = () =>
      planRenewal(ca.authority, recordOf(ca, certificate), { clock: later, reuseKey: true });
    writeFileSync(key, writePrivateKey(generateKey('ec-p256')));
    expect(thrown(plan)).toMatchObject({ code: 'KEY_MISMATCH' });
    rmSync(key);
    expect(thrown(plan)).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('makes missing files anew, the folder too', async () => {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org'], {
      delivery: {
        folder: join(ca.folder, 'out'),
        paths: deliveryIn(join(ca.folder, 'out'), 'api'),
      },
    });
    rmSync(join(ca.folder, 'out'), { recursive: true });
    await again(ca, certificate);
    expect(filesIn(join(ca.folder, 'out'))).toEqual(['api.crt', 'api.key', 'ca.crt']);
  });
});

describe('the length of a renewal', () => {
  const lengthAfter = async (request: object, issuedAt = NOW) => {
    const ca = await rootCa({ notBefore: after(-400 * DAY), ttl: 4000 * DAY });
    const at = () => issuedAt;
    const opened = { ...ca, authority: openAuthority(ca.home, 'root', at) };
    const { certificate } = await issueTo(opened, ['api.example.org'], { request, clock: at });
    const renewed = await again(ca, certificate);
    // And once more: lives do not grow, nor shrink
    const third = await again(ca, renewed.certificate);
    expect(span(third.certificate)).toBe(span(renewed.certificate));
    return renewed.certificate.notAfter.getTime() - LATER.getTime();
  };

  it.each([
    ['as long as asked', { ttl: 45 * DAY }, 45 * DAY],
    ['short', { ttl: 90_000 }, 90_000],
    ['an hour', { ttl: HOUR }, HOUR],
    ['up to a day that was named', { notAfter: after(10 * DAY) }, 10 * DAY],
    ['from a day to come', { notBefore: after(3 * DAY), ttl: 30 * DAY }, 30 * DAY],
    ['from a day past', { notBefore: after(-100 * DAY), ttl: 90 * DAY }, 90 * DAY],
    ['from before now, until after', { notBefore: after(-60 * DAY), ttl: 90 * DAY }, 90 * DAY],
  ])('%s', async (_what, request, length) => {
    expect(await lengthAfter(request)).toBe(length);
  });

  it('is that of the command where it says one', async () => {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org']);
    const renewed = await again(ca, certificate, { ttl: 7 * DAY });
    expect(renewed.certificate.notAfter).toEqual(after(67 * DAY));
  });

  it('ends with the CA, and there is none after it', async () => {
    const ca = await rootCa({ ttl: 100 * DAY });
    const { certificate } = await issueTo(ca, ['api.example.org']);
    const renewed = await again(ca, certificate);
    expect(renewed.certificate.notAfter).toEqual(ca.authority.certificate.notAfter);
    expect(renewed.plan.warnings).toHaveLength(1);
    const tooLate = { clock: () => after(101 * DAY) };
    expect(
      thrown(() => planRenewal(ca.authority, recordOf(ca, renewed.certificate), tooLate)).code,
    ).toBe('ISSUER_EXPIRED');
  });
});

describe('the renewal of what was signed from a request', () => {
  async function signed(ca: OpenCa, subject = 'CN=api,O=Example') {
    const key = generateKey('rsa-2048');
    const names = [parseIdentityName('api.example.org')];
    const der = await authorCsr({ subject: encodeDn(parseDn(subject)), names }, signerOf(key));
    const plan = resolveRequest(parseCsr(der), {}, ca.authority.path, { now: NOW });
    const { certificate, roots } = deliveryIn(ca.folder, 'api');
    return issue(ca.authority, ca.signer, plan, {
      clock: () => NOW,
      delivery: { folder: ca.folder, paths: { certificate, roots } },
    });
  }

  it('keeps the key, which only its holder could change, and writes none', async () => {
    const ca = await rootCa();
    const first = await signed(ca);
    const second = await again(ca, first.certificate);
    expect(second.certificate.publicKey.spki).toEqual(first.certificate.publicKey.spki);
    expect(second.certificate.subjectDer).toEqual(first.certificate.subjectDer);
    expect(second.outputs.map(({ kind }) => kind)).toEqual(['certificate', 'roots']);
    expect(filesIn(ca.folder)).toEqual(['api.crt', 'ca.crt']);
    expect(new X509Certificate(readFileSync(join(ca.folder, 'api.crt'))).serialNumber).toBe(
      serialText(second.certificate.serial).toUpperCase(),
    );
  });

  it.skipIf(!hasOpenssl)('keeps the subject as openssl encoded it', async () => {
    const ca = await rootCa();
    // openssl writes UTF8String where PrintableString would do
    const { key, csr } = { key: join(ca.folder, 'k'), csr: join(ca.folder, 'csr') };
    openssl([
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/C=DE/O=Example/CN=api.example.org', '-utf8', '-outform', 'DER'],
      ...['-keyout', key, '-out', csr],
    ]);
    const request = parseCsr(readFileSync(csr));
    const plan = resolveRequest(request, {}, ca.authority.path, { now: NOW });
    const first = await issue(ca.authority, ca.signer, plan, {
      clock: () => NOW,
      delivery: { folder: ca.folder, paths: { certificate: join(ca.folder, 'api.crt') } },
    });
    const subjects = [first, await again(ca, first.certificate)].map(({ certificate }) =>
      toHex(certificate.subjectDer),
    );
    expect(subjects).toEqual([toHex(request.subjectDer), toHex(request.subjectDer)]);
  });
});

describe('what is not renewed', () => {
  const code = (ca: OpenCa, certificate: Certificate) =>
    thrown(() => planRenewal(ca.authority, recordOf(ca, certificate), { clock: later }));

  it('what was revoked', async () => {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org']);
    await revoke(ca.authority, ca.signer, [recordOf(ca, certificate)], {
      clock: () => NOW,
      reason: 'keyCompromise',
    });
    expect(code(ca, certificate).code).toBe('ALREADY_REVOKED');
  });

  it('a CA', async () => {
    const ca = await rootCa();
    const sub = await caBelow(ca);
    const error = code(ca, sub.authority.certificate);
    expect(error.code).toBe('USAGE');
    expect(error.hint).toContain('mtls ca intermediate');
  });

  it('what was never in a file: nobody would have it', async () => {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org'], { delivery: undefined });
    expect(code(ca, certificate)).toMatchObject({ code: 'USAGE' });
  });
});

describe('files that have become somebody else’s', () => {
  async function issued() {
    const ca = await rootCa();
    const { certificate } = await issueTo(ca, ['api.example.org']);
    const at = deliveryIn(ca.folder, 'api.example.org');
    const plan = () => planRenewal(ca.authority, recordOf(ca, certificate), { clock: later });
    return { ca, certificate, at, plan };
  }

  it('a certificate of another issuer is not replaced', async () => {
    const { ca, certificate, at, plan } = await issued();
    const other = await rootCa();
    const bought = await issueTo(other, ['api.example.org']);
    writeFileSync(at.certificate, encodeBundle(bought.chain));
    const error = thrown(plan);
    expect(error).toMatchObject({ code: 'FILE_EXISTS', data: { path: at.certificate } });
    expect(recordOf(ca, certificate).renewedBy).toBeUndefined();
  });

  it('nor is one that was issued there since', async () => {
    const { ca, at, plan } = await issued();
    const newer = await issueTo(ca, ['api.example.org'], { force: true });
    const error = thrown(plan);
    expect(error.code).toBe('FILE_EXISTS');
    expect(error.hint).toContain(`mtls renew ${serialText(newer.certificate.serial)}`);
    await again(ca, newer.certificate);
    expect(existsSync(at.certificate)).toBe(true);
  });

  it('a key of another certificate is not replaced', async () => {
    const { at, plan } = await issued();
    writeFileSync(at.key, writePrivateKey(generateKey('ec-p256')));
    expect(thrown(plan)).toMatchObject({ code: 'KEY_MISMATCH', data: { path: at.key } });
  });

  it('what a power cut left of earlier ones is replaced', async () => {
    const { ca, certificate, at } = await issued();
    const [pair, key] = [readFileSync(at.certificate), readFileSync(at.key)];
    const second = await again(ca, certificate);
    const third = await again(ca, second.certificate);
    const plan = () => planRenewal(ca.authority, recordOf(ca, third.certificate), { clock: later });
    writeFileSync(at.key, key);
    plan();
    writeFileSync(at.certificate, pair);
    plan();
    await again(ca, third.certificate);
    expect(readFileSync(at.key)).not.toEqual(key);
  });

  it('what is broken is replaced', async () => {
    const { ca, certificate, at } = await issued();
    const whole = readFileSync(at.certificate, 'utf8');
    const noKey = encodePem('PRIVATE KEY', Uint8Array.of(0x30, 3, 2, 1, 0));
    for (const broken of ['', 'x', whole.slice(0, 300), noKey]) {
      writeFileSync(at.certificate, broken);
      writeFileSync(at.key, broken);
      planRenewal(ca.authority, recordOf(ca, certificate), { clock: later });
    }
    await again(ca, certificate);
    expect(new X509Certificate(readFileSync(at.certificate)).subject).toBe('CN=api.example.org');
  });

  it('other roots are kept: the server may trust another CA’s clients', async () => {
    const { ca, certificate, at } = await issued();
    const other = await rootCa();
    const trust = encodeBundle([other.authority.certificate]);
    writeFileSync(at.roots, trust);
    const { outputs } = await again(ca, certificate);
    expect(readFileSync(at.roots, 'utf8')).toBe(trust);
    expect(outputs.map(({ kind }) => kind)).toEqual(['certificate', 'key', 'roots']);
  });
});
