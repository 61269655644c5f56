// TLS servers that others wrote, set up right and wrong, each on a port of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { goPeer } from './support/peers.ts';

/** What a server is given; PEM. */
export interface ServerFiles {
  readonly cert: string;
  readonly key: string;
  /** Whose clients it lets in. */
  readonly ca: string;
}

export interface ServerSetup extends ServerFiles {
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  /** What it makes of clients' certificates; it demands them where absent. */
  readonly clients?: 'demand' | 'ignore';
  /** More of the server's own arguments or directives. */
  readonly more?: readonly string[];
  readonly node?: TlsOptions;
}

/** A folder that goes with the test. */
export function testFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-connect-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => {
      resolve(false);
    });
  });
}

/** Starts a program and waits until its port answers. */
async function start(
  program: string,
  args: readonly string[],
  cwd: string,
  port: number,
): Promise<number> {
  const said: string[] = [];
  const child: ChildProcess = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => said.push(String(text)));
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) break;
    if (await answers(port)) return port;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${program} did not start: ${said.join('')}`);
}

const folderOf = ({ cert, key, ca }: ServerFiles): string =>
  testFolder({
    'server.crt': cert,
    'chain.crt': chainOf(cert),
    'server.key': key,
    'both.pem': cert + key,
    'ca.crt': ca,
  });

/** What stands behind the leaf: openssl sends its leaf by itself. */
export function chainOf(cert: string): string {
  const end = '-----END CERTIFICATE-----\n';
  return cert.slice(cert.indexOf(end) + end.length);
}

export async function startNginx(setup: ServerSetup): Promise<number> {
  const { version, clients = 'demand', more = [] } = setup;
  const folder = folderOf(setup);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path nginx.tmp;`)
    .join(' ');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_protocols ${version ?? 'TLSv1.2 TLSv1.3'};
    ssl_certificate server.crt; ssl_certificate_key server.key;
    ssl_client_certificate ca.crt; ssl_verify_depth 3;
    ssl_verify_client ${clients === 'demand' ? 'on' : 'off'};
    ${more.join(' ')}
    location / { return 200 "hello\\n"; }
  }
}`,
  );
  return start('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], folder, port);
}

export async function startHaproxy(setup: ServerSetup): Promise<number> {
  const { version, clients = 'demand', more = [] } = setup;
  const folder = folderOf(setup);
  const port = await freePort();
  const only = version === undefined ? '' : `ssl-min-ver ${version} ssl-max-ver ${version}`;
  const verify = clients === 'demand' ? 'required' : 'none';
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend tls
  bind 127.0.0.1:${port} ssl crt both.pem ca-file ca.crt verify ${verify} ${only} ${more.join(' ')}
  http-request return status 200 content-type text/plain string hello
`,
  );
  return start('haproxy', ['-f', 'haproxy.cfg', '-db'], folder, port);
}

export async function startOpenssl(setup: ServerSetup): Promise<number> {
  const { version, clients = 'demand', more = [] } = setup;
  const folder = folderOf(setup);
  const port = await freePort();
  const only = version === undefined ? [] : [version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'];
  const verify = clients === 'demand' ? ['-Verify', '5', '-verify_return_error'] : [];
  const files = ['-cert_chain', 'chain.crt', '-cert', 'server.crt', '-key', 'server.key'];
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-CAfile', 'ca.crt'];
  return start('openssl', [...args, '-www', ...verify, ...only, ...more], folder, port);
}

export async function startGnutls(setup: ServerSetup): Promise<number> {
  const { version, clients = 'demand', more = [] } = setup;
  const folder = folderOf(setup);
  const port = await freePort();
  const only =
    version === undefined
      ? []
      : ['--priority', `NORMAL:-VERS-ALL:+VERS-${version.replace('TLSv', 'TLS')}`];
  const verify =
    clients === 'demand'
      ? ['--require-client-cert', '--verify-client-cert']
      : ['--disable-client-cert'];
  const files = ['--x509certfile', 'server.crt', '--x509keyfile', 'server.key'];
  const args = ['--port', String(port), '--http', ...files, '--x509cafile', 'ca.crt'];
  return start('gnutls-serv', [...args, ...verify, ...only, ...more], folder, port);
}

/** The Go peer demands and verifies clients' certificates. */
export async function startGo(setup: ServerSetup): Promise<number> {
  const { version = '' } = setup;
  const folder = folderOf(setup);
  const child = spawn(goPeer(), ['serve', 'server.crt', 'server.key', 'ca.crt', version], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout.once('data', (text) => {
      resolve(String(text));
    });
  });
  return Number(line);
}

export async function startNode(setup: ServerSetup): Promise<number> {
  const { cert, key, ca, version, clients = 'demand', node } = setup;
  const server = createHttpsServer(
    {
      cert,
      key,
      ca,
      ...(clients === 'demand' && { requestCert: true, rejectUnauthorized: true }),
      ...(version && { minVersion: version, maxVersion: version }),
      ...node,
    },
    (_request, response) => {
      response.end('hello\n');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
