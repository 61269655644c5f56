// Chains put before validators that others wrote: Go in one process, openssl in one for each.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goPeer } from './peers.ts';

/** What a validator is asked; certificates and CRLs in DER. */
export interface Question {
  readonly leaf: Uint8Array;
  readonly anchors: readonly Uint8Array[];
  readonly untrusted: readonly Uint8Array[];
  readonly at: Date;
  readonly purpose: 'server' | 'client' | 'any';
  readonly name?: { readonly kind: 'dns' | 'ip' | 'email'; readonly value: string } | undefined;
  readonly crls?: readonly Uint8Array[];
  /** More options of `openssl verify`. */
  readonly options?: readonly string[];
}

export interface Answer {
  readonly good: boolean;
  /** Its own words, where it refuses. */
  readonly says: string;
}

export interface Judgement {
  /** `go1.26.8`, `OpenSSL 3.0.19`. */
  readonly version: string;
  readonly answers: readonly Answer[];
}

const ROOM = 1024 * 1024 * 1024;

// A module that says `go 1.19` gets the laxness of that time, unless it is told otherwise.
export const GODEBUG = 'x509negativeserial=0,x509usepolicies=1';

/** Go's crypto/x509, as it comes; it reads no CRLs. */
export function askGo(questions: readonly Question[]): Judgement {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const lines = questions.map(({ leaf, anchors, untrusted, at, purpose, name }) =>
    JSON.stringify({
      leaf: base64(leaf),
      anchors: anchors.map(base64),
      untrusted: untrusted.map(base64),
      at: at.toISOString(),
      purpose,
      name: name?.value ?? '',
    }),
  );
  const env = { ...process.env, GODEBUG };
  const input = lines.join('\n');
  const said = execFileSync(goPeer(), ['judge'], { input, env, maxBuffer: ROOM });
  const [version, ...faults] = said
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  return {
    version: version as string,
    answers: (faults as { readonly fault: string }[]).map(({ fault }) => ({
      good: fault === '',
      says: fault,
    })),
  };
}

const PURPOSES = { server: ['sslserver'], client: ['sslclient'], any: [] } as const;
const NAMES = { dns: '-verify_hostname', ip: '-verify_ip', email: '-verify_email' } as const;

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** `openssl verify` with any given certificate as anchor, as we and Go take them. */
export async function askOpenssl(questions: readonly Question[]): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-judge-'));
  const answers: Answer[] = [];
  const waiting = questions.entries();
  const work = async (lane: number) => {
    for (const [index, question] of waiting)
      answers[index] = await askOnce(join(folder, `${lane}-`), question);
  };
  try {
    await Promise.all([work(0), work(1)]);
    return { version: opensslVersion(), answers };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `OpenSSL 3.0.19`. */
export function opensslVersion(): string {
  const said = execFileSync('openssl', ['version'], { encoding: 'utf8' });
  return said.split(' ').slice(0, 2).join(' ');
}

function askOnce(prefix: string, question: Question): Promise<Answer> {
  const { leaf, anchors, untrusted, at, purpose, name, crls = [], options = [] } = question;
  const file = (option: string, label: string, ders: readonly Uint8Array[]) => {
    if (ders.length === 0) return [];
    const path = `${prefix}${option || 'leaf'}.pem`;
    writeFileSync(path, ders.map((der) => pem(label, der)).join(''));
    return option === '' ? [path] : [`-${option}`, path];
  };
  const args = [
    ...['verify', '-no-CAfile', '-no-CApath', '-no-CAstore', '-partial_chain'],
    ...['-attime', String(Math.floor(at.getTime() / 1000))],
    ...PURPOSES[purpose].flatMap((one) => ['-purpose', one]),
    ...(name ? [NAMES[name.kind], name.value] : []),
    ...options,
    ...file('trusted', 'CERTIFICATE', anchors),
    ...file('untrusted', 'CERTIFICATE', untrusted),
    ...file('CRLfile', 'X509 CRL', crls),
    ...file('', 'CERTIFICATE', [leaf]),
  ];
  return new Promise((resolve) => {
    execFile('openssl', args, (error, stdout, stderr) => {
      const why = /^error \d+ at .*$/m.exec(stderr)?.[0] ?? stderr.trim().split('\n')[0] ?? '';
      resolve({ good: !error && stdout.includes(': OK'), says: error ? why : '' });
    });
  });
}
