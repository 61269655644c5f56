// Every kind of key, as CA and as leaf, before validators that others wrote.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { mtlsOk, runProgram, temporaryFolder } from '../support/program.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const combinations: readonly (readonly [ca: string, leaf: string])[] = [
  ['ec-p256', 'ec-p256'],
  ['ec-p256', 'rsa-2048'],
  ['ec-p256', 'ed25519'],
  ['ec-p384', 'ec-p384'],
  ['ec-p384', 'ec-p256'],
  ['ec-p521', 'ec-p521'],
  ['ec-p521', 'rsa-3072'],
  ['ed25519', 'ed25519'],
  ['ed25519', 'ec-p256'],
  ['rsa-2048', 'ec-p521'],
  ['rsa-3072', 'rsa-2048'],
  ['rsa-4096', 'rsa-4096'],
];

const openssl = hasPeer('openssl', ['version']);
const go = hasPeer('go', ['version']);
const certtool = hasPeer('certtool');

/** Shakes hands with Node's TLS on both ends, over loopback; answers what the server saw. */
function shakeHands(folder: string): Promise<string> {
  const read = (name: string) => readFileSync(join(folder, name));
  const pair = { cert: read('peer.test.crt'), key: read('peer.test.key'), ca: read('ca.crt') };
  return new Promise((resolve, reject) => {
    const server = createServer({ ...pair, requestCert: true }, (socket) => {
      socket.end(String(socket.getPeerCertificate().subject.CN));
    });
    server.on('tlsClientError', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      let seen = '';
      connect({ ...pair, port, host: '127.0.0.1', servername: 'peer.test' })
        .on('data', (data) => (seen += String(data)))
        .on('error', reject)
        .on('close', () => {
          server.close();
          resolve(seen);
        });
    });
  });
}

describe.each(combinations)('CA %s, leaf %s', (caType, leafType) => {
  it('is accepted by openssl, Go, GnuTLS and Node', async () => {
    const cwd = temporaryFolder();
    mtlsOk(['ca', 'init', 'root', '--no-passphrase', '--key-type', caType], { cwd });
    mtlsOk(['ca', 'intermediate', 'sub', '--ca', 'root', '--no-passphrase', '--key-type', caType], {
      cwd,
    });
    mtlsOk(
      [
        'issue',
        'peer.test',
        '--profile',
        'peer',
        '--ca',
        'sub',
        '--key-type',
        leafType,
        '--out',
        cwd,
      ],
      { cwd },
    );
    const chain = join(cwd, 'peer.test.crt');
    const roots = join(cwd, 'ca.crt');

    if (openssl)
      for (const purpose of ['sslserver', 'sslclient']) {
        const verdict = runProgram('openssl', [
          ...['verify', '-x509_strict', '-purpose', purpose, '-verify_hostname', 'peer.test'],
          ...['-CAfile', roots, '-untrusted', chain, chain],
        ]);
        expect(verdict, purpose).toMatchObject({ status: 0, stdout: `${chain}: OK\n` });
      }
    if (go)
      for (const purpose of ['server', 'client'])
        expect(
          runProgram(goPeer(), ['verify', roots, chain, purpose, 'peer.test']),
          purpose,
        ).toMatchObject({ status: 0, stdout: 'ok\n' });
    if (certtool) {
      const whole = join(cwd, 'whole.pem');
      writeFileSync(whole, readFileSync(chain, 'utf8') + readFileSync(roots, 'utf8'));
      const verdict = runProgram('certtool', ['--verify-chain', '--infile', whole]);
      expect(verdict.status, verdict.stdout + verdict.stderr).toBe(0);
      expect(verdict.stdout + verdict.stderr).toMatch(/Chain verification output: Verified/);
    }
    await expect(shakeHands(cwd)).resolves.toBe('peer.test');
  });
});

describe('what the peers refuse', () => {
  it('a chain under another root, so that the acceptances above mean something', () => {
    const cwd = temporaryFolder();
    for (const name of ['one', 'two']) mtlsOk(['ca', 'init', name, '--no-passphrase'], { cwd });
    mtlsOk(['issue', 'peer.test', '--ca', 'one', '--out', join(cwd, 'one')], { cwd });
    mtlsOk(['issue', 'peer.test', '--ca', 'two', '--out', join(cwd, 'two')], { cwd });
    const chain = join(cwd, 'one', 'peer.test.crt');
    const roots = join(cwd, 'two', 'ca.crt');
    if (openssl) expect(runProgram('openssl', ['verify', '-CAfile', roots, chain]).status).toBe(2);
    if (go) expect(runProgram(goPeer(), ['verify', roots, chain, 'server']).status).toBe(1);
  });
});
