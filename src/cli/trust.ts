// Whom `verify` trusts: files of roots and CAs of the home, never what comes with the certificate.
import { bytesEqual } from '../base/bytes.ts';
import { existsSync } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { digest } from '../crypto/digest.ts';
import { parseCrl, type Crl } from '../x509/crl.ts';
import { readBundle, type Bundle } from '../codec/bundle.ts';
import { listCas } from '../store/ca-store.ts';
import { caNameOk } from '../store/layout.ts';
import { readStoreFile } from '../store/store-fault.ts';
import { byteKey, isSelfIssued, sameName } from '../verify/names.ts';
import { anchorOf, type TrustAnchor } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { locateHome, openCa, openListedCa, type Reaching } from './authority.ts';
import { readSource } from './source.ts';

/** Some ten million entries. */
const MAX_CRL = 512 * 1024 * 1024;

export interface Trust {
  readonly anchors: readonly TrustAnchor[];
  /** CA certificates that came with the anchors, to build paths with. */
  readonly untrusted: readonly Certificate[];
  /** CAs of the home among them. */
  readonly authorities: readonly Authority[];
  /** Files among them. */
  readonly files: readonly Bundle[];
}

/** `--ca` means a file when it holds a slash or a dot; a CA may have a dot in its name as well. */
function isPath(reaching: Reaching, text: string): boolean {
  if (!/[/.\\]/.test(text)) return false;
  return !caNameOk(text) || existsSync(text) || !listCas(locateHome(reaching)).includes(text);
}

/**
 * Gathers trust from `--ca`, given any number of times; all CAs of the home where it is not given.
 *
 * @throws MtlsError CA_NOT_FOUND where there is nobody to trust, NOTHING_FOUND for a file without CAs
 */
export async function gatherTrust(reaching: Reaching, given: readonly string[]): Promise<Trust> {
  if (given.length === 0) return trustInHome(reaching);
  const trusts: Trust[] = [];
  for (const one of given)
    trusts.push(
      isPath(reaching, one) ? await trustInFile(reaching, one) : trustIn([openCa(reaching, one)]),
    );
  return {
    anchors: trusts.flatMap(({ anchors }) => anchors),
    untrusted: trusts.flatMap(({ untrusted }) => untrusted),
    authorities: trusts.flatMap(({ authorities }) => authorities),
    files: trusts.flatMap(({ files }) => files),
  };
}

function trustInHome(reaching: Reaching): Trust {
  const home = locateHome(reaching);
  const names = listCas(home);
  if (names.length === 0)
    throw new MtlsError('CA_NOT_FOUND', `nobody to trust: no CA in ${quoteForeign(home.root)}`, {
      hint: 'name a file of roots: --ca ./ca.crt',
    });
  return trustIn(names.map((name) => openListedCa(reaching, home, name)));
}

function trustIn(authorities: readonly Authority[]): Trust {
  return {
    anchors: distinct(authorities.map(({ root }) => root)).map(anchorOf),
    untrusted: authorities.flatMap(({ intermediates }) => intermediates),
    authorities,
    files: [],
  };
}

/** Each certificate once, the first of equals: CAs of one home share their roots. */
export function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  const byBytes = new Map<string, Certificate>();
  for (const certificate of certificates) {
    const key = byteKey(certificate.der);
    if (!byBytes.has(key)) byBytes.set(key, certificate);
  }
  return [...byBytes.values()];
}

/**
 * Roots of a file are trusted, and its other CAs only help to build. Where it holds no root, its
 * CAs are trusted themselves. Any other certificate is not: a file that holds a whole chain would
 * make its own leaf good.
 */
async function trustInFile(reaching: Reaching, path: string): Promise<Trust> {
  const file = await readSource(reaching, path);
  const { certificates } = file;
  const cas = certificates.filter(({ basicConstraints }) => basicConstraints?.ca === true);
  const roots = certificates.filter(isSelfIssued);
  const anchors = roots.length > 0 ? roots : cas;
  if (anchors.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no CA certificate in ${quoteForeign(path)}`, {
      hint: 'mtls inspect says what it holds; --ca takes the roots that are trusted',
      data: { path },
    });
  const untrusted = cas.filter((certificate) => !anchors.includes(certificate));
  return { anchors: anchors.map(anchorOf), untrusted, authorities: [], files: [file] };
}

/**
 * The last CRLs of CAs of the home, as far as they say anything at a moment: one that has run out
 * still tells who is revoked, but no longer who is not.
 *
 * @param helpers what the path may be built with
 */
export function homeCrls(
  reaching: Reaching,
  trust: Trust,
  { leaf, helpers }: { readonly leaf: Certificate; readonly helpers: readonly Certificate[] },
  at: Date,
): Crl[] {
  const crls: Crl[] = [];
  const line = lineOf(leaf, helpers);
  for (const { store } of authoritiesBelow(reaching, trust)) {
    const last = store.lastCrl();
    if (last === undefined) continue;
    const crl = readCrl(store, last.sha256);
    const { thisUpdate, nextUpdate } = crl;
    const fresh = thisUpdate <= at && (nextUpdate === undefined || at <= nextUpdate);
    if (fresh || line.some(({ serial }) => crl.entries.find(serial).length > 0)) crls.push(crl);
    else
      reaching.output.warn(
        `the CRL of CA ${quoteForeign(store.name)} says nothing for this time; mtls ca crl ${store.name} makes the next`,
      );
  }
  return crls;
}

/** A certificate and all that may stand above it, by the names of their issuers. */
function lineOf(leaf: Certificate, helpers: readonly Certificate[]): readonly Certificate[] {
  const line = new Set([leaf]);
  // A set goes on to what is added while it is walked
  for (const { issuerDer } of line)
    for (const helper of helpers)
      if (!line.has(helper) && sameName(helper.subjectDer, issuerDer)) line.add(helper);
  return [...line];
}

/** CAs of the home below a trusted root of the home: each keeps a list of its own. */
function authoritiesBelow(reaching: Reaching, trust: Trust): readonly Authority[] {
  const roots = trust.authorities.map(({ root }) => root.der);
  if (roots.length === 0) return [];
  const home = locateHome(reaching);
  return listCas(home)
    .map((name) => openListedCa(reaching, home, name))
    .filter(({ root }) => roots.some((der) => bytesEqual(der, root.der)));
}

/** A list before the journal's last, as a crash or a restored file leaves it, is not heard. */
function readCrl({ name, paths }: Authority['store'], sha256: string): Crl {
  const bounds = { max: MAX_CRL, what: 'the CRL' };
  const read = (bytes: Uint8Array) => {
    const crl = readBundle(bytes).crls[0] ?? parseCrl(bytes);
    if (Buffer.from(digest('sha256', crl.der)).toString('base64url') === sha256) return crl;
    throw new MtlsError('CRL_MALFORMED', `it is not the last one of CA ${quoteForeign(name)}`);
  };
  return readStoreFile(paths.crl, bounds, read, `make it anew: mtls ca crl ${name}`);
}
