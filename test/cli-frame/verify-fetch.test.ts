// verify --fetch and --svid, with a server of lists on loopback.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { DAY } from '../../src/base/clock.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { signCrl } from '../../src/x509/crl.ts';
import { ca, leaf, NOW, type Holder } from '../support/graph.ts';
import { memoryContext } from './support.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mtls-fetch-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Serves one body, and counts who asks. */
async function serve(body: () => Uint8Array): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(body());
  });
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ca.crl`,
    asked: () => asked,
  };
}

function crlOf(issuer: Holder, revoked: readonly Holder[]): Promise<Uint8Array> {
  return signCrl(
    {
      issuer: issuer.certificate.subjectDer,
      thisUpdate: new Date(NOW.getTime() - DAY),
      nextUpdate: new Date(NOW.getTime() + DAY),
      number: 1n,
      authorityKeyId: keyIdentifier(issuer.key.publicKey.keyBits),
      entries: revoked.map(({ certificate }) => ({
        serial: certificate.serial,
        revokedAt: new Date(NOW.getTime() - DAY),
      })),
    },
    signerOf(issuer.key),
  );
}

const pointing = (url: string) => ({
  crlDistributionPoints: {
    kind: 'crlDistributionPoints' as const,
    points: [
      { name: { kind: 'fullName' as const, names: [{ kind: 'uri' as const, value: url }] } },
    ],
  },
});

async function verify(end: Holder, root: Holder, ...options: readonly string[]) {
  const place = folder();
  const file = (name: string, { certificate }: Holder) => {
    const path = join(place, name);
    writeFileSync(path, encodeBundle([certificate]));
    return path;
  };
  const context = memoryContext({ clock: () => NOW, cwd: place });
  const exit = await main(
    ['verify', file('leaf.crt', end), '--ca', file('ca.crt', root), ...options],
    context,
  );
  return { exit, ...context.printed };
}

describe('verify --fetch', () => {
  it('obeys the list that the certificate names', async () => {
    let list: Uint8Array = new Uint8Array();
    const { url, asked } = await serve(() => list);
    const root = await ca({ subject: 'CN=Root' });
    const good = await leaf({ by: root, extensions: pointing(url) });
    const bad = await leaf({ by: root, extensions: pointing(url) });
    list = await crlOf(root, [bad]);
    expect((await verify(good, root, '--fetch', '--require-revocation')).exit).toBe(0);
    const refused = await verify(bad, root, '--fetch');
    expect(refused.exit).toBe(1);
    expect(refused.out).toContain('REVOKED');
    expect(asked()).toBe(2);
  });

  it('asks nobody unless told', async () => {
    const { url, asked } = await serve(() => new Uint8Array([1]));
    const root = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: root, extensions: pointing(url) });
    expect((await verify(end, root)).exit).toBe(0);
    expect(asked()).toBe(0);
  });

  it('does not knock where the certificate of a stranger points', async () => {
    const { url, asked } = await serve(() => new Uint8Array([1]));
    const [root, stranger] = [await ca({ subject: 'CN=Root' }), await ca({ subject: 'CN=Root' })];
    const end = await leaf({ by: stranger, extensions: pointing(url) });
    expect((await verify(end, root, '--fetch')).exit).toBe(1);
    expect(asked()).toBe(0);
  });

  it('says what it could not have; without a list nothing vouches', async () => {
    const root = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: root, extensions: pointing('http://127.0.0.1:1/ca.crl') });
    const lenient = await verify(end, root, '--fetch');
    expect(lenient.exit).toBe(0);
    expect(lenient.err).toContain('ECONNREFUSED');
    const strict = await verify(end, root, '--fetch', '--require-revocation');
    expect(strict.exit).toBe(1);
    expect(strict.out).toContain('REVOCATION_UNKNOWN');
  });

  it('takes no list that is none', async () => {
    const { url } = await serve(() => new Uint8Array(Buffer.from('<html>')));
    const root = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: root, extensions: pointing(url) });
    const { exit, err } = await verify(end, root, '--fetch');
    expect(exit).toBe(0);
    expect(err).toContain('warning');
  });
});

describe('verify --svid', () => {
  const names = (...values: readonly string[]) => ({
    subjectAltName: {
      kind: 'subjectAltName' as const,
      names: values.map((value) => ({ kind: 'uri' as const, value })),
    },
  });

  it.each([
    ['one SPIFFE ID with a path', names('spiffe://example.org/ns/a/sa/b'), 0, 'valid'],
    ['no URI at all', {}, 1, 'SPIFFE_NO_ID'],
    ['two URIs', names('spiffe://example.org/a', 'spiffe://example.org/b'), 1, 'SPIFFE_MANY_URIS'],
    ['an ID without a path', names('spiffe://example.org'), 1, 'SPIFFE_'],
  ])('%s', async (_what, extensions, exit, said) => {
    const root = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: root, extensions });
    const found = await verify(end, root, '--svid');
    expect(found.out).toContain(said);
    expect(found.exit).toBe(exit);
  });

  it('refuses a CA that is named as a workload', async () => {
    const root = await ca({ subject: 'CN=Root', extensions: names('spiffe://example.org/ca') });
    const end = await leaf({ by: root, extensions: names('spiffe://example.org/ns/a/sa/b') });
    expect((await verify(end, root)).exit).toBe(0);
    expect((await verify(end, root, '--svid')).exit).toBe(1);
  });
});
