// What Go's PEM reader makes of a file. It reads less than is read here, and the meshes that are
// written in Go stop at what they do not know.
import type { BundlePart } from '../../codec/part.ts';
import type { Document } from '../document.ts';
import { found, type MeshFinding } from './mesh-set.ts';

/** Why Go finds nothing in it, or not all that was found here. */
export function goFormFindings({
  place,
  flaws,
  binary,
  encodedTwice,
}: Document): readonly MeshFinding[] {
  if (binary)
    return [
      found('PEM_FORM', place, 'it is DER, and the mesh reads PEM alone', {
        mend: 'write it as PEM: openssl x509 -inform DER -in FILE -out FILE.pem',
      }),
    ];
  if (encodedTwice)
    return [
      found(
        'SECRET_ENCODED_TWICE',
        place,
        'it is base64 around base64, which the mesh takes off once',
      ),
    ];
  return flaws
    .filter(({ breaks }) => breaks.includes('Go'))
    .map(({ kind, line }) =>
      found(
        'PEM_FORM',
        place,
        `it is written in a way that Go does not read, line ${line}: ${kind}`,
        {
          mend: 'write it anew: mtls doctor --fix does',
        },
      ),
    );
}

/** Whoever takes the first block for what it looks for is misled by another in front of it. */
export function firstBlockFindings(
  document: Document,
  wanted: 'certificate' | 'key',
): readonly MeshFinding[] {
  const [first, ...rest] = blocksOf(document);
  if (!first || first.kind === wanted || rest.every(({ kind }) => kind !== wanted)) return [];
  return [
    found(
      'PEM_FORM',
      document.place,
      `${first.what} stands in front of the ${wanted}, and the mesh reads the first block alone`,
      { mend: `leave out what stands in front of the ${wanted}` },
    ),
  ];
}

/** Whoever reads certificates up to the first other block sees none of those behind it. */
export function cutOffFindings(document: Document, mesh: string): readonly MeshFinding[] {
  const blocks = blocksOf(document);
  const other = blocks.findIndex(({ kind }) => kind !== 'certificate');
  const block = blocks[other];
  if (!block || blocks.slice(other).every(({ kind }) => kind !== 'certificate')) return [];
  return [
    found(
      'PEM_FORM',
      document.place,
      `${block.what} stands in front of a certificate, and ${mesh} reads none behind it`,
      { mend: 'leave certificates alone in it' },
    ),
  ];
}

interface Block {
  /** Absent for what was not read. */
  readonly kind?: BundlePart['kind'];
  readonly what: string;
}

const NOUNS: Readonly<Record<BundlePart['kind'], string>> = {
  certificate: 'a certificate',
  key: 'a private key',
  request: 'a request',
  crl: 'a revocation list',
  publicKey: 'a public key',
};

/** In their order, those too that were passed over. */
function blocksOf({ parts, skipped }: Document): readonly Block[] {
  return [
    ...parts.map(({ kind, origin }) => ({ at: origin.block ?? 0, kind, what: NOUNS[kind] })),
    ...skipped.map(({ what, origin }) => ({ at: origin.block ?? 0, what })),
  ].sort((a, b) => a.at - b.at);
}
