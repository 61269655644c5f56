// Every command of the program, with secrets in its hands: done, refused, broken off.
import type { Run } from './run.ts';
import type { Passphrases } from './world.ts';

export interface Case extends Run {
  readonly exit: number;
  /** Files that hold an open key afterwards, as they are meant to. */
  readonly keys?: readonly string[];
  /** Their mode, 0600 where absent. */
  readonly mode?: number;
  /** Secrets that are printed, as was asked for. */
  readonly prints?: readonly string[];
  /** Whether it is run with --json too; so unless this is false. */
  readonly json?: boolean;
  /** The secret was typed as an argument: it stands there by the user's doing. */
  readonly typed?: boolean;
}

/** What happens amid the work of a command. */
const NO_SPACE = 'fs.writeSync:1:ENOSPC';
const NO_SPACE_LATER = 'fs.writeSync:3:ENOSPC';
const BAD_DISK = 'fs.fsyncSync:2:EIO';
const BUG_AT_KEY = 'crypto.createPrivateKey:1:TypeError';
const BUG_AT_SIGNATURE = 'crypto.sign:1:TypeError';
const BUG_AT_PASSPHRASE = 'crypto.pbkdf2Sync:1:TypeError';
const BAD_ARGUMENT = 'crypto.createPrivateKey:1:ERR_INVALID_ARG_TYPE';
const TERMINATED = 'fs.writeSync:2:SIGTERM';
const INTERRUPTED = 'fs.fsyncSync:1:SIGINT';

const file = (name: string): readonly string[] => ['--passphrase-file', `in/${name}.pass`];
const variable = ['--passphrase-env', 'PASS'];
const leafSet = ['--cert', 'in/leaf.crt', '--key', 'in/leaf.key', '--ca', 'in/ca.crt'];
const closedSet = ['--cert', 'in/leaf.crt', '--key', 'in/leaf-enc.key', '--ca', 'in/ca.crt'];
const elsewhere = ['--home', 'out/home'];

/** Broken files, each by itself. */
const BROKEN = [
  'joined.key',
  'cut.key',
  'bent.key',
  'odd.key',
  'half.p12',
  'bent.p12',
  'plain.yaml',
  'half.yaml',
  'twice.yaml',
  'loose.yaml',
  'cut.json',
  'config.cnf',
  'mislabelled.crt',
  'label.pem',
  'hex.txt',
  'jwk.json',
  'pass.pem',
] as const;

