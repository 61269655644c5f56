// Secrets and ConfigMaps as the API server takes them. It checks names and sizes and nothing of
// what is inside; that is done in workload.ts.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { checkLabels, checkNamespace, checkObjectName, type Labels } from './kubernetes-names.ts';
import { renderTemplate, type TemplateValue } from './render.ts';
import { readTemplate } from './template.ts';

/** Text of a template by its path under `templates/`; a user's own may take its place. */
export type TemplateSource = (path: string) => string;

interface ObjectMeta {
  readonly name: string;
  /** Absent: the one that kubectl is set to. */
  readonly namespace?: string | undefined;
  readonly labels?: Labels | undefined;
}

export interface TlsSecret extends ObjectMeta {
  /** PEM: leaf, then intermediates, no root. */
  readonly certificates: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
  /** PEM of the roots, for `ca.crt`; without any the key is left out. */
  readonly roots?: string | undefined;
  /** Type Opaque in place of kubernetes.io/tls; the keys are the same. */
  readonly opaque?: boolean | undefined;
}

export interface CaConfigMap extends ObjectMeta {
  /** PEM of the roots, for `ca.crt`. */
  readonly roots: string;
}

/** Of Secrets and ConfigMaps alike, before base64 (MaxSecretSize of the API server). */
const MAX_DATA = 1024 * 1024;

/**
 * A Secret in YAML, as `kubectl apply --server-side -f` takes it. What it holds is not judged:
 * see `checkWorkload`. Throws BAD_NAME, BAD_OPTION.
 */
export function tlsSecret(secret: TlsSecret, templates: TemplateSource = readTemplate): string {
  const { certificates, key, roots } = secret;
  const texts = [certificates, key, roots].map((text) => text && oneNewline(text));
  checkSize(texts);
  const [certificateData, keyData, rootData] = texts.map((text) => text && toBase64(toUtf8(text)));
  return render(secret.opaque ? 'secret-opaque' : 'secret-tls', templates, {
    ...metaOf(secret),
    certificates: certificateData,
    key: keyData,
    roots: rootData === '' ? undefined : rootData,
  });
}

/** A ConfigMap of roots in YAML. Throws BAD_NAME, BAD_OPTION. */
export function caConfigMap(map: CaConfigMap, templates: TemplateSource = readTemplate): string {
  const roots = oneNewline(map.roots);
  checkSize([roots]);
  return render('configmap-ca', templates, { ...metaOf(map), roots });
}

function metaOf({ name, namespace, labels }: ObjectMeta): Record<string, TemplateValue> {
  checkObjectName(name);
  if (namespace !== undefined) checkNamespace(namespace);
  if (labels) checkLabels(labels);
  return {
    name,
    namespace,
    labels: labels && Object.keys(labels).length > 0 ? labels : undefined,
  };
}

function render(
  name: string,
  templates: TemplateSource,
  values: Readonly<Record<string, TemplateValue>>,
): string {
  const path = `kubernetes/${name}.yaml`;
  return renderTemplate(path, templates(path), values);
}

// Linkerd refuses a blank line behind the last block.
function oneNewline(pem: string): string {
  return `${pem.trimEnd()}\n`;
}

function checkSize(texts: readonly (string | undefined)[]): void {
  const size = texts.reduce((sum, text) => sum + (text ? toUtf8(text).length : 0), 0);
  if (size <= MAX_DATA) return;
  throw new MtlsError(
    'BAD_OPTION',
    `${size} bytes, and Kubernetes takes ${MAX_DATA} in an object`,
    {
      hint: 'leave out certificates that the chain does not need',
    },
  );
}
