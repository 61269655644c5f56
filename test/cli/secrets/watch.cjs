// Loaded before the program (node --require): notes each file that it writes, with the mode that the
// file had at that moment, each program that it starts, and what stood in its arguments and its
// environment at the end. Can break a call of Node's on the way.
//
// MTLS_WATCH   where the report goes
// MTLS_BREAK   fs.writeSync:2:ENOSPC: the second call throws that, TypeError, or brings a signal
'use strict';

const fs = require('node:fs');
const crypto = require('node:crypto');
const childProcess = require('node:child_process');

const { MTLS_WATCH: report, MTLS_BREAK: broken } = process.env;
delete process.env.MTLS_WATCH;
delete process.env.MTLS_BREAK;

const real = { ...fs };
const writes = [];
const folders = [];
const children = [];
const paths = new Map();

const modeOf = (fd) => real.fstatSync(fd).mode & 0o777;
const bytesOf = (data, offset = 0, length = undefined) =>
  typeof data === 'string'
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset + offset, length ?? data.byteLength - offset);

fs.openSync = (path, ...rest) => {
  const fd = real.openSync(path, ...rest);
  paths.set(fd, String(path));
  return fd;
};
fs.writeSync = (fd, data, offset, length, position) => {
  // Pipes to the one who runs the program are read by him
  if (fd > 2) {
    const content = bytesOf(data, offset ?? 0, length ?? undefined).toString('base64');
    writes.push({ path: paths.get(fd) ?? null, mode: modeOf(fd), content });
  }
  return real.writeSync(fd, data, offset, length, position);
};
fs.mkdirSync = (path, ...rest) => {
  const made = real.mkdirSync(path, ...rest);
  folders.push({ path: String(path), mode: real.statSync(path).mode & 0o777 });
  return made;
};
// Whoever begins to write by other means has them watched first
for (const name of [
  'writeFileSync',
  'appendFileSync',
  'createWriteStream',
  'writeFile',
  'cpSync',
  'copyFileSync',
])
  fs[name] = () => {
    throw new Error(`${name} is not watched`);
  };

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const start = childProcess[name];
  childProcess[name] = (...args) => {
    const options = args.find(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    );
    children.push({ name, args, env: options?.env ?? { ...process.env } });
    return start(...args);
  };
}

if (broken !== undefined) {
  const [call, count, how] = broken.split(':');
  const [moduleName, name] = call.split('.');
  const from = { fs, crypto }[moduleName];
  const work = from[name];
  let calls = 0;
  from[name] = function (...args) {
    if (++calls !== Number(count)) return work.apply(this, args);
    if (how.startsWith('SIG')) {
      process.kill(process.pid, how);
      return work.apply(this, args);
    }
    if (how === 'TypeError') throw new TypeError('broken on purpose');
    // What Node says of a wrong argument quotes it
    if (how === 'ERR_INVALID_ARG_TYPE') return work.call(this, args);
    throw Object.assign(new Error(`${how}: broken on purpose`), { code: how, syscall: name });
  };
}

const startedWith = { argv: [...process.argv], execArgv: [...process.execArgv] };

process.on('exit', (code) => {
  let line = '';
  try {
    line = real.readFileSync('/proc/self/cmdline', 'latin1');
  } catch {
    // Only Linux has it
  }
  const { argv, execArgv, env, title } = process;
  const end = { argv, execArgv, title, line, env: { ...env } };
  real.writeFileSync(report, JSON.stringify({ code, startedWith, end, writes, folders, children }));
});
