// Bytes to a document: as much as can be read, and what cannot.
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { detectKind, readText, unwrapBase64 } from '../codec/detect.ts';
import type { Origin } from '../codec/origin.ts';
import type { BundlePart, FoundJwks, FoundStore, SkippedPart } from '../codec/part.ts';
import type { PassphraseSource } from '../codec/pkcs8.ts';
import { pemFlaws } from '../codec/pem-form.ts';
import { readParts } from '../codec/read-parts.ts';
import type { Document } from './document.ts';

type Content = Pick<
  Document,
  | 'parts'
  | 'skipped'
  | 'stores'
  | 'jwks'
  | 'troubles'
  | 'flaws'
  | 'size'
  | 'binary'
  | 'encodedTwice'
>;

/**
 * Reads what is there; what is damaged stands among the troubles, and the rest is still read.
 *
 * @param passphrase of key stores; one that stays closed stands among what is skipped
 */
export function readContent(
  bytes: Uint8Array,
  origin: Origin,
  passphrase?: PassphraseSource,
): Content {
  const parts: BundlePart[] = [];
  const skipped: SkippedPart[] = [];
  const stores: FoundStore[] = [];
  const troubles: MtlsError[] = [];
  let jwks: FoundJwks | undefined;
  const take = (piece: Uint8Array, place: Origin, number?: number): void => {
    try {
      const found = readParts(piece, place, passphrase);
      parts.push(...(number === undefined ? found.parts : numbered(found.parts, number)));
      stores.push(...(found.stores ?? []));
      skipped.push(...found.skipped);
      jwks ??= found.jwks;
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
      if (troubles.length < MOST_TROUBLES) troubles.push(error);
    }
  };
  take(bytes, origin);
  // One bad block hides the good ones beside it
  if (troubles.length > 0) {
    const blocks = blocksOf(bytes);
    if (blocks.length > 1) {
      troubles.length = 0;
      blocks.forEach((block, index) => {
        take(block, { ...origin, block: index + 1 }, index + 1);
      });
    }
  }
  return {
    parts,
    skipped,
    stores,
    jwks,
    troubles,
    flaws: pemFlaws(bytes),
    size: bytes.length,
    binary: detectKind(bytes).startsWith('der-'),
    encodedTwice: isTwice(bytes),
  };
}

/** What was read alone is one of several in its file. */
function numbered(parts: readonly BundlePart[], block: number): readonly BundlePart[] {
  return parts.map((part) => ({ ...part, origin: { ...part.origin, block } }));
}

/** More bad blocks of one text than these are not told one by one. */
const MOST_TROUBLES = 16;

/** More blocks than these are told without their lines. */
const MOST_WITH_LINES = 64;

/**
 * The PEM blocks of a text one by one, each up to where the next begins; lines in front of them are
 * left empty, so that messages count as the reader does.
 */
function blocksOf(bytes: Uint8Array): readonly Uint8Array[] {
  const text = readText(bytes);
  if (text === undefined) return [];
  const pieces = text.split(/(?=-----BEGIN )/);
  let lines = 0;
  return pieces.flatMap((piece): Uint8Array[] => {
    const before = pieces.length <= MOST_WITH_LINES ? '\n'.repeat(lines) : '';
    lines += piece.split('\n').length - 1;
    return piece.startsWith('-----BEGIN ') ? [toUtf8(before + piece)] : [];
  });
}

function isTwice(bytes: Uint8Array): boolean {
  if (detectKind(bytes) !== 'base64') return false;
  const inner = unwrapBase64(readText(bytes) ?? '');
  return inner !== undefined && ['pem', 'base64'].includes(detectKind(inner));
}
