// What npm would publish: whole, small in surface, and usable as a program and as a library.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, temporaryFolder } from '../support/program.ts';
import { addNodeTypes, compile, packed, repository, type Packed } from './support/packed.ts';

let npm: Packed;
beforeAll(() => {
  npm = packed();
  addNodeTypes(npm);
});
afterAll(() => {
  npm.remove();
});

const tool = (path: string, args: readonly string[]) =>
  runProgram(process.execPath, [join(repository, 'node_modules', path), ...args], {
    cwd: npm.project,
    env: { PATH: process.env['PATH'], HOME: npm.project },
  });

/** Runs a script in the project, as a module or as CommonJS. */
const run = (type: 'module' | 'commonjs', script: string) =>
  runProgram(process.execPath, [`--input-type=${type}`, '-e', script], { cwd: npm.project });

it('it holds what runs, and nothing else', () => {
  const top = new Set(
    runProgram('tar', ['-tzf', npm.archive])
      .stdout.trim()
      .split('\n')
      .map((path) => path.split('/')[1]),
  );
  expect([...top].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bin',
    'dist',
    'package.json',
    'templates',
  ]);
});

it('the program runs without node_modules', () => {
  const { version } = JSON.parse(readFileSync(join(npm.installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = join(npm.installed, 'bin/mtls.js');
  expect(runProgram(process.execPath, [program, '--version']).stdout).toBe(`${version}\n`);
  const folder = temporaryFolder();
  const up = runProgram(process.execPath, [program, 'up', 'demo'], {
    cwd: folder,
    env: { HOME: folder },
  });
  expect(up.status, up.stderr).toBe(0);
});

describe('both entries, in both ways', () => {
  const use = `
    createCa().then(async (ca) => {
      const { cert, certificate } = await ca.issue('localhost');
      const pki = createTestPki();
      console.log(verify(cert, { ca: ca.roots, host: 'localhost' }).ok, certificate.names[0]);
      console.log(verify(pki.server.cert, { ca: pki.ca.cert, host: 'localhost' }).ok);
    });`;

  it.each([
    [
      'module' as const,
      `import { createCa, verify } from 'mtls-toolkit';
       import { createTestPki } from 'mtls-toolkit/testing';`,
    ],
    [
      'commonjs' as const,
      `const { createCa, verify } = require('mtls-toolkit');
       const { createTestPki } = require('mtls-toolkit/testing');`,
    ],
  ])('%s', (type, head) => {
    const { stdout, stderr } = run(type, head + use);
    expect(stderr).toBe('');
    expect(stdout).toBe('true DNS:localhost\ntrue\n');
  });

  it('give the same names', () => {
    for (const entry of ['mtls-toolkit', 'mtls-toolkit/testing']) {
      const names =
        'console.log(Object.keys(found).filter((n) => n !== "__esModule").sort().join())';
      const module = run('module', `import * as found from '${entry}'; ${names}`);
      const common = run('commonjs', `const found = require('${entry}'); ${names}`);
      expect(module.stdout.length).toBeGreaterThan(20);
      expect(common.stdout).toBe(module.stdout);
    }
  });

  it('share what they throw', () => {
    const { stdout, stderr } = run(
      'commonjs',
      `const { MtlsError } = require('mtls-toolkit');
       const { createTestPki } = require('mtls-toolkit/testing');
       try { createTestPki({ ttl: 'soon' }); } catch (error) {
         console.log(error instanceof MtlsError, error.code);
       }`,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('true BAD_DURATION\n');
  });
});

/** A file and all that it imports at once, without what it imports when it needs it. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, module, common] of text.matchAll(
    /^(?:import|\} from|export) ?"(\.[^"]+)";$|^var \w+ = (?:__toESM\()?require\("(\.[^"]+)"\)/gm,
  ))
    loadedWith(resolve(dirname(file), module ?? common ?? ''), seen);
  return seen;
}

/** Packages whose code stands in files; esbuild names the file of each module above it. */
function packagesIn(files: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const file of files)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^ *\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm,
    ))
      found.add(name);
  return [...found].sort();
}

describe('importing it', () => {
  it.each(['index.js', 'testing.js'])('%s loads no package', (entry) => {
    const loaded = loadedWith(join(npm.installed, 'dist', entry));
    expect(loaded.size).toBeGreaterThan(3);
    expect(packagesIn(loaded)).toEqual([]);
  });

  it('leaves the authoring library to who makes a CA', () => {
    const chunks = run(
      'commonjs',
      `const { readdirSync } = require('node:fs');
       console.log(readdirSync('node_modules/mtls-toolkit/dist/chunks').join())`,
    ).stdout;
    const [name = ''] = /peculiar-[^,]*\.js/.exec(chunks) ?? [];
    const file = join(npm.installed, 'dist/chunks', name);
    // So that the tests beside this one can fail
    expect(packagesIn([file])).toContain('@peculiar/x509');
  });

  it('asks for nothing but Node’s own modules, and does nothing', () => {
    const { stdout, stderr } = run(
      'commonjs',
      `const { writeFileSync } = require('node:fs');
       const before = [process.env, process.argv, Object.keys(globalThis), process.listenerCount('exit')];
       const shown = JSON.stringify(before);
       for (const entry of ['mtls-toolkit', 'mtls-toolkit/testing']) require(entry);
       const after = [process.env, process.argv, Object.keys(globalThis), process.listenerCount('exit')];
       console.log(JSON.stringify(after) === shown);
       const root = require('node:path').resolve('node_modules/mtls-toolkit/dist/cjs');
       console.log(Object.keys(require.cache).filter((file) => !file.startsWith(root)).join());`,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('true\n\n');
  });
});

describe('a bundle of what is used', () => {
  async function bundle(names: string): Promise<string> {
    const { outputFiles, warnings } = await build({
      stdin: {
        contents: `export { ${names} } from 'mtls-toolkit';`,
        resolveDir: npm.project,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    return outputFiles[0]?.text ?? '';
  }

  // The store, the lock, the journal; the two writers of certificates; the file system
  const others = [
    'function openStore(',
    'function withLock(',
    'function writeCommit(',
    'function encodeTbs(',
    'X509CertificateGenerator',
    'from "node:fs"',
  ];

  it('holds only that: inspect', async () => {
    const text = await bundle('inspect');
    expect(text).toContain('function inspect(');
    expect(text).toContain('function parseCertificate(');
    expect(others.filter((marker) => text.includes(marker))).toEqual([]);
    expect([...new Set(text.match(/from "[^"]*"/g))]).toEqual(['from "node:crypto"']);
  });

  it('holds only that: verify and match', async () => {
    const text = await bundle('verify, match');
    expect(others.filter((marker) => text.includes(marker))).toEqual([]);
  });

  it('holds all that a CA on disk needs', async () => {
    const text = await bundle('initCa');
    expect(others.filter((marker) => !text.includes(marker))).toEqual([]);
  });
});

describe('types', () => {
  const consumer = join(repository, 'test/interop/package/consumer.txt');

  const MODES = [
    { name: 'ESM', type: 'module', module: 'nodenext', moduleResolution: 'nodenext' },
    { name: 'CommonJS', type: 'commonjs', module: 'nodenext', moduleResolution: 'nodenext' },
    { name: 'a bundler', type: 'module', module: 'esnext', moduleResolution: 'bundler' },
  ];

  it.each(MODES)('compile in $name, all libraries checked', ({ name, type, ...modes }) => {
    const folder = join(npm.project, `types-${name.replace(' ', '-')}`);
    mkdirSync(folder);
    copyFileSync(consumer, join(folder, 'consumer.ts'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          target: 'es2022',
          types: ['node'],
          ...modes,
        },
      }),
    );
    expect(compile(folder, ['-p', '.'])).toBe('');
  });

  it('are found by attw in every mode, node10 too', () => {
    const { status, stdout } = tool('@arethetypeswrong/cli/dist/index.js', [
      npm.archive,
      '--no-definitely-typed',
      '--format',
      'ascii',
    ]);
    expect(stdout).toContain('No problems found');
    expect(stdout).toContain('mtls-toolkit/testing');
    expect(status).toBe(0);
  });
});

it('publint has nothing to say', () => {
  const { status, stdout, stderr } = tool('publint/src/cli.js', [
    npm.installed,
    '--strict',
    '--pack',
    'false',
  ]);
  expect(stdout + stderr).toContain('All good!');
  expect(status).toBe(0);
  expect(existsSync(join(npm.installed, 'dist/cjs/types/testing/index.d.ts'))).toBe(true);
});
