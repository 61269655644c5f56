import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePem } from '../../src/codec/pem.ts';
import { anchorOf, type VerifyRequest } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';

// Chains as the tutorials make them, which a private CA's operator has lying about.
describe.skipIf(!hasOpenssl)('chains made with openssl', () => {
  let cwd: string;
  const run = (line: string) => openssl(line.split(' '), { cwd });
  const read = (name: string) => {
    const [block] = parsePem(readFileSync(join(cwd, name)));
    if (!block) throw new Error(`${name} holds no certificate`);
    return parseCertificate(block.bytes);
  };
  const verify = (leaf: string, more: Partial<VerifyRequest> = {}) =>
    verifyCertificate({
      leaf: read(leaf),
      anchors: [anchorOf(read('ca.crt'))],
      at: new Date(),
      purpose: 'server',
      ...more,
    });
  const agrees = (leaf: string, ...options: readonly string[]) => {
    try {
      openssl(['verify', '-CAfile', 'ca.crt', '-purpose', 'sslserver', ...options, leaf], { cwd });
      return true;
    } catch {
      return false;
    }
  };

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mtls-verify-'));
    run('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 30 -subj /CN=Tutorial');
    run('req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=localhost');
    const sign = 'x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10';
    // Without an extension file: version 1 on OpenSSL 3.0, no names on any
    run(`${sign} -out plain.crt`);
    writeFileSync(join(cwd, 'san.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    run(`${sign} -extfile san.cnf -out san.crt`);
    run(`${sign} -extfile san.cnf -sha1 -out sha1.crt`);
    run(
      'req -x509 -newkey rsa:2048 -nodes -keyout o.key -out other.crt -days 30 -subj /CN=Tutorial',
    );
  });
  afterAll(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  it('a leaf with names and nothing else is good', () => {
    expect(verify('san.crt', { identity: { kind: 'dns', value: 'localhost' } }).ok).toBe(true);
    expect(agrees('san.crt', '-verify_hostname', 'localhost')).toBe(true);
    expect(verify('san.crt', { identity: { kind: 'ip', value: '127.0.0.1' } }).ok).toBe(true);
    expect(agrees('san.crt', '-verify_ip', '127.0.0.1')).toBe(true);
  });

  it('another name is not', () => {
    const { fault } = verify('san.crt', { identity: { kind: 'dns', value: 'example.org' } });
    expect(fault?.code).toBe('HOST_MISMATCH');
    expect(agrees('san.crt', '-verify_hostname', 'example.org')).toBe(false);
  });

  it('a leaf without names verifies, but stands for no host; openssl reads its common name', () => {
    expect(verify('plain.crt').ok).toBe(true);
    expect(agrees('plain.crt')).toBe(true);
    const { fault } = verify('plain.crt', { identity: { kind: 'dns', value: 'localhost' } });
    expect(fault).toMatchObject({ code: 'NO_NAMES', data: { commonNameMatches: true } });
  });

  it('a SHA-1 signature is refused, as at openssl’s security level 2', () => {
    expect(verify('sha1.crt').fault?.code).toBe('WEAK_HASH');
    expect(agrees('sha1.crt', '-auth_level', '2')).toBe(false);
  });

  it('a CA of the same name and another key is told apart', () => {
    const { fault } = verify('san.crt', { anchors: [anchorOf(read('other.crt'))] });
    expect(fault?.code).toBe('BAD_SIGNATURE');
    expect(() => openssl(['verify', '-CAfile', 'other.crt', 'san.crt'], { cwd })).toThrow();
  });
});
