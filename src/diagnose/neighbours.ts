// What stands together by place and name, looked up once for a whole pile.
import type { Document } from './document.ts';
import type { CertificateNode, KeyNode, Pile } from './pile.ts';
import { ownerOf } from './roles.ts';

/** A folder, or one object of a manifest. */
interface Neighbourhood {
  readonly byOwner: ReadonlyMap<string, readonly Document[]>;
  readonly keys: readonly KeyNode[];
  /** Documents that hold a leaf. */
  readonly leaves: readonly Document[];
}

const known = new WeakMap<Pile, Map<string, Neighbourhood>>();

/** Everything that stands with a document. */
export function neighbourhoodOf(document: Document, pile: Pile): Neighbourhood {
  let all = known.get(pile);
  if (!all) known.set(pile, (all = new Map<string, Neighbourhood>()));
  let found = all.get(document.container);
  if (!found) all.set(document.container, (found = look(pile.besides(document), pile)));
  return found;
}

function look(documents: readonly Document[], pile: Pile): Neighbourhood {
  const byOwner = new Map<string, Document[]>();
  for (const document of documents) {
    const owner = ownerOf(document.name);
    const list = byOwner.get(owner);
    if (list) list.push(document);
    else byOwner.set(owner, [document]);
  }
  return {
    byOwner,
    keys: documents.flatMap((one) => pile.keysIn(one)),
    leaves: documents.filter((one) => leafIn(one, pile) !== undefined),
  };
}

/** Those whose names say that they belong to the same owner, the document itself among them. */
export function namedAlike(document: Document, pile: Pile): readonly Document[] {
  return neighbourhoodOf(document, pile).byOwner.get(ownerOf(document.name)) ?? [document];
}

/** The first leaf of a document. */
export function leafIn(document: Document, pile: Pile): CertificateNode | undefined {
  return pile.certificatesIn(document).find(({ isIssuer }) => !isIssuer);
}

interface Index {
  /** By place, and by container. */
  readonly called: ReadonlyMap<string, readonly Document[]>;
  /** Sources that hold several Secrets or ConfigMaps. */
  readonly shared: ReadonlySet<string>;
}

const indices = new WeakMap<Pile, Index>();

function indexOf(pile: Pile): Index {
  let found = indices.get(pile);
  if (!found) indices.set(pile, (found = indexed(pile)));
  return found;
}

function indexed({ documents }: Pile): Index {
  const called = new Map<string, Document[]>();
  const containers = new Map<string, string>();
  const shared = new Set<string>();
  for (const document of documents) {
    const { place, container, source } = document;
    for (const name of new Set([place, container])) {
      const list = called.get(name);
      if (list) list.push(document);
      else called.set(name, [document]);
    }
    const first = containers.get(source) ?? container;
    if (first !== container) shared.add(source);
    containers.set(source, first);
  }
  return { called, shared };
}

/** The documents that findings call so: a file, a value of a Secret, or the Secret. */
export function documentsCalled(name: string, pile: Pile): readonly Document[] {
  return indexOf(pile).called.get(name) ?? [];
}

/** Whether the file of a Secret holds nothing else, so that it can be written again. */
export function isAloneInFile({ source }: Document, pile: Pile): boolean {
  return !indexOf(pile).shared.has(source);
}
