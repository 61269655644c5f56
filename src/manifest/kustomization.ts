// The kustomization.yaml that lists what is written beside it. Import this module on demand: YAML
// is heavy.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, YAMLSeq } from 'yaml';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { renderManifest } from './render.ts';
import { keepSpelling, nodeOf, WRITTEN, type TemplateData } from './yaml-nodes.ts';

/** A file beside the kustomization: an object of its own, or a patch to one. */
export interface KustomizationEntry {
  readonly file: string;
  readonly patch: boolean;
}

/** The names that kustomize takes, in the order in which it looks for them. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A kustomization of one file. */
export function newKustomization({ file, patch }: KustomizationEntry): string {
  return renderManifest('kubernetes/kustomization.yaml', {
    resources: patch ? undefined : [file],
    patches: patch ? [{ path: file }] : undefined,
  });
}

/**
 * Adds a file to a kustomization and leaves all else in it as it is; the same text where the file
 * is listed already.
 *
 * @param path of the kustomization, for messages
 * @throws MtlsError YAML_MALFORMED for what is none
 */
export function extendedKustomization(
  path: string,
  text: string,
  { file, patch }: KustomizationEntry,
): string {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    prettyErrors: false,
    logLevel: 'error',
    customTags: [WRITTEN],
    lineCounter,
  });
  const [error] = document.errors;
  const fault = (what: string) =>
    new MtlsError('YAML_MALFORMED', `${quoteForeign(path)} is no kustomization: ${what}`, {
      hint: 'mend it, or name another folder with --kustomize',
      data: { path },
    });
  if (error) throw fault(`malformed YAML in line ${lineCounter.linePos(error.pos[0]).line}`);
  const { contents } = document;
  if (!isMap(contents)) throw fault('it is no mapping');
  const kind = contents.get('kind') ?? 'Kustomization';
  if (kind !== 'Kustomization') throw fault(`its kind is ${quoteForeign(String(kind))}`);
  const [key, entry]: readonly [string, TemplateData] = patch
    ? ['patches', { path: file }]
    : ['resources', file];
  const list = contents.get(key, true) ?? undefined;
  if (list !== undefined && !isSeq(list) && !(isScalar(list) && list.value === null))
    throw fault(`its ${key} are no list`);
  const items = isSeq(list) ? list : new YAMLSeq();
  const listed = items.items.some((item) => {
    const path = isMap(item) ? item.get('path') : isScalar(item) ? item.value : undefined;
    return typeof path === 'string' && path.replace(/^(?:\.\/+)+/, '') === file;
  });
  if (listed) return text;
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document)) throw fault(`nothing is called ${quoteForeign(alias.source)}`);
    },
    Scalar: (_, scalar) => {
      keepSpelling(scalar);
    },
  });
  items.add(nodeOf(entry));
  if (!isSeq(list)) document.set(key, items);
  return document.toString({ lineWidth: 0 });
}
