// mtls match: which keys, certificates and requests belong together.
import { describeKey } from '../../crypto/key.ts';
import type { Origin } from '../../codec/origin.ts';
import type { Bundle } from '../../codec/bundle.ts';
import { formatDn } from '../../name/dn.ts';
import { matchBySpki, type MatchGroup, type Matchable } from '../../match/match.ts';
import { serialText } from '../../store/records.ts';
import { issuersAmong } from '../../verify/chain-order.ts';
import { spkiFingerprint } from '../../x509/fingerprint.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { argument, defineCommand } from '../command.ts';
import { openKeysAsking, type KeyRequest } from '../opened-keys.ts';
import { nameText } from '../render/certificate.ts';
import { originNamer } from '../render/origin.ts';
import { renderTable } from '../render/table.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readSources } from '../source.ts';
import type { Style } from '../style.ts';

export const command = defineCommand({
  description:
    'Say which keys, certificates and requests belong together, by their public key, and which ' +
    'are orphans. A CA certificate that issued another one given needs no key.',
  arguments: {
    sources: argument(
      'some',
      'source',
      'file, folder, or - for standard input: PEM, DER, Kubernetes Secret or ConfigMap',
    ),
  },
  options: PASSPHRASE_OPTIONS,
  examples: [
    { line: 'mtls match api.crt api.key', does: 'whether a key is that of a certificate' },
    { line: 'mtls match certs/ old-keys/', does: 'sort a pile of files' },
    { line: 'mtls match api.key api.csr --json', does: 'a request and its key, for scripts' },
  ],
  exitCodes: [[0, 'everything belongs together'], [1, 'there are orphans'], 3, 4],
  async run(invocation) {
    const { args, output } = invocation;
    const bundle = await readSources(invocation, args.sources);
    const sorted = sortPile(await itemsOf(bundle, invocation), bundle.certificates);
    const ok = sorted.orphans.length === 0;
    output.result({
      ok,
      json: () => pileJson(sorted),
      text: () => pileText(sorted, output.style),
    });
    return ok ? 0 : 1;
  },
});

interface Item extends Matchable {
  readonly origin: Origin;
  /** Who it is for; keys do not say. */
  readonly title: string;
  readonly certificate?: Certificate;
}

interface Pile {
  readonly groups: readonly MatchGroup<Item>[];
  readonly orphans: readonly Item[];
  /** CA certificates that are here for what they issued. */
  readonly issuers: readonly Item[];
  readonly placeOf: (origin: Origin) => string;
}

async function itemsOf(bundle: Bundle, request: KeyRequest): Promise<readonly Item[]> {
  const opened = await openKeysAsking(bundle.keys, request);
  const keys = opened.map(({ origin, publicKey }): Item => ({
    kind: 'key',
    publicKey,
    origin,
    title: '',
  }));
  const others = bundle.parts.flatMap((part): Item[] => {
    const { origin } = part;
    switch (part.kind) {
      case 'certificate': {
        const { certificate } = part;
        const { publicKey } = certificate;
        return [
          {
            kind: 'certificate',
            publicKey,
            origin,
            title: certificateTitle(certificate),
            certificate,
          },
        ];
      }
      case 'request': {
        const { publicKey, subject } = part.request;
        return [{ kind: 'request', publicKey, origin, title: nameText(subject) }];
      }
      case 'publicKey':
        return [{ kind: 'publicKey', publicKey: part.publicKey, origin, title: '' }];
      case 'key':
      case 'crl':
        return [];
    }
  });
  return [...keys, ...others];
}

function sortPile(items: readonly Item[], certificates: readonly Certificate[]): Pile {
  const { groups, orphans } = matchBySpki(items);
  const issuing = new Set(issuersAmong(certificates).values());
  const isIssuer = ({ certificate }: Item): boolean =>
    certificate !== undefined && issuing.has(certificate);
  return {
    groups,
    orphans: orphans.filter((item) => !isIssuer(item)),
    issuers: orphans.filter(isIssuer),
    placeOf: originNamer(items.map(({ origin }) => origin)),
  };
}

const NOUNS: Readonly<Record<Item['kind'], string>> = {
  key: 'private key',
  certificate: 'certificate',
  request: 'request',
  publicKey: 'public key',
};

function pileText(pile: Pile, style: Style): string {
  const { groups, orphans, issuers } = pile;
  const blocks = groups.map(
    ({ publicKey, members }) =>
      `${style.paint('good', 'match:')} ${describeKey(publicKey)}\n${itemLines(members, pile, style)}`,
  );
  if (orphans.length > 0)
    blocks.unshift(
      `${style.paint('bad', orphans.length === 1 ? 'orphan:' : 'orphans:')} ` +
        `nothing else here holds ${orphans.length === 1 ? 'this key' : 'these keys'}\n` +
        itemLines(orphans, pile, style, true),
    );
  if (issuers.length > 0)
    blocks.push(`issuers, whose keys are not needed\n${itemLines(issuers, pile, style)}`);
  return blocks.join('\n\n');
}

function itemLines(
  items: readonly Item[],
  { placeOf }: Pile,
  style: Style,
  withKey = false,
): string {
  const rows = items.map((item) => [
    `  ${NOUNS[item.kind]}`,
    placeOf(item.origin),
    [item.title, withKey ? describeKey(item.publicKey) : '']
      .filter((text) => text !== '')
      .join(', '),
  ]);
  return renderTable(undefined, rows, style);
}

function pileJson({ groups, orphans, issuers }: Pile): Readonly<Record<string, unknown>> {
  return {
    groups: groups.map(({ publicKey, spkiSha256, members }) => ({
      key: describeKey(publicKey),
      spkiSha256,
      members: members.map(itemJson),
    })),
    orphans: orphans.map(orphanJson),
    issuers: issuers.map(orphanJson),
  };
}

function orphanJson(item: Item): Readonly<Record<string, unknown>> {
  const { publicKey } = item;
  return { ...itemJson(item), key: describeKey(publicKey), spkiSha256: spkiFingerprint(publicKey) };
}

function itemJson({ kind, origin, title, certificate }: Item): Readonly<Record<string, unknown>> {
  return {
    kind,
    origin,
    ...(title !== '' && { title }),
    ...(certificate && {
      subject: formatDn(certificate.subject),
      serial: serialText(certificate.serial),
    }),
  };
}
