// Where other programs keep a CA: found by the files that only they have.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { readFailure } from '../../store/fs-error.ts';

/** The programs whose folders are known. */
type ForeignKind = 'openssl ca' | 'easy-rsa' | 'mkcert' | 'cfssl' | 'step';

/** A CA of another program; paths of files that are there. */
export interface ForeignCa {
  readonly kind: ForeignKind;
  readonly certificate: string;
  readonly key: string;
  /** The CAs above it. */
  readonly chain?: string | undefined;
  readonly records?: ForeignRecords | undefined;
}

/** What `openssl ca` keeps, and easy-rsa by it. */
export interface ForeignRecords {
  readonly index: string;
  /** The number of its next CRL. */
  readonly crlNumber?: string | undefined;
  readonly crl?: string | undefined;
  /** Folders in which certificates lie under their serial. */
  readonly bySerial: readonly string[];
  /** What file names in the index are relative to. */
  readonly root: string;
}

interface Layout {
  readonly kind: ForeignKind;
  readonly certificate: readonly string[];
  readonly key: readonly string[];
  readonly chain?: readonly string[];
  /** All but mkcert, cfssl and step have an index.txt beside it. */
  readonly index?: true;
}

// Of easy-rsa 2 and 3, of openssl.cnf as it is shipped, and of the guides that most follow
const CA_CERTIFICATES = ['cacert.pem', 'ca.crt', 'ca.pem', 'certs/ca.cert.pem', 'certs/ca.crt'];
const CA_KEYS = ['private/cakey.pem', 'private/ca.key', 'private/ca.key.pem', 'private/ca.pem'];
const CHAINS = ['ca-chain.crt', 'certs/ca-chain.cert.pem', 'chain.pem'];

/** The first whose certificate and key are there; what has an index goes first. */
const LAYOUTS: readonly Layout[] = [
  { kind: 'easy-rsa', certificate: ['pki/ca.crt'], key: ['pki/private/ca.key'], index: true },
  {
    kind: 'openssl ca',
    certificate: [...CA_CERTIFICATES, 'certs/intermediate.cert.pem'],
    key: [...CA_KEYS, 'ca.key', 'cakey.pem', 'private/intermediate.key.pem'],
    chain: CHAINS,
    index: true,
  },
  { kind: 'mkcert', certificate: ['rootCA.pem'], key: ['rootCA-key.pem'] },
  {
    kind: 'step',
    certificate: ['certs/intermediate_ca.crt'],
    key: ['secrets/intermediate_ca_key'],
    chain: ['certs/root_ca.crt'],
  },
  { kind: 'step', certificate: ['certs/root_ca.crt'], key: ['secrets/root_ca_key'] },
  {
    kind: 'cfssl',
    certificate: ['ca.pem'],
    key: ['ca-key.pem'],
    chain: ['root.pem', 'ca-bundle.pem'],
  },
];

/** Finds the CA in a folder. Throws FILE_NOT_FOUND, NOTHING_FOUND with what was looked for. */
export function findForeignCa(folder: string): ForeignCa {
  try {
    if (!statSync(folder).isDirectory())
      throw new MtlsError('NOTHING_FOUND', `${quoteForeign(folder)} is no folder`, {
        hint: 'name the folder of the CA, or give its files with --cert and --key',
        data: { path: folder },
      });
  } catch (error) {
    throw readFailure(error, folder, 'the folder of the CA');
  }
  for (const layout of LAYOUTS) {
    const found = lookFor(folder, layout);
    if (found !== undefined) return found;
  }
  throw new MtlsError(
    'NOTHING_FOUND',
    `no CA of openssl ca, easy-rsa, mkcert, cfssl or step in ${quoteForeign(folder)}`,
    { hint: 'give its files with --cert and --key', data: { path: folder } },
  );
}

function lookFor(folder: string, layout: Layout): ForeignCa | undefined {
  const { kind } = layout;
  const first = (names: readonly string[] = []): string | undefined =>
    names.map((name) => join(folder, name)).find(isFile);
  const certificate = first(layout.certificate);
  const key = first(layout.key);
  if (certificate === undefined || key === undefined) return undefined;
  const chain = first(layout.chain);
  if (layout.index === undefined) return { kind, certificate, key, chain };
  const root = kind === 'easy-rsa' ? join(folder, 'pki') : folder;
  const index = join(root, 'index.txt');
  if (!isFile(index)) return undefined;
  // easy-rsa's own folder may be named itself
  const easy = kind === 'easy-rsa' || isFolder(join(root, 'certs_by_serial'));
  return {
    kind: easy ? 'easy-rsa' : kind,
    certificate,
    key,
    chain,
    records: recordsIn(root, index),
  };
}

function recordsIn(root: string, index: string): ForeignRecords {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => join(root, name)).find(isFile);
  return {
    root,
    index,
    crlNumber: first(['crlnumber', 'crl_number']),
    crl: first(['crl.pem', 'crl/ca.crl.pem', 'crl/intermediate.crl.pem', 'crl/crl.pem']),
    bySerial: [
      'newcerts',
      'certs_by_serial',
      'certs',
      'revoked/certs_by_serial',
      'renewed/certs_by_serial',
    ]
      .map((name) => join(root, name))
      .filter(isFolder),
  };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
