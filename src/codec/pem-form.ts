// How a PEM text is written, where that matters to other programs: this one reads more than they do.
import { readText } from './detect.ts';

export type PemFlawKind =
  /** UTF-16, as PowerShell's redirection writes it. */
  | 'utf-16'
  /** A byte order mark in front. */
  | 'bom'
  /** Lines end in CR alone. */
  | 'cr'
  /** Lines end in CR LF. */
  | 'crlf'
  /** An empty line among the base64. */
  | 'blank-line'
  /** Blanks in front of a marker. */
  | 'indented'
  /** A block begins on the line on which another ends. */
  | 'joined'
  /** Something after the last block. */
  | 'trailing';

export interface PemFlaw {
  readonly kind: PemFlawKind;
  /** From 1. */
  readonly line: number;
  /** Programs that do not read it, as tried: OpenSSL 3.0, Go 1.26, GnuTLS 3.7, Linkerd. */
  readonly breaks: readonly string[];
}

const OPENSSL = 'OpenSSL and what is built on it (nginx, curl, Node, Python …)';

// Node 20, Python 3.11 and OpenSSL 3.0 go together; GnuTLS reads all but UTF-16.
const BREAKS: Readonly<Record<PemFlawKind, readonly string[]>> = {
  'utf-16': [OPENSSL, 'Go', 'GnuTLS'],
  bom: ['Go'],
  cr: [OPENSSL, 'Go'],
  crlf: [],
  'blank-line': [OPENSSL],
  indented: [OPENSSL, 'Go'],
  joined: [OPENSSL, 'Go'],
  trailing: ['Linkerd'],
};

const UTF16_MARKS: readonly number[] = [0xfeff, 0xfffe];

/**
 * The flaws of a PEM text, each kind once, at its first line; those that no program minds come
 * too. Nothing is said of a text without blocks. Takes linear time.
 */
export function pemFlaws(bytes: Uint8Array): readonly PemFlaw[] {
  const text = readText(bytes);
  if (!text?.includes('-----BEGIN ')) return [];
  const found = new Map<PemFlawKind, PemFlaw>();
  const note = (kind: PemFlawKind, line: number): void => {
    if (!found.has(kind)) found.set(kind, { kind, line, breaks: BREAKS[kind] });
  };
  const [first = 0, second = 0] = bytes;
  if (UTF16_MARKS.includes(first * 256 + second)) note('utf-16', 1);
  else if (first === 0xef && second === 0xbb) note('bom', 1);
  if (text.includes('\r')) note(text.includes('\n') ? 'crlf' : 'cr', 1);

  let inside = false;
  /** An empty line of this block that no base64 has followed yet. */
  let blank = 0;
  let body = 0;
  let after = 0;
  text.split(/\r\n|\n|\r/).forEach((content, index) => {
    const line = index + 1;
    const marker = content.trimStart();
    if (inside && content.trim() === '') blank ||= body > 0 ? line : 0;
    else if (inside && !marker.startsWith('-----')) body++;
    if (inside && blank > 0 && content.trim() !== '') note('blank-line', blank);
    if (marker.startsWith('-----') && marker.length < content.length) note('indented', line);
    const end = marker.startsWith('-----END ');
    if (end && marker.includes('-----BEGIN ')) note('joined', line);
    if (marker.startsWith('-----BEGIN ') || (end && marker.includes('-----BEGIN '))) {
      [inside, blank, body, after] = [true, 0, 0, 0];
    } else if (end) [inside, blank] = [false, 0];
    // What a last newline leaves is no line of its own
    else if (!inside && body > 0 && after === 0 && line > 1) after = line;
  });
  const ended = /\n$|\r$/.test(text);
  const lines = text.split(/\r\n|\n|\r/).length;
  if (after > 0 && !(ended && after === lines)) note('trailing', after);
  return [...found.values()];
}
