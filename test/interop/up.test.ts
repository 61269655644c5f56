// The lines that `up` prints, run as they are: every server against every client.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mtlsOk, runProgram } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

interface Printed {
  readonly handshake: { readonly ok: boolean; readonly protocol: string };
  readonly paste: readonly { readonly id: string; readonly script: string }[];
}

let folder: string;
let printed: Printed;
let text: string;

const script = (id: string): string => {
  const found = printed.paste.find((paste) => paste.id === id);
  if (!found) throw new Error(`no lines for ${id}`);
  return found.script;
};

beforeAll(() => {
  const cwd = mkdtempSync(join(tmpdir(), 'mtls-up-'));
  folder = join(cwd, 'demo');
  text = mtlsOk(['up', 'demo'], { cwd });
  printed = JSON.parse(mtlsOk(['up', 'demo', '--json'], { cwd })) as Printed;
});

afterAll(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** Go keeps its build cache where the user has it. */
const env = { ...process.env, MTLS_HOME: undefined };

/** Starts a server's lines in a process group of their own and waits until the port answers. */
async function start(id: string): Promise<ChildProcess> {
  const server = spawn('sh', ['-c', script(id)], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env,
  });
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`${id} ended with ${String(server.exitCode)}`);
    if (await answers()) return server;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} did not answer`);
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(8443, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => {
      resolve(false);
    });
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
  while (await answers()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const servers = [
  ['node-server', 'node', ['--version']],
  ['nginx-server', 'nginx', ['-v']],
  ['go-server', 'go', ['version']],
] as const;

const clients = [
  ['curl-client', 'curl', ['--version'], /^hello (CN=)?client$/m],
  ['openssl-client', 'openssl', ['version'], /Verification: OK[^]*Verified peername: localhost/],
  ['node-client', 'node', ['--version'], /^hello (CN=)?client$/m],
  ['go-client', 'go', ['version'], /^hello (CN=)?client$/m],
] as const;

it('shows the lines as it gives them in JSON', () => {
  expect(printed.handshake).toMatchObject({ ok: true, protocol: 'TLSv1.3' });
  for (const { script: lines } of printed.paste) expect(text).toContain(lines.trimEnd());
});

describe.each(servers)('%s', (serverId, serverProgram, serverProbe) => {
  const present = hasPeer(serverProgram, serverProbe);
  let server: ChildProcess | undefined;
  beforeAll(async () => {
    if (present) server = await start(serverId);
  });
  afterAll(async () => {
    if (server) await stop(server);
  });

  describe.each(clients)('with %s', (clientId, clientProgram, clientProbe, expected) => {
    it.skipIf(!present || !hasPeer(clientProgram, clientProbe))('connects both ways', () => {
      const { status, stdout, stderr } = runProgram('sh', ['-c', script(clientId)], {
        cwd: folder,
        env,
      });
      expect(status, stderr).toBe(0);
      expect(stdout + stderr).toMatch(expected);
    });
  });

  it.skipIf(!present || !hasPeer('curl'))('turns a client without a certificate away', () => {
    const { status, stdout } = runProgram(
      'curl',
      ['-sS', '--fail', '--cacert', 'ca.crt', 'https://localhost:8443/'],
      { cwd: folder },
    );
    expect(status).not.toBe(0);
    expect(stdout).not.toMatch(/hello/);
  });
});

it.skipIf(!hasPeer('kubectl', ['version', '--client']))('kubectl takes the pair', () => {
  const { status, stdout, stderr } = runProgram('sh', ['-c', script('kubectl')], {
    cwd: folder,
    env,
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^type: kubernetes\.io\/tls$/m);
});
