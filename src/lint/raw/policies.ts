// Certificate policies with the string type of each notice, which the reader does not keep.
import { Tag, type Element } from '../../asn1/reader.ts';
import { isStringTag } from '../../asn1/string.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { oidOf } from './oid.ts';
import { textOf } from './text.ts';

export const ANY_POLICY = '2.5.29.32.0';
export const CPS = '1.3.6.1.5.5.7.2.1';
export const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

export interface RawNotice {
  /** Whether it refers to an organisation's numbered notices. */
  readonly reference: boolean;
  readonly text?: { readonly tag: number; readonly value: string };
}

export interface RawPolicy {
  readonly oid: string;
  readonly qualifiers: readonly { readonly oid: string; readonly notice?: RawNotice }[];
}

export function rawPolicies(value: Uint8Array): readonly RawPolicy[] {
  return childrenIn(value).flatMap((information): RawPolicy[] => {
    const [identifier, qualifiers] = childrenOf(information);
    const oid = oidOf(identifier);
    return oid === undefined
      ? []
      : [{ oid, qualifiers: childrenOf(qualifiers).flatMap(qualifierOf) }];
  });
}

function qualifierOf(element: Element): RawPolicy['qualifiers'] {
  const [type, qualifier] = childrenOf(element);
  const oid = oidOf(type);
  if (oid === undefined) return [];
  return oid === USER_NOTICE ? [{ oid, notice: noticeOf(qualifier) }] : [{ oid }];
}

function noticeOf(qualifier: Element | undefined): RawNotice {
  const fields = childrenOf(qualifier);
  const text = fields.find(({ tag }) => isStringTag(tag));
  return {
    reference: fields.some(({ tag }) => tag === Tag.Sequence),
    ...(text && { text: { tag: text.tag, value: textOf(text) ?? '' } }),
  };
}
