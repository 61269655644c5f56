// Set-ups that fail, and what real programs say of them.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { TestIdentity } from '../../../src/testing/index.ts';

const LIMIT_MS = 60_000;

/** Things that are taken down after a test. */
const open: (() => void)[] = [];

export function takeDown(): void {
  for (const close of open.splice(0)) close();
}

export function folder(): string {
  const place = mkdtempSync(join(tmpdir(), 'mtls-explain-'));
  open.push(() => {
    rmSync(place, { recursive: true, force: true });
  });
  return place;
}

export interface Files {
  readonly crt: string;
  readonly key: string;
  readonly ca: string;
}

/** An identity as the files that programs read. */
export function filesOf(identity: Pick<TestIdentity, 'cert' | 'key' | 'ca'>): Files {
  const place = folder();
  const files = {
    crt: join(place, 'id.crt'),
    key: join(place, 'id.key'),
    ca: join(place, 'ca.crt'),
  };
  writeFileSync(files.crt, identity.cert);
  writeFileSync(files.key, identity.key, { mode: 0o600 });
  writeFileSync(files.ca, identity.ca);
  return files;
}

export function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** All that a program prints, on both streams. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', cwd, env = {} }: RunOptions = {},
): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return said;
}

export interface Daemon {
  readonly child: ChildProcess;
  /** What it has said so far. */
  readonly said: () => string;
  /** Waits until it has said this. */
  readonly until: (text: string | RegExp) => Promise<string>;
}

/** A server that runs until the test ends. */
export function daemon(program: string, args: readonly string[], cwd?: string): Daemon {
  const child = spawn(program, args, { cwd });
  open.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const until = async (text: string | RegExp) => {
    const deadline = Date.now() + LIMIT_MS;
    while (!(typeof text === 'string' ? said.includes(text) : text.test(said))) {
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error(`${program} did not say ${String(text)}: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return said;
  };
  return { child, said: () => said, until };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(server: Server): Promise<number> {
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A TLS server of Node that says hello. */
export async function tlsServer(options: TlsOptions): Promise<number> {
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi');
    });
  });
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

/** A server that answers whatever comes with these bytes, or not at all. */
export async function plainServer(answer: string | undefined): Promise<number> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      open.push(() => socket.destroy());
      socket.once('data', () => {
        if (answer !== undefined) socket.end(answer);
      });
    }),
  );
}

/** Waits until a port is listened on. */
export async function whenOpen(port: number): Promise<void> {
  const { connect } = await import('node:net');
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    socket.destroy();
    if (opened) return;
    if (Date.now() > deadline) throw new Error(`nobody listens on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
