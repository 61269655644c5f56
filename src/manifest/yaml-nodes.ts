// Values as nodes of a YAML document, written by our own rules whatever stands around them.
import { Pair, Scalar, YAMLMap, YAMLSeq, type ScalarTag } from 'yaml';
import { invariant } from '../base/assert.ts';
import { blockLines, yamlScalar } from './yaml.ts';

/** Plain data. What is undefined in a mapping or a list is left out of it. */
export type TemplateData =
  | string
  | number
  | boolean
  | null
  | readonly (TemplateData | undefined)[]
  | { readonly [key: string]: TemplateData | undefined };

/** A scalar that is written by us: text, or what is YAML already. */
class Written {
  readonly line: string;
  readonly block: readonly string[] | undefined;

  constructor(line: string, block?: readonly string[]) {
    this.line = line;
    this.block = block;
  }
}

/** The tag by which the package writes such scalars; it never shows. */
export const WRITTEN: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => value instanceof Written,
  resolve: (text) => text,
  stringify({ value, comment }, { indent, inFlow, implicitKey, options }, onComment) {
    invariant(value instanceof Written, 'a scalar of another kind');
    const { line, block } = value;
    if (!block || inFlow === true || implicitKey === true) return line;
    // Behind the block a comment would be part of it
    const header = comment ? `| ${options.commentString(comment)}` : '|';
    if (comment) onComment?.();
    return [header, ...block.map((one) => `${indent}${one}`)].join('\n');
  },
};

/** Keeps a number or a word as it is spelt: `0400` is not to YAML 1.1 what it is to 1.2. */
export function keepSpelling(scalar: Scalar): void {
  const { value, type, source, tag } = scalar;
  if (typeof value === 'string' || type !== 'PLAIN' || tag !== undefined) return;
  scalar.value = new Written(source ?? '');
}

/** Makes the node of a value. */
export function nodeOf(value: TemplateData): Scalar | YAMLMap | YAMLSeq {
  if (typeof value === 'string')
    return new Scalar(new Written(yamlScalar(value), blockLines(value)));
  if (typeof value === 'boolean' || value === null) return new Scalar(new Written(String(value)));
  if (typeof value === 'number') return new Scalar(new Written(numeral(value)));
  if (isList(value)) {
    const list = new YAMLSeq();
    for (const item of value) if (item !== undefined) list.items.push(nodeOf(item));
    return list;
  }
  const mapping = new YAMLMap();
  for (const [key, item] of Object.entries(value))
    if (item !== undefined)
      mapping.items.push(new Pair(new Scalar(new Written(yamlScalar(key))), nodeOf(item)));
  return mapping;
}

function numeral(value: number): string {
  const text = String(value);
  invariant(/^-?\d+(?:\.\d+)?$/.test(text), 'a number of a manifest has another form');
  return text;
}

// Array.isArray does not know readonly lists
function isList(value: TemplateData): value is readonly (TemplateData | undefined)[] {
  return Array.isArray(value);
}
