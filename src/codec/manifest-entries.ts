// What stands where in Kubernetes manifests: each value of a Secret, ConfigMap, ClusterTrustBundle or
// CertificateSigningRequest, of lists of them,
// and the PEM in any other document, as `istioctl proxy-config secret -o json` prints it.
import { MtlsError } from '../base/errors.ts';
import { fromBase64, toUtf8 } from '../base/bytes.ts';
import { escapeControl, hideKeys, quoteForeign } from '../base/text.ts';
import { ARMOURED_PEM, readText, unwrapBase64 } from './detect.ts';
import { formatOrigin, type Origin } from './origin.ts';
import { parseDocuments } from './yaml-documents.ts';

/** A cluster's worth of documents; each is bounded by the API server at 1.5 MiB. */
const MAX_NODES = 1_000_000;
const MAX_DEPTH = 64;

/** Longest key of a Secret, and longest name of an object. */
const MAX_KEY = 253;

export type Mapping = Readonly<Record<string, unknown>>;

/** The object that a value stands in. */
export interface ManifestObject {
  readonly kind: ObjectKind;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  /** Of a Secret: `kubernetes.io/tls`; the API server reads Opaque where there is none. */
  readonly type?: string | undefined;
  /** Every key of its data. */
  readonly keys: readonly string[];
  /** Of all its values that could be decoded, in octets. */
  readonly size: number;
}

export type ObjectKind = keyof typeof FIELDS;

interface ValueField {
  /** Where its values stand, a later one before an earlier one that has the same key. */
  readonly field: string;
  readonly encoded: boolean;
  /** This key alone; all of them where absent. */
  readonly key?: string;
}

const FIELDS = {
  Secret: [
    { field: 'data', encoded: true },
    { field: 'stringData', encoded: false },
  ],
  ConfigMap: [
    { field: 'data', encoded: false },
    { field: 'binaryData', encoded: true },
  ],
  ClusterTrustBundle: [{ field: 'spec', encoded: false, key: 'trustBundle' }],
  CertificateSigningRequest: [
    { field: 'spec', encoded: true, key: 'request' },
    { field: 'status', encoded: true, key: 'certificate' },
  ],
} as const satisfies Readonly<Record<string, readonly ValueField[]>>;

function isObjectKind(kind: unknown): kind is ObjectKind {
  return typeof kind === 'string' && Object.hasOwn(FIELDS, kind);
}

/** An object of any kind as it stands in a manifest: for those who judge what it says. */
export interface ManifestResource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  /** As messages call it: `Certificate prod/api`. */
  readonly title: string;
  /** What was parsed, of any shape. */
  readonly tree: Mapping;
}

/** One value. */
export interface ManifestEntry {
  readonly origin: Origin;
  /** Absent for PEM in a document of another kind. */
  readonly object?: ManifestObject | undefined;
  /** Its key in the object's data. */
  readonly key?: string | undefined;
  /** Decoded; or why it cannot be. */
  readonly value: Uint8Array | MtlsError;
}

/**
 * The values of a manifest in YAML (one or several documents) or JSON, in their order. In `data`
 * each is base64, `stringData` goes before it, as the API server has it.
 *
 * @param seen is told each object, of whatever kind
 * @throws MtlsError YAML_MALFORMED with the line; what is wrong with one value stands in its place.
 */
export function manifestEntries(
  bytes: Uint8Array,
  origin: Origin,
  seen?: (resource: ManifestResource) => void,
): readonly ManifestEntry[] {
  const text = readText(bytes);
  if (text === undefined) throw new MtlsError('YAML_MALFORMED', 'the manifest is not text');
  const reading: Reading = { origin, entries: [], nodes: MAX_NODES, seen };
  for (const document of parseDocuments(text, origin)) readObject(document, reading, 0);
  return reading.entries;
}

interface Reading {
  readonly origin: Origin;
  readonly entries: ManifestEntry[];
  /** Nodes of other documents that are still looked at. */
  nodes: number;
  readonly seen: ((resource: ManifestResource) => void) | undefined;
}

/** Whether a parsed value is a mapping of keys to values. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readObject(document: unknown, reading: Reading, depth: number): void {
  if (!isMapping(document)) {
    walk(document, [], reading);
    return;
  }
  const { kind, items } = document;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    if (depth > MAX_DEPTH) throw malformed(reading.origin, 'is too large to look through');
    // `kubectl get secrets -o yaml` leaves the kind of typed lists out of their items
    const single = kind.slice(0, -'List'.length);
    for (const item of items as unknown[])
      readObject(
        isMapping(item) && item['kind'] === undefined && single !== ''
          ? { ...item, kind: single }
          : item,
        reading,
        depth + 1,
      );
    return;
  }
  if (typeof kind === 'string') reading.seen?.(resourceOf(document, kind));
  if (isObjectKind(kind)) readValues(document, kind, reading);
  else walk(document, [], reading);
}

/** A key of a mapping, or a name; where somebody has put a value in its place, not all of it. */
function shortened(text: string): string {
  const long = text.length > MAX_KEY || text.includes('-----');
  return long ? `${text.slice(0, 16)}…` : hideKeys(text);
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? shortened(value) : undefined;
}

