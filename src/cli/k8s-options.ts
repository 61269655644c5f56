// What the Kubernetes commands share: metadata, and where the manifest goes.
import { resolve } from 'node:path';
import { checkNamespace, checkObjectName, parseLabel } from '../manifest/kubernetes-names.ts';
import { writeFileAtomic } from '../store/atomic.ts';
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

/** Writes the manifest where `--file` says; answers the path, or undefined for stdout. */
export function writeManifest(
  yaml: string,
  mode: number,
  { file, force }: OptionValues<typeof OBJECT_OPTIONS>,
  { cwd }: Context,
): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  writeFileAtomic({ path, bytes: yaml, mode }, { force });
  return path;
}
