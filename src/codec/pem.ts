// PEM (RFC 7468) as people keep it: text around the blocks, any line ends, BOMs, indentation.
import { MtlsError } from '../base/errors.ts';
import { toBase64 } from '../base/bytes.ts';
import { escapeControl, hideLongWords, quoteForeign } from '../base/text.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Headers of traditional PEM, `Proc-Type` and `DEK-Info`. */
  readonly headers: ReadonlyMap<string, string>;
  /** Line of the BEGIN marker, from 1. */
  readonly line: number;
  /** Line of the END marker. */
  readonly lastLine: number;
  /** Characters of the text before the BEGIN marker's line. */
  readonly offset: number;
}

/** A CRL of a million entries takes about 60 MB as PEM; this is twice that. */
const MAX_TEXT_LENGTH = 128 * 1024 * 1024;

/** The largest bundles in use hold some hundred certificates. */
const MAX_BLOCKS = 200_000;

const MAX_LABEL_LENGTH = 64;

const BEGIN = '-----BEGIN ';
const END = '-----END ';

/**
 * Finds the blocks of a text, in order; none where there are none. Lines outside blocks are
 * passed over. Takes linear time.
 *
 * @throws MtlsError PEM_MALFORMED, naming the line and what is missing there.
 */
export function parsePem(input: string | Uint8Array): readonly PemBlock[] {
  if (input.length > MAX_TEXT_LENGTH)
    throw new MtlsError(
      'FILE_TOO_LARGE',
      `PEM text of ${input.length} characters, over ${MAX_TEXT_LENGTH}`,
    );
  const text = typeof input === 'string' ? input : decodeText(input);
  // Old Macintosh line ends; a replacement of equal length, so that offsets hold.
  const lines = text.includes('\n') ? text : text.replaceAll('\r', '\n');
  const blocks: PemBlock[] = [];
  let open: OpenBlock | undefined;
  let line = 0;
  for (let start = 0; start < lines.length;) {
    const newline = lines.indexOf('\n', start);
    const end = newline === -1 ? lines.length : newline;
    line++;
    // Besides blanks, trim takes BOMs off, which stand inside a file where files were joined.
    let content = lines.slice(start, end).trim();
    if (open !== undefined && content.startsWith(END)) {
      blocks.push(closeBlock(open, content, line));
      if (blocks.length > MAX_BLOCKS)
        throw new MtlsError('FILE_TOO_LARGE', `more than ${MAX_BLOCKS} PEM blocks`);
      // Files joined without a newline between them leave the next marker on this line.
      content = afterMarker(content, END);
      open = undefined;
    }
    if (content.startsWith(BEGIN)) open = openBlock(open, content, line, start);
    else if (open !== undefined) addLine(open, content, line);
    else if (content.startsWith('-')) refuseBrokenMarker(content, line);
    start = end + 1;
  }
  if (open !== undefined) throw unclosed(open, 'at the end of the text');
  return blocks;
}

/** Text of a file: UTF-8, or UTF-16 where a BOM says so, as PowerShell's redirection writes it. */
function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

interface OpenBlock {
  readonly label: string;
  readonly line: number;
  readonly offset: number;
  readonly headers: Map<string, string>;
  readonly body: string[];
  /** Line with the last base64. */
  lastLine: number;
}

function openBlock(
  before: OpenBlock | undefined,
  content: string,
  line: number,
  offset: number,
): OpenBlock {
  if (before !== undefined) throw unclosed(before, `before the next block begins on line ${line}`);
  const label = labelOf(content, BEGIN, line);
  const rest = afterMarker(content, BEGIN);
  if (rest !== '') throw dataOnMarkerLine(`${BEGIN}${hideLongWords(label)}-----`, rest, line);
  return { label, line, offset, headers: new Map(), body: [], lastLine: line };
}

function labelOf(content: string, marker: string, line: number): string {
  const close = content.indexOf('-----', marker.length);
  const label = content.slice(marker.length, close === -1 ? undefined : close);
  if (close === -1 || label.length > MAX_LABEL_LENGTH || !/^[\x20-\x7e]+$/.test(label))
    throw malformed(line, `${quoteLine(content)} is no whole marker line`);
  return label;
}

