// Servers that stand behind exported policies: they demand certificates, and answer 200 or not.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type SecureContext } from 'node:tls';
import { onTestFinished } from 'vitest';
import { answers, freePort } from '../connect-servers.ts';

/** Runs a program until the test is over, and waits for its port. */
export async function running(
  program: string,
  args: readonly string[],
  cwd: string,
  port: number,
): Promise<void> {
  const said: string[] = [];
  // Its own group: `go run` has the server as its child
  const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => said.push(String(text)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  });
  for (let tries = 0; tries < 2400; tries++) {
    if (child.exitCode !== null) break;
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${program} does not answer:\n${said.join('')}`);
}

/** One request, written as it is; whether the answer is 200. */
export function letIn(
  port: number,
  secureContext: SecureContext,
  { method, path, policy }: { method: string; path: string; policy: number },
  connection: 'close' | 'Upgrade' = 'close',
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect({ port, host: '127.0.0.1', secureContext, rejectUnauthorized: false });
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (text) => (said += String(text)));
    socket.on('close', () => {
      resolve(said.startsWith('HTTP/1.1 200 '));
    });
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nX-Policy: ${policy}\r\n` +
        `Content-Length: 0\r\nUpgrade: websocket\r\nConnection: ${connection}\r\n\r\n`,
    );
  });
}

/** A server of Go with the middleware of each policy, in a package each. */
export async function goServer(folder: string, policies: readonly string[]): Promise<number> {
  const port = await freePort();
  writeFileSync(join(folder, 'go.mod'), 'module policies\n\ngo 1.19\n');
  policies.forEach((text, at) => {
    mkdirSync(join(folder, `p${at}`));
    writeFileSync(join(folder, `p${at}`, 'policy.go'), text);
  });
  const list = (line: (at: number) => string) => policies.map((_, at) => line(at)).join('\n');
  writeFileSync(
    join(folder, 'main.go'),
    `package main

import (
	"crypto/tls"
	"crypto/x509"
	"log"
	"net/http"
	"os"
${list((at) => `\tp${at} "policies/p${at}"`)}
)

func main() {
	roots := x509.NewCertPool()
	pem, _ := os.ReadFile("ca.crt")
	roots.AppendCertsFromPEM(pem)
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
	handlers := map[string]http.Handler{
${list((at) => `\t\t"${at}": p${at}.Authorize(ok),`)}
	}
	server := &http.Server{
		Addr: "127.0.0.1:${port}",
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handlers[r.Header.Get("X-Policy")].ServeHTTP(w, r)
		}),
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots},
	}
	log.Fatal(server.ListenAndServeTLS("server.crt", "server.key"))
}
`,
  );
  await running('go', ['run', '.'], folder, port);
  return port;
}

/** A server of Node with the middleware of each policy. */
export async function nodeServer(folder: string, policies: readonly string[]): Promise<number> {
  const port = await freePort();
  policies.forEach((text, at) => {
    writeFileSync(join(folder, `p${at}.mjs`), text);
  });
  writeFileSync(
    join(folder, 'server.mjs'),
    `import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
${policies.map((_, at) => `import { guard as g${at}, guardUpgrade as u${at} } from './p${at}.mjs';`).join('\n')}
const ok = (request, response) => response.end();
const guards = [${policies.map((_, at) => `g${at}(ok)`).join(', ')}];
const changed = (request, socket) => socket.end('HTTP/1.1 200 OK\\r\\n\\r\\n');
const upgrades = [${policies.map((_, at) => `u${at}(changed)`).join(', ')}];
const read = (name) => readFileSync(name);
createServer(
  { key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt'), requestCert: true },
  (request, response) => guards[request.headers['x-policy']](request, response),
).on('upgrade', (request, socket, head) => {
  upgrades[request.headers['x-policy']](request, socket, head);
}).listen(${port}, '127.0.0.1');
`,
  );
  await running(process.execPath, ['server.mjs'], folder, port);
  return port;
}

/** nginx with one policy: its maps stand in the http block. */
export async function nginxServer(folder: string, name: string, policy: string): Promise<number> {
  const port = await freePort();
  writeFileSync(join(folder, `${name}.maps`), policy);
  writeFileSync(
    join(folder, `${name}.conf`),
    `daemon off; master_process off; pid ${folder}/${name}.pid; error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/${name}-body; proxy_temp_path ${folder}/${name}-proxy;
  fastcgi_temp_path ${folder}/${name}-f; uwsgi_temp_path ${folder}/${name}-u; scgi_temp_path ${folder}/${name}-s;
  include ${folder}/${name}.maps;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/server.crt; ssl_certificate_key ${folder}/server.key;
    ssl_client_certificate ${folder}/ca.crt; ssl_verify_client on;
    location / {
      if ($mtls_allow != 1) { return 403; }
      return 200;
    }
  }
}
`,
  );
  await running('nginx', ['-p', folder, '-e', 'stderr', '-c', `${name}.conf`], folder, port);
  return port;
}
