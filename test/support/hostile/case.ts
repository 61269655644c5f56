// Chains that are made to cost: what is asked, and what a verifier must say, soon.
import type { PathFault } from '../../../src/verify/fault.ts';
import { encodeDn, parseDn } from '../../../src/name/dn.ts';
import type { VerifyRequest } from '../../../src/verify/types.ts';
import type { Holder } from '../graph.ts';

export interface HostileCase {
  readonly name: string;
  /** Every answer that is right. */
  readonly verdicts: readonly ('ok' | PathFault['code'])[];
  readonly make: () => Promise<VerifyRequest>;
}

export function hostile(
  name: string,
  verdicts: HostileCase['verdicts'][number] | HostileCase['verdicts'],
  make: HostileCase['make'],
): HostileCase {
  return { name, verdicts: typeof verdicts === 'string' ? [verdicts] : verdicts, make };
}

/** As many as are asked for, one after the other. */
export async function many<Item>(
  count: number,
  make: (index: number) => Promise<Item>,
): Promise<Item[]> {
  const made: Item[] = [];
  for (let i = 0; i < count; i++) made.push(await make(i));
  return made;
}

export function list<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

export function first(holders: readonly Holder[]): Holder {
  const [holder] = holders;
  if (!holder) throw new Error('nobody there');
  return holder;
}

export function last(holders: readonly Holder[]): Holder {
  return first(holders.slice(-1));
}

/** A name of a directory, as alternative names and constraints hold it. */
export function directory(text: string) {
  const value = parseDn(text);
  return { kind: 'dirName', value, der: encodeDn(value) } as const;
}
