// Labels in `xn--`, and the Unicode that they stand for.
import { decodePunycode } from '../punycode.ts';

/** Punycode of the labels in `xn--` that are not too long to be any. */
export function encodedLabels(labels: readonly string[]): readonly string[] {
  return labels
    .filter((label) => /^xn--/i.test(label) && label.length <= 63)
    .map((label) => label.slice(4));
}

export function decodedLabels(labels: readonly string[]): readonly (string | undefined)[] {
  return encodedLabels(labels).map(decodePunycode);
}
