// Whom `verify` trusts: files of roots and CAs of the home, never what comes with the certificate.
import { existsSync } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import type { Bundle } from '../codec/bundle.ts';
import { listCas } from '../store/ca-store.ts';
import { caNameOk } from '../store/layout.ts';
import { distinct, trustAmong } from '../verify/asked.ts';
import { anchorOf, type TrustAnchor } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { locateHome, openCa, openListedCa, type Reaching } from './authority.ts';
import type { KeyRequest } from './opened-keys.ts';
import { readSource, STANDARD_INPUT } from './source.ts';

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
  if (text === STANDARD_INPUT) return true;
  if (!/[/.\\]/.test(text)) return false;
  return !caNameOk(text) || existsSync(text) || !listCas(locateHome(reaching)).includes(text);
}

/**
 * Gathers trust from `--ca`, given any number of times; all CAs of the home where it is not given.
 *
 * @throws MtlsError CA_NOT_FOUND where there is nobody to trust, NOTHING_FOUND for a file without CAs
 */
export async function gatherTrust(
  reaching: Reaching,
  given: readonly string[],
  passphrases?: KeyRequest,
): Promise<Trust> {
  if (given.length === 0) return trustInHome(reaching);
  const trusts: Trust[] = [];
  for (const one of given)
    trusts.push(
      isPath(reaching, one)
        ? await trustInFile(reaching, one, passphrases)
        : trustIn([openCa(reaching, one)]),
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

async function trustInFile(
  reaching: Reaching,
  path: string,
  passphrases: KeyRequest | undefined,
): Promise<Trust> {
  const file = await readSource(reaching, path, passphrases);
  const { trusted, untrusted } = trustAmong(file.certificates);
  if (trusted.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no CA certificate in ${quoteForeign(path)}`, {
      hint: 'mtls inspect says what it holds; --ca takes the roots that are trusted',
      data: { path },
    });
  return { anchors: trusted.map(anchorOf), untrusted, authorities: [], files: [file] };
}
