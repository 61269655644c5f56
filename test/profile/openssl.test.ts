import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf, type LeafRequest } from '../../src/profile/resolve.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { below, constraints, now, root, sign, type TestAuthority } from './authorities.ts';

// What openssl makes of signed plans: its words for the shapes of the design.
describe.skipIf(!hasOpenssl)('openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-profile-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const text = (certificate: Certificate) =>
    openssl(['x509', '-noout', '-text', '-certopt', 'no_sigdump,no_pubkey'], {
      input: encodeBundle([certificate]),
    })
      .toString()
      .replace(/\s+/g, ' ');

  async function issued(issuer: TestAuthority, names: string[], more: Partial<LeafRequest> = {}) {
    const key = generateKey('ec-p256');
    const request = { ...more, names: names.map(parseIdentityName) };
    return sign(resolveLeaf(request, issuer.path, { now }), key, issuer);
  }

  function verify(leaf: Certificate, issuer: TestAuthority, ...more: string[]): string {
    const file = (name: string, certificates: readonly Certificate[]) => {
      writeFileSync(join(folder, name), encodeBundle(certificates));
      return name;
    };
    const at = String(now.getTime() / 1000);
    const anchors = [
      '-CAfile',
      file('root', issuer.path.slice(-1)),
      '-untrusted',
      file('chain', issuer.path),
    ];
    const args = ['-x509_strict', '-attime', at, ...anchors, ...more, file('leaf', [leaf])];
    return openssl(['verify', ...args], { cwd: folder }).toString();
  }

  it('reads a root as the design has it', async () => {
    const shown = text((await root({ pathLength: 2 })).path[0]);
    expect(shown).toContain('X509v3 Basic Constraints: critical CA:TRUE, pathlen:2');
    expect(shown).toContain('X509v3 Key Usage: critical Certificate Sign, CRL Sign');
    expect(shown).toMatch(
      /X509v3 Subject Key Identifier: ([0-9A-F:]{59}) X509v3 Authority Key Identifier: \1/,
    );
    expect(shown).not.toContain('Extended Key Usage');
    expect(shown).toContain(
      'Not Before: Mar 1 11:55:00 2026 GMT Not After : Feb 27 12:00:00 2036 GMT',
    );
  });

  it('reads an intermediate with its constraints', async () => {
    const limits = constraints({
      permit: ['example.org', '10.0.0.0/8'],
      exclude: ['uri:bad.example.org'],
    });
    const shown = text((await below(await root(), { constraints: limits })).path[0]);
    expect(shown).toContain('X509v3 Basic Constraints: critical CA:TRUE, pathlen:0');
    expect(shown).toContain(
      'X509v3 Name Constraints: critical Permitted: DNS:example.org IP:10.0.0.0/255.0.0.0 Excluded: URI:bad.example.org',
    );
  });

  it('reads leaves of each profile', async () => {
    const issuer = await root();
    const server = text(await issued(issuer, ['api.example.org', '10.0.0.7']));
    expect(server).toContain('X509v3 Basic Constraints: critical CA:FALSE');
    expect(server).toMatch(/X509v3 Key Usage: critical Digital Signature X509v3/);
    expect(server).toContain('X509v3 Extended Key Usage: TLS Web Server Authentication X509v3');
    expect(server).toContain(
      'X509v3 Subject Alternative Name: DNS:api.example.org, IP Address:10.0.0.7',
    );
    expect(server).toContain('Subject: CN = api.example.org');
    const svid = text(await issued(issuer, ['spiffe://example.org/a']));
    expect(svid).toContain('X509v3 Subject Alternative Name: critical URI:spiffe://example.org/a');
    expect(svid).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
  });

  it('accepts the chains that plans allow, for their purposes', async () => {
    const limits = constraints({ permit: ['example.org', '10.0.0.0/8', 'uri:example.org'] });
    const top = await root({ constraints: limits, pathLength: 1 });
    const issuer = await below(top);
    const leaf = await issued(issuer, ['api.example.org', '10.0.0.7', 'spiffe://example.org/a']);
    for (const purpose of ['sslserver', 'sslclient'])
      expect(verify(leaf, issuer, '-purpose', purpose)).toContain('OK');
    expect(verify(leaf, issuer, '-verify_hostname', 'api.example.org')).toContain('OK');
    const server = await issued(issuer, ['api.example.org']);
    expect(() => verify(server, issuer, '-purpose', 'sslclient')).toThrow(/unsupported|unsuitable/);
  });

  it('refuses the host in a subject that plans refuse', async () => {
    const open = await root();
    const limits = constraints({ permit: ['example.org'] });
    const narrow = await root({ constraints: limits });
    // signed by the narrow root, planned under the open one
    const stray = async (commonName: string) => {
      const plan = resolveLeaf({ names: [], commonName }, open.path, { now });
      const own = resolveLeaf({ names: [], commonName: 'client' }, narrow.path, { now }).issuer;
      return sign({ ...plan, issuer: own }, generateKey('ec-p256'), narrow);
    };
    for (const name of ['api.other.org', 'client', 'api.example.org', 'a b.org']) {
      let refused = false;
      try {
        resolveLeaf({ names: [], commonName: name }, narrow.path, { now });
      } catch {
        refused = true;
      }
      const leaf = await stray(name);
      if (refused) expect(() => verify(leaf, narrow)).toThrow('permitted subtree violation');
      else expect(verify(leaf, narrow)).toContain('OK');
    }
  });
});
