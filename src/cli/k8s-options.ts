// What the commands that print manifests share: metadata, and the template they are made from.
import { resolve } from 'node:path';
import { fromUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { checkNamespace, checkObjectName, parseLabel } from '../manifest/kubernetes-names.ts';
import type { GivenTemplate } from '../manifest/render.ts';
import { readBoundedFile } from '../store/read.ts';
import { flag, value, values, type OptionValues } from './command.ts';
import type { Context } from './context.ts';

const OBJECT = 'Object:';

/** Of objects that stand in no namespace. */
export const CLUSTER_OBJECT_OPTIONS = {
  label: values('-l, --label <key=value>', 'a label', OBJECT),
  file: value('--file <file>', 'write to a file instead of stdout', OBJECT),
  kustomize: value(
    '--kustomize <folder>',
    'write to a file in this folder, and list it in its kustomization.yaml',
    OBJECT,
  ),
  force: flag('--force', 'replace the file', OBJECT),
  template: value(
    '--template <file>',
    'fill this manifest instead: YAML whose values are placeholders such as ${name}',
    OBJECT,
  ),
} as const;

export const OBJECT_OPTIONS = {
  namespace: value(
    '-n, --namespace <name>',
    'its namespace; the one kubectl is set to by default',
    OBJECT,
  ),
  ...CLUSTER_OBJECT_OPTIONS,
} as const;

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads the metadata. Throws BAD_NAME, BAD_OPTION. */
export function readMeta(
  name: string,
  { namespace, label }: Pick<OptionValues<typeof OBJECT_OPTIONS>, 'namespace' | 'label'>,
): ObjectMeta {
  checkObjectName(name);
  if (namespace !== undefined) checkNamespace(namespace);
  return { name, namespace, labels: readLabels(label) };
}

/** Reads `--label`. Throws BAD_OPTION. */
export function readLabels(label: readonly string[]): ObjectMeta['labels'] {
  return Object.fromEntries(label.map(parseLabel));
}

const MAX_TEMPLATE = 1024 * 1024;

/** The user's own template, if there is one. Throws what reading a file does. */
export function givenTemplate(
  { template }: Pick<OptionValues<typeof OBJECT_OPTIONS>, 'template'>,
  { cwd }: Context,
): GivenTemplate | undefined {
  if (template === undefined) return undefined;
  const bytes = readBoundedFile(resolve(cwd, template), {
    max: MAX_TEMPLATE,
    what: 'the template',
  });
  const text = fromUtf8(bytes);
  if (text === undefined)
    throw new MtlsError('YAML_MALFORMED', `the template ${quoteForeign(template)} is not UTF-8`, {
      hint: 'give the text of a manifest',
      data: { path: template },
    });
  return { title: template, text };
}
