// How cert-manager reads PEM: the key is the first block of its file, every block of the other is a
// certificate, and neither is long.
import type { Document } from '../../document.ts';
import { firstBlockFindings, goFormFindings } from '../go-pem.ts';
import { found, type MeshFinding } from '../mesh-set.ts';

/** Octets, as its `internal/pem` bounds a chain and a key unless it is started otherwise. */
const MAX_CHAIN = 95_000;
const MAX_KEY = 13_000;

/** What it does not read, though others do. */
export function formFindings(certificate: Document, key: Document): readonly MeshFinding[] {
  return [
    ...goFormFindings(certificate),
    ...goFormFindings(key),
    ...sizeFindings(certificate, MAX_CHAIN),
    ...sizeFindings(key, MAX_KEY),
    ...strayFindings(certificate),
    ...firstBlockFindings(key, 'key'),
  ];
}

function sizeFindings({ place, size = 0 }: Document, most: number): readonly MeshFinding[] {
  if (size <= most) return [];
  return [
    found('FILE_TOO_LARGE', place, `it has ${size} octets, and cert-manager reads ${most}`, {
      mend: 'leave out certificates that are none of the chain, and text',
    }),
  ];
}

function strayFindings({ place, parts, skipped }: Document): readonly MeshFinding[] {
  const stray = parts.find(({ kind }) => kind !== 'certificate') ?? skipped[0];
  return stray
    ? [
        found(
          'PEM_FORM',
          place,
          `block ${stray.origin.block ?? 1} is no certificate, and cert-manager reads every block as one`,
          { mend: 'leave in certificates alone' },
        ),
      ]
    : [];
}
