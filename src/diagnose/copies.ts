// One certificate in several folders or Secrets is judged once, and bad in every one of them.
import type { Draft, Hit } from './draft.ts';
import type { CertificateNode } from './pile.ts';

/** What is wrong with a leaf, told of its copies too: whoever renews one forgets the others. */
export function withCopies(drafts: readonly Draft[], node: CertificateNode): readonly Draft[] {
  const cause = 'the same certificate lies here';
  const hits: readonly Hit[] = copiesOf(node).map((subject) => ({ subject, cause }));
  if (hits.length === 0) return drafts;
  return drafts.map((draft) => ({ ...draft, hits: [...(draft.hits ?? []), ...hits] }));
}

/** Where it lies besides its first place, in other folders and objects. */
export function copiesOf({ places }: CertificateNode): readonly string[] {
  const [first, ...others] = places.map(({ document }) => document);
  return others.filter(({ container }) => container !== first?.container).map(({ place }) => place);
}
