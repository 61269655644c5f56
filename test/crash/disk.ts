// A disk that loses power, as POSIX allows it: what a file holds lasts once the file was synced,
// a name once its folder was; of the rest, each change by itself may be there, or not.
import { basename, dirname, relative, sep } from 'node:path';
import type { Call } from './calls.ts';

type Edit =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'mode'; readonly mode: number };

interface Content {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

export class FileNode {
  now: Content;
  /** What surely lasts. */
  durable: Content;
  /** Changes that no sync has made last, in order. */
  pending: Edit[] = [];

  constructor(content: Content) {
    this.now = content;
    this.durable = content;
  }
}

/** Names that change together: a rename takes one away and gives another. */
export type NameChange = readonly (readonly [name: string, node: Node | undefined])[];

export class FolderNode {
  now = new Map<string, Node>();
  durable = new Map<string, Node>();
  pending: NameChange[] = [];
  mode: number;

  constructor(mode: number) {
    this.mode = mode;
  }
}

type Node = FileNode | FolderNode;

/** What becomes of changes that were not synced. */
export type Fate = 'kept' | 'lost' | 'zeros' | 'half';

export interface Survival {
  readonly name: (change: NameChange) => boolean;
  readonly content: (file: FileNode) => Fate;
}

export const ALL_KEPT: Survival = { name: () => true, content: () => 'kept' };

/** Files and folders by path, relative to the root; a folder has no bytes. */
export type Image = ReadonlyMap<string, { readonly mode: number; readonly bytes?: Uint8Array }>;

/** A disk below one folder. */
export class Disk {
  readonly #base: string;
  readonly #root = new FolderNode(0o700);
  readonly #open = new Map<number, { readonly node: Node; readonly path: string }>();

  /** @param image what lies there, and lasts */
  constructor(base: string, image: Image) {
    this.#base = base;
    for (const [path, { mode, bytes }] of image) {
      const folder = this.#folder(dirname(path));
      const node = bytes === undefined ? new FolderNode(mode) : new FileNode({ bytes, mode });
      folder.now.set(basename(path), node);
      folder.durable.set(basename(path), node);
    }
  }

  opened(fd: number, path: string): void {
    this.#open.set(fd, { node: this.#at(this.#relative(path)), path });
  }

  /** Under which path a descriptor was opened. */
  pathOf(fd: number): string {
    return this.#opened(fd).path;
  }

  /** A sync that failed: what it should have made last is lost, and no later one tries again. */
  failSync(fd: number): void {
    const node = this.#node(fd);
    node.pending = [];
  }

  apply(call: Call): void {
    switch (call.kind) {
      case 'create':
        this.#name(call.path, new FileNode({ bytes: new Uint8Array(), mode: call.mode ?? 0o600 }));
        return;
      case 'empty': {
        const node = this.#at(this.#relative(call.path));
        if (node instanceof FileNode) this.#edit(node, { kind: 'truncate', length: 0 });
        return;
      }
      case 'mkdir':
        this.#name(call.path, new FolderNode(call.mode ?? 0o777));
        return;
      case 'unlink':
      case 'rmdir':
        this.#name(call.path, undefined);
        return;
      case 'link':
        this.#name(call.to, this.#at(this.#relative(call.path)));
        return;
      case 'rename':
        this.#rename(this.#relative(call.path), this.#relative(call.to));
        return;
      case 'chmod': {
        const node = this.#at(this.#relative(call.path));
        if (node instanceof FolderNode) node.mode = call.mode;
        else this.#edit(node, { kind: 'mode', mode: call.mode });
        return;
      }
      case 'write':
        this.#edit(this.#file(call.fd), { kind: 'write', at: call.at, bytes: call.bytes });
        return;
      case 'truncate':
        this.#edit(this.#file(call.fd), { kind: 'truncate', length: call.length });
        return;
      case 'fchmod':
        this.#edit(this.#file(call.fd), { kind: 'mode', mode: call.mode });
        return;
      case 'fsync': {
        const node = this.#node(call.fd);
        if (node instanceof FileNode) {
          node.durable = node.pending.reduce(edited, node.durable);
          node.pending = [];
        } else {
          node.durable = node.pending.reduce(renamed, node.durable);
          node.pending = [];
        }
        return;
      }
      case 'fchown':
        return;
    }
  }

