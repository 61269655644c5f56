// Text from certificates and files may drive a terminal; it is shown escaped.

// C0, DEL, C1, and the marks that reorder or hide text (Trojan Source, CVE-2021-42574).
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- these are the characters that must not pass
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Shows control, bidirectional and invisible characters as escapes: `\x1b`, `\u202e`. */
export function escapeControl(text: string): string {
  return text.replace(UNSAFE, (found) => {
    if (found === '\n') return '\\n';
    if (found === '\r') return '\\r';
    if (found === '\t') return '\\t';
    const code = found.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** As many characters of foreign text as a message shows. */
const SHOWN = 120;

/** Text for a message, cut at a length. */
export function cutText(text: string, max = SHOWN): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** Foreign text for a message: escaped, in double quotes, cut at a length. */
export function quoteForeign(text: string, max = SHOWN): string {
  return `"${escapeControl(cutText(text, max))}"`;
}

// No label of PEM, no cipher and no word of a message is this long; every line of base64 is.
const LONG_WORD = /[A-Za-z0-9+/=_]{13,}/g;

/** Foreign text out of a PEM file: a marker that lost its line end has the key behind it. */
export function hideLongWords(text: string): string {
  return text.replace(LONG_WORD, '…');
}

const BASE64 = /[A-Za-z0-9+/=_-]{16,}/g;

/** Leaves out what looks like base64: a key may have got where a name belongs. */
export function hideKeys(text: string): string {
  return text.replace(BASE64, (run) =>
    /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run) ? '…' : run,
  );
}
