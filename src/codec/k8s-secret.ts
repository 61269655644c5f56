// Certificates and keys inside Kubernetes manifests: Secret, ConfigMap, lists of them, and the
// strings of any other document, as `istioctl proxy-config secret -o json` prints them.
import { MtlsError } from '../base/errors.ts';
import { fromBase64, toUtf8 } from '../base/bytes.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { bundleOf, type Bundle, type ReadOptions } from './bundle.ts';
import { ARMOURED_PEM, readText, unwrapBase64 } from './detect.ts';
import { formatOrigin, type Origin } from './origin.ts';
import type { BundlePart, SkippedPart } from './part.ts';
import { parseDocuments } from './yaml-documents.ts';
import { readParts } from './read-parts.ts';

/** A cluster's worth of documents; each is bounded by the API server at 1.5 MiB. */
const MAX_NODES = 1_000_000;
const MAX_DEPTH = 64;

/** Longest key of a Secret, and longest name of an object. */
const MAX_KEY = 253;

type Mapping = Readonly<Record<string, unknown>>;

interface Found {
  readonly parts: BundlePart[];
  readonly skipped: SkippedPart[];
}

/**
 * Reads a manifest in YAML (one or several documents) or JSON. In `data` each value is base64,
 * `stringData` goes before it, as the API server has it. Values that are neither certificates nor
 * keys are passed over.
 *
 * @throws MtlsError YAML_MALFORMED with the line, or the key whose base64 is broken; NOTHING_FOUND;
 *   what is malformed inside, with its place in front.
 */
export function readManifest(bytes: Uint8Array, options: ReadOptions = {}): Bundle {
  const origin: Origin = { source: options.name };
  const text = readText(bytes);
  if (text === undefined) throw new MtlsError('YAML_MALFORMED', 'the manifest is not text');
  const documents = parseDocuments(text, origin);
  const found: Found = { parts: [], skipped: [] };
  const budget = { left: MAX_NODES };
  for (const document of documents) readObject(document, origin, found, budget, 0);
  if (found.parts.length > 0) return bundleOf(found.parts, found.skipped);
  const where = formatOrigin(origin);
  throw new MtlsError(
    'NOTHING_FOUND',
    `${where === '' ? '' : `${where}: `}no certificate or key in the manifest`,
    { hint: 'certificates stand in the data of a Secret or ConfigMap, such as tls.crt and ca.crt' },
  );
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readObject(
  document: unknown,
  origin: Origin,
  found: Found,
  budget: Budget,
  depth: number,
): void {
  if (!isMapping(document)) {
    walk(document, [], origin, found, budget);
    return;
  }
  const { kind, items } = document;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    if (depth > MAX_DEPTH) throw malformed(origin, 'is too large to look through');
    // `kubectl get secrets -o yaml` leaves the kind of typed lists out of their items
    const single = kind.slice(0, -'List'.length);
    for (const item of items as unknown[])
      readObject(
        isMapping(item) && item['kind'] === undefined && single !== ''
          ? { ...item, kind: single }
          : item,
        origin,
        found,
        budget,
        depth + 1,
      );
    return;
  }
  if (kind === 'Secret') readSecret(document, origin, found);
  else if (kind === 'ConfigMap') readConfigMap(document, origin, found);
  else walk(document, [], origin, found, budget);
}

/** A key of a mapping, or a name; where somebody has put a value in its place, not all of it. */
function shortened(text: string): string {
  return text.length > MAX_KEY ? `${text.slice(0, 16)}…` : text;
}

/** `Secret default/api`, as messages call it. */
function titleOf(document: Mapping): string {
  const metadata = isMapping(document['metadata']) ? document['metadata'] : {};
  const { name, namespace } = metadata;
  const text = (value: unknown) => (typeof value === 'string' ? shortened(value) : '');
  const path = [namespace, name].map(text).filter((part) => part !== '');
  return `${text(document['kind'])} ${path.join('/') || 'without a name'}`;
}

