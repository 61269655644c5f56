// CAs whose key is elsewhere, before openssl and Go: a program made of openssl signs for some, a
// token of SoftHSM2 through PKCS#11 for others. The keys never come to mtls.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mtls, mtlsOk, runProgram, temporaryFolder } from '../support/program.ts';
import { openssl } from '../support/openssl.ts';
import { PIN, hasSoftHsm, softToken, type Token } from './signers/token.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const ANSWER = fileURLToPath(new URL('pty/answer.py', import.meta.url));
const MTLS = [process.execPath, fileURLToPath(new URL('../../bin/mtls.js', import.meta.url))];

const hasOpenssl = hasPeer('openssl', ['version']);
const hasGo = hasPeer('go', ['version']);

interface Workshop {
  readonly cwd: string;
  readonly run: (...args: string[]) => string;
  readonly ask: (...args: string[]) => { status: number | null; said: string };
}

function workshop(env: NodeJS.ProcessEnv = {}): Workshop {
  const cwd = temporaryFolder();
  const options = { cwd, env: { MTLS_HOME: join(cwd, 'home'), ...env } };
  return {
    cwd,
    run: (...args) => mtlsOk(args, options),
    ask: (...args) => {
      const { status, stdout, stderr } = mtls(args, options);
      return { status, said: stdout + stderr };
    },
  };
}

/** Root, intermediate, leaves and CRLs of both: `openssl verify` and Go take them or refuse them. */
function judge({ cwd, run }: Workshop, root: string, sub: string): void {
  run('issue', 'good.internal', '--ca', sub, '--out', '.', '--quiet');
  run('issue', 'bad.internal', '--ca', sub, '--out', 'bad', '--quiet');
  run('revoke', 'bad.internal', '--ca', sub, '--quiet');
  run('renew', 'good.internal', '--ca', sub, '--quiet');
  run('ca', 'crl', root, '--out', 'root.crl', '--quiet');
  run('ca', 'crl', sub, '--out', 'sub.crl', '--quiet');
  writeFileSync(
    join(cwd, 'crls.pem'),
    readFileSync(join(cwd, 'root.crl'), 'utf8') + readFileSync(join(cwd, 'sub.crl'), 'utf8'),
  );
  const verify = (leaf: string) =>
    openssl(
      [
        ...['verify', '-x509_strict', '-CAfile', 'ca.crt', '-untrusted', leaf],
        ...['-CRLfile', 'crls.pem', '-crl_check_all', '-purpose', 'sslserver', leaf],
      ],
      { cwd },
    ).toString();
  expect(verify('good.internal.crt')).toContain(': OK');
  expect(() => verify('bad/bad.internal.crt')).toThrow(/certificate revoked/);
  run('ca', 'audit', root);
  run('ca', 'audit', sub);
  for (const name of [root, sub])
    expect(existsSync(join(cwd, 'home/ca', name, 'ca.key')), name).toBe(false);
  if (!hasGo) return;
  const list = execFileSync(goPeer(), ['crl', 'sub.crl', `home/ca/${sub}/ca.crt`], { cwd });
  expect(list.toString()).toMatch(/^number 2\n[0-9a-f]{40} 0\n$/);
  execFileSync(goPeer(), ['crl', 'root.crl', `home/ca/${root}/ca.crt`], { cwd });
}

