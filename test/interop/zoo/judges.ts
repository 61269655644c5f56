// Zoo cases before openssl, Go and GnuTLS: each answers in its own words, or `accepted`.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZooCase } from '../../../src/testing/index.ts';
import { GODEBUG } from '../support/judges.ts';
import { goPeer } from '../support/peers.ts';

export interface Answers {
  /** `OpenSSL 3.0.19`, `go1.26.8`, `certtool 3.7.9`. */
  readonly version: string;
  readonly says: readonly string[];
}

type Ask = (bad: ZooCase, file: (name: string, text: string) => string) => Promise<string>;

/** One program run for each case, two at a time. */
async function askEach(cases: readonly ZooCase[], ask: Ask): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-zoo-'));
  const says: string[] = [];
  const waiting = cases.entries();
  const work = async (lane: number) => {
    for (const [index, bad] of waiting)
      says[index] = await ask(bad, (name, text) => {
        const path = join(folder, `${lane}-${name}`);
        writeFileSync(path, text);
        return path;
      });
  };
  try {
    await Promise.all([work(0), work(1)]);
    return says;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly status: number | string;
  readonly text: string;
}

/** What a program wrote. One that takes the pair would serve for ever, so it is given a second. */
function run(program: string, args: readonly string[], timeout = 30_000): Promise<Run> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout }, (error, stdout, stderr) => {
      const status = error === null ? 0 : (error.code ?? 'killed');
      resolve({ status, text: `${stdout}\n${stderr}` });
    }).stdin?.end();
  });
}

/** The certificate itself, and what is sent along. */
function blocksOf(pem: string): readonly [string, string] {
  const end = '-----END CERTIFICATE-----\n';
  const at = pem.indexOf(end);
  return at < 0 ? [pem, ''] : [pem.slice(0, at + end.length), pem.slice(at + end.length)];
}

const firstLine = (text: string, wanted: RegExp): string =>
  text.split('\n').find((line) => wanted.test(line)) ?? text.trim();

const askOpensslOnce: Ask = async (bad, file) => {
  const [leaf, rest] = blocksOf(bad.cert);
  if (bad.foundWhen === 'loading') {
    const pair = ['-cert', file('cert.pem', bad.cert), '-key', file('key.pem', bad.key)];
    const { status, text } = await run('openssl', ['s_server', ...pair, '-accept', '0'], 1000);
    return status === 'killed' ? 'accepted' : text.trim();
  }
  const { host = 'localhost' } = bad;
  const names = isIP(host) > 0 ? ['-verify_ip', host] : ['-verify_hostname', host];
  const { status, text } = await run('openssl', [
    ...['verify', '-CAfile', file('ca.pem', bad.ca), '-no-CApath', '-no-CAstore'],
    // As TLS asks for it by default since OpenSSL 3.2
    ...['-auth_level', '2', '-purpose', `ssl${bad.side}`],
    ...(bad.side === 'server' ? names : []),
    ...['-attime', String(bad.at.getTime() / 1000)],
    ...(bad.crl === undefined ? [] : ['-crl_check_all', '-CRLfile', file('crl.pem', bad.crl)]),
    ...(rest === '' ? [] : ['-untrusted', file('rest.pem', rest)]),
    file('leaf.pem', leaf),
  ]);
  if (status === 0) return 'accepted';
  const [, number, why] = /^error (\d+) at \d+ depth lookup: *(.*)$/m.exec(text) ?? [];
  return number === undefined ? text.trim() : `error ${number}: ${why ?? ''}`;
};

export async function askOpenssl(cases: readonly ZooCase[]): Promise<Answers> {
  const version = execFileSync('openssl', ['version'], { encoding: 'utf8' });
  const says = await askEach(cases, askOpensslOnce);
  return { version: version.split(' ').slice(0, 2).join(' '), says };
}

const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

const askGnutlsOnce: Ask = async (bad, file) => {
  const cert = file('cert.pem', bad.cert);
  if (bad.foundWhen === 'loading') {
    const pair = ['--x509certfile', cert, '--x509keyfile', file('key.pem', bad.key)];
    const { text } = await run('gnutls-serv', ['-p', '0', ...pair], 1000);
    return text.includes('listening on') ? 'accepted' : firstLine(text, /^Error: /);
  }
  const { status, text } = await run('certtool', [
    ...['--verify', '--infile', cert, '--load-ca-certificate', file('ca.pem', bad.ca)],
    // As TLS asks for it by default
    ...['--verify-profile', 'low', '--verify-purpose', PURPOSES[bad.side]],
    ...(bad.side === 'server' ? ['--verify-hostname', bad.host ?? 'localhost'] : []),
    ...(bad.crl === undefined ? [] : ['--load-crl', file('crl.pem', bad.crl)]),
  ]);
  const verdict = /Chain verification output: (.*)$/m.exec(text)?.[1]?.trim();
  if (verdict !== undefined) return verdict.startsWith('Verified.') ? 'accepted' : verdict;
  return status === 0 ? `unclear: ${text.trim()}` : text.trim();
};

/** GnuTLS is asked by today's clock: certtool takes no other. */
export async function askGnutls(cases: readonly ZooCase[]): Promise<Answers> {
  const version = execFileSync('certtool', ['--version'], { encoding: 'utf8' });
  const says = await askEach(cases, askGnutlsOnce);
  return { version: version.split('\n')[0] ?? '', says };
}

/** Go's TLS, by handshakes within one process. */
export function askGo(cases: readonly ZooCase[]): Answers {
  const lines = cases.map((bad) =>
    JSON.stringify({
      ...bad,
      host: bad.host ?? 'localhost',
      loading: bad.foundWhen === 'loading',
    }),
  );
  const env = { ...process.env, GODEBUG };
  const said = execFileSync(goPeer(), ['zoo'], { input: lines.join('\n'), env });
  const [version, ...says] = said
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string);
  return { version: version as string, says };
}