function resourceOf(tree: Mapping, kind: string): ManifestResource {
  const metadata = isMapping(tree['metadata']) ? tree['metadata'] : {};
  const [name, namespace] = [shortText(metadata['name']), shortText(metadata['namespace'])];
  const path = [namespace, name].filter((part) => part !== undefined).join('/');
  return {
    kind,
    apiVersion: shortText(tree['apiVersion']) ?? '',
    name,
    namespace,
    title: `${shortened(kind)} ${path || 'without a name'}`,
    tree,
  };
}

function readValues(document: Mapping, kind: ObjectKind, reading: Reading): void {
  const { origin, entries } = reading;
  const { name, namespace, title } = resourceOf(document, kind);
  const at = (key: string): Origin => ({ ...origin, entry: `${title}: ${shortened(key)}` });

  const values = new Map<string, ManifestEntry['value']>();
  const fields: readonly ValueField[] = FIELDS[kind];
  for (const { field, encoded, key: only } of fields)
    for (const [key, value] of entriesOf(document, field, at))
      if (only === undefined || only === key)
        values.set(key, decoded(value, encoded, at(key), key));
  const object: ManifestObject = {
    kind,
    name,
    namespace,
    type: shortText(document['type']),
    keys: [...values.keys()],
    size: [...values.values()].reduce(
      (sum, value) => sum + (value instanceof MtlsError ? 0 : value.length),
      0,
    ),
  };
  for (const [key, value] of values) entries.push({ origin: at(key), object, key, value });
}

function entriesOf(
  document: Mapping,
  field: string,
  at: (key: string) => Origin,
): [string, unknown][] {
  const value = document[field];
  if (value === undefined || value === null) return [];
  if (!isMapping(value)) throw malformed(at(field), 'is no mapping of keys to values');
  return Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
}

function decoded(
  value: unknown,
  encoded: boolean,
  place: Origin,
  key: string,
): ManifestEntry['value'] {
  if (typeof value !== 'string')
    return malformed(
      place,
      'is no text',
      `put the value of ${escapeControl(shortened(key))} in quotes`,
    );
  return encoded ? decodeValue(value, place) : toUtf8(value);
}

/** As the API server reads it: base64 that may be broken into lines. */
function decodeValue(text: string, place: Origin): ManifestEntry['value'] {
  const bytes = fromBase64(text.replace(/[\r\n]/g, ''));
  if (bytes) return bytes;
  // Only the placeholder is quoted: what stands beside it may be a password
  const [shell] = /\$\([^)]*\)?|\$\{[^}]*\}?|\{\{[^}]*(?:\}\}?)?/.exec(text) ?? [];
  return malformed(
    place,
    shell !== undefined
      ? `holds ${quoteForeign(hideKeys(shell), 60)}, which nothing replaces in a manifest`
      : text.includes('-----BEGIN')
        ? 'is PEM, where base64 of it belongs'
        : 'is not base64',
    shell !== undefined
      ? 'write the manifest with mtls k8s secret'
      : 'put plain text under stringData, or write the manifest with mtls k8s secret',
  );
}

/** Looks through a document of no known kind for PEM, plain or in base64. */
function walk(value: unknown, path: readonly string[], reading: Reading): void {
  const { origin, entries } = reading;
  if (reading.nodes-- <= 0 || path.length > MAX_DEPTH)
    throw malformed(origin, 'is too large to look through');
  if (typeof value === 'string') {
    const bytes = value.includes('-----BEGIN ')
      ? toUtf8(value)
      : value.trimStart().startsWith(ARMOURED_PEM)
        ? unwrapBase64(value)
        : undefined;
    if (bytes)
      entries.push({ origin: { ...origin, entry: path.join('.') || undefined }, value: bytes });
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      walk(item, [...path, String(index)], reading);
    });
  } else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value)) walk(item, [...path, shortened(key)], reading);
  }
}

function malformed(place: Origin, what: string, hint?: string): MtlsError {
  return new MtlsError('YAML_MALFORMED', `${formatOrigin(place) || 'the manifest'} ${what}`, {
    hint,
    data: { ...place },
  });
}
