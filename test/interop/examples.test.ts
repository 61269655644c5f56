// The examples as a reader has them: copied into an empty project that holds the packed package and
// nothing of this clone, and run as their README says. Bent where it matters, they must fail.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZOO } from '../../src/testing/index.ts';
import { runProgram, type Finished } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

interface Example {
  /** What its run says. */
  readonly says: RegExp;
  /** The program that runs it, where that is not Node. */
  readonly peer?: readonly [program: string, ...args: string[]];
  /** A mistake a service can have, and the test that finds it. */
  readonly bends?: readonly Bend[];
}

interface Bend {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly found: RegExp;
}

interface PackageJson {
  readonly version?: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples');

const EXAMPLES: Readonly<Record<string, Example>> = {
  'node-https': { says: /^200 hello alice\n403 not for bob$/m },
  'shell-ci': { says: /api\.example\.test/ },
  'vitest-https': {
    says: /Tests +7 passed \(7\)/,
    bends: [
      {
        file: 'service.js',
        from: 'requestCert: true',
        to: 'requestCert: false',
        found: /FAIL .* > the service turns away > who has no certificate/,
      },
      {
        file: 'service.js',
        from: 'rejectUnauthorized: true',
        to: 'rejectUnauthorized: false',
        found: /FAIL .* > the service turns away > whose certificate has expired/,
      },
    ],
  },
  'node-test': {
    says: new RegExp(`^[#ℹ] pass ${ZOO.length + 1}$`, 'm'),
    bends: [
      {
        file: 'client.js',
        from: '...tls,',
        to: '...tls, rejectUnauthorized: false,',
        found: /^(?:not ok \d+ -|✖) expired: /m,
      },
    ],
  },
  jest: {
    says: /Tests: +7 passed, 7 total/,
    bends: [
      {
        file: 'api.js',
        from: '!allowed.includes(caller)',
        to: 'caller === undefined',
        found: /● guest asks for GET and gets 403/,
      },
    ],
  },
  'library-issuing': {
    says: /^[#ℹ] pass 5$/m,
    bends: [
      {
        file: 'issuer.js',
        from: 'allow: name,',
        to: '',
        found: /^(?:not ok \d+ -|✖) and for no other name/m,
      },
    ],
  },
  'go-fixtures': {
    says: new RegExp(`(?:^ +--- PASS: TestZoo/.*\n){${ZOO.length}}`, 'm'),
    peer: ['go', 'version'],
    bends: [
      {
        file: 'greeter.go',
        from: 'tls.RequireAndVerifyClientCert',
        to: 'tls.RequireAnyClientCert',
        found: /--- FAIL: TestZoo\/expiredClient/,
      },
    ],
  },
  'python-fixtures': {
    says: /^Ran 2 tests in .*\n\nOK$/m,
    peer: ['python3', '--version'],
    bends: [
      {
        file: 'greeter.py',
        from: 'context.verify_mode = ssl.CERT_REQUIRED',
        to: 'context.verify_mode = ssl.CERT_NONE',
        found: /^FAIL: test_zoo .*expiredClient/m,
      },
    ],
  },
};

/** Each row's commands by its folder, `mtls` and the runner of tests as they come in a project. */
function readTable(): ReadonlyMap<string, readonly string[]> {
  const rows = readFileSync(join(examples, 'README.md'), 'utf8').matchAll(
    /^\| \[([^\]]+)\]\(\1\)[^|]*\|[^|]*\|([^|]*)\|$/gm,
  );
  return new Map(
    [...rows].map(([, folder = '', cell = '']) => [
      folder,
      [...cell.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command),
    ]),
  );
}

function packageOf(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

const commands = readTable();
const own = packageOf(root);

let place: string;
/** An empty project with the package in it. */
let project: string;
let missing: string | undefined;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'mtls-examples-'));
  const packed = runProgram('npm', ['pack', '--silent', '--pack-destination', place], {
    cwd: root,
  });
  expect(packed.status, packed.stderr).toBe(0);
  const [tarball = ''] = readdirSync(place);
  project = join(place, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  missing = install(project, join(place, tarball));
});
afterAll(() => {
  rmSync(place, { recursive: true, force: true });
});

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';

