// A folder in which a set-up is made, and the doctor that looks at it.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { mtls, runProgram, type Finished } from '../../support/program.ts';
import type { CertSpec, Made, Maker } from './shape.ts';

/** Root, server and client, with an intermediate where the set-up has one. */
export type Set = Readonly<Record<string, Made>> & {
  readonly root: Made;
  readonly server: Made;
  readonly client: Made;
};

type Overrides = Readonly<Record<string, Partial<CertSpec> | undefined>>;

const USUAL: Readonly<Record<string, CertSpec>> = {
  root: { cn: '/O=Example/CN=Example Root CA', ca: true },
  inter: { cn: '/O=Example/CN=Example Issuing CA', by: 'root', ca: true, pathLen: 0 },
  server: {
    cn: 'api.example.test',
    by: 'root',
    dns: ['api.example.test', 'localhost'],
    eku: ['serverAuth'],
  },
  client: { cn: 'batch', by: 'root', dns: ['batch'], eku: ['clientAuth'] },
};

export class Kit {
  readonly folder: string;
  readonly make: Maker;

  constructor(make: Maker) {
    this.folder = mkdtempSync(join(tmpdir(), 'mtls-doctor-'));
    this.make = make;
    onTestFinished(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** The usual set with something else about it; what has `inter` above it comes from there. */
  set(overrides: Overrides = {}): Set {
    const specs = Object.entries(USUAL)
      .filter(([name]) => name !== 'inter' || 'inter' in overrides)
      .map(([name, spec]): [string, CertSpec] => [name, { ...spec, ...overrides[name] }]);
    const more = Object.entries(overrides).filter(([name]) => !(name in USUAL));
    // CAs first: who signs must be there
    const all = [...specs, ...(more as [string, CertSpec][])].sort(
      ([, a], [, b]) => depthOf(a) - depthOf(b),
    );
    return this.make(Object.fromEntries(all)) as Set;
  }

  put(path: string, text: string | Uint8Array, mode = path.includes('key') ? 0o600 : 0o644): void {
    const at = join(this.folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    chmodSync(at, mode);
  }

  /** ca.crt, and a certificate and a key for each of the two. */
  putSet(
    { root, inter, server, client }: Set & { readonly inter?: Made },
    leave: readonly string[] = [],
  ): void {
    const below = inter?.cert ?? '';
    const files: Readonly<Record<string, string>> = {
      'ca.crt': root.cert,
      'server.crt': server.cert + below,
      'server.key': server.key,
      'client.crt': client.cert + below,
      'client.key': client.key,
    };
    for (const [name, text] of Object.entries(files))
      if (!leave.includes(name)) this.put(`certs/${name}`, text);
  }

  /** The CA joins the home that commands take. */
  home({ cert, key }: Made, name = 'office', chain?: Made): void {
    this.put('elsewhere/ca.pem', cert);
    this.put('elsewhere/ca.key', key);
    if (chain) this.put('elsewhere/chain.pem', chain.cert);
    const { status, stderr } = this.mtls([
      ...['ca', 'import', name, '--cert', 'elsewhere/ca.pem', '--key', 'elsewhere/ca.key'],
      ...(chain ? ['--chain', 'elsewhere/chain.pem'] : []),
    ]);
    if (status !== 0) throw new Error(`no home: ${stderr}`);
  }

  touch(path: string, at: Date): void {
    utimesSync(join(this.folder, path), at, at);
  }

  mtls(args: readonly string[], input?: string): Finished {
    return mtls(args, { cwd: this.folder, ...(input !== undefined && { input }) });
  }

  run([program = '', ...args]: readonly string[]): Finished {
    return program === 'mtls' ? this.mtls(args) : runProgram(program, args, { cwd: this.folder });
  }

  doctor(sources: readonly string[], args: readonly string[] = []): Diagnosis {
    const { status, stdout, stderr } = this.mtls(['doctor', ...sources, ...args, '--json']);
    if (status !== 0 && status !== 1) throw new Error(`doctor exited ${String(status)}: ${stderr}`);
    return { ...(JSON.parse(stdout) as Omit<Diagnosis, 'status'>), status };
  }
}

function depthOf({ by, ca = false }: CertSpec): number {
  return by === undefined ? 0 : ca ? (by === 'root' ? 1 : 2) : 3;
}

export interface Told {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly subject: string;
  readonly cause: string;
  readonly remedy: {
    readonly argv: readonly (readonly string[])[];
    readonly folder: string | null;
  } | null;
  readonly consequences: readonly { readonly subject: string }[];
}

export interface Diagnosis {
  readonly status: number;
  readonly findings: readonly Told[];
  readonly healthy: readonly { readonly subject: string }[];
}

/** A Secret, as people write one. */
export function secret(
  name: string,
  data: Readonly<Record<string, string>>,
  { type = 'kubernetes.io/tls', kind = 'Secret' }: { type?: string; kind?: string } = {},
): string {
  return [
    'apiVersion: v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    '  namespace: prod',
    ...(kind === 'Secret' ? [`type: ${type}`] : []),
    'data:',
    ...Object.entries(data).map(([key, value]) => `  ${key}: ${value}`),
    '',
  ].join('\n');
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