function entriesOf(
  document: Mapping,
  field: string,
  at: (key: string) => Origin,
): [string, string][] {
  const value = document[field];
  if (value === undefined || value === null) return [];
  if (!isMapping(value)) throw malformed(at(field), 'is no mapping of keys to values');
  return Object.entries(value).flatMap(([key, text]): [string, string][] => {
    if (text === null || text === undefined) return [];
    if (typeof text !== 'string')
      throw malformed(
        at(key),
        'is no text',
        `put the value of ${escapeControl(shortened(key))} in quotes`,
      );
    return [[key, text]];
  });
}

function readSecret(document: Mapping, origin: Origin, found: Found): void {
  const at = placesIn(document, origin);
  const values = new Map<string, Uint8Array>();
  for (const [key, text] of entriesOf(document, 'data', at))
    values.set(key, decodeValue(text, at(key)));
  for (const [key, text] of entriesOf(document, 'stringData', at)) values.set(key, toUtf8(text));
  readValues(values, at, found);
}

function readConfigMap(document: Mapping, origin: Origin, found: Found): void {
  const at = placesIn(document, origin);
  const values = new Map<string, Uint8Array>();
  for (const [key, text] of entriesOf(document, 'data', at)) values.set(key, toUtf8(text));
  for (const [key, text] of entriesOf(document, 'binaryData', at))
    values.set(key, decodeValue(text, at(key)));
  readValues(values, at, found);
}

function placesIn(document: Mapping, origin: Origin): (key: string) => Origin {
  const title = titleOf(document);
  return (key) => ({ ...origin, entry: `${title}: ${shortened(key)}` });
}

/** As the API server reads it: base64 that may be broken into lines. */
function decodeValue(text: string, place: Origin): Uint8Array {
  const bytes = fromBase64(text.replace(/[\r\n]/g, ''));
  if (bytes) return bytes;
  // Only the placeholder is quoted: what stands beside it may be a password
  const [shell] = /\$\([^)]*\)?|\$\{[^}]*\}?|\{\{[^}]*(?:\}\}?)?/.exec(text) ?? [];
  throw malformed(
    place,
    shell !== undefined
      ? `holds ${quoteForeign(shell, 60)}, which nothing replaces in a manifest`
      : text.includes('-----BEGIN')
        ? 'is PEM, where base64 of it belongs'
        : 'is not base64',
    shell !== undefined
      ? 'write the manifest with mtls k8s secret'
      : 'put plain text under stringData, or write the manifest with mtls k8s secret',
  );
}

function readValues(
  values: ReadonlyMap<string, Uint8Array>,
  at: (key: string) => Origin,
  found: Found,
): void {
  for (const [key, bytes] of values) take(bytes, at(key), found);
}

function take(bytes: Uint8Array, place: Origin, found: Found): void {
  const { parts, skipped } = readParts(bytes, place);
  found.parts.push(...parts);
  found.skipped.push(...skipped);
}

interface Budget {
  left: number;
}

/** Looks through a document of no known kind for PEM, plain or in base64. */
function walk(
  value: unknown,
  path: readonly string[],
  origin: Origin,
  found: Found,
  budget: Budget,
): void {
  if (budget.left-- <= 0 || path.length > MAX_DEPTH)
    throw malformed(origin, 'is too large to look through');
  if (typeof value === 'string') {
    const bytes = value.includes('-----BEGIN ')
      ? toUtf8(value)
      : value.trimStart().startsWith(ARMOURED_PEM)
        ? unwrapBase64(value)
        : undefined;
    if (bytes) take(bytes, { ...origin, entry: path.join('.') || undefined }, found);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      walk(item, [...path, String(index)], origin, found, budget);
    });
  } else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value))
      walk(item, [...path, shortened(key)], origin, found, budget);
  }
}

function malformed(place: Origin, what: string, hint?: string): MtlsError {
  return new MtlsError('YAML_MALFORMED', `${formatOrigin(place) || 'the manifest'} ${what}`, {
    hint,
    data: { ...place },
  });
}