function afterMarker(content: string, marker: string): string {
  const close = content.indexOf('-----', marker.length);
  return close === -1 ? '' : content.slice(close + 5).trim();
}

function dataOnMarkerLine(marker: string, rest: string, line: number): MtlsError {
  return malformed(
    line,
    `text follows ${marker} on its line`,
    rest.startsWith('\\n')
      ? 'the line breaks are written as \\n: write them out with printf %b'
      : 'the line breaks were lost: put quotes around the shell variable, as in echo "$CERT"',
  );
}

function addLine(open: OpenBlock, content: string, line: number): void {
  if (content === '') return;
  const colon = content.indexOf(':');
  if (open.body.length === 0 && colon > 0 && !content.startsWith('-')) {
    open.headers.set(content.slice(0, colon), content.slice(colon + 1).trim());
    return;
  }
  const base64 = /\s/.test(content) ? content.replace(/\s+/g, '') : content;
  const at = base64.search(/[^A-Za-z0-9+/=]/);
  if (at !== -1) {
    if (content.startsWith('-')) refuseBrokenMarker(content, line);
    const found = String.fromCodePoint(base64.codePointAt(at) as number);
    throw malformed(line, `'${escapeControl(found)}' is not base64, in ${describe(open)}`);
  }
  if (open.body.at(-1)?.endsWith('=') === true)
    throw malformed(line, `base64 goes on after its padding, in ${describe(open)}`);
  open.body.push(base64);
  open.lastLine = line;
}

function closeBlock(open: OpenBlock, content: string, line: number): PemBlock {
  const label = labelOf(content, END, line);
  if (label !== open.label)
    throw malformed(line, `-----END ${hideLongWords(label)}----- closes ${describe(open)}`);
  const rest = afterMarker(content, END);
  if (rest !== '' && !rest.startsWith(BEGIN))
    throw dataOnMarkerLine(`${END}${hideLongWords(label)}-----`, rest, line);
  return {
    label,
    bytes: decodeBody(open),
    headers: open.headers,
    line: open.line,
    lastLine: line,
    offset: open.offset,
  };
}

function decodeBody(open: OpenBlock): Uint8Array {
  const body = open.body.join('');
  if (body === '') throw malformed(open.line, `${describe(open)} is empty`);
  const missing = (4 - (body.length % 4)) % 4;
  if (missing > 0)
    throw malformed(
      open.lastLine,
      `base64 of ${describe(open)} ends early, ${missing} characters short of a group of four`,
      'part of the text is missing: copy it again whole',
    );
  const padding = body.endsWith('==') ? 2 : body.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(body, 'base64');
  const tail = body.slice(-4);
  // Node passes over what does not fit; padding inside, or bits left over, show here.
  if (
    bytes.length !== (body.length / 4) * 3 - padding ||
    bytes.subarray(bytes.length - (3 - padding)).toString('base64') !== tail
  )
    throw malformed(open.lastLine, `base64 of ${describe(open)} is padded wrongly`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A line that means to be a marker and is none would else be passed over in silence. */
function refuseBrokenMarker(content: string, line: number): void {
  if (content.startsWith(END))
    throw malformed(
      line,
      `${quoteLine(content)} without its -----BEGIN`,
      'the beginning is missing: copy it again whole',
    );
  const marker = /^(-{1,16})(BEGIN|END) /.exec(content);
  if (marker !== null)
    throw malformed(line, `${quoteLine(content)} needs five dashes on each side`);
}

function unclosed(open: OpenBlock, where: string): MtlsError {
  const label = hideLongWords(open.label);
  return malformed(
    open.line,
    `the ${label} block has no -----END ${label}----- ${where}`,
    'part of the text is missing: copy it again whole',
  );
}

function describe(open: OpenBlock): string {
  return `the ${hideLongWords(open.label)} block of line ${open.line}`;
}

function quoteLine(content: string): string {
  return quoteForeign(hideLongWords(content), 80);
}

function malformed(line: number, what: string, hint?: string): MtlsError {
  return new MtlsError('PEM_MALFORMED', `malformed PEM: line ${line}: ${what}`, {
    hint,
    data: { line },
  });
}

/** One block with lines of 64 characters and one newline at its end (RFC 7468 §2). */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).replace(/.{64}(?!$)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
