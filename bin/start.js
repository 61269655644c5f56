// Loads dist/main.cjs with what V8 compiled of it when it was built: that saves half of the start.
// V8 itself refuses what another version of it has compiled, and compiles anew.
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { dirname, isAbsolute, join } = require('node:path');
const { Script } = require('node:vm');

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Where the compiled code of a bundle is kept. */
function compiledFile(filename) {
  return filename.replace(/\.cjs$/, '.v8');
}

/** Loads the program from the folder of a build; `bundles` are the files that it has read so far. */
function load(folder) {
  const bundles = new Map();
  function loadFile(filename) {
    const known = bundles.get(filename);
    if (known !== undefined) return known.module.exports;
    // Bundles are ASCII, and one byte a character is what V8 reads quickest.
    const source = readFileSync(filename, 'latin1');
    const script = new Script(
      `(function(exports,require,module,__filename,__dirname){${source}\n})`,
      { filename, cachedData: readIfThere(compiledFile(filename)) },
    );
    const module = { exports: {} };
    bundles.set(filename, { module, script });
    const run = script.runInThisContext();
    run(module.exports, requireOrLoad, module, filename, dirname(filename));
    return module.exports;
  }
  // Bundles name each other by their whole path, and everything else is Node's own.
  function requireOrLoad(name) {
    return isAbsolute(name) ? loadFile(name) : require(name);
  }
  return { exports: loadFile(join(folder, 'main.cjs')), bundles };
}

/** The exports of src/cli/main.ts. */
function start() {
  const built = join(__dirname, '..', 'dist');
  if (!existsSync(join(built, 'main.cjs'))) {
    process.stderr.write('mtls: error: it is not built\nmtls: hint: npm ci\n');
    process.exit(70);
  }
  return load(built).exports;
}

module.exports = { compiledFile, load, start };
