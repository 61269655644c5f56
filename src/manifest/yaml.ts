// Values as YAML that means the same to every parser: YAML 1.1 (kubectl), 1.2, and JSON's subset.

// Words that one version or another takes for a boolean or nothing.
const WORDS = /^(?:y|n|yes|no|true|false|on|off|null|inf|nan)$/i;
// An exponent alone: the `yaml` package reads E0 as a number that is none.
const EXPONENT = /^e[+-]?[0-9_]+$/i;

/** One line of YAML that a parser reads back as this very text. */
export function yamlScalar(text: string): string {
  const plain =
    /^[A-Za-z/][A-Za-z0-9._/+=-]*$/.test(text) && !WORDS.test(text) && !EXPONENT.test(text);
  return plain ? text : doubleQuoted(text);
}

// JSON's escapes are YAML's; what is not printable ASCII is escaped as well, by code point.
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (found) => {
    const point = (found.codePointAt(0) as number).toString(16);
    return point.length > 4 ? `\\U${point.padStart(8, '0')}` : `\\u${point.padStart(4, '0')}`;
  });
}

/**
 * The lines of a text that may be a literal block: several lines of plain text, the last of which
 * ends in one newline. Undefined for all else, which is written on one line.
 */
export function blockLines(text: string): readonly string[] | undefined {
  const lines = text.split('\n');
  const last = lines.pop();
  const fits =
    lines.length > 1 &&
    last === '' &&
    lines.every((line) => /^[\x21-\x7e][\x20-\x7e]*$/.test(line));
  return fits ? lines : undefined;
}
