// The files that a certificate leaves in: chain, key and roots, all of them or none.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { encodeBundle, readBundle } from '../codec/bundle.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { stageFiles, type NewFile, type StagedFiles } from '../store/atomic.ts';
import type { OutputFile } from '../store/events.ts';
import { makeFolder } from '../store/folder.ts';
import { readBoundedFile } from '../store/read.ts';
import type { Certificate } from '../x509/certificate.ts';

/** Where a certificate goes, as absolute paths; what is absent is not written. */
export interface DeliveryPaths {
  readonly certificate: string;
  readonly key?: string | undefined;
  readonly roots?: string | undefined;
}

/** Where all three files go. */
export interface FullDelivery {
  readonly certificate: string;
  readonly key: string;
  readonly roots: string;
}

export interface DeliveryOptions {
  readonly force?: boolean | undefined;
  /** What becomes of a file that holds other roots; refused, or replaced with `force`, unless said. */
  readonly otherRoots?: 'refuse' | 'keep' | 'replace' | undefined;
  /** Permission bits of the key, 0600 unless a container needs another. */
  readonly keyMode?: number | undefined;
  /** A key file that stays as it is, and goes on belonging to the certificate. */
  readonly keptKey?: OutputFile | undefined;
  /** Numeric group of the key. */
  readonly keyGroup?: number | undefined;
}

export interface Delivery {
  readonly staged: StagedFiles;
  /** For the record: what a renewal must replace. */
  readonly outputs: readonly OutputFile[];
}

/** More than any bundle of roots that a folder would hold beside a key. */
const MAX_ROOTS_FILE = 16 * 1024 * 1024;

/** `<stem>.crt`, `<stem>.key` and `ca.crt` in a folder. */
export function deliveryIn(folder: string, stem: string): FullDelivery {
  const at = (name: string) => resolve(join(folder, name));
  return { certificate: at(`${stem}.crt`), key: at(`${stem}.key`), roots: at('ca.crt') };
}

/**
 * Puts the files on disk under temporary names. A `ca.crt` that holds the roots already, alone or
 * with others, is left as it is. Throws FILE_EXISTS before anything is written, and what the disk
 * says.
 */
export function stageDelivery(
  paths: DeliveryPaths,
  content: {
    /** Leaf first, then intermediates, no root. */
    readonly chain: readonly Certificate[];
    readonly roots: readonly Certificate[];
    readonly key?: PrivateKey | undefined;
  },
  folder: string,
  options: DeliveryOptions = {},
): Delivery {
  const files: NewFile[] = [];
  const outputs: OutputFile[] = [];
  const { certificate, key, roots } = paths;
  const combined = key === certificate ? content.key : undefined;
  const chain = encodeBundle(content.chain);
  files.push(
    combined
      ? {
          path: certificate,
          bytes: chain + writePrivateKey(combined),
          mode: options.keyMode ?? 0o600,
          group: options.keyGroup,
        }
      : { path: certificate, bytes: chain, mode: 0o644 },
  );
  outputs.push({ kind: 'certificate', path: certificate });
  if (combined) outputs.push({ kind: 'key', path: certificate });
  else if (key !== undefined && content.key) {
    const mode = options.keyMode ?? 0o600;
    const group = options.keyGroup;
    files.push({
      path: key,
      bytes: writePrivateKey(content.key),
      mode,
      group,
    });
    outputs.push({
      kind: 'key',
      path: key,
      ...(mode !== 0o600 && { mode: mode.toString(8).padStart(4, '0') }),
      ...(group !== undefined && { group }),
    });
  }
  if (options.keptKey) outputs.push(options.keptKey);
  if (roots !== undefined) {
    outputs.push({ kind: 'roots', path: roots });
    const others = options.otherRoots ?? (options.force === true ? 'replace' : 'refuse');
    if (!keepsRoots(roots, content.roots, others))
      files.push({ path: roots, bytes: encodeBundle(content.roots), mode: 0o644, shared: true });
  }
  makeFolder(folder);
  return { staged: stageFiles(files, { force: options.force === true }), outputs };
}

/** Whether the file stays as it is: it holds these roots, or is somebody's trust that is kept. */
function keepsRoots(
  path: string,
  roots: readonly Certificate[],
  others: 'refuse' | 'keep' | 'replace',
): boolean {
  if (!existsSync(path)) return false;
  let present: readonly Certificate[];
  try {
    present = readBundle(readBoundedFile(path, { max: MAX_ROOTS_FILE })).certificates;
  } catch (cause) {
    if (!(cause instanceof MtlsError)) throw cause;
    present = [];
  }
  const holds = (root: Certificate) => present.some(({ der }) => bytesEqual(der, root.der));
  if (roots.every(holds) || others === 'keep') return true;
  if (others === 'replace') return false;
  throw new MtlsError('FILE_EXISTS', `${quoteForeign(path)} holds other roots`, {
    hint: 'choose another folder with --out, or replace the file with --force',
    data: { path },
  });
}
