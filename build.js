// Bundles src/ into dist/: the program, so that a command starts at once, and the library.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { build, transform } from 'esbuild';
import { compiledFile, load } from './bin/start.js';

const root = import.meta.dirname;

// Built aside and put in place at the end: whoever runs the program meanwhile has the old one whole.
const folder = mkdtempSync(join(root, '.dist-'));

const common = {
  absWorkingDir: root,
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
};

/** Packages that few commands use, by the file of their own that carries them. */
const VENDORS = {
  peculiar: [
    // First, for the others expect what it installs
    'reflect-metadata',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
    '@peculiar/webcrypto',
    '@peculiar/x509',
  ],
  inquirer: ['inquirer'],
  noble: ['@noble/curves/nist.js'],
  yaml: ['yaml'],
};

const exact = (names) => new RegExp(`^(?:${names.join('|')})$`);

/** Leaves the packages of VENDORS in their files, which are read when first required. */
const vendorsApart = {
  name: 'vendors-apart',
  setup({ onResolve, onLoad }) {
    const fileOf = new Map(
      Object.entries(VENDORS).flatMap(([file, names]) => names.map((name) => [name, file])),
    );
    onResolve({ filter: exact([...fileOf.keys()]) }, ({ path }) => ({ path, namespace: 'vendor' }));
    onLoad({ filter: /.*/, namespace: 'vendor' }, ({ path }) => ({
      contents: `module.exports = require(__dirname + '/vendor/${fileOf.get(path)}.cjs')['${path}'];`,
    }));
  },
};

/** The file of a vendor: each of its packages under its name. */
const vendorFiles = {
  name: 'vendor-files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: exact(Object.keys(VENDORS).map((file) => `vendor:${file}`)) }, (found) => ({
      path: found.path.slice('vendor:'.length),
      namespace: 'vendor-file',
    }));
    onLoad({ filter: /.*/, namespace: 'vendor-file' }, ({ path }) => ({
      contents: VENDORS[path].map((name) => `exports['${name}'] = require('${name}');`).join('\n'),
      resolveDir: root,
    }));
  },
};

// Commander loads node:child_process for subcommands that are programs of their own; there are
// none here, and the module would cost 2 ms of every start.
const withoutChildProcess = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'none', namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * The program is one CommonJS file whose modules run when they are first needed: to read one file
 * is quicker than to resolve thirty, and V8 keeps what it has compiled of it (see bin/start.js).
 */
async function buildProgram() {
  await build({
    ...common,
    entryPoints: { main: 'src/cli/main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [withoutChildProcess, vendorsApart],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
  });
  await build({
    ...common,
    entryPoints: Object.fromEntries(
      Object.keys(VENDORS).map((file) => [`vendor/${file}`, `vendor:${file}`]),
    ),
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [vendorFiles],
  });
}

/** Chunks do nothing when they are loaded: to load one for nothing is not needed. */
const BARE_IMPORT = /^import "\.[^"]+";\n/gm;

/** Each in a file of its own, so that who imports one of their functions does not load the others. */
const ROOMS_APART = ['inspect', 'verify', 'match', 'request', 'memory-ca', 'home-ca'];

/**
 * The library and its testing entry: ES modules that share what they have in common, and the same
 * as CommonJS, for require() and jest. Its statements stay apart and marked, so that bundlers drop
 * what nobody uses.
 */
async function buildLibrary() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: {
      index: 'src/index.ts',
      testing: 'src/testing/index.ts',
      ...Object.fromEntries(
        ROOMS_APART.map((room) => [`chunks/${room}`, `src/library/${room}.ts`]),
      ),
    },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Minified, a call would lose the mark that it is pure
    minifyWhitespace: false,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const isCode = path.endsWith('.js');
    // CommonJS packages in the bundle require() Node's own modules, and nothing else
    const needsRequire = isCode && text.includes('__require(');
    const code = isCode ? text.replace(BARE_IMPORT, '') : text;
    put(path, needsRequire ? `const require = process.getBuiltinModule;\n${code}` : code);
    const place = join(folder, 'cjs', relative(folder, path));
    put(place, isCode ? await toCommonJs(code) : code);
  }
  put(join(folder, 'cjs/package.json'), '{ "type": "commonjs" }\n');
}

async function toCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: common.target,
    // jest runs modules in a context of its own, where import() is barred
    supported: { 'dynamic-import': false },
  });
  return code;
}

/** Types of both, each beside what it is about: TypeScript takes the format from package.json. */
function writeTypes() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const types = join(folder, 'types');
  execFileSync(
    process.execPath,
    [compiler, '-p', join(root, 'tsconfig.types.json'), '--outDir', types],
    { stdio: 'inherit' },
  );
  cpSync(types, join(folder, 'cjs/types'), { recursive: true });
}

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

// What these run through is compiled ahead for every command.
const WARM_UP = [
  'issue --help',
  'ca init dev --no-passphrase --quiet',
  'issue api.example.internal 10.0.0.7 --out .',
  'verify api.example.internal.crt --ca ./ca.crt --host api.example.internal',
  'match api.example.internal.crt api.example.internal.key',
  'inspect api.example.internal.crt',
];

/** Runs the bundle a little, and keeps what V8 has compiled for it. */
async function compileAhead() {
  const { bundles, exports } = load(folder);
  const place = mkdtempSync(join(tmpdir(), 'mtls-build-'));
  process.chdir(place);
  try {
    for (const line of WARM_UP) {
      const exit = await exports.main(line.split(' '), warmUpContext(place));
      if (exit !== 0) throw new Error(`the build does not work: mtls ${line} ended with ${exit}`);
    }
  } finally {
    process.chdir(root);
    rmSync(place, { recursive: true, force: true });
  }
  for (const [file, { script }] of bundles)
    writeFileSync(compiledFile(file), script.createCachedData());
}

function warmUpContext(place) {
  const silent = { write: () => undefined };
  return {
    stdin: process.stdin,
    stdout: silent,
    stderr: process.stderr,
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    env: { MTLS_HOME: join(place, 'home') },
    cwd: place,
    userHome: place,
    platform: process.platform,
    uid: process.getuid?.(),
    clock: () => new Date(),
    interruption: { hold: async (work) => work() },
  };
}

function putInPlace() {
  // A temporary folder is the builder's alone; the program is everyone's.
  chmodSync(folder, 0o755);
  const place = join(root, 'dist');
  const old = `${folder}-old`;
  let replaced = true;
  try {
    renameSync(place, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    replaced = false;
  }
  renameSync(folder, place);
  if (replaced) rmSync(old, { recursive: true, force: true });
}

try {
  await Promise.all([buildProgram(), buildLibrary()]);
  if (process.argv.includes('--types')) writeTypes();
  await compileAhead();
  putInPlace();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
