// The way out of each finding: a command wherever one mends it.
import { basename, dirname } from 'node:path';
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { formatIp } from '../name/ip.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { ERRORS, FAULTS, PILE } from './catalogue.ts';
import { PILE_CODES, type FindingCode, type PileCode } from './codes.ts';
import type { Draft } from './draft.ts';
import type { Remedy } from './finding.ts';
import type { Bench } from './judge.ts';
import { OWN_KEY } from './rules/keys.ts';
import { purposesOf, sideOf, stemOf } from './roles.ts';

/** Mended by writing what is here in another way. */
const WRITTEN_ANEW: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'INTERMEDIATE_MISSING',
  'INTERMEDIATE_APART',
  'CHAIN_ORDER',
  'CHAIN_STRANGER',
  'ROOT_IN_CHAIN',
  'TRUST_HOLDS_LEAF',
  'TRUST_HOLDS_KEY',
  'PEM_FORM',
  'SECRET_ENCODED_TWICE',
  'SECRET_TYPE',
]);

/** Mended by another certificate for the same holder. */
const ISSUED_ANEW: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'EXPIRED',
  'EXPIRES_SOON',
  'NOT_YET_VALID',
  'HOST_MISMATCH',
  'NO_NAMES',
  'SPIFFE_NO_ID',
  'SPIFFE_MANY_URIS',
  'SPIFFE_BAD_ID',
  'SPIFFE_MISMATCH',
  'SPIFFE_NOT_A_LEAF',
  'BAD_SIGNATURE',
  'ALGORITHM_MISMATCH',
  'WEAK_KEY',
  'WEAK_HASH',
  'EXTENDED_KEY_USAGE',
  'NAME_CONSTRAINT',
  'PATH_LENGTH_EXCEEDED',
  'NOT_A_CA',
  'KEY_USAGE',
  'UNKNOWN_CRITICAL_EXTENSION',
  'MALFORMED',
  'REVOKED',
  'CERT_MALFORMED',
  'KEY_MALFORMED',
  'CA_PURPOSES',
  'KEY_MISMATCH',
  'CA_SAME_NAME',
  'ISSUER_NOT_FOUND',
  'UNTRUSTED_ROOT',
  'TRUST_WITHOUT_ROOT',
  'CA_KEY_IN_SECRET',
]);

/** Gives each draft that has none its remedy. */
export function withRemedies(drafts: readonly Draft[], bench: Bench): readonly Draft[] {
  return drafts.map((draft) =>
    draft.remedy === undefined ? { ...draft, remedy: remedyFor(draft, bench) } : draft,
  );
}

function remedyFor(draft: Draft, bench: Bench): Remedy {
  const { code } = draft;
  const means = explained(code, isIssuer(draft, bench));
  if (WRITTEN_ANEW.has(code) || isMendedByWriting(draft, bench))
    return { text: 'write the set anew, in order, into a new folder', commands: [fixLine(bench)] };
  if (code === 'KEY_ENCRYPTED')
    return {
      text: 'give its passphrase, or write it without one, which whoever reads the file can then use',
      commands: [[...fixLine(bench), '--passphrase-file', 'PASSPHRASE_FILE']],
    };
  if (code === 'CRL_STALE') return crlRemedy(draft, bench) ?? { text: means, commands: [] };
  return ISSUED_ANEW.has(code) ? issueRemedy(draft, bench, means) : { text: means, commands: [] };
}

function explained(code: FindingCode, ofCa: boolean): string {
  if ((PILE_CODES as readonly string[]).includes(code)) return PILE[code as PileCode].remedy;
  if (code in FAULTS) {
    const { remedy, remedyOfCa } = FAULTS[code as keyof typeof FAULTS];
    return ofCa ? (remedyOfCa ?? remedy) : remedy;
  }
  return ERRORS[code as keyof typeof ERRORS].remedy;
}

function certificateOf({ about }: Draft, { pile }: Bench): Certificate | undefined {
  return pile.nodeOf(about as Certificate)?.certificate;
}

function isIssuer(draft: Draft, bench: Bench): boolean {
  return bench.pile.nodeOf(draft.about as Certificate)?.isIssuer === true;
}

/** A key that lies under another name, or a root that lies elsewhere, only has to be put in place. */
function isMendedByWriting({ code, subject, evidence }: Draft, { pile }: Bench): boolean {
  if (code === 'KEY_MISMATCH')
    return evidence.some(({ field, value }) => field === OWN_KEY && value !== '');
  if (code === 'TRUST_WITHOUT_ROOT')
    return pile.certificates.some(({ certificate, isIssuer: ca }) => {
      const held = pile.documents.filter(({ place }) => place === subject);
      return (
        ca &&
        held.some((document) =>
          pile
            .certificatesIn(document)
            .some(
              (node) =>
                node.certificate !== certificate &&
                Buffer.compare(node.certificate.issuerDer, certificate.subjectDer) === 0,
            ),
        )
      );
    });
  return false;
}

