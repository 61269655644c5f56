// The folder that an operator stands before, and what openssl makes of what lies in it.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openssl } from '../../support/openssl.ts';
import { Workshop, type Authority, type Party } from './workshop.ts';

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

export class Pile {
  /** What `mtls` is run in. */
  readonly folder: string;
  /** Authorities and half-made things, out of sight. */
  readonly scratch: string;
  readonly make: Workshop;

  constructor(folder: string) {
    this.folder = join(folder, 'pile');
    this.scratch = join(folder, 'scratch');
    mkdirSync(this.folder);
    this.make = new Workshop(this.scratch);
  }

  /** Writes a file; keys and what holds them are the owner’s alone, as all of them should be. */
  write(path: string, content: string | Uint8Array, mode = 0o600): void {
    const at = join(this.folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
    chmodSync(at, mode);
  }

  /** A certificate with its chain, and its key beside it. */
  pair(stem: string, party: Party): void {
    this.write(`${stem}.crt`, party.chain, 0o644);
    this.write(`${stem}.key`, party.key);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** What a Secret or ConfigMap of a file holds under a key, decoded as the cluster does it. */
  entry(path: string, name: string, key: string): string {
    const document = parse(this.read(path)) as Manifest | { readonly items: readonly Manifest[] };
    const all = 'items' in document ? document.items : [document];
    const found = all.find(({ metadata }) => metadata.name === name);
    const value = found?.data?.[key];
    if (value === undefined) throw new Error(`no ${name} ${key}`);
    return found?.kind === 'Secret' ? Buffer.from(value, 'base64').toString('latin1') : value;
  }
}

const bytes = (value: string | Uint8Array): string => Buffer.from(value).toString('base64');

export const secret = (
  name: string,
  namespace: string,
  data: Readonly<Record<string, string | Uint8Array>>,
  more: { readonly type?: string; readonly annotations?: Readonly<Record<string, string>> } = {},
): Manifest & Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, ...(more.annotations && { annotations: more.annotations }) },
  type: more.type ?? 'kubernetes.io/tls',
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, bytes(value)])),
});

export const configMap = (
  name: string,
  namespace: string,
  data: Readonly<Record<string, string>>,
): Manifest & Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

export const list = (...items: readonly unknown[]): unknown => ({
  apiVersion: 'v1',
  kind: 'List',
  items,
  metadata: { resourceVersion: '' },
});

export const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

export const kubeconfig = (user: string, ca: string, party: Party): string =>
  yaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'kubernetes',
        cluster: {
          server: 'https://10.0.0.1:6443',
          'certificate-authority-data': bytes(ca),
        },
      },
    ],
    contexts: [{ name: `${user}@kubernetes`, context: { cluster: 'kubernetes', user } }],
    'current-context': `${user}@kubernetes`,
    preferences: {},
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': bytes(party.cert),
          'client-key-data': bytes(party.key),
        },
      },
    ],
  });

/** The user’s certificate of a kubeconfig. */
export const kubeconfigCert = (text: string): string => {
  const { users } = parse(text) as {
    readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
  };
  return Buffer.from(users[0]?.user['client-certificate-data'] ?? '', 'base64').toString();
};

export const der = (pem: string): Buffer => openssl(['x509', '-outform', 'DER'], { input: pem });

const BLOCK = /-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n/;

/** Whether `openssl verify` believes what a server or client would show, to those who trust this. */
export function believed(
  pile: Pile,
  shown: string,
  trusted: string,
  options: readonly string[] = [],
): boolean {
  const folder = mkdtempSync(join(pile.scratch, 'verify-'));
  const at = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { status } = spawnSync('openssl', [
    'verify',
    '-no-CApath',
    '-no-CAstore',
    '-CAfile',
    at('trusted', trusted),
    '-untrusted',
    at('shown', shown),
    ...options,
    at('leaf', BLOCK.exec(shown)?.[0] ?? shown),
  ]);
  return status === 0;
}

const publicKey = (args: readonly string[], input: string): string =>
  spawnSync('openssl', args, { input, encoding: 'utf8' }).stdout;

/** Whether the first certificate and the key are of one pair. */
export const fits = (cert: string, key: string): boolean => {
  const one = publicKey(['x509', '-noout', '-pubkey'], cert);
  return one !== '' && one === publicKey(['pkey', '-pubout'], key);
};

/** A root, and a CA below it that issues. */
export function estate(
  pile: Pile,
  name: string,
): { readonly root: Authority; readonly issuing: Authority } {
  const root = pile.make.root({ subject: `/O=${name}/CN=${name} Root` });
  const issuing = pile.make.intermediate(root, { subject: `/O=${name}/CN=${name} Issuing` });
  return { root, issuing };
}
