// Secrets and ConfigMaps as the API server takes them. It checks names and sizes and nothing of
// what is inside; that is done in workload.ts.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { checkLabels, checkNamespace, checkObjectName, type Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate, type TemplateValues } from './render.ts';

/** What every object has. */
export interface ObjectMeta {
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
export function tlsSecret(secret: TlsSecret, template?: GivenTemplate): string {
  const { certificates, key, roots } = secret;
  const texts = [certificates, key, roots].map((text) => text && oneNewline(text));
  checkSize(texts);
  const [certificateData, keyData, rootData] = texts.map((text) => text && toBase64(toUtf8(text)));
  const values = {
    ...metaOf(secret),
    certificates: certificateData,
    key: keyData,
    roots: rootData === '' ? undefined : rootData,
  };
  const name = secret.opaque ? 'secret-opaque' : 'secret-tls';
  return renderManifest(`kubernetes/${name}.yaml`, values, template);
}

/** A ConfigMap of roots in YAML. Throws BAD_NAME, BAD_OPTION. */
export function caConfigMap(map: CaConfigMap, template?: GivenTemplate): string {
  const roots = oneNewline(map.roots);
  checkSize([roots]);
  return renderManifest('kubernetes/configmap-ca.yaml', { ...metaOf(map), roots }, template);
}

/** The metadata as placeholders: `name`, `namespace`, `labels`. Throws BAD_NAME, BAD_OPTION. */
export function metaOf({ name, namespace, labels }: ObjectMeta): TemplateValues {
  checkObjectName(name);
  if (namespace !== undefined) checkNamespace(namespace);
  if (labels) checkLabels(labels);
  return {
    name,
    namespace,
    labels: labels && Object.keys(labels).length > 0 ? sorted(labels) : undefined,
  };
}

// The same labels in another order are the same file.
function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
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
