// The revocation lists that CAs of the home keep, for those who verify under them.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { readBundle } from '../codec/bundle.ts';
import { digest } from '../crypto/digest.ts';
import { listCas } from '../store/ca-store.ts';
import { readStoreFile } from '../store/store-fault.ts';
import { sameName } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { parseCrl, type Crl } from '../x509/crl.ts';
import { locateHome, openListedCa, type Reaching } from './authority.ts';
import type { Trust } from './trust.ts';

/** Some ten million entries. */
const MAX_CRL = 512 * 1024 * 1024;

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
  for (const authority of authoritiesBelow(reaching, trust)) {
    const crl = lastCrl(authority);
    if (crl === undefined) continue;
    const { store } = authority;
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

/** Between the record of a list and its file lie milliseconds, when another process revokes. */
const PATIENCE = 10;
const PAUSE = 20;

/**
 * The last list of a CA; undefined where there is none yet. A list before the journal's last, as a
 * crash or a restored file leaves it, is not heard: STORE_CORRUPT.
 */
export function lastCrl({ store }: Authority): Crl | undefined {
  for (let tries = 0; ; tries++) {
    const last = store.lastCrl();
    if (last === undefined) return undefined;
    const crl = readCrl(store);
    const isLast = Buffer.from(digest('sha256', crl.der)).toString('base64url') === last.sha256;
    // A later one came since the journal was read
    if (isLast || (crl.number ?? 0n) > BigInt(last.number)) return crl;
    if (tries === PATIENCE) throw notLast(store);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
}

function notLast({ name, paths }: Authority['store']): MtlsError {
  return new MtlsError(
    'STORE_CORRUPT',
    `${quoteForeign(paths.crl)} is not the last CRL of CA ${quoteForeign(name)}`,
    { hint: `make the next: mtls ca crl ${name}`, data: { path: paths.crl } },
  );
}

function readCrl({ name, paths }: Authority['store']): Crl {
  const bounds = { max: MAX_CRL, what: 'the CRL' };
  const read = (bytes: Uint8Array) => readBundle(bytes).crls[0] ?? parseCrl(bytes);
  return readStoreFile(paths.crl, bounds, read, `make it anew: mtls ca crl ${name}`);
}
