// What users may rely on at a moment of a trace, and whether a folder that came back holds it.
import { readBundle } from '../../src/codec/bundle.ts';
import { serialText } from '../../src/store/records.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import type { Image } from './disk.ts';
import { digestOf, knownTo, shownFiles, type Known, type Step, type TraceEvent } from './trace.ts';
import type { Workspace } from './workspace.ts';

export interface Promises {
  /** What finished commands recorded. */
  readonly known: ReadonlyMap<string, Known>;
  /** Files of finished commands, by digest. */
  readonly files: ReadonlyMap<string, string>;
  /** All that a file was under its own name since then: what else it may hold. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Serials of certificates that anybody could read, and CRL numbers by CA. */
  readonly readable: ReadonlySet<string>;
  readonly crls: ReadonlyMap<string, bigint>;
  /** The command that was at work. */
  readonly step: Step | undefined;
}

/** Keeps what is promised while a trace goes on; `now` is what programs see. */
export class Keeper {
  #known: ReadonlyMap<string, Known>;
  readonly #files = new Map<string, string>();
  readonly #versions = new Map<string, Set<string>>();
  /** Files that changed since the command began: what it delivers. */
  #touched = new Set<string>();
  #step: Step | undefined;
  /** Changes with every promise. */
  version = 0;
  readonly #readable = new Set<string>();
  readonly #crls = new Map<string, bigint>();
  readonly #read = new Map<string, Uint8Array>();

  constructor(known: ReadonlyMap<string, Known>, now: Image) {
    this.#known = known;
    this.#see(now);
    this.#acknowledge(now);
  }

  note(event: TraceEvent, now: () => Image): void {
    if (event.kind === 'begin') {
      this.#touched = new Set();
      this.#step = event.step;
      this.version++;
    }
    if (event.kind === 'call') this.#see(now());
    if (event.kind !== 'end') return;
    // A command that failed promised nothing, and took nothing back
    if (event.exit === 0) {
      this.#step = undefined;
      this.#known = event.known;
      this.#acknowledge(now());
    }
  }

  promises(): Promises {
    return {
      known: this.#known,
      files: new Map(this.#files),
      versions: this.#versions,
      readable: new Set(this.#readable),
      crls: new Map(this.#crls),
      step: this.#step,
    };
  }

  #see(now: Image): void {
    for (const [path, bytes] of shownFiles(now)) {
      if (this.#read.get(path) === bytes) continue;
      this.#read.set(path, bytes);
      const versions = this.#versions.get(path) ?? new Set();
      versions.add(digestOf(bytes));
      this.#touched.add(path);
      this.#versions.set(path, versions);
      this.version++;
      if (!path.startsWith('.mtls/') && path.endsWith('.crt')) {
        const [leaf] = readBundle(bytes).certificates;
        if (leaf?.basicConstraints?.ca !== true && leaf)
          this.#readable.add(serialText(leaf.serial));
      }
      const [, ca] = /^\.mtls\/ca\/([^/]+)\/crl\.pem$/.exec(path) ?? [];
      if (ca !== undefined) this.#crls.set(ca, crlNumber(bytes));
    }
  }

  #acknowledge(now: Image): void {
    this.version++;
    const shown = shownFiles(now);
    for (const path of this.#touched) {
      const bytes = shown.get(path);
      if (bytes === undefined) continue;
      this.#files.set(path, digestOf(bytes));
      this.#versions.set(path, new Set([digestOf(bytes)]));
    }
  }
}

function crlNumber(bytes: Uint8Array): bigint {
  const [crl] = readBundle(bytes).crls;
  return crl?.number ?? parseCrl(bytes).number ?? 0n;
}

/** What of the promises a folder's files break; it is looked at, not opened. */
export function brokenByFiles(image: Image, { files, versions }: Promises): string | undefined {
  const shown = shownFiles(image);
  for (const path of files.keys()) if (!shown.has(path)) return `${path} is not there any more`;
  for (const [path, bytes] of shown)
    if (versions.get(path)?.has(digestOf(bytes)) !== true)
      return `${path} holds what it never held: ${bytes.length} octets`;
  return undefined;
}

/** What of the promises the records of a folder that was put back break. */
export function brokenByRecords(workspace: Workspace, promises: Promises): string | undefined {
  const found = knownTo(workspace);
  for (const [ca, { serials, revoked, crl }] of promises.known) {
    const now = found.get(ca);
    if (now === undefined) return `CA ${ca} is not there any more`;
    const lost = serials.find((serial) => !now.serials.includes(serial));
    if (lost !== undefined) return `the record of ${lost} is lost`;
    if (revoked.some((serial) => !now.revoked.includes(serial))) return 'a revocation is lost';
    if (now.crl < crl) return `CRL ${crl} is forgotten`;
  }
  const all = new Set([...found.values()].flatMap(({ serials }) => serials));
  for (const serial of promises.readable)
    if (!all.has(serial)) return `certificate ${serial} could be read, and has no record`;
  for (const [ca, number] of promises.crls)
    if ((found.get(ca)?.crl ?? 0n) < number)
      return `CRL ${number} could be read, and has no record`;
  return undefined;
}