/** Cases by the words of their command. */
export function casesOf(passphrases: Passphrases): Readonly<Record<string, readonly Case[]>> {
  const env = (name: keyof Passphrases) => ({ PASS: passphrases[name] });
  const broken = (args: readonly string[], breaking: readonly string[], keys: string[] = []) =>
    breaking.map((one): Case => ({ args, breaking: one, exit: exitOf(one), keys }));
  const mistyped = (argv: readonly string[], exit: number): Case => ({
    args: argv,
    exit,
    typed: true,
  });
  const reading = (command: string, exit: number): readonly Case[] => [
    { args: [command, 'in/store.p12', ...file('store')], exit: 0 },
    { args: [command, 'in/store.p12', ...file('wrong')], exit: 4 },
    { args: [command, 'in/leaf.crt', 'in/leaf-enc.key', ...variable], env: env('leaf'), exit: 0 },
    { args: [command, 'in', ...file('leaf')], exit },
    { args: [command, '-'], input: `${passphrases.ca}\n`, exit: 3 },
  ];
  return {
    up: [
      {
        args: ['up', 'out/dev'],
        exit: 0,
        keys: ['out/dev/.mtls/ca/dev/ca.key', 'out/dev/client.key', 'out/dev/server.key'],
      },
      ...broken(
        ['up', 'out/dev'],
        [NO_SPACE, NO_SPACE_LATER, BAD_DISK, BUG_AT_SIGNATURE, TERMINATED],
        ['out/dev/.mtls/ca/dev/ca.key', 'out/dev/client.key', 'out/dev/server.key'],
      ),
    ],
    'ca init': [
      { args: ['ca', 'init', 'new', '--key-type', 'rsa-2048', ...file('new')], exit: 0 },
      { args: ['ca', 'init', 'new', ...variable], env: env('new'), exit: 0 },
      {
        args: ['ca', 'init', 'new', '--no-passphrase'],
        exit: 0,
        keys: ['home/ca/new/ca.key'],
      },
      { args: ['ca', 'init', 'open', ...file('new')], exit: 4 },
      { args: ['ca', 'init', 'open', ...variable], env: env('new'), exit: 4 },
      { args: ['ca', 'init', 'new', '--subject', 'CN', ...variable], env: env('new'), exit: 2 },
      mistyped(['ca', 'init', 'new', '--passphrase', passphrases.new], 2),
      mistyped(['ca', 'init', 'new', `--passphrase=${passphrases.new}`], 2),
      mistyped(['ca', 'init', 'new', '--passphrase-env', passphrases.new], 4),
      mistyped(['ca', 'init', 'new', '--passphrase-file', passphrases.new], 3),
      ...broken(
        ['ca', 'init', 'new', ...file('new')],
        [NO_SPACE, BAD_DISK, BUG_AT_KEY, BUG_AT_PASSPHRASE, TERMINATED, INTERRUPTED],
      ),
    ],
    'ca intermediate': [
      {
        args: [
          ...['ca', 'intermediate', 'below', '--ca', 'locked', ...file('new')],
          ...['--ca-passphrase-file', 'in/ca.pass'],
        ],
        exit: 0,
      },
      {
        args: [
          ...['ca', 'intermediate', 'below', '--ca', 'locked', ...variable],
          ...['--ca-passphrase-env', 'ABOVE'],
        ],
        env: { ...env('new'), ABOVE: passphrases.ca },
        exit: 0,
      },
      {
        args: [
          ...['ca', 'intermediate', 'below', '--ca', 'locked', ...variable],
          ...['--ca-passphrase-file', 'in/wrong.pass'],
        ],
        env: env('new'),
        exit: 4,
      },
    ],
    'ca import': [
      {
        args: [
          ...['ca', 'import', 'taken', '--cert', 'home/ca/locked/ca.crt', ...elsewhere],
          ...['--key', 'home/ca/locked/ca.key', ...file('ca')],
        ],
        exit: 0,
      },
      {
        args: [
          ...['ca', 'import', 'taken', '--cert', 'home/ca/open/ca.crt', ...elsewhere],
          ...['--key', 'home/ca/open/ca.key'],
        ],
        exit: 0,
        keys: ['out/home/ca/taken/ca.key'],
      },
      {
        args: [
          ...['ca', 'import', 'taken', '--cert', 'home/ca/locked/ca.crt', ...elsewhere],
          ...['--key', 'home/ca/locked/ca.key', ...file('wrong')],
        ],
        exit: 4,
      },
      ...['joined.key', 'bent.key', 'half.p12'].map((name) => ({
        args: [
          ...['ca', 'import', 'taken', '--cert', 'home/ca/open/ca.crt', ...elsewhere],
          ...['--key', `in/broken/${name}`, ...file('store')],
        ],
        exit: 3,
      })),
      { args: ['ca', 'import', 'taken', '--from', 'in/broken', ...elsewhere], exit: 3 },
    ],
    'ca list': [{ args: ['ca', 'list'], exit: 0 }],
    'ca show': [{ args: ['ca', 'show', 'locked'], exit: 0 }],
    'ca export': [{ args: ['ca', 'export', 'open'], exit: 0 }],
    'ca crl': [
      { args: ['ca', 'crl', 'locked', ...file('ca')], exit: 0 },
      { args: ['ca', 'crl', 'locked', ...file('wrong')], exit: 4 },
      ...broken(['ca', 'crl', 'open'], [NO_SPACE, BUG_AT_SIGNATURE, BAD_ARGUMENT]),
    ],
    'ca backup': [
      { args: ['ca', 'backup', 'open', '--out', 'out/b', ...file('backup')], exit: 0 },
      { args: ['ca', 'backup', 'open', '--out', 'out/b', ...variable], env: env('new'), exit: 0 },
      ...broken(
        ['ca', 'backup', 'open', '--out', 'out/b', ...file('backup')],
        [NO_SPACE_LATER, BAD_DISK, BUG_AT_PASSPHRASE],
      ),
    ],
    'ca restore': [
      {
        args: ['ca', 'restore', 'in/open.backup', ...elsewhere, ...file('backup')],
        exit: 0,
        keys: ['out/home/ca/open/ca.key'],
      },
      { args: ['ca', 'restore', 'in/open.backup', ...elsewhere, ...file('wrong')], exit: 4 },
      ...broken(
        ['ca', 'restore', 'in/open.backup', ...elsewhere, ...file('backup')],
        ['fs.writeSync:5:ENOSPC', BAD_DISK, 'crypto.createDecipheriv:1:TypeError', TERMINATED],
        ['out/home/ca/open/ca.key'],
      ),
    ],
    'ca audit': [
      { args: ['ca', 'audit', 'locked'], exit: 0 },
      { args: ['ca', 'audit', 'open'], exit: 0 },
    ],
    'ca compact': [
      { args: ['ca', 'compact', 'locked'], exit: 0 },
      { args: ['ca', 'compact', 'open'], exit: 0 },
    ],
    'ca passwd': [
      {
        args: ['ca', 'passwd', 'locked', ...file('ca'), '--new-passphrase-file', 'in/new.pass'],
        exit: 0,
      },
      {
        args: ['ca', 'passwd', 'locked', ...variable, '--new-passphrase-env', 'NEXT'],
        env: { ...env('ca'), NEXT: passphrases.new },
        exit: 0,
      },
      {
        args: ['ca', 'passwd', 'locked', ...file('wrong'), '--new-passphrase-env', 'NEXT'],
        env: { NEXT: passphrases.new },
        exit: 4,
      },
      {
        args: ['ca', 'passwd', 'locked', ...file('ca'), '--no-passphrase'],
        exit: 0,
        keys: ['home/ca/locked/ca.key'],
      },
      { args: ['ca', 'passwd', 'open', '--new-passphrase-file', 'in/new.pass'], exit: 0 },
      ...broken(
        ['ca', 'passwd', 'open', '--new-passphrase-file', 'in/new.pass'],
        [NO_SPACE, BAD_DISK, BUG_AT_PASSPHRASE, 'crypto.createCipheriv:1:TypeError'],
      ),
    ],
    issue: [
      {
        args: ['issue', 'x.test', '--ca', 'open', '--out', 'out'],
        exit: 0,
        keys: ['out/x.test.key'],
      },
      {
        args: ['issue', 'x.test', '--ca', 'locked', '--out', 'out', ...file('ca')],
        exit: 0,
        keys: ['out/x.test.key'],
      },
      {
        args: ['issue', 'x.test', '--ca', 'locked', '--out', 'out', ...variable],
        env: env('ca'),
        exit: 0,
        keys: ['out/x.test.key'],
      },
      {
        args: [
          ...['issue', 'x.test', '--ca', 'open', '--key-type', 'rsa-2048', '--ca-out', 'out/ca'],
          ...['--cert-out', 'out/all.pem', '--key-out', 'out/all.pem', '--key-mode', '0640'],
        ],
        exit: 0,
        keys: ['out/all.pem'],
        mode: 0o640,
      },
      {
        args: [
          ...['issue', 'x.test', '--ca', 'open', '--out', 'out'],
          ...['--key', 'in/leaf-enc.key', ...file('leaf')],
        ],
        exit: 0,
      },
      { args: ['issue', 'x.test', '--ca', 'locked', '--out', 'out', ...file('wrong')], exit: 4 },
      { args: ['issue', 'x.test', '--ca', 'locked', '--out', 'out'], exit: 4 },
      { args: ['issue', 'x y', '--ca', 'locked', ...variable], env: env('ca'), exit: 2 },
      ...['joined.key', 'cut.key', 'bent.key', 'odd.key', 'label.pem', 'hex.txt'].map((name) => ({
        args: ['issue', 'x.test', '--ca', 'open', '--out', 'out', '--key', `in/broken/${name}`],
        exit: 3,
      })),
      ...broken(
        ['issue', 'x.test', '--ca', 'locked', '--out', 'out', ...file('ca')],
        [
          NO_SPACE,
          NO_SPACE_LATER,
          BAD_DISK,
          BUG_AT_KEY,
          BUG_AT_SIGNATURE,
          BAD_ARGUMENT,
          BUG_AT_PASSPHRASE,
          'crypto.createDecipheriv:1:TypeError',
          TERMINATED,
          INTERRUPTED,
        ],
        ['out/x.test.key'],
      ),
    ],
    csr: [
      { args: ['csr', 'y.test', '--out', 'out'], exit: 0, keys: ['out/y.test.key'] },
      {
        args: ['csr', 'y.test', '--out', 'out', '--key', 'in/old-enc.key', ...file('leaf')],
        exit: 0,
      },
      {
        args: ['csr', 'y.test', '--out', 'out', '--key', 'in/old-enc.key', ...file('wrong')],
        exit: 4,
      },
      ...broken(['csr', 'y.test', '--out', 'out'], [NO_SPACE, BUG_AT_KEY, BAD_ARGUMENT]),
    ],
    sign: [
      {
        args: ['sign', 'in/ask.csr', '--ca', 'locked', '--out', 'out', '--yes', ...file('ca')],
        exit: 0,
      },
      { args: ['sign', 'in/ask.csr', '--ca', 'locked', '--yes', ...file('wrong')], exit: 4 },
      { args: ['sign', 'in/ask.key', '--ca', 'open', '--yes'], exit: 3 },
    ],
    list: [{ args: ['list'], exit: 0 }],
    renew: [
      { args: ['renew', 'in/leaf.crt', '--yes'], exit: 0, keys: ['in/leaf.key'] },
      ...broken(
        ['renew', 'in/leaf.crt', '--yes'],
        [NO_SPACE, BAD_DISK, BUG_AT_KEY, TERMINATED],
        ['in/leaf.key'],
      ),
    ],
    revoke: [
      { args: ['revoke', 'in/leaf.crt'], exit: 0 },
      ...broken(['revoke', 'in/leaf.crt'], [NO_SPACE, BUG_AT_SIGNATURE]),
    ],
    doctor: [
      { args: ['doctor', 'in', ...file('leaf')], exit: 1 },
      {
        args: ['doctor', 'in/broken', ...file('store'), '--fix', 'out/fixed'],
        exit: 0,
        keys: ['out/fixed/config.json'],
      },
      { args: ['doctor', 'in/broken', '--sarif'], exit: 1, json: false },
      { args: ['doctor', 'in/store.p12', ...file('wrong')], exit: 1 },
      ...['joined.key', 'loose.yaml', 'twice.yaml', 'mislabelled.crt', 'label.pem'].map((name) => ({
        args: ['doctor', 'in/leaf.crt', `in/broken/${name}`],
        exit: 1,
      })),
    ],
    why: [
      {
        args: [
          ...['why', 'in/leaf.crt,in/leaf-enc.key,in/ca.crt', 'in/rsa.crt,in/rsa.key,in/ca.crt'],
          ...file('leaf'),
        ],
        exit: 0,
      },
      { args: ['why', 'in/broken', 'in'], exit: 1 },
    ],
    explain: [
      { args: ['explain', 'KEY_MISMATCH'], exit: 0 },
      {
        args: ['explain', '-'],
        input: `error: bad key\npassword ${passphrases.ca}`,
        exit: 1,
      },
    ],
    connect: [
      { args: ['connect', '127.0.0.1:1', ...closedSet, ...file('leaf')], exit: 5 },
      { args: ['connect', '127.0.0.1:1', ...closedSet, ...file('wrong')], exit: 4 },
      { args: ['connect', '127.0.0.1:1', '--cert', 'in/broken/joined.key'], exit: 3 },
    ],
    serve: [
      {
        args: ['serve', ...closedSet, '--port', '0', ...file('leaf')],
        signal: [/listening|"url"/, 'SIGTERM'],
        exit: 143,
      },
      { args: ['serve', ...closedSet, '--port', '0', ...file('wrong')], exit: 4 },
    ],
    status: [
      { args: ['status', 'in/leaf.crt'], exit: 0 },
      { args: ['status', 'in/store.p12', ...file('store')], exit: 0 },
      { args: ['status', 'in/broken'], exit: 0 },
    ],
    lint: [
      { args: ['lint', 'in/store.p12', ...file('store')], exit: 1 },
      { args: ['lint', 'in/store.p12', ...file('wrong')], exit: 4 },
      { args: ['lint', 'in/broken'], exit: 1 },
    ],
    inspect: [
      ...reading('inspect', 0),
      ...BROKEN.map((name) => ({
        args: ['inspect', `in/broken/${name}`],
        exit: name === 'bent.p12' ? 4 : 3,
      })),
    ],
    verify: [
      { args: ['verify', 'in/leaf.crt', '--ca', 'in/ca.crt'], exit: 0 },
      { args: ['verify', 'in/store.p12', ...file('store'), '--ca', 'in/ca.crt'], exit: 1 },
      { args: ['verify', 'in/leaf.key', '--ca', 'in/broken/joined.key'], exit: 3 },
    ],
    match: [...reading('match', 0), { args: ['match', 'in/broken', ...file('store')], exit: 3 }],
    fixtures: [
      {
        args: ['fixtures', 'out/fx', '--no-zoo'],
        exit: 0,
        keys: ['ca', 'client', 'server', 'svid-client', 'svid-server'].map(
          (name) => `out/fx/${name}/key.pem`,
        ),
      },
    ],
    'k8s secret': [
      {
        args: ['k8s', 'secret', 'api', ...leafSet],
        exit: 0,
        prints: ['d of in/leaf.key'],
        json: false,
      },
      {
        args: ['k8s', 'secret', 'api', ...closedSet, ...variable, '--file', 'out/secret.yaml'],
        env: env('leaf'),
        exit: 0,
        keys: ['out/secret.yaml'],
      },
      {
        args: [
          ...['k8s', 'secret', 'api', '--cert', 'home/ca/open/ca.crt'],
          ...['--key', 'home/ca/open/ca.key'],
        ],
        exit: 7,
        json: false,
      },
      { args: ['k8s', 'secret', 'api', ...closedSet, ...file('wrong')], exit: 4, json: false },
      {
        args: ['k8s', 'secret', 'api', '--cert', 'in/leaf.crt', '--key', 'in/broken/bent.key'],
        exit: 3,
        json: false,
      },
      ...broken(
        ['k8s', 'secret', 'api', ...leafSet, '--file', 'out/secret.yaml'],
        [NO_SPACE, BAD_DISK],
      ),
    ],
    'k8s configmap': [
      { args: ['k8s', 'configmap', 'roots', '--ca', 'in/ca.crt'], exit: 0 },
      { args: ['k8s', 'configmap', 'roots', '--ca', './in/leaf.key'], exit: 3 },
      {
        args: ['k8s', 'configmap', 'roots', '--ca', 'in/ca.crt', '--template', 'in/leaf.key'],
        exit: 3,
      },
    ],
    'policy check': [
      { args: ['policy', 'check', 'in/leaf.key'], exit: 3 },
      { args: ['policy', 'check', 'in/plain.yaml'], exit: 3 },
    ],
    'policy test': [
      {
        args: ['policy', 'test', 'in/leaf.crt', 'GET', '/orders', '--policy', 'in/leaf.key'],
        exit: 3,
      },
      {
        args: ['policy', 'test', 'in/leaf.key', 'GET', '/orders', '--policy', 'in/plain.yaml'],
        exit: 3,
      },
    ],
    'policy export': [
      { args: ['policy', 'export', 'in/leaf.key', '--to', 'rego'], exit: 3, json: false },
      { args: ['policy', 'export', 'in/twice.yaml', '--to', 'nginx'], exit: 3, json: false },
    ],
    'k8s trust-bundle': [
      { args: ['k8s', 'trust-bundle', 'roots', '--ca', 'in/ca.crt'], exit: 0 },
      { args: ['k8s', 'trust-bundle', 'roots', '--ca', './in/leaf.key'], exit: 3 },
    ],
    'k8s deployment': [
      { args: ['k8s', 'deployment', 'api', '--secret', 'api-tls', '--image', 'api'], exit: 0 },
      {
        args: [
          ...['k8s', 'deployment', 'api', '--secret', 'api-tls', '--image', 'api'],
          ...['--template', 'in/leaf.key'],
        ],
        exit: 3,
      },
    ],
    'k8s ingress': [
      {
        args: [
          ...['k8s', 'ingress', 'api', '--host', 'api.test', '--secret', 'api-tls'],
          ...['--service', 'api', '--port', '443'],
        ],
        exit: 0,
      },
    ],
    'k8s gateway': [
      {
        args: ['k8s', 'gateway', 'edge', '--class', 'envoy', '--secret', 'api-tls'],
        exit: 0,
      },
    ],
    'k8s csr create': [
      {
        args: ['k8s', 'csr', 'create', 'y', 'y.test', '--signer-name', 'a.test/b'],
        exit: 0,
        keys: ['y.key'],
      },
      {
        args: [
          ...['k8s', 'csr', 'create', 'y', 'y.test', '--signer-name', 'a.test/b'],
          ...['--key', 'in/old-enc.key', ...file('leaf')],
        ],
        exit: 0,
      },
      {
        args: [
          ...['k8s', 'csr', 'create', 'y', 'y.test', '--signer-name', 'a.test/b'],
          ...['--key', 'in/old-enc.key', ...file('wrong')],
        ],
        exit: 4,
      },
      {
        args: ['k8s', 'csr', 'create', 'y', '--csr', 'in/ask.key', '--signer-name', 'a.test/b'],
        exit: 3,
      },
      ...broken(
        ['k8s', 'csr', 'create', 'y', 'y.test', '--signer-name', 'a.test/b'],
        [NO_SPACE, BAD_ARGUMENT],
      ),
    ],
    'k8s csr approve': [
      { args: ['k8s', 'csr', 'approve', 'ask.yaml', '--yes'], exit: 0 },
      { args: ['k8s', 'csr', 'approve', 'in/leaf.key', '--yes'], exit: 3 },
      { args: ['k8s', 'csr', 'approve', 'in/broken/loose.yaml', '--yes'], exit: 3 },
    ],
    'k8s csr sign': [
      {
        args: [
          ...['k8s', 'csr', 'sign', 'ask.yaml', '--approve', '--yes'],
          ...['--ca', 'locked', ...file('ca')],
        ],
        exit: 0,
      },
      {
        args: [
          ...['k8s', 'csr', 'sign', 'ask.yaml', '--approve', '--yes'],
          ...['--ca', 'locked', ...file('wrong')],
        ],
        exit: 4,
      },
      { args: ['k8s', 'csr', 'sign', 'ask.yaml', '--ca', 'open', '--yes'], exit: 7 },
      { args: ['k8s', 'csr', 'sign', 'in/secret.yaml', '--ca', 'open', '--yes'], exit: 3 },
      ...broken(
        ['k8s', 'csr', 'sign', 'ask.yaml', '--approve', '--yes', '--ca', 'open'],
        [NO_SPACE, BUG_AT_SIGNATURE],
      ),
    ],
    'k8s read': [
      { args: ['k8s', 'read', 'in/secret.yaml', 'ask.yaml'], exit: 0 },
      { args: ['k8s', 'read', 'in/broken'], exit: 1 },
      { args: ['k8s', 'read', 'in/leaf.key'], exit: 3 },
    ],
    'mesh istio cacerts': [
      {
        args: ['mesh', 'istio', 'cacerts', '--ca', 'open', '--file', 'out/cacerts.yaml'],
        exit: 0,
        keys: ['home/ca/istio/ca.key', 'out/cacerts.yaml'],
      },
      {
        args: [
          ...['mesh', 'istio', 'cacerts', '--ca', 'locked', '--file', 'out/cacerts.yaml'],
          ...['--ca-passphrase-file', 'in/ca.pass', ...file('new')],
        ],
        exit: 0,
        keys: ['out/cacerts.yaml'],
      },
      {
        args: [
          ...['mesh', 'istio', 'cacerts', '--ca', 'locked'],
          ...['--ca-passphrase-file', 'in/wrong.pass', '--no-passphrase'],
        ],
        exit: 4,
        json: false,
      },
      { args: ['mesh', 'istio', 'cacerts', 'open'], exit: 7, json: false },
      ...broken(
        ['mesh', 'istio', 'cacerts', '--ca', 'open', '--file', 'out/cacerts.yaml'],
        [NO_SPACE, BAD_DISK, BUG_AT_SIGNATURE],
        ['home/ca/istio/ca.key', 'out/cacerts.yaml'],
      ),
    ],
    'mesh istio check': [
      { args: ['mesh', 'istio', 'check', 'in'], exit: 3 },
      { args: ['mesh', 'istio', 'check', 'in/broken/plain.yaml'], exit: 3 },
    ],
    'mesh istio policy': [{ args: ['mesh', 'istio', 'policy'], exit: 0 }],
    'mesh istio gateway': [{ args: ['mesh', 'istio', 'gateway', 'api', 'x.test'], exit: 0 }],
    'mesh linkerd policy': [
      {
        args: [
          ...['mesh', 'linkerd', 'policy', 'orders', '--workload', 'app=orders'],
          ...['--port', '80', '--allow', 'shop/web'],
        ],
        exit: 0,
      },
    ],
    'mesh linkerd anchors': [
      {
        args: ['mesh', 'linkerd', 'anchors', '--no-passphrase'],
        exit: 0,
        keys: ['home/ca/linkerd-root/ca.key'],
      },
      { args: ['mesh', 'linkerd', 'anchors', 'mesh-root', ...file('new')], exit: 0 },
      ...broken(
        ['mesh', 'linkerd', 'anchors', 'mesh-root', ...file('new')],
        [NO_SPACE, BUG_AT_SIGNATURE],
      ),
    ],
    'mesh linkerd issuer': [
      {
        args: [
          ...['mesh', 'linkerd', 'issuer', '--ca', 'open', '--file', 'out/issuer.yaml'],
          ...file('new'),
        ],
        exit: 0,
        keys: ['out/issuer.yaml'],
      },
      { args: ['mesh', 'linkerd', 'issuer', 'locked', ...file('ca')], exit: 7, json: false },
      ...broken(
        ['mesh', 'linkerd', 'issuer', '--ca', 'open', '--file', 'out/issuer.yaml'],
        [NO_SPACE, BAD_DISK],
        ['home/ca/linkerd-identity/ca.key', 'out/issuer.yaml'],
      ),
    ],
    'mesh cert-manager issuer': [
      {
        args: [
          ...['mesh', 'cert-manager', 'issuer', '--ca', 'open', '--file', 'out/issuer.yaml'],
          ...file('new'),
        ],
        exit: 0,
        keys: ['out/issuer.yaml'],
      },
      { args: ['mesh', 'cert-manager', 'issuer', 'locked', ...file('ca')], exit: 7, json: false },
      ...broken(
        ['mesh', 'cert-manager', 'issuer', '--ca', 'open', '--file', 'out/issuer.yaml'],
        [NO_SPACE, BAD_DISK],
        ['home/ca/cert-manager/ca.key', 'out/issuer.yaml'],
      ),
    ],
    'mesh cert-manager certificate': [
      {
        args: [
          ...['mesh', 'cert-manager', 'certificate', '--issuer', 'root'],
          ...['--from', 'in/leaf.crt', '--name', 'leaf'],
        ],
        exit: 0,
      },
      {
        args: [
          ...['mesh', 'cert-manager', 'certificate', '--issuer', 'root'],
          ...['--from', 'in/leaf.key', '--name', 'leaf'],
        ],
        exit: 3,
      },
    ],
    'mesh cert-manager check': [
      { args: ['mesh', 'cert-manager', 'check', 'in/broken/plain.yaml'], exit: 1 },
    ],
    'mesh spire upstream': [
      {
        args: ['mesh', 'spire', 'upstream', '--ca', 'open', '--out', 'out', ...file('new')],
        exit: 0,
        keys: ['out/upstream.key'],
      },
      { args: ['mesh', 'spire', 'upstream', 'locked', ...file('ca')], exit: 7 },
      ...broken(
        ['mesh', 'spire', 'upstream', '--ca', 'open', '--out', 'out', ...file('new')],
        [NO_SPACE, BAD_DISK],
        ['home/ca/spire/ca.key', 'out/upstream.key'],
      ),
    ],
    'mesh spire bundle': [{ args: ['mesh', 'spire', 'bundle', '--ca', 'open'], exit: 0 }],
    'mesh spire federation': [
      {
        args: [
          ...['mesh', 'spire', 'federation', 'example.com', '--url', 'https://example.com'],
          ...['--bundle', 'in/leaf.key'],
        ],
        exit: 3,
      },
    ],
    'mesh spire helper': [{ args: ['mesh', 'spire', 'helper'], exit: 0 }],
    'mesh spire check': [{ args: ['mesh', 'spire', 'check', 'in/broken/plain.yaml'], exit: 3 }],
    'mesh linkerd values': [
      { args: ['mesh', 'linkerd', 'values', '--ca', 'open', '--webhook-ca', 'open'], exit: 0 },
    ],
    'mesh linkerd webhooks': [
      {
        args: [
          ...['mesh', 'linkerd', 'webhooks', '--ca', 'locked', ...file('ca')],
          ...['--file', 'out/webhooks.yaml'],
        ],
        exit: 0,
        keys: ['out/webhooks.yaml'],
      },
      {
        args: ['mesh', 'linkerd', 'webhooks', '--ca', 'locked', ...file('wrong')],
        exit: 4,
        json: false,
      },
      ...broken(
        ['mesh', 'linkerd', 'webhooks', '--ca', 'open', '--file', 'out/webhooks.yaml'],
        [NO_SPACE, BUG_AT_SIGNATURE],
        ['out/webhooks.yaml'],
      ),
    ],
    'mesh cilium ca': [
      {
        args: ['mesh', 'cilium', 'ca', '--ca', 'open', '--file', 'out/ca.yaml', ...file('new')],
        exit: 0,
        keys: ['out/ca.yaml'],
      },
      { args: ['mesh', 'cilium', 'ca', 'locked', ...file('ca')], exit: 7, json: false },
      ...broken(
        ['mesh', 'cilium', 'ca', '--ca', 'open', '--file', 'out/ca.yaml'],
        [NO_SPACE, BAD_DISK],
        ['home/ca/cilium/ca.key', 'out/ca.yaml'],
      ),
    ],
    'mesh cilium hubble': [
      {
        args: [
          ...['mesh', 'cilium', 'hubble', '--ca', 'locked', ...file('ca')],
          ...['--file', 'out/hubble.yaml'],
        ],
        exit: 0,
        keys: ['out/hubble.yaml'],
      },
      {
        args: ['mesh', 'cilium', 'hubble', '--ca', 'locked', ...file('wrong')],
        exit: 4,
        json: false,
      },
      ...broken(
        ['mesh', 'cilium', 'hubble', '--ca', 'open', '--file', 'out/hubble.yaml'],
        [NO_SPACE, BUG_AT_SIGNATURE],
        ['out/hubble.yaml'],
      ),
    ],
    'mesh cilium clustermesh': [
      {
        args: ['mesh', 'cilium', 'clustermesh', '--ca', 'open', '--file', 'out/mesh.yaml'],
        exit: 0,
        keys: ['out/mesh.yaml'],
      },
    ],
    'mesh cilium values': [{ args: ['mesh', 'cilium', 'values', '--relay-tls'], exit: 0 }],
    'mesh cilium policy': [
      { args: ['mesh', 'cilium', 'policy', 'api', '--from', 'app=web'], exit: 0 },
    ],
    'mesh cilium check': [
      { args: ['mesh', 'cilium', 'check', 'in'], exit: 3 },
      { args: ['mesh', 'cilium', 'check', 'in/broken/plain.yaml'], exit: 3 },
    ],
    'mesh kiali cabundle': [{ args: ['mesh', 'kiali', 'cabundle', '--ca', 'open'], exit: 0 }],
    'mesh kiali check': [{ args: ['mesh', 'kiali', 'check', 'in/broken/plain.yaml'], exit: 3 }],
    'mesh consul connect-ca': [
      {
        args: [
          ...['mesh', 'consul', 'connect-ca', '--ca', 'open', '--file', 'out/ca.json'],
          ...['--cluster-id', '11111111-2222-3333-4444-555555555555', ...file('new')],
        ],
        exit: 0,
        keys: ['out/ca.json'],
      },
    ],
    'mesh consul agent': [
      {
        args: [
          ...['mesh', 'consul', 'agent', 'server', '--ca', 'locked', '--out', 'out'],
          ...['--count', '2', ...file('ca')],
        ],
        exit: 0,
        keys: ['out/dc1-server-consul-0-key.pem', 'out/dc1-server-consul-1-key.pem'],
      },
      {
        args: ['mesh', 'consul', 'agent', 'client', '--ca', 'locked', ...file('wrong')],
        exit: 4,
      },
      ...broken(
        ['mesh', 'consul', 'agent', 'cli', '--ca', 'open', '--out', 'out'],
        [NO_SPACE, NO_SPACE_LATER, BAD_DISK, BUG_AT_SIGNATURE],
        ['out/dc1-cli-consul-0-key.pem'],
      ),
    ],
    'mesh consul secrets': [
      {
        args: [
          ...['mesh', 'consul', 'secrets', '--ca', 'locked', ...file('ca')],
          ...['--file', 'out/consul.yaml'],
        ],
        exit: 0,
        keys: ['out/consul.yaml'],
      },
      ...broken(
        ['mesh', 'consul', 'secrets', '--ca', 'open', '--file', 'out/consul.yaml'],
        [NO_SPACE, BUG_AT_SIGNATURE],
        ['out/consul.yaml'],
      ),
    ],
    'mesh consul values': [{ args: ['mesh', 'consul', 'values'], exit: 0 }],
    'mesh consul check': [
      { args: ['mesh', 'consul', 'check', 'in/broken/plain.yaml'], exit: 1 },
      { args: ['mesh', 'consul', 'check', '-'], input: 'x', exit: 3 },
    ],
    'mesh linkerd check': [{ args: ['mesh', 'linkerd', 'check', 'in/broken/plain.yaml'], exit: 3 }],
  };
}

/** What the program ends with when this breaks. */
function exitOf(breaking: string): number {
  const how = breaking.split(':')[2];
  if (how === 'SIGTERM') return 143;
  if (how === 'SIGINT') return 130;
  return how === 'ENOSPC' || (how === 'EIO' && breaking.startsWith('fs')) ? 4 : 70;
}
