import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesEqual } from '../../src/base/bytes.ts';
import { formatDn } from '../../src/name/dn.ts';
import { formatGeneralName } from '../../src/name/san.ts';
import { resolveRequest, type SigningRequest } from '../../src/profile/request.ts';
import { parseCsr } from '../../src/x509/csr.ts';
import { constraints, now, root, type TestAuthority } from './authorities.ts';

const openssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mtls-request-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let authority: TestAuthority;
beforeAll(async () => {
  authority = await root();
});

interface Wanted {
  readonly subject?: string;
  readonly extensions?: readonly string[];
  readonly key?: readonly string[];
}

/** A request as openssl makes it. */
function made({
  subject = '/',
  extensions = [],
  key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
}: Wanted) {
  const config = join(folder, 'request.cnf');
  const lines = ['[req]', 'distinguished_name=dn', '[dn]'];
  if (extensions.length > 0) lines.splice(1, 0, 'req_extensions=ext');
  writeFileSync(config, [...lines, '[ext]', ...extensions, ''].join('\n'));
  const out = join(folder, 'request.der');
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-nodes',
      ...key,
      '-keyout',
      join(folder, 'k.pem'),
      '-config',
      config,
      '-subj',
      subject,
      '-outform',
      'DER',
      '-out',
      out,
    ],
    { stdio: 'pipe' },
  );
  return parseCsr(readFileSync(out));
}

function resolve(wanted: Wanted, signing: SigningRequest = {}, issuer = authority) {
  return resolveRequest(made(wanted), signing, issuer.path, { now });
}

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

describe.skipIf(!openssl)('a request made by openssl', () => {
  it('keeps its key, its subject and all its names', () => {
    const csr = made({
      subject: '/O=Example/CN=api',
      extensions: [
        'subjectAltName=DNS:API.example.org,IP:10.0.0.7,IP:fd00::7,email:a@example.org,URI:spiffe://example.org/a',
      ],
    });
    const plan = resolveRequest(csr, { profile: 'peer' }, authority.path, { now });
    expect(plan.names.map(formatGeneralName)).toEqual([
      'DNS:api.example.org',
      'IP:10.0.0.7',
      'IP:fd00::7',
      'email:a@example.org',
      'URI:spiffe://example.org/a',
    ]);
    expect(formatDn(plan.subject)).toBe('O=Example, CN=api');
    expect(bytesEqual(plan.subjectDer, csr.subjectDer)).toBe(true);
    expect(plan.publicKey).toBe(csr.publicKey);
    expect(plan.keyType).toBeUndefined();
    expect(plan.warnings).toEqual([]);
    const sources = Object.fromEntries(plan.fields.map(({ name, source }) => [name, source]));
    expect(sources).toMatchObject({ key: 'request', names: 'request', subject: 'request' });
  });

  it('gets nothing else that it asks for', () => {
    const plan = resolve({
      extensions: [
        'subjectAltName=DNS:api.example.org',
        'basicConstraints=critical,CA:TRUE,pathlen:3',
        'keyUsage=critical,keyCertSign,cRLSign',
        'extendedKeyUsage=codeSigning',
        'nameConstraints=permitted;DNS:.evil.org',
      ],
    });
    expect(plan.extensions.map(({ value }) => value)).toEqual([
      { kind: 'basicConstraints', ca: false },
      { kind: 'keyUsage', usages: ['digitalSignature'] },
      { kind: 'extendedKeyUsage', purposes: ['1.3.6.1.5.5.7.3.1'] },
      { kind: 'subjectAltName', names: plan.names },
    ]);
    expect(plan.warnings).toEqual([
      'the request asks to be a CA: it will not be one',
      'the request asks for more than a key and names, ignored: keyUsage, extendedKeyUsage, nameConstraints',
    ]);
  });

  it('is not told off for asking what it gets', () => {
    const plan = resolve({
      extensions: [
        'subjectAltName=DNS:api.example.org',
        'basicConstraints=CA:FALSE',
        'keyUsage=digitalSignature',
        'extendedKeyUsage=serverAuth',
      ],
    });
    expect(plan.warnings).toEqual([]);
  });

  it('with a subject alone, as the tutorials make it, gets its name from there', () => {
    const plan = resolve({ subject: '/CN=api.example.org' });
    expect(plan.names.map(formatGeneralName)).toEqual(['DNS:api.example.org']);
    expect(plan.profile.name).toBe('server');
    expect(plan.warnings).toEqual([expect.stringContaining('is taken from there')]);
    const person = resolve({ subject: '/CN=Jane Doe' });
    expect(person.names).toEqual([]);
    expect(person.profile.name).toBe('client');
    expect(() => resolve({ subject: '/CN=Jane Doe' }, { profile: 'server' })).toThrow(
      code('BAD_NAME'),
    );
    expect(() => resolve({})).toThrow(code('CSR_MALFORMED'));
  });

  it('without a subject gets the first name as its subject', () => {
    const plan = resolve({ extensions: ['subjectAltName=DNS:api.example.org'] });
    expect(formatDn(plan.subject)).toBe('CN=api.example.org');
  });

  it('gives way to a subject that the signer asks for', () => {
    const plan = resolve(
      { subject: '/O=system:masters/CN=admin', extensions: ['subjectAltName=DNS:api'] },
      { commonName: 'api' },
    );
    expect(formatDn(plan.subject)).toBe('CN=api');
  });

  it.each([
    ['otherName:1.3.6.1.4.1.311.20.2.3;UTF8:admin@example.org', 'NAME_NOT_ALLOWED'],
    ['RID:1.2.3.4', 'NAME_NOT_ALLOWED'],
    ['dirName:dir', 'NAME_NOT_ALLOWED'],
    ['DNS:a b', 'CSR_MALFORMED'],
    ['DNS:*.*.example.org', 'CSR_MALFORMED'],
    ['email:nobody', 'CSR_MALFORMED'],
    ['URI:spiffe://example.org/../a', 'CSR_MALFORMED'],
  ])('with the name %s is refused: %s', (name, wanted) => {
    const extensions = [`subjectAltName=${name}`, '[dir]', 'CN=x'];
    expect(() => resolve({ extensions })).toThrow(code(wanted));
  });

  it('outside the constraints is refused', async () => {
    const narrow = await root({ constraints: constraints({ permit: ['example.org'] }) });
    const inside = { extensions: ['subjectAltName=DNS:api.example.org'] };
    expect(resolve(inside, {}, narrow).names).toHaveLength(1);
    const outside = { extensions: ['subjectAltName=DNS:api.example.org,DNS:api.other.org'] };
    expect(() => resolve(outside, {}, narrow)).toThrow(code('NAME_NOT_PERMITTED'));
    expect(() => resolve({ subject: '/CN=api.other.org' }, {}, narrow)).toThrow(
      code('NAME_NOT_PERMITTED'),
    );
  });

  it('with a weak key is refused', () => {
    const key = ['-newkey', 'rsa:1024'];
    expect(() => resolve({ subject: '/CN=api', key })).toThrow(code('KEY_TOO_WEAK'));
  });
});
