// What the schema of a custom resource says of its fields, and where an object differs.
import { isMapping, type Mapping } from '../../codec/manifest-entries.ts';

export type Shape =
  | 'text'
  | 'integer'
  | 'flag'
  /** Keys and texts. */
  | 'texts'
  /** Not judged. */
  | 'anything'
  | { readonly oneOf: readonly string[] }
  | { readonly list: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly needs?: readonly string[] };

export interface Misfit {
  /** `spec.usages[0]` */
  readonly path: string;
  /** What is wrong there, as the rest of a sentence. */
  readonly what: string;
  /** It is dropped, not refused, by all but those who ask the API server to be strict, as kubectl does. */
  readonly dropped?: boolean;
}

const MAX_INTEGER = 2 ** 31;

/** Where a value is not of a shape; a field that is null counts as left out. */
export function misfits(value: unknown, shape: Shape, path: string): readonly Misfit[] {
  const unless = (fits: boolean, what: string): readonly Misfit[] => (fits ? [] : [{ path, what }]);
  if (shape === 'anything') return [];
  if (shape === 'text') return unless(typeof value === 'string', 'is no text');
  if (shape === 'flag') return unless(typeof value === 'boolean', 'is neither true nor false');
  if (shape === 'integer')
    return unless(
      Number.isInteger(value) && Math.abs(value as number) < MAX_INTEGER,
      'is no whole number',
    );
  if (shape === 'texts') {
    if (!isMapping(value)) return [{ path, what: 'is no mapping of keys to texts' }];
    return given(value).flatMap(([key, one]) => misfits(one, 'text', `${path}.${key}`));
  }
  if ('oneOf' in shape)
    return shape.oneOf.some((one) => one === value)
      ? []
      : [{ path, what: noneOf(shape.oneOf, value) }];
  if ('list' in shape) {
    if (!Array.isArray(value)) return [{ path, what: 'is no list' }];
    return value.flatMap((one, index) => misfits(one, shape.list, `${path}[${index}]`));
  }
  if (!isMapping(value)) return [{ path, what: 'is no mapping' }];
  const { fields, needs = [] } = shape;
  const held = given(value);
  return [
    ...needs
      .filter((need) => !held.some(([key]) => key === need))
      .map((need) => ({ path: `${path}.${need}`, what: 'is missing' })),
    ...held.flatMap(([key, one]): readonly Misfit[] => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return field === undefined
        ? [{ path: `${path}.${key}`, what: 'is no field that there is', dropped: true }]
        : misfits(one, field, `${path}.${key}`);
    }),
  ];
}

/** More words than these are not listed. */
const MOST_WORDS = 7;

function noneOf(words: readonly string[], value: unknown): string {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const meant =
    typeof value === 'string' && value.length < 64
      ? words.find((word) => bare(word) === bare(value))
      : undefined;
  if (meant !== undefined) return `is none that there is: write "${meant}"`;
  return words.length <= MOST_WORDS ? `is none of ${words.join(', ')}` : 'is none that there is';
}

function given(value: Mapping): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
}

/** The mapping below a key; an empty one where there is none. */
export function mappingAt(value: Mapping, key: string): Mapping {
  const held = value[key];
  return isMapping(held) ? held : {};
}

/** The text below a key; undefined where it is none. */
export function textAt(value: Mapping, key: string): string | undefined {
  const held = value[key];
  return typeof held === 'string' ? held : undefined;
}

/** The texts below a key, without what is none. */
export function textsAt(value: Mapping, key: string): readonly string[] {
  const held = value[key];
  return Array.isArray(held) ? held.filter((one) => typeof one === 'string') : [];
}

/** The whole number below a key; undefined where it is none. */
export function integerAt(value: Mapping, key: string): number | undefined {
  const held = value[key];
  return Number.isInteger(held) ? (held as number) : undefined;
}
