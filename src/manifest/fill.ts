// The tree of a template with its placeholders filled.
import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type Scalar } from 'yaml';
import type { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { keepSpelling, nodeOf, type TemplateData } from './yaml-nodes.ts';

/** The error of a template at a position of its text. */
export type FaultAt = (
  code: 'BAD_OPTION' | 'YAML_MALFORMED',
  position: number,
  what: string,
  hint: string,
) => MtlsError;

type Values = Readonly<Record<string, TemplateData | undefined>>;

const WHOLE = /^\$\{([A-Za-z]\w*)\}$/;
const ANYWHERE = /\$\{[^{}]*\}?/;

/** Fills a node in place; undefined where nothing is left of it. Throws BAD_OPTION. */
export function filled<N extends ParsedNode>(
  node: N,
  values: Values,
  faultAt: FaultAt,
): N | undefined {
  return nodeFilled(node, values, faultAt) as N | undefined;
}

function nodeFilled(node: unknown, values: Values, faultAt: FaultAt): unknown {
  if (isScalar(node)) return scalarFilled(node, values, faultAt);
  if (isSeq(node)) {
    const had = node.items.length;
    node.items = node.items.flatMap((item) => {
      const left = nodeFilled(item, values, faultAt);
      return left === undefined ? [] : [left];
    });
    return had > 0 && node.items.length === 0 ? undefined : node;
  }
  if (isMap(node)) {
    const had = node.items.length;
    node.items = node.items.filter((pair) => pairFilled(pair, values, faultAt));
    return had > 0 && node.items.length === 0 ? undefined : node;
  }
  // In an explicit pair there may be none
  if (node === null) return node;
  throw faultAt('BAD_OPTION', startOf(node), 'an alias', 'write out what it stands for');
}

/** Whether it stays. */
function pairFilled(pair: Pair, values: Values, faultAt: FaultAt): boolean {
  const { key } = pair;
  if (!isScalar(key))
    throw faultAt(
      'BAD_OPTION',
      startOf(key),
      'a key that is no text',
      'placeholders are ${name}; those of Helm, {{ … }}, are not filled',
    );
  const [found] = ANYWHERE.exec(String(key.value)) ?? [];
  if (found !== undefined)
    throw faultAt(
      'BAD_OPTION',
      startOf(key),
      `${quoteForeign(found)} stands in a key`,
      'a placeholder is a value: name: ${name}',
    );
  pair.value = nodeFilled(pair.value, values, faultAt);
  return pair.value !== undefined;
}

function scalarFilled(scalar: Scalar, values: Values, faultAt: FaultAt): unknown {
  keepSpelling(scalar);
  const { value, type, anchor, tag } = scalar;
  if (typeof value !== 'string') return scalar;
  const [found] = ANYWHERE.exec(value) ?? [];
  if (found === undefined) return scalar;
  const [, name] = (type === 'PLAIN' ? WHOLE.exec(value) : undefined) ?? [];
  if (name === undefined || anchor !== undefined || tag !== undefined)
    throw faultAt(
      'BAD_OPTION',
      startOf(scalar),
      `${quoteForeign(found)} is not the whole value`,
      'a placeholder stands alone behind its key, without quotes: name: ${name}',
    );
  if (!Object.hasOwn(values, name))
    throw faultAt(
      'BAD_OPTION',
      startOf(scalar),
      `nothing is known as ${quoteForeign(name)}`,
      `known are ${Object.keys(values).join(', ')}`,
    );
  const data = values[name];
  return data === undefined ? undefined : withNotes(nodeOf(data), scalar);
}

/** Comments and blank lines stay where they were. */
function withNotes<N extends ReturnType<typeof nodeOf>>(node: N, from: Scalar): N {
  const { comment, commentBefore, spaceBefore } = from;
  // Behind a mapping or a list there is no line for it
  const before = [commentBefore, isScalar(node) ? undefined : comment].filter(Boolean).join('\n');
  if (before !== '') node.commentBefore = before;
  if (comment && isScalar(node)) node.comment = comment;
  if (spaceBefore === true) node.spaceBefore = true;
  return node;
}

function startOf(node: unknown): number {
  return (node as { readonly range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
}
