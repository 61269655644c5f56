// The one place where an argument vector becomes a line to paste.

// eslint-disable-next-line no-control-regex -- these are the characters that need escapes
const NEEDS_ESCAPES = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** C-style quotes (POSIX.1-2024 §2.2.4), so that no raw control character reaches a terminal. */
function dollarQuote(word: string): string {
  const bytes = Buffer.from(word, 'utf8');
  let quoted = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === "'" || character === '\\') quoted += `\\${character}`;
    else if (byte >= 0x20 && byte < 0x7f) quoted += character;
    // Three octal digits never swallow what follows, as \x does.
    else quoted += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `$'${quoted}'`;
}

/** One word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  if (NEEDS_ESCAPES.test(word)) return dollarQuote(word);
  // '=' at the start is expanded by zsh; '~' and globs are not in the set.
  if (/^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command line that runs as printed.
 *
 * @example shellLine(['mtls', 'issue', '--cn', "Ann's laptop"]) // mtls issue --cn 'Ann'\''s laptop'
 */
export function shellLine(argv: readonly string[]): string {
  return argv
    .map((word, position) =>
      // A first word such as A=b would be an assignment.
      position === 0 && word.includes('=') ? `'${word.replaceAll("'", `'\\''`)}'` : shellWord(word),
    )
    .join(' ');
}
