// The calls by which the program changes files, seen one by one. Before each a test may note it,
// make it fail, or end the program there.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve, sep } from 'node:path';

/** One call that changes a file or a folder; paths are absolute. */
export type Call =
  | {
      readonly kind: 'create' | 'empty' | 'unlink' | 'mkdir' | 'rmdir';
      readonly path: string;
      readonly mode?: number;
    }
  | { readonly kind: 'rename' | 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly kind: 'write'; readonly fd: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly fd: number; readonly length: number }
  | { readonly kind: 'fchmod'; readonly fd: number; readonly mode: number }
  | { readonly kind: 'fchown' | 'fsync'; readonly fd: number };

export interface Watcher {
  /** Called first; what it throws, the program gets instead of the call. */
  readonly before?: (call: Call) => void;
  readonly after?: (call: Call) => void;
  /** A file or folder has a descriptor; a file made just now too. */
  readonly opened?: (fd: number, path: string) => void;
}

type AnyCall = (...args: unknown[]) => unknown;

/** Changes that no code of ours uses: whoever begins to must teach them to the tests. */
const UNKNOWN = [
  'appendFileSync',
  'writeFileSync',
  'writevSync',
  'truncateSync',
  'fdatasyncSync',
  'symlinkSync',
  'copyFileSync',
  'cpSync',
  'mkdtempSync',
  'chownSync',
  'lchownSync',
  'utimesSync',
  'futimesSync',
] as const;

/**
 * Watches what is changed below a folder, in this process, until the answer is called. Anything
 * elsewhere passes unseen.
 */
export function watchCalls(root: string, watcher: Watcher): () => void {
  const calls = fs as unknown as Record<string, AnyCall>;
  const real: Record<string, AnyCall> = {};
  const within = (path: unknown): path is string =>
    typeof path === 'string' && (resolve(path) === root || resolve(path).startsWith(root + sep));
  /** Descriptors below the folder, and where each stands. */
  const open = new Map<number, { position: number }>();

  const patch = (name: string, to: (original: AnyCall) => AnyCall): void => {
    const original = calls[name];
    if (original === undefined) throw new Error(`node:fs has no ${name}`);
    real[name] = original;
    calls[name] = to(original);
  };
  /** A call that `see` tells of; undefined where it is none of ours. */
  const seen = (name: string, see: (args: unknown[]) => Call | undefined): void => {
    patch(name, (original) => (...args) => {
      const call = see(args);
      if (call === undefined) return original.apply(fs, args);
      watcher.before?.(call);
      const result = original.apply(fs, args);
      watcher.after?.(call);
      return result;
    });
  };
  const onPath = (kind: 'unlink' | 'mkdir' | 'rmdir') => (args: unknown[]) => {
    const [path, options] = args;
    if (!within(path)) return undefined;
    const mode = (options as { mode?: number } | undefined)?.mode;
    return { kind, path: resolve(path), ...(mode !== undefined && { mode }) };
  };
  const onTwo =
    (kind: 'rename' | 'link') =>
    ([from, to]: unknown[]) =>
      within(from) && within(to) ? { kind, path: resolve(from), to: resolve(to) } : undefined;

  patch('openSync', (original) => (...args) => {
    const [path, flags, mode] = args;
    if (!within(path)) return original.apply(fs, args);
    const kind = openKind(path, flags);
    const call: Call | undefined = kind && {
      kind,
      path: resolve(path),
      mode: Number(mode ?? 0o666),
    };
    if (call) watcher.before?.(call);
    const fd = original.apply(fs, args) as number;
    if (call) watcher.after?.(call);
    open.set(fd, { position: 0 });
    watcher.opened?.(fd, resolve(path));
    return fd;
  });
  patch('closeSync', (original) => (fd) => {
    open.delete(fd as number);
    return original.call(fs, fd);
  });
  patch('writeSync', (original) => (...args) => {
    const [fd, bytes, offset, length, position] = args as [
      number,
      Uint8Array,
      number,
      number,
      number | null,
    ];
    const file = open.get(fd);
    if (file === undefined) return original.apply(fs, args);
    const at = position ?? file.position;
    const call: Call = { kind: 'write', fd, at, bytes: bytes.slice(offset, offset + length) };
    watcher.before?.(call);
    const done = original.apply(fs, args) as number;
    if (position === null) file.position += done;
    watcher.after?.({ ...call, bytes: call.bytes.subarray(0, done) });
    return done;
  });
  seen('fsyncSync', ([fd]) =>
    open.has(fd as number) ? { kind: 'fsync', fd: fd as number } : undefined,
  );
  seen('ftruncateSync', ([fd, length]) =>
    open.has(fd as number)
      ? { kind: 'truncate', fd: fd as number, length: Number(length ?? 0) }
      : undefined,
  );
  seen('fchmodSync', ([fd, mode]) =>
    open.has(fd as number) ? { kind: 'fchmod', fd: fd as number, mode: mode as number } : undefined,
  );
  seen('fchownSync', ([fd]) =>
    open.has(fd as number) ? { kind: 'fchown', fd: fd as number } : undefined,
  );
  seen('chmodSync', ([path, mode]) =>
    within(path) ? { kind: 'chmod', path: resolve(path), mode: mode as number } : undefined,
  );
  seen('renameSync', onTwo('rename'));
  seen('linkSync', onTwo('link'));
  seen('unlinkSync', onPath('unlink'));
  seen('mkdirSync', onPath('mkdir'));
  seen('rmdirSync', onPath('rmdir'));
  // One call here, many to the system: each of them is seen.
  patch('rmSync', (original) => (...args) => {
    const [path] = args;
    if (!within(path)) return original.apply(fs, args);
    removeTree(path);
    return undefined;
  });
  for (const name of UNKNOWN)
    patch(name, (original) => (...args) => {
      if (within(args[0])) throw new Error(`${name} is not watched`);
      return original.apply(fs, args);
    });
  syncBuiltinESMExports();
  return () => {
    Object.assign(calls, real);
    syncBuiltinESMExports();
  };
}

/** Whether opening a file makes it, or empties it. */
function openKind(path: string, flags: unknown): 'create' | 'empty' | undefined {
  const { O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
  const bits = flags === 'wx' ? O_CREAT : flags === 'r' || flags === 'r+' ? 0 : flags;
  if (typeof bits !== 'number' || (bits & O_APPEND) !== 0)
    throw new Error(`openSync with ${String(flags)} is not watched`);
  if (!fs.existsSync(path)) return (bits & O_CREAT) === 0 ? undefined : 'create';
  return (bits & O_TRUNC) === 0 ? undefined : 'empty';
}

function removeTree(path: string): void {
  const entry = fs.lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isDirectory()) {
    fs.unlinkSync(path);
    return;
  }
  for (const name of fs.readdirSync(path)) removeTree(join(path, name));
  fs.rmdirSync(path);
}