  /** What has not been made last. */
  unsynced(): { readonly names: readonly NameChange[]; readonly files: readonly FileNode[] } {
    const names: NameChange[] = [];
    const files = new Set<FileNode>();
    const visited = new Set<Node>();
    const visit = (node: Node): void => {
      if (visited.has(node)) return;
      visited.add(node);
      if (node instanceof FileNode) {
        if (node.pending.length > 0) files.add(node);
        return;
      }
      names.push(...node.pending);
      for (const child of node.now.values()) visit(child);
      for (const child of node.durable.values()) visit(child);
      for (const change of node.pending) for (const [, child] of change) if (child) visit(child);
    };
    visit(this.#root);
    return { names, files: [...files] };
  }

  /** What programs see. */
  now(): Image {
    return imageOf(
      this.#root,
      (folder) => folder.now,
      (file) => file.now,
    );
  }

  /** What is there after the power was lost. */
  after({ name, content }: Survival): Image {
    return imageOf(
      this.#root,
      (folder) => folder.pending.filter(name).reduce(renamed, folder.durable),
      (file) => fate(file, content(file)),
    );
  }

  #relative(path: string): string {
    return relative(this.#base, path);
  }

  #folder(path: string): FolderNode {
    const node = this.#at(path === '.' ? '' : path);
    if (node instanceof FileNode) throw new Error(`${path} is no folder`);
    return node;
  }

  #at(path: string): Node {
    let node: Node = this.#root;
    for (const part of path === '' ? [] : path.split(sep)) {
      const child: Node | undefined = node instanceof FolderNode ? node.now.get(part) : undefined;
      if (child === undefined) throw new Error(`the simulated disk has no ${path}`);
      node = child;
    }
    return node;
  }

  #opened(fd: number) {
    const opened = this.#open.get(fd);
    if (opened === undefined) throw new Error(`the simulated disk has no descriptor ${fd}`);
    return opened;
  }

  #node(fd: number): Node {
    return this.#opened(fd).node;
  }

  #file(fd: number): FileNode {
    const node = this.#node(fd);
    if (node instanceof FileNode) return node;
    throw new Error(`descriptor ${fd} is a folder`);
  }

  #name(path: string, node: Node | undefined): void {
    const inside = this.#relative(path);
    this.#change(this.#folder(dirname(inside)), [[basename(inside), node]]);
  }

  #rename(from: string, to: string): void {
    const folder = this.#folder(dirname(from));
    if (folder !== this.#folder(dirname(to))) throw new Error('a rename across folders');
    this.#change(folder, [
      [basename(from), undefined],
      [basename(to), this.#at(from)],
    ]);
  }

  #change(folder: FolderNode, change: NameChange): void {
    folder.now = renamed(folder.now, change);
    folder.pending.push(change);
  }

  #edit(file: FileNode, edit: Edit): void {
    file.now = edited(file.now, edit);
    file.pending.push(edit);
  }
}

function imageOf(
  root: FolderNode,
  names: (folder: FolderNode) => ReadonlyMap<string, Node>,
  content: (file: FileNode) => Content,
): Image {
  const image = new Map<string, { readonly mode: number; readonly bytes?: Uint8Array }>();
  const walk = (folder: FolderNode, above: string): void => {
    for (const [name, node] of names(folder)) {
      const path = above + name;
      if (node instanceof FileNode) image.set(path, content(node));
      else {
        image.set(path, { mode: node.mode });
        walk(node, path + sep);
      }
    }
  };
  walk(root, '');
  return image;
}

function renamed(names: Map<string, Node>, change: NameChange): Map<string, Node> {
  const next = new Map(names);
  for (const [name, node] of change)
    if (node === undefined) next.delete(name);
    else next.set(name, node);
  return next;
}

function edited(content: Content, edit: Edit): Content {
  const { bytes, mode } = content;
  if (edit.kind === 'mode') return { bytes, mode: edit.mode };
  const length =
    edit.kind === 'truncate' ? edit.length : Math.max(bytes.length, edit.at + edit.bytes.length);
  const next = new Uint8Array(length);
  next.set(bytes.subarray(0, length));
  if (edit.kind === 'write') next.set(edit.bytes, edit.at);
  return { bytes: next, mode };
}

/** `zeros`: the length came to the disk and the content did not. `half`: the last write was cut. */
function fate({ durable, pending }: FileNode, chosen: Fate): Content {
  if (chosen === 'lost') return durable;
  const last = pending.findLastIndex(({ kind }) => kind === 'write');
  const edits = pending.map((edit, at): Edit => {
    if (edit.kind !== 'write') return edit;
    if (chosen === 'zeros') return { ...edit, bytes: new Uint8Array(edit.bytes.length) };
    if (chosen === 'half' && at === last)
      return { ...edit, bytes: edit.bytes.subarray(0, Math.floor(edit.bytes.length / 2)) };
    return edit;
  });
  return edits.reduce(edited, durable);
}
