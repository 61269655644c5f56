// Distribution points and access descriptions, also where a part of them is broken.
import { contextConstructed, contextPrimitive } from '../../asn1/reader.ts';
import { childrenIn, childrenOf } from './elements.ts';
import { rawGeneralName, rawNamesIn, type RawGeneralName } from './general-name.ts';
import { oidOf } from './oid.ts';

export interface RawPoint {
  readonly hasName: boolean;
  readonly hasReasons: boolean;
  readonly hasIssuer: boolean;
  /** Of a full name. */
  readonly names: readonly RawGeneralName[];
}

export function rawPoints(value: Uint8Array): readonly RawPoint[] {
  return childrenIn(value).map((point) => {
    const fields = childrenOf(point);
    const name = fields.find(({ tag }) => tag === contextConstructed(0));
    const full = childrenOf(name).find(({ tag }) => tag === contextConstructed(0));
    return {
      hasName: name !== undefined,
      hasReasons: fields.some(({ tag }) => tag === contextPrimitive(1)),
      hasIssuer: fields.some(({ tag }) => tag === contextConstructed(2)),
      names: rawNamesIn(full),
    };
  });
}

export interface RawAccess {
  readonly method: string;
  readonly location: RawGeneralName;
}

export function rawAccesses(value: Uint8Array): readonly RawAccess[] {
  return childrenIn(value).flatMap((description): RawAccess[] => {
    const [method, location] = childrenOf(description);
    const oid = oidOf(method);
    return oid !== undefined && location
      ? [{ method: oid, location: rawGeneralName(location) }]
      : [];
  });
}