/** A folder beside the first source that is not there yet. */
function newFolder(bench: Bench): string {
  const [first = 'certificates'] = bench.settings.sources;
  if (first === '-') return 'mended';
  const bare = first.replace(/\/+$/, '');
  const one =
    bench.settings.sources.length === 1 &&
    bench.pile.documents.every(({ source }) => source !== first);
  return one && bare !== '.' && bare !== '..' ? `${bare}-mended` : `${dirname(bare)}/mended`;
}

function fixLine(bench: Bench): readonly string[] {
  return ['mtls', 'doctor', ...bench.settings.sources, '--fix', newFolder(bench)];
}

function crlRemedy({ subject, about }: Draft, bench: Bench): Remedy | undefined {
  const node = bench.pile.crls.find(({ crl }) => crl === about);
  const issuers = node ? bench.pile.named(node.crl.issuerDer) : [];
  for (const { certificate } of issuers) {
    const name = bench.settings.homeCaOf(certificate);
    if (name !== undefined)
      return {
        text: 'issue the next list',
        commands: [['mtls', 'ca', 'crl', name, '--out', subject, '--force']],
      };
  }
  return undefined;
}

/** More names than this make no line to type. */
const MOST_NAMES = 20;

function issueRemedy(draft: Draft, bench: Bench, means: string): Remedy {
  const certificate = certificateOf(draft, bench);
  const leaf = certificate && !isIssuer(draft, bench) ? certificate : undefined;
  const again = leaf && issueAgain(draft, leaf, bench);
  if (again) return again;
  const who = leaf ? `have ${quoteForeign(formatDn(leaf.issuer))} issue it again` : means;
  return {
    text: `${who}; where this set is all that hangs on it, make a new one, and give its ca.crt to every peer`,
    commands: [['mtls', 'up', newFolder(bench), ...hostsIn(bench)]],
  };
}

/** Under a CA of the home, the very command. */
function issueAgain(draft: Draft, leaf: Certificate, bench: Bench): Remedy | undefined {
  const { pile, settings } = bench;
  const [issuer] = pile
    .named(leaf.issuerDer)
    .map(({ certificate }) => settings.homeCaOf(certificate))
    .filter((name) => name !== undefined);
  const [place] = pile.nodeOf(leaf)?.places ?? [];
  if (issuer === undefined || !place) return undefined;
  const path = place.document.source;
  if (draft.code === 'EXPIRED' || draft.code === 'EXPIRES_SOON')
    return { text: 'renew it', commands: [['mtls', 'renew', path, '--ca', issuer]] };
  const side = sideOf(leaf, [place.document], settings.side);
  const wanted = settings.identities.map(({ value }) => value);
  const names = [...new Set([...wanted, ...namesOf(leaf)])].slice(0, MOST_NAMES);
  if (names.length === 0) return undefined;
  const profile = side ?? (purposesOf(leaf, undefined).length > 1 ? 'peer' : undefined);
  return {
    text: 'issue it again',
    commands: [
      [
        'mtls',
        'issue',
        ...names,
        '--ca',
        issuer,
        ...(profile === undefined ? [] : ['--profile', profile]),
        '--name',
        stemOf(basename(path)),
        '--out',
        dirname(path),
        '--force',
      ],
    ],
  };
}

function namesOf(certificate: Certificate): readonly string[] {
  const named = certificate.names.flatMap((name): string[] => {
    if (name.kind === 'ip') return [formatIp(name.value)];
    return name.kind === 'dns' || name.kind === 'email' || name.kind === 'uri' ? [name.value] : [];
  });
  return named.length > 0 ? named : [certificateTitle(certificate).replace(/^CN=/, '')];
}

/** The hosts of this set's servers, for a new one. */
function hostsIn({ pile, settings }: Bench): readonly string[] {
  const wanted = settings.identities
    .filter(({ kind }) => kind === 'dns' || kind === 'ip')
    .map(({ value }) => value);
  const hosts = pile.certificates
    .filter(({ isIssuer: ca }) => !ca)
    .filter(({ certificate, places }) => {
      const documents = places.map(({ document }) => document);
      return sideOf(certificate, documents, settings.side) !== 'client';
    })
    .flatMap(({ certificate }) =>
      certificate.names.flatMap((name): string[] =>
        name.kind === 'dns' ? [name.value] : name.kind === 'ip' ? [formatIp(name.value)] : [],
      ),
    );
  return [...new Set([...wanted, ...hosts])].slice(0, MOST_NAMES);
}
