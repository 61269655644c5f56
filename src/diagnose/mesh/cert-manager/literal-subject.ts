// `literalSubject` as cert-manager reads it: RFC 4514 with the keywords that it knows, in capitals.

const KEYWORDS: ReadonlySet<string> = new Set([
  'C',
  'O',
  'OU',
  'CN',
  'SERIALNUMBER',
  'L',
  'ST',
  'STREET',
  'DC',
  'UID',
]);

/** A part with what stands between its commas; a backslash takes what follows it as it is. */
const PART = /(?:\\.|[^,;+\\])*/sy;

export interface LiteralSubject {
  /** Empty where there is none. */
  readonly commonName: string;
  /** Keywords that it does not know. */
  readonly unknown: readonly string[];
}

/** Undefined for what is no subject. */
export function literalSubject(text: string): LiteralSubject | undefined {
  const parts: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    PART.lastIndex = at;
    const [part = ''] = PART.exec(text) ?? [];
    parts.push(part);
    at += part.length;
    // A backslash with nothing behind it
    if (text[at] === '\\') return undefined;
  }
  const pairs = parts.map((part) => /^\s*([^=\\]*?)\s*=\s*(.*?)\s*$/s.exec(part));
  if (pairs.some((pair) => pair === null || pair[1] === '')) return undefined;
  const held = pairs.map((pair) => [pair?.[1] ?? '', unescaped(pair?.[2] ?? '')] as const);
  return {
    commonName: held.find(([keyword]) => keyword === 'CN')?.[1] ?? '',
    unknown: held
      .map(([keyword]) => keyword)
      .filter((keyword) => !KEYWORDS.has(keyword) && !/^\d+(?:\.\d+)*$/.test(keyword)),
  };
}

/** One character for each octet that is written in hexadecimal. */
function unescaped(value: string): string {
  return value.replace(
    /\\(?:[0-9a-fA-F]{2}|(.))/gs,
    (_, plain: string | undefined) => plain ?? '.',
  );
}
