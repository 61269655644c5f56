// A whole new set in a new folder: the last way out, where nothing at hand can sign.
import { dirname } from 'node:path';
import { formatIp } from '../name/ip.ts';
import { stemOf, sideOf } from './roles.ts';
import type { Document } from './document.ts';
import type { Remedy } from './finding.ts';
import type { Bench } from './judge.ts';
import { isAloneInFile } from './neighbours.ts';
import type { CertificateNode } from './pile.ts';
import { isSpiffe, namesFor } from './remedy-issue.ts';

/** More than these nobody pastes. */
const MOST_LEAVES = 8;
const MOST_NAMES = 20;

const folders = new WeakMap<Bench, string>();

/** A folder beside the first source that is not there yet. */
export function newFolder(bench: Bench): string {
  let folder = folders.get(bench);
  if (folder === undefined) folders.set(bench, (folder = freeFolder(nameFolder(bench), bench)));
  return folder;
}

function freeFolder(wanted: string, { settings }: Bench): string {
  for (let number = 1; number < 100; number++) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    if (settings.isTaken?.(folder) !== true) return folder;
  }
  return wanted;
}

function nameFolder({ settings, pile }: Bench): string {
  const [first = 'certificates'] = settings.sources;
  if (first === '-' || /^[^/]+:\d+$/.test(first)) return 'mended';
  const bare = first.replace(/\/+$/, '');
  const one =
    settings.sources.length === 1 && pile.documents.every(({ source }) => source !== first);
  return one && bare !== '.' && bare !== '..' ? `${bare}-mended` : `${dirname(bare)}/mended`;
}

const lines = new WeakMap<Bench, Omit<Remedy, 'text'>>();

/** @param secret is written again with what is new */
export function anewRemedy(secret: Document | undefined, bench: Bench): Omit<Remedy, 'text'> {
  if (secret) return linesAnew(secret, bench);
  let known = lines.get(bench);
  if (!known) lines.set(bench, (known = linesAnew(undefined, bench)));
  return known;
}

function linesAnew(secret: Document | undefined, bench: Bench): Omit<Remedy, 'text'> {
  const folder = newFolder(bench);
  const workloads = leavesOf(bench).filter(({ certificate }) => isSpiffe(certificate));
  if (workloads.length > 0 || bench.settings.identities.some(({ kind }) => kind === 'trustDomain'))
    return { commands: meshLines(folder, workloads, bench), folder };
  const { all, own } = hostsOf(bench, secret);
  const up = ['mtls', 'up', folder, ...all];
  if (secret?.object?.name === undefined || secret.source === '-')
    return { commands: [up], folder };
  const { object, source } = secret;
  // One CA for all of them, and for each Secret a certificate of its own names
  const isOne = own.length === all.length;
  const stem = isOne ? 'server' : (object.name ?? 'secret');
  const alone = isAloneInFile(secret, bench.pile);
  const file = alone ? source : `${folder}/${object.name ?? 'secret'}.yaml`;
  return {
    commands: [
      up,
      ...(isOne
        ? []
        : [
            [
              ...['mtls', 'issue', ...own, '--home', `${folder}/.mtls`],
              ...['--out', folder, '--name', stem, '--force'],
            ],
          ]),
      [
        ...['mtls', 'k8s', 'secret', object.name ?? ''],
        ...['--cert', `${folder}/${stem}.crt`, '--key', `${folder}/${stem}.key`],
        ...['--ca', `${folder}/ca.crt`],
        ...(object.namespace === undefined ? [] : ['--namespace', object.namespace]),
        ...['--file', file],
        ...(alone ? ['--force'] : []),
      ],
    ],
    ...(alone ? {} : { folder }),
  };
}

function leavesOf({ pile }: Bench): readonly CertificateNode[] {
  return pile.certificates.filter(({ isIssuer }) => !isIssuer).slice(0, MOST_LEAVES);
}

/** X509-SVIDs need a CA of their trust domain, which `up` makes not. */
function meshLines(
  folder: string,
  leaves: readonly CertificateNode[],
  { settings }: Bench,
): readonly (readonly string[])[] {
  const home = ['--home', `${folder}/.mtls`];
  return [
    ['mtls', 'ca', 'init', 'mesh', '--no-passphrase', ...home],
    ...leaves.map(({ certificate, places }) => [
      ...['mtls', 'issue', ...namesFor(certificate, settings, false)],
      ...['--ca', 'mesh', ...home, '--profile', 'svid', '--out', folder],
      ...['--name', stemOf(places[0]?.document.name ?? 'svid').replace(/[^\w.@+-]/g, '-')],
    ]),
  ];
}

interface Hosts {
  readonly all: readonly string[];
  /** By the Secret or the folder that the certificates stand in. */
  readonly of: ReadonlyMap<string, readonly string[]>;
}

const hosts = new WeakMap<Bench, Hosts>();

/** The hosts of this set's servers, and those of a Secret, all of them where it says none of itself. */
function hostsOf(
  bench: Bench,
  secret: Document | undefined,
): { readonly all: readonly string[]; readonly own: readonly string[] } {
  let known = hosts.get(bench);
  // Each Secret of thousands asks
  if (!known) hosts.set(bench, (known = hostsIn(bench)));
  const own = secret && known.of.get(secret.container)?.filter(isHost).slice(0, MOST_NAMES);
  const wanted = bench.settings.identities
    .filter(({ kind }) => kind === 'dns' || kind === 'ip')
    .map(({ value }) => value);
  const everyone = [...new Set([...wanted, ...known.all])].filter(isHost);
  // Where there are too many for a line, its own are none of those left out
  const all =
    everyone.length <= MOST_NAMES
      ? everyone
      : [...new Set([...wanted, ...(own ?? []), ...everyone])].filter(isHost).slice(0, MOST_NAMES);
  const asked = new Set([...wanted.filter(isHost), ...(own ?? [])]);
  return {
    all,
    own: own === undefined || own.length === 0 ? all : [...asked].slice(0, MOST_NAMES),
  };
}

function hostsIn({ pile, settings }: Bench): Hosts {
  const all: string[] = [];
  const of = new Map<string, string[]>();
  for (const { certificate, places, isIssuer } of pile.certificates) {
    const documents = places.map(({ document }) => document);
    if (isIssuer || sideOf(certificate, documents, settings.side) === 'client') continue;
    const names = certificate.names.flatMap((name): string[] =>
      name.kind === 'dns' ? [name.value] : name.kind === 'ip' ? [formatIp(name.value)] : [],
    );
    if (names.length === 0) continue;
    all.push(...names);
    for (const { container } of documents) {
      const own = of.get(container);
      if (own) own.push(...names);
      else of.set(container, [...names]);
    }
  }
  return { all, of };
}

/** What a line to paste can name: a damaged certificate may hold anything. */
function isHost(name: string): boolean {
  return /^(?:\*\.)?[A-Za-z0-9._:-]+$/.test(name);
}
