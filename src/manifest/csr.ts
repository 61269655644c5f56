// CertificateSigningRequests in a manifest of somebody else's: what they ask for, and how far they
// have come. They are written again with only their status changed.
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq } from 'yaml';
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { formatTime } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { readText } from '../codec/detect.ts';
import { located } from '../codec/unrecognized.ts';
import { parseYaml } from '../codec/yaml-documents.ts';
import {
  fieldSplices,
  spliced,
  type Field,
  type Fields,
  type Splice,
} from '../codec/yaml-splice.ts';
import { CSR_KIND, isMapping, readCsrObject, type CsrObject, type Mapping } from './csr-object.ts';

/** What a request gets: a condition, a certificate, or both. */
export interface CsrChange {
  readonly condition?: CsrCondition | undefined;
  /** PEM, leaf first. */
  readonly certificate?: string | undefined;
}

export interface CsrCondition {
  readonly type: 'Approved' | 'Denied';
  readonly reason: string;
  readonly message: string;
  readonly at: Date;
}

export interface CsrManifest {
  readonly requests: readonly CsrObject[];
  /** The whole text again, with these changes and no other. Throws YAML_MALFORMED. */
  readonly changed: (changes: ReadonlyMap<CsrObject, CsrChange>) => string;
}

/**
 * Reads the requests of a manifest in YAML or JSON: documents, or the items of lists; other objects
 * are passed over, and stay.
 *
 * @param source how messages call it
 * @throws MtlsError YAML_MALFORMED, FILE_TOO_LARGE, NOTHING_FOUND where there is none
 */
export function readCsrManifest(bytes: Uint8Array, source: string): CsrManifest {
  const text = readText(bytes);
  if (text === undefined)
    throw new MtlsError('YAML_MALFORMED', located({ source }, 'the manifest is not text'));
  const objects = objectsOf(text, source);
  const found = objects.flatMap(({ node, plain }) =>
    plain['kind'] === CSR_KIND ? [{ node, plain, object: readCsrObject(plain, source) }] : [],
  );
  if (found.length === 0)
    throw new MtlsError('NOTHING_FOUND', located({ source }, `no ${CSR_KIND} in it`), {
      hint: 'get one with kubectl get csr NAME -o yaml, or make one with mtls k8s csr create',
    });
  return {
    requests: found.map(({ object }) => object),
    changed: (changes) => {
      const splices: Splice[] = [];
      const wanted = new Map<Mapping, unknown>();
      for (const { node, plain, object } of found) {
        const change = changes.get(object);
        if (!change) continue;
        const fields = { status: statusOf(change) };
        // An alias has no text of its own
        if (!isMap(node)) throw unchangeable(source);
        splices.push(...fieldSplices(text, node, fields));
        wanted.set(plain, merged(plain, fields));
      }
      const made = spliced(text, splices);
      const now = objectsOf(made, source).map(({ plain }) => plain);
      const expected = objects.map(({ plain }) => wanted.get(plain) ?? plain);
      if (!isDeepStrictEqual(now, expected)) throw unchangeable(source);
      return made;
    },
  };
}

interface FoundObject {
  /** Its place in the text. */
  readonly node: unknown;
  readonly plain: Mapping;
}

function objectsOf(text: string, source: string): readonly FoundObject[] {
  return parseYaml(text, { source }).flatMap(({ document, value }) =>
    objectsIn(document.contents, value),
  );
}

/** An object, or those of a list. */
function objectsIn(node: unknown, value: unknown): readonly FoundObject[] {
  if (!isMapping(value)) return [];
  const { kind, items, apiVersion } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items))
    return [{ node, plain: value }];
  const list = isMap(node) ? node.get('items', true) : undefined;
  // `kubectl get --raw` leaves the type of typed lists out of their items
  const single = kind.slice(0, -'List'.length);
  return (items as unknown[]).flatMap((item, index): FoundObject[] => {
    if (!isMapping(item)) return [];
    const plain =
      item['kind'] === undefined && single !== '' ? { apiVersion, ...item, kind: single } : item;
    return [{ node: isSeq(list) ? list.items[index] : undefined, plain }];
  });
}

function statusOf({ condition, certificate }: CsrChange): Fields {
  return {
    ...(condition && { conditions: [conditionOf(condition)] }),
    ...(certificate !== undefined && { certificate: toBase64(toUtf8(certificate)) }),
  };
}

function conditionOf({ type, reason, message, at }: CsrCondition): Fields {
  const time = formatTime(at);
  return { type, status: 'True', reason, message, lastUpdateTime: time, lastTransitionTime: time };
}

/** What the fields make of a value: mappings take them in, lists get longer. */
function merged(value: unknown, field: Field): unknown {
  if (Array.isArray(field)) {
    const items = field as readonly unknown[];
    return Array.isArray(value) ? [...(value as unknown[]), ...items] : items;
  }
  if (typeof field === 'string') return field;
  const before = isMapping(value) ? value : {};
  const taken = Object.entries(field).map(([key, one]) => [key, merged(before[key], one)] as const);
  return { ...before, ...Object.fromEntries(taken) };
}

function unchangeable(source: string): MtlsError {
  return new MtlsError(
    'YAML_MALFORMED',
    located({ source }, 'it is written in a way that leaves no place for a status'),
    { hint: 'write it plainly, without anchors and aliases: kubectl get csr NAME -o yaml' },
  );
}
