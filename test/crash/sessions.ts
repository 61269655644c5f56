// The runs whose crashes are tried: what lies there before, and the commands, as users type them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';
import { certify, clock } from '../store/support.ts';
import type { Step } from './trace.ts';
import type { Workspace } from './workspace.ts';

export interface Session {
  readonly name: string;
  /** Lies there, and lasts, before the first command. */
  readonly before: (workspace: Workspace) => Promise<void>;
  readonly steps: readonly Step[];
}

const issued = ['FILE_EXISTS'];

async function withCa({ must }: Workspace): Promise<void> {
  await must('ca', 'init', 'dev', '--no-passphrase');
}

async function withLeaves(workspace: Workspace): Promise<void> {
  const { must } = workspace;
  await withCa(workspace);
  for (const name of ['old', 'gone', 'kept'])
    await must(
      'issue',
      `${name}.internal`,
      '--out',
      'out',
      ...(name === 'gone' ? ['--ttl', '30d'] : []),
    );
}

async function withRevoked(workspace: Workspace): Promise<void> {
  await withLeaves(workspace);
  await workspace.must('revoke', 'out/gone.internal.crt');
}

/** Secrets for a key and for a backup. */
async function withSecrets(workspace: Workspace): Promise<void> {
  await withLeaves(workspace);
  writeFileSync(join(workspace.root, 'pass'), 'a passphrase of a test\n', { mode: 0o600 });
  await workspace.must('ca', 'backup', 'dev', '--out', 'first.backup', '--passphrase-file', 'pass');
}

/** A journal whose last segment is full, so that the next commit begins another. */
async function withFullSegment(workspace: Workspace): Promise<void> {
  await withRevoked(workspace);
  const home = homePaths(join(workspace.root, '.mtls'));
  const store = openCaStore(home, parseCaName('dev'), { clock });
  const signer = signerOf(store.loadKey());
  const certificate = await certify('dev', 'large.internal', generateKey('ec-p256'), signer);
  await store.transaction({ signer }, (transaction) => {
    transaction.issued({
      certificate,
      profile: 'server',
      outputs: Array.from({ length: 1100 }, () => ({
        kind: 'certificate',
        path: `/${'x'.repeat(4000)}`,
      })),
    });
    return Promise.resolve();
  });
}

const words = (line: string): readonly string[] => line.split(' ');
const step = (line: string, doneBefore?: readonly string[]): Step => ({
  argv: words(line),
  ...(doneBefore && { doneBefore }),
});

export const SESSIONS: readonly Session[] = [
  {
    name: 'a CA and one below it are made',
    before: () => Promise.resolve(),
    steps: [
      step('ca init dev --no-passphrase', ['CA_EXISTS']),
      step('ca intermediate sub --ca dev --no-passphrase', ['CA_EXISTS']),
      step('issue api.internal --ca sub --out out', issued),
    ],
  },
  {
    name: 'certificates are issued, by name and by request',
    before: withCa,
    steps: [
      step('issue one.internal --out out', issued),
      step('issue two.internal --out out', issued),
      step('csr three.internal --out out', issued),
      step('csr four.internal --out out', issued),
      step('sign out/three.internal.csr out/four.internal.csr', issued),
      step('issue five.internal --out . --force'),
    ],
  },
  {
    name: 'they are renewed and revoked, and CRLs are issued',
    before: withLeaves,
    steps: [
      step('renew out/old.internal.crt'),
      step('revoke out/gone.internal.crt', ['ALREADY_REVOKED']),
      step('ca crl --out out/crl.pem'),
      step('renew kept.internal --reuse-key'),
      step('ca crl dev --out out/crl.pem --format der'),
    ],
  },
];

/** What a killed process leaves is the next one's to mend. */
export const ISSUED_ONCE: Session = {
  name: 'a certificate is issued',
  before: withRevoked,
  steps: [step('issue one.internal --out out/new', issued)],
};

/** What comes after a process that was killed: first a command that mends, and is then refused. */
export const NEXT: readonly Step[] = [
  step('revoke out/gone.internal.crt', ['ALREADY_REVOKED']),
  step('issue next.internal --out out/new', issued),
];

/** A commit that begins a segment and a pack. */
export const NEXT_SEGMENT: Session = {
  name: 'the journal begins a segment',
  before: withFullSegment,
  steps: [
    step('issue one.internal --out out', issued),
    step('issue two.internal --out out', issued),
    step('ca compact dev'),
  ],
};

/** Slower: each of them opens what is sealed under a passphrase. */
export const SEALED: readonly Session[] = [
  {
    name: 'the key gets a passphrase and loses it',
    before: withSecrets,
    steps: [
      step('ca passwd --new-passphrase-file pass', ['PASSPHRASE_NEEDED']),
      step('ca passwd --passphrase-file pass --no-passphrase'),
    ],
  },
  {
    name: 'a backup is taken, and one is restored',
    before: withSecrets,
    steps: [
      step('ca backup dev --out second.backup --passphrase-file pass', issued),
      step('ca restore first.backup --name again --passphrase-file pass', ['CA_EXISTS']),
      step('ca import other --cert @/.mtls/ca/dev/ca.crt --key @/.mtls/ca/dev/ca.key', [
        'CA_EXISTS',
      ]),
    ],
  },
];

/** A command that does one thing: of several requests each is signed, or not, by itself. */
export function single({ argv, ...rest }: Step): Step {
  return { argv: argv[0] === 'sign' ? argv.slice(0, 2) : argv, ...rest };
}
