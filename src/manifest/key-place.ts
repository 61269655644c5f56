// Where a private key may stand in a template: whoever may look at a namespace may read everything
// but the values of its Secrets, and what stands in metadata is copied into events and logs.
import { isMap, isPair, isScalar, visit, type Document } from 'yaml';
import type { FaultAt } from './fill.ts';

/** What a private key is called in every template. */
export const KEY_PLACEHOLDER = 'key';

const VALUES: readonly unknown[] = ['data', 'stringData'];

/** Refuses a private key anywhere but among the values of a Secret. Throws BAD_OPTION. */
export function refuseStrayKey(document: Document.Parsed, faultAt: FaultAt): void {
  const root: unknown = document.contents;
  const isSecret = isMap(root) && root.get('kind') === 'Secret' && root.get('apiVersion') === 'v1';
  visit(document, {
    Scalar(_, { value, range }, ancestors) {
      if (value !== `\${${KEY_PLACEHOLDER}}`) return;
      const [, , field, , own, ...deeper] = ancestors;
      const isValue =
        isPair(field) &&
        isScalar(field.key) &&
        VALUES.includes(field.key.value) &&
        isPair(own) &&
        deeper.length === 0;
      if (!isSecret || !isValue)
        throw faultAt(
          'BAD_OPTION',
          range?.[0] ?? 0,
          'a private key outside of the values of a Secret',
          'kind: Secret, apiVersion: v1, and below its data: tls.key: ${key}',
        );
    },
  });
}
