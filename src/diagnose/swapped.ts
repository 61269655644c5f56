// A server and a client that lie under each other's names.
import { EXTENDED_KEY_USAGES } from '../x509/extension-names.ts';
import type { Document } from './document.ts';
import { DEPTH, type Draft } from './draft.ts';
import type { Bench } from './judge.ts';
import type { CertificateNode, Pile } from './pile.ts';
import { ownerOf, sideOf } from './roles.ts';

/** Two that are refused for the very purpose of the other. */
interface Swap {
  readonly server: CertificateNode;
  readonly client: CertificateNode;
}

const known = new WeakMap<Pile, { readonly swap: Swap | undefined }>();

function swapIn(pile: Pile): Swap | undefined {
  let found = known.get(pile);
  if (!found) known.set(pile, (found = { swap: lookForSwap(pile) }));
  return found.swap;
}

/** The swap of a pile: one wrong purpose on each side, each right for the other. */
function lookForSwap(pile: Pile): Swap | undefined {
  const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;
  const wrong = (side: 'server' | 'client', has: string, lacks: string) =>
    pile.certificates.filter(({ certificate, isIssuer, places }) => {
      const uses = certificate.extendedKeyUsage;
      const documents = places.map(({ document }) => document);
      return (
        !isIssuer &&
        uses?.includes(has) === true &&
        !uses.includes(lacks) &&
        sideOf(certificate, documents, undefined) === side
      );
    });
  const [server, another] = wrong('server', clientAuth, serverAuth);
  const [client, third] = wrong('client', serverAuth, clientAuth);
  return server && client && !another && !third ? { server, client } : undefined;
}

/** Both wrong purposes are one mistake. */
export function foldSwap(drafts: readonly Draft[], { pile }: Bench): readonly Draft[] {
  const wrong = drafts.filter(({ code }) => code === 'EXTENDED_KEY_USAGE');
  const swap = wrong.length === 2 ? swapIn(pile) : undefined;
  if (!swap) return drafts;
  const { server, client } = swap;
  const abouts: readonly unknown[] = [server.certificate, client.certificate];
  if (!wrong.every(({ about }) => abouts.includes(about))) return drafts;
  const [first] = wrong as [Draft];
  return [
    {
      ...first,
      code: 'SIDES_SWAPPED',
      cause: 'it holds what is the other side’s: the server’s files and the client’s were swapped',
      evidence: wrong.flatMap(({ evidence }) => evidence),
      about: swap,
      depth: DEPTH.leaf,
      hits: wrong.map(({ subject, cause }) => ({ subject, cause })),
    },
    ...drafts.filter((draft) => !wrong.includes(draft)),
  ];
}

/** The document whose place this one's content belongs in: that of the other side, of the same kind. */
export function swappedWith(document: Document, pile: Pile): Document | undefined {
  const swap = swapIn(pile);
  if (!swap) return undefined;
  for (const [from, to] of [
    [swap.server, swap.client],
    [swap.client, swap.server],
  ] as const) {
    const found = counterpart(document, from, to, pile);
    if (found) return found;
  }
  return undefined;
}

function counterpart(
  document: Document,
  from: CertificateNode,
  to: CertificateNode,
  pile: Pile,
): Document | undefined {
  const other = to.places[0]?.document;
  if (from.places.some((place) => place.document === document)) return other;
  const keys = (node: CertificateNode) =>
    pile.withKey(node.certificate.publicKey).keys.map((key) => key.document);
  const beside = from.places.some(
    (place) => ownerOf(place.document.name) === ownerOf(document.name),
  );
  return beside && keys(from).includes(document) ? keys(to)[0] : undefined;
}