describe.skipIf(!hasOpenssl)('a program made of openssl signs', () => {
  const SIGN = {
    pkey: '#!/bin/sh\nexec openssl pkeyutl -sign -inkey "$1" -pkeyopt "digest:$MTLS_SIGN_HASH"\n',
    // pkeyutl takes the message of Ed25519 from a file alone
    ed25519:
      '#!/bin/sh\nset -e\nmessage=$(mktemp)\ntrap \'rm -f "$message"\' EXIT\ncat > "$message"\n' +
      'openssl pkeyutl -sign -rawin -inkey "$1" -in "$message"\n',
  };

  it.each([
    ['EC', ['-pkeyopt', 'ec_paramgen_curve:P-256'], 'pkey'],
    ['RSA', ['-pkeyopt', 'rsa_keygen_bits:2048'], 'pkey'],
    ['ED25519', [], 'ed25519'],
  ] as const)('with keys of %s %j', (algorithm, options, program) => {
    const shop = workshop();
    const { cwd, run } = shop;
    const sign = join(cwd, 'sign');
    writeFileSync(sign, SIGN[program]);
    chmodSync(sign, 0o755);
    for (const name of ['root', 'sub']) {
      openssl(['genpkey', '-algorithm', algorithm, ...options, '-out', `${name}.key`], { cwd });
      openssl(['pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`], { cwd });
    }
    const signer = (name: string) => `exec:${JSON.stringify([sign, join(cwd, `${name}.key`)])}`;
    run('ca', 'init', 'root', '--signer', signer('root'), '--public-key', 'root.pub');
    const words = (name: string) => JSON.stringify({ exec: [sign, join(cwd, `${name}.key`)] });
    writeFileSync(
      join(cwd, 'home/config.yaml'),
      `signers: { root: ${words('root')}, sub: ${words('sub')} }\n`,
      { mode: 0o600 },
    );
    run('ca', 'intermediate', 'sub', '--ca', 'root', '--public-key', 'sub.pub');
    judge(shop, 'root', 'sub');
  });

  it('and may not sign with another’s key', () => {
    const { cwd, run, ask } = workshop();
    const sign = join(cwd, 'sign');
    writeFileSync(sign, SIGN.pkey);
    chmodSync(sign, 0o755);
    for (const name of ['own', 'other']) {
      openssl(
        [
          ...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
          ...['-out', `${name}.key`],
        ],
        { cwd },
      );
      openssl(['pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`], { cwd });
    }
    const signer = (name: string) => `exec:${JSON.stringify([sign, join(cwd, `${name}.key`)])}`;
    run('ca', 'init', 'root', '--signer', signer('own'), '--public-key', 'own.pub');
    const before = run('ca', 'show', 'root', '--json');
    const { status, said } = ask('issue', 'a.internal', '--signer', signer('other'));
    expect(status).toBe(7);
    expect(said).toContain('SIGNER_WRONG');
    expect(run('ca', 'show', 'root', '--json')).toBe(before);
  });
});

describe.skipIf(!hasOpenssl || !hasSoftHsm)('a token of SoftHSM2 signs', () => {
  const TYPES = ['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'ed25519'];
  const place = mkdtempSync(join(tmpdir(), 'mtls-pin-'));
  const pin = join(place, 'pin');
  let token: Token | undefined;
  beforeAll(() => {
    writeFileSync(pin, `${PIN}\n`, { mode: 0o600 });
    token = softToken(TYPES.flatMap((type) => [`${type}:root-${type}`, `${type}:sub-${type}`]));
  });
  afterAll(() => {
    token?.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it.for(TYPES)('with keys of %s', (type, { skip }) => {
    if (!token) return skip();
    const shop = workshop(token.env);
    const { cwd, run } = shop;
    const uri = (key: string) => `pkcs11:token=ca;object=${key}-${type}?pin-source=file:${pin}`;
    run('ca', 'init', 'root', '--signer', uri('root'));
    writeFileSync(
      join(cwd, 'home/config.yaml'),
      `signers: { root: { pkcs11: "${uri('root')}" }, sub: { pkcs11: "${uri('sub')}" } }\n`,
      { mode: 0o600 },
    );
    // Both keys in one process, of one token
    run('ca', 'intermediate', 'sub', '--ca', 'root');
    judge(shop, 'root', 'sub');
  });

  it('opened with a PIN from a file, a variable or the URI, and no wrong one', ({ skip }) => {
    if (!token) return skip();
    const { run, ask } = workshop({ ...token.env, PIN });
    const uri = `pkcs11:token=ca;object=root-ec-p256?module-path=${token.module}`;
    run('ca', 'init', 'root', '--signer', uri, '--passphrase-file', pin);
    run('issue', 'a.internal', '--signer', uri, '--passphrase-env', 'PIN');
    run('issue', 'b.internal', '--signer', `${uri}&pin-source=${pin}`);
    const none = ask('issue', 'c.internal', '--signer', uri);
    expect(none.status).toBe(4);
    expect(none.said).toContain('wants a PIN, and none was given [PASSPHRASE_NEEDED]');
    writeFileSync(join(place, 'wrong'), '0000\n', { mode: 0o600 });
    const wrong = ask(
      ...['issue', 'c.internal', '--signer', uri, '--passphrase-file', join(place, 'wrong')],
    );
    expect(wrong.status).toBe(4);
    expect(wrong.said).toContain('the PIN does not open the token "ca" [PASSPHRASE_WRONG]');
    expect(none.said + wrong.said).not.toContain(PIN);
  });

  it.skipIf(!hasPeer('python3'))('asks for its PIN on a terminal, once', ({ skip }) => {
    if (!token) return skip();
    const { run, cwd } = workshop(token.env);
    const uri = (key: string) => `pkcs11:token=ca;object=${key}`;
    run('ca', 'init', 'root', '--signer', uri('root-ec-p256'), '--passphrase-file', pin);
    const env = { MTLS_HOME: join(cwd, 'home'), PATH: process.env['PATH'], HOME: cwd };
    const onTerminal = (answer: string, ...args: string[]) =>
      runProgram(
        'python3',
        [ANSWER, JSON.stringify([['PIN of the token "ca"', answer]]), '--', ...MTLS, ...args],
        { cwd, env: { ...token?.env, ...env, TERM: 'xterm', NO_COLOR: '1' } },
      );
    const asked = onTerminal(
      `${PIN}\r`,
      ...['ca', 'intermediate', 'sub', '--ca', 'root', '--signer', uri('sub-ec-p256')],
      ...['--ca-signer', uri('root-ec-p256')],
    );
    expect(asked.status, asked.stdout).toBe(0);
    expect(asked.stdout).toContain('created CA "sub"');
    expect(asked.stdout).not.toContain(PIN);
    const wrong = onTerminal(
      '4321\r',
      ...['issue', 'a.internal', '--ca', 'root', '--signer', uri('root-ec-p256')],
    );
    expect(wrong.status, wrong.stdout).toBe(4);
    expect(wrong.stdout).toContain('PASSPHRASE_WRONG');
  });

  it('and what is not in it is said', ({ skip }) => {
    if (!token) return skip();
    const { run, ask, cwd } = workshop(token.env);
    const key = (name: string, more = '') =>
      `pkcs11:token=ca;object=${name}?pin-source=${pin}${more}`;
    run('ca', 'init', 'root', '--signer', key('root-ec-p256'));
    const refused = (signer: string) => ask('issue', 'a.internal', '--signer', signer);
    for (const [signer, status, what] of [
      [key('sub-ec-p256'), 7, 'SIGNER_WRONG'],
      [key('root-rsa-2048'), 7, 'SIGNER_WRONG'],
      [key('nobody'), 4, 'the token "ca" has no such private key'],
      [`pkcs11:token=cb?pin-source=${pin}`, 4, 'tokens that are there: "ca"'],
      [`pkcs11:token=ca?pin-source=${pin}`, 4, 'several keys that fit'],
      [key('root-ec-p256', '&module-path=/no/such.so'), 4, 'can not load the PKCS#11 module'],
      [key('root-ec-p256', `&module-path=${pin}`), 4, 'can not load the PKCS#11 module'],
    ] as const) {
      const { status: exit, said } = refused(signer);
      expect(said).toContain(what);
      expect(exit).toBe(status);
    }
    expect(existsSync(join(cwd, 'a.internal.crt'))).toBe(false);
    run('ca', 'audit', 'root', '--signer', key('root-ec-p256'));
    expect(ask('ca', 'audit', 'root', '--signer', key('sub-ec-p256')).status).toBe(1);
  });
});
