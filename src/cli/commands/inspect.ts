// mtls inspect: what a source holds.
import { formatOrigin, type Origin } from '../../codec/origin.ts';
import {
  contentInfo,
  contentOf,
  ownersOf,
  type Content,
  type SeenKey,
} from '../../library/info/content.ts';
import { argument, defineCommand } from '../command.ts';
import { openKeys } from '../opened-keys.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readSources } from '../source.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from '../render/block.ts';
import { originNamer } from '../render/origin.ts';
import { certificateBlock } from '../render/certificate.ts';
import { crlBlock, keyRows, requestBlock } from '../render/part.ts';

export const command = defineCommand({
  description:
    'Show what certificates, keys, requests and CRLs say: who, for what names, by whom, until ' +
    'when, what for, fingerprints, then the rest; certificates in the order of their chain. ' +
    'Nothing is judged: see mtls verify.',
  arguments: {
    sources: argument(
      'some',
      'source',
      'file, folder, or - for standard input: PEM, DER, PKCS#12, Kubernetes Secret or ConfigMap',
    ),
  },
  options: PASSPHRASE_OPTIONS,
  examples: [
    { line: 'mtls inspect api.crt', does: 'a certificate and the chain it comes with' },
    {
      line: 'kubectl get secret api -o yaml | mtls inspect -',
      does: 'what a Secret of a cluster holds',
    },
    {
      line: 'mtls inspect certs/ --json',
      does: 'every certificate and key of a folder, for scripts',
    },
  ],
  exitCodes: [[0, 'readable, good or bad'], 3, [4, 'a wrong passphrase']],
  async run(invocation) {
    const { args, context, output } = invocation;
    const bundle = await readSources(invocation, args.sources, invocation);
    const content = contentOf(bundle, openKeys(bundle.keys, invocation));
    const placeOf = originNamer(bundle.parts.map(({ origin }) => origin));
    const now = context.clock();
    output.result({
      json: () => ({ ...contentInfo(content) }),
      text: () => contentText({ ...content, placeOf }, now, output.style),
    });
    for (const { origin, what, hint } of bundle.skipped)
      output.note(`passed over ${what} in ${formatOrigin(origin)}${hint ? `; ${hint}` : ''}`);
    return 0;
  },
});

/** Content, and how its places are called. */
type Placed = Content & { readonly placeOf: (origin: Origin) => string };

function contentText(content: Placed, now: Date, style: Style): string {
  const { certificates, keys, others } = content;
  const count = certificates.length;
  const blocks = [
    ...certificates.map(({ certificate, origin }, index) => {
      const which = count === 1 ? 'certificate' : `certificate ${index + 1} of ${count}`;
      return `${heading(which, origin, content, style)}\n${certificateBlock(certificate, now, style)}`;
    }),
    ...keys.map((key) => keyText(key, content, style)),
    ...others.map((part) => otherText(part, content, now, style)),
  ];
  return blocks.join('\n\n');
}

function heading(what: string, origin: Origin, content: Placed, style: Style): string {
  return `${style.paint('strong', what)}, ${content.placeOf(origin)}`;
}

function keyText(key: SeenKey, content: Placed, style: Style): string {
  const title = heading('private key', key.origin, content, style);
  if (key.publicKey === undefined) return `${title}\n  encrypted; --passphrase-file opens it`;
  const rows: BlockRow[] = [
    ...keyRows(key.publicKey),
    ['stored', key.encrypted ? 'encrypted' : 'unencrypted'],
    ['belongs to', ownersOf(key.publicKey, content)],
  ];
  return `${title}\n${renderBlock(rows, { style, indent: 2 })}`;
}

function otherText(
  part: Content['others'][number],
  content: Placed,
  now: Date,
  style: Style,
): string {
  switch (part.kind) {
    case 'request':
      return `${heading('certificate request', part.origin, content, style)}\n${requestBlock(part.request, style)}`;
    case 'crl':
      return `${heading('revocation list', part.origin, content, style)}\n${crlBlock(part.crl, now, style)}`;
    case 'publicKey': {
      const rows = [
        ...keyRows(part.publicKey),
        ['belongs to', ownersOf(part.publicKey, content)] as const,
      ];
      return `${heading('public key', part.origin, content, style)}\n${renderBlock(rows, { style, indent: 2 })}`;
    }
  }
}
