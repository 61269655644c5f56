// CRLs before those who read them: openssl, GnuTLS and Go judge them, nginx and HAProxy turn
// revoked clients away by them.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { mtlsOk, runProgram, temporaryFolder } from '../support/program.ts';
import { answers, freePort, startHaproxy } from './connect-servers.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const DAY = 86_400;

interface Pki {
  readonly cwd: string;
  readonly ok: (...args: string[]) => string;
  readonly text: (file: string) => string;
  /** Writes the CRLs of the chain anew to crls.pem. */
  readonly exportCrls: () => void;
}

const template = mkdtempSync(join(tmpdir(), 'mtls-crl-'));
afterAll(() => {
  rmSync(template, { recursive: true, force: true });
});

beforeAll(() => {
  const ok = (...args: string[]) => mtlsOk([...args, '--home', 'home'], { cwd: template });
  ok('ca', 'init', 'root', '--no-passphrase');
  ok('ca', 'intermediate', 'mesh', '--ca', 'root', '--no-passphrase');
  ok('issue', 'localhost', '--ca', 'mesh', '--profile', 'server');
  for (const name of ['alice', 'bob'])
    ok('issue', `${name}@example.org`, '--ca', 'mesh', '--profile', 'client', '--out', name);
  ok('ca', 'export', 'mesh', '--what', 'certificate', '--out', 'mesh.crt');
  for (const name of ['root', 'mesh']) ok('ca', 'crl', name);
  ok('ca', 'export', 'mesh', '--what', 'crls', '--out', 'crls.pem');
});

/** A root, a CA below it, a server, two clients and the CRLs, for one test. */
function pki(): Pki {
  const cwd = temporaryFolder();
  cpSync(template, cwd, { recursive: true });
  const ok = (...args: string[]) => mtlsOk([...args, '--home', 'home'], { cwd });
  const exportCrls = () => {
    ok('ca', 'export', 'mesh', '--what', 'crls', '--out', 'crls.pem', '--force');
  };
  return { cwd, ok, exportCrls, text: (file) => readFileSync(join(cwd, file), 'utf8') };
}

const certificateOf = (name: string): string => join(name, `${name}@example.org.crt`);

/** `0`, or the errors with their depths, as openssl numbers them. */
function opensslSays({ cwd }: Pki, name: string, crls: string, ...more: string[]): string {
  const files = ['-CAfile', 'ca.crt', '-untrusted', 'mesh.crt', '-CRLfile', crls];
  const args = ['verify', '-crl_check_all', ...files, ...more, certificateOf(name)];
  const { status, stderr } = runProgram('openssl', args, { cwd });
  const errors = [...stderr.matchAll(/error (\d+) at (\d+) depth/g)];
  return errors.length > 0
    ? errors.map(([, error, depth]) => `${error ?? ''} at ${depth ?? ''}`).join(', ')
    : String(status);
}

function serialOf({ ok }: Pki, name: string): string {
  const { certificates } = JSON.parse(ok('list', '--json')) as {
    certificates: { serial: string; names: string[] }[];
  };
  return certificates.find(({ names }) => names[0]?.includes(name))?.serial ?? '';
}

describe.skipIf(!hasPeer('openssl', ['version']))('openssl verify -crl_check_all', () => {
  it('takes who is good and refuses who is revoked, leaf or CA', () => {
    const made = pki();
    expect(opensslSays(made, 'alice', 'crls.pem')).toBe('0');
    made.ok('revoke', certificateOf('bob'), '--ca', 'mesh', '--reason', 'key-compromise');
    made.exportCrls();
    expect(opensslSays(made, 'alice', 'crls.pem')).toBe('0');
    expect(opensslSays(made, 'bob', 'crls.pem')).toBe('23 at 0');
    const { certificates } = JSON.parse(made.ok('list', '--ca', 'root', '--json')) as {
      certificates: { serial: string }[];
    };
    made.ok('revoke', certificates[0]?.serial ?? '', '--ca', 'root', '--reason', 'ca-compromise');
    made.exportCrls();
    expect(opensslSays(made, 'alice', 'crls.pem')).toBe('23 at 1');
  });

  it('misses the CRL of each CA that has none, and takes none that has run out', () => {
    const made = pki();
    expect(opensslSays(made, 'alice', 'home/ca/mesh/crl.pem')).toBe('3 at 1');
    expect(opensslSays(made, 'alice', 'home/ca/root/crl.pem')).toMatch(/^3 at 0/);
    const later = String(Math.floor(Date.now() / 1000) + 31 * DAY);
    expect(opensslSays(made, 'alice', 'crls.pem', '-attime', later)).toBe(
      '12 at 0, 12 at 1, 12 at 2',
    );
  });
});

