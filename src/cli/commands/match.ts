// mtls match: which keys, certificates and requests belong together.
import type { Origin } from '../../codec/origin.ts';
import { describeKey } from '../../crypto/key.ts';
import {
  pileInfo,
  pileItems,
  sortPile,
  type Pile,
  type PileItem,
} from '../../library/info/pile.ts';
import { argument, defineCommand } from '../command.ts';
import { openKeysAsking } from '../opened-keys.ts';
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
      'file, folder, or - for standard input: PEM, DER, PKCS#12, Kubernetes Secret or ConfigMap',
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
    const bundle = await readSources(invocation, args.sources, invocation);
    const items = pileItems(bundle, await openKeysAsking(bundle.keys, invocation));
    const sorted = sortPile(items);
    const placeOf = originNamer(items.map(({ origin }) => origin));
    const ok = sorted.orphans.length === 0;
    output.result({
      ok,
      json: () => ({ ...pileInfo(sorted) }),
      text: () => pileText({ ...sorted, placeOf }, output.style),
    });
    return ok ? 0 : 1;
  },
});

const NOUNS: Readonly<Record<PileItem['kind'], string>> = {
  key: 'private key',
  certificate: 'certificate',
  request: 'request',
  publicKey: 'public key',
};

/** A pile, and how its places are called. */
type Placed = Pile & { readonly placeOf: (origin: Origin) => string };

function pileText(pile: Placed, style: Style): string {
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
  items: readonly PileItem[],
  { placeOf }: Placed,
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
