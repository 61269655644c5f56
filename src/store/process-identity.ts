// Which process this is, and whether another one still runs.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, so described that another one can not be taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the kernel's ticks since boot; empty where that is not told. */
  readonly start: string;
  readonly host: string;
  /** Of the installed system: machines may share a host name. Empty where there is none. */
  readonly machine: string;
  /** Changes with every boot; empty where that is not told. */
  readonly boot: string;
  /** The namespace in which the pid counts: containers of one host may share its name. */
  readonly namespace: string;
}

let self: ProcessIdentity | undefined;

/** This process. */
export function thisProcess(): ProcessIdentity {
  self ??= {
    pid: process.pid,
    start: processStat(process.pid)?.start ?? '',
    host: hostname(),
    machine: readText('/etc/machine-id'),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    namespace: readLink('/proc/self/ns/pid'),
  };
  return self;
}

/**
 * What can be told of a process: it has certainly ended, it runs on this host as far as anybody
 * can see, or it is on another host or in another container, of which nothing can be told.
 */
export type Whereabouts = 'gone' | 'here' | 'elsewhere';

/** Looks for a process. */
export function whereabouts(other: ProcessIdentity): Whereabouts {
  const own = thisProcess();
  if (other.host !== own.host) return 'elsewhere';
  if (other.boot !== own.boot) return bootedSince(other, own) ? 'gone' : 'elsewhere';
  if (other.namespace !== own.namespace) return 'elsewhere';
  if (!pidExists(other.pid)) return 'gone';
  const stat = processStat(other.pid);
  if (stat === undefined) return 'here';
  if (stat.state === 'Z' || stat.state === 'X') return 'gone';
  return other.start !== '' && stat.start !== other.start ? 'gone' : 'here';
}

/** Whether a process has certainly ended. */
export function isGone(other: ProcessIdentity): boolean {
  return whereabouts(other) === 'gone';
}

/** Whether two identities are of one machine, so that another boot id means that all has ended. */
function bootedSince(other: ProcessIdentity, own: ProcessIdentity): boolean {
  const sameMachine = other.machine !== '' && other.machine === own.machine;
  return sameMachine && other.boot !== '' && own.boot !== '';
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM says that it runs, as someone else's.
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}

/** State and start of a process from Linux's /proc/<pid>/stat (proc(5)), or undefined. */
function processStat(pid: number): { state: string; start: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return text === '' || state === undefined || start === undefined ? undefined : { state, start };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