describe.skipIf(!hasPeer('certtool', ['--version']))('certtool of GnuTLS', () => {
  it('verifies them under their CA alone, and refuses who is on one', () => {
    const made = pki();
    made.ok('revoke', certificateOf('bob'), '--ca', 'mesh');
    made.exportCrls();
    const run = (...args: string[]) => {
      const { status, stdout } = runProgram('certtool', args, { cwd: made.cwd });
      return { status, said: stdout };
    };
    const crl = (ca: string) =>
      run('--verify-crl', '--load-ca-certificate', ca, '--infile', 'home/ca/mesh/crl.pem');
    expect(crl('mesh.crt')).toMatchObject({
      status: 0,
      said: expect.stringContaining('Verification output: Verified') as string,
    });
    expect(crl('ca.crt').status).toBe(1);
    const leaf = (name: string) =>
      run(
        ...['--verify', '--load-ca-certificate', 'ca.crt', '--load-crl', 'crls.pem'],
        ...['--infile', certificateOf(name)],
      );
    expect(leaf('alice').status).toBe(0);
    expect(leaf('bob')).toMatchObject({
      status: 1,
      said: expect.stringContaining('certificate chain is revoked') as string,
    });
  });
});

describe.skipIf(!hasPeer('go', ['version']))('crypto/x509 of Go', () => {
  it('checks their signature, and reads number, serials and reasons', () => {
    const made = pki();
    made.ok('revoke', certificateOf('bob'), '--ca', 'mesh', '--reason', 'superseded');
    const run = (issuer: string) =>
      runProgram(goPeer(), ['crl', 'home/ca/mesh/crl.pem', issuer], { cwd: made.cwd });
    // RFC 5280 §5.3.1: superseded is 4
    expect(run('mesh.crt').stdout).toBe(`number 2\n${serialOf(made, 'bob').padStart(40, '0')} 4\n`);
    expect(run('ca.crt')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('verification failure') as string,
    });
  });
});

/** What a server answers a client, or why nothing came. */
function ask(port: number, made: Pki, name: string): Promise<string> {
  const file = (ending: string) => made.text(join(name, `${name}@example.org.${ending}`));
  return new Promise((resolve) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, servername: 'localhost', agent: false },
        ...{ ca: made.text('ca.crt'), cert: file('crt'), key: file('key') },
      },
      (response) => {
        let text = '';
        response.on('data', (data) => (text += String(data)));
        response.on('end', () => {
          const why = /The SSL certificate error/.exec(text)?.[0] ?? '';
          resolve(`${String(response.statusCode)} ${why}`.trim());
        });
      },
    );
    asked.on('error', (error) => {
      resolve((error as { code?: string }).code ?? error.message);
    });
    asked.end();
  });
}

/** Asks until it is answered so; a server takes a moment to read its files again. */
async function askUntil(wanted: string, port: number, made: Pki, name: string): Promise<string> {
  let answer = '';
  for (let tries = 0; tries < 200; tries++) {
    answer = await ask(port, made, name);
    if (answer === wanted) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return answer;
}

/** An nginx with a master, which reads its files again when it is told to. */
async function startReloading({ cwd }: Pki): Promise<{ port: number; reload: () => void }> {
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path nginx.tmp;`)
    .join(' ');
  // Workers of a master that is root must get into the test's folder too
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(
    join(cwd, 'nginx.conf'),
    `daemon off; ${user} worker_processes 1; pid nginx.pid; error_log stderr; events {}
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate localhost.crt; ssl_certificate_key localhost.key;
    ssl_client_certificate ca.crt; ssl_verify_depth 3; ssl_verify_client on;
    ssl_crl crls.pem;
    location / { return 200 "hello\\n"; }
  }
}`,
  );
  const child = spawn('nginx', ['-p', cwd, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGTERM')) await ended;
  });
  for (let tries = 0; tries < 200 && !(await answers(port)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  return { port, reload: () => void child.kill('SIGHUP') };
}

describe.skipIf(!hasPeer('nginx', ['-v']))('nginx with ssl_crl', () => {
  it('refuses a client from the moment that it has the CRL', async () => {
    const made = pki();
    const { port, reload } = await startReloading(made);
    expect(await ask(port, made, 'alice')).toBe('200');
    expect(await ask(port, made, 'bob')).toBe('200');
    made.ok('revoke', certificateOf('bob'), '--ca', 'mesh');
    made.exportCrls();
    reload();
    const refused = '400 The SSL certificate error';
    expect(await askUntil(refused, port, made, 'bob')).toBe(refused);
    expect(await ask(port, made, 'alice')).toBe('200');
  });

  it('refuses everybody where the CRL of a CA of the chain is missing', async () => {
    const made = pki();
    writeFileSync(join(made.cwd, 'crls.pem'), made.text('home/ca/mesh/crl.pem'));
    const { port } = await startReloading(made);
    expect(await ask(port, made, 'alice')).toBe('400 The SSL certificate error');
  });
});

describe.skipIf(!hasPeer('haproxy', ['-v']))('HAProxy with crl-file', () => {
  it('refuses a client whose certificate is on it', async () => {
    const made = pki();
    const start = () =>
      startHaproxy({
        cert: made.text('localhost.crt'),
        key: made.text('localhost.key'),
        ca: made.text('ca.crt'),
        more: ['crl-file', join(made.cwd, 'crls.pem')],
      });
    const before = await start();
    expect(await ask(before, made, 'bob')).toBe('200');
    made.ok('revoke', certificateOf('bob'), '--ca', 'mesh');
    made.exportCrls();
    const after = await start();
    expect(await ask(after, made, 'alice')).toBe('200');
    // RFC 8446 §6.2: certificate_revoked
    expect(await ask(after, made, 'bob')).toBe('ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED');
  });
});