const INSTALL = [
  ...['install', '--no-package-lock', '--ignore-scripts', '--prefer-offline'],
  // Who has no registry wants to be told so at once
  `--fetch-retries=${required ? 2 : 0}`,
];
const NO_REGISTRY = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED)\b/;

/** Answers why it is not there, where no registry can be reached. */
function install(folder: string, what: string): string | undefined {
  const { status, stderr } = runProgram('npm', [...INSTALL, what], { cwd: folder });
  if (status !== 0 && NO_REGISTRY.test(stderr) && !required)
    return `npm reaches no registry to install ${basename(what)}`;
  expect(status, stderr).toBe(0);
  return undefined;
}

/** A run does not see that it is within a test of ours. */
function run(folder: string, command: string): Finished {
  const { PATH, HOME } = process.env;
  return runProgram('sh', ['-c', command], {
    cwd: folder,
    env: {
      HOME,
      PATH: `${join(folder, 'node_modules/.bin')}:${PATH ?? ''}`,
      NO_COLOR: '1',
      // Nothing but the package comes from elsewhere
      GOPROXY: 'off',
      GOTOOLCHAIN: 'local',
    },
  });
}

function runAll(folder: string, list: readonly string[]): Finished {
  let all: Finished = { status: 0, stdout: '', stderr: '' };
  for (const command of list) {
    const { status, stdout, stderr } = run(folder, command);
    all = { status, stdout: all.stdout + stdout, stderr: all.stderr + stderr };
    if (status !== 0) break;
  }
  return all;
}

it('there is a row in the README, and a test here, for every folder', () => {
  const folders = readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect([...commands.keys()].sort()).toEqual(folders.sort());
  expect(Object.keys(EXAMPLES).sort()).toEqual(folders);
});

describe.each(Object.entries(EXAMPLES))('%s', (name, { says, peer, bends = [] }) => {
  const source = join(examples, name);
  const files = readdirSync(source);
  const wants = files.includes('package.json') ? (packageOf(source).devDependencies ?? {}) : {};
  const present = peer === undefined || hasPeer(peer[0], peer.slice(1));

  let folder: string;
  let without: string | undefined;
  beforeAll(() => {
    without = missing;
    if (!present || without !== undefined) return;
    folder = mkdtempSync(join(place, `${name}-`));
    cpSync(project, folder, { recursive: true, verbatimSymlinks: true });
    if ('jest' in wants) without = install(folder, `jest@${wants['jest']}`);
    if ('vitest' in wants) linkVitest(folder);
    cpSync(source, folder, { recursive: true, filter: isOfExample });
  });

  it.skipIf(!present)('runs as its README says', ({ skip }) => {
    skip(without !== undefined, without);
    const { status, stdout, stderr } = runAll(folder, commands.get(name) ?? []);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).toMatch(says);
    expect(stderr, 'Node wonders about nothing').not.toMatch(/\bWarning:/);
  });

  if ('mtls-toolkit' in wants)
    it('asks for the versions that are tested here', () => {
      expect(wants['mtls-toolkit']).toBe(`^${own.version ?? ''}`);
      if ('vitest' in wants) expect(wants['vitest']).toBe(own.devDependencies?.['vitest']);
    });

  it.skipIf(!present).for(bends)('fails with $to in $file', (bend, { skip }) => {
    skip(without !== undefined, without);
    const path = join(folder, bend.file);
    const text = readFileSync(path, 'utf8');
    expect(text.split(bend.from)).toHaveLength(2);
    writeFileSync(path, text.replace(bend.from, bend.to));
    try {
      const { status, stdout, stderr } = runAll(folder, commands.get(name) ?? []);
      expect(status).not.toBe(0);
      expect(stdout + stderr).toMatch(bend.found);
    } finally {
      writeFileSync(path, text);
    }
  });
});

/** Nothing that a run of it leaves. */
function isOfExample(path: string): boolean {
  return !['node_modules', 'fixtures', '__pycache__'].includes(basename(path));
}

/** The clone's own vitest, of the version in its lock file. */
function linkVitest(folder: string): void {
  symlinkSync(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));
  symlinkSync('../vitest/vitest.mjs', join(folder, 'node_modules/.bin/vitest'));
}
