// What the Kubernetes commands share: metadata, and where the manifest goes.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { checkNamespace, checkObjectName, parseLabel } from '../manifest/kubernetes-names.ts';
import { refuseTaken, writeFileAtomic } from '../store/atomic.ts';
import { flag, value, values, type OptionValues } from './command.ts';
import type { Context } from './context.ts';

const OBJECT = 'Object:';

export const OBJECT_OPTIONS = {
  namespace: value(
    '-n, --namespace <name>',
    'its namespace; the one kubectl is set to by default',
    OBJECT,
  ),
  label: values('-l, --label <key=value>', 'a label', OBJECT),
  file: value('--file <file>', 'write to a file instead of stdout', OBJECT),
  force: flag('--force', 'replace the file', OBJECT),
} as const;

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads the metadata. Throws BAD_NAME, BAD_OPTION. */
export function readMeta(
  name: string,
  { namespace, label }: OptionValues<typeof OBJECT_OPTIONS>,
): ObjectMeta {
  checkObjectName(name);
  if (namespace !== undefined) checkNamespace(namespace);
  return { name, namespace, labels: Object.fromEntries(label.map(parseLabel)) };
}

/**
 * Where `--file` says that the manifest goes, undefined for stdout. Looked at before anything is
 * issued for it. Throws FILE_EXISTS, WRITE_FAILED.
 */
export function manifestPath(
  { file, force }: OptionValues<typeof OBJECT_OPTIONS>,
  { cwd }: Context,
): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  refuseTaken([path], { force });
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new MtlsError('WRITE_FAILED', `there is no folder ${quoteForeign(folder)}`, {
      hint: 'make it first, or name another file',
      data: { path },
    });
  return path;
}

/** Writes the manifest to its file, if it has one. */
export function writeManifest(
  yaml: string,
  mode: number,
  path: string | undefined,
  { force }: OptionValues<typeof OBJECT_OPTIONS>,
): void {
  if (path !== undefined) writeFileAtomic({ path, bytes: yaml, mode }, { force });
}
