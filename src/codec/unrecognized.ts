// What bytes seem to be that hold no certificate and no key: people point at the wrong file.
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { detectKind, readText } from './detect.ts';
import { formatOrigin, type Origin } from './origin.ts';

interface Seeming {
  readonly what: string;
  readonly hint?: string;
  /** NOT_RECOGNIZED where absent. */
  readonly code?: ErrorCode;
}

const READABLE = 'certificates and keys are read as PEM, DER, or a Kubernetes Secret or ConfigMap';

/** The error for bytes in which nothing was found: FILE_EMPTY, DER_MALFORMED or NOT_RECOGNIZED. */
export function notRecognized(bytes: Uint8Array, origin: Origin): MtlsError {
  const { what, hint = READABLE, code = 'NOT_RECOGNIZED' } = seeming(bytes);
  return new MtlsError(code, located(origin, what), { hint });
}

/** A message with its place in front. */
export function located(origin: Origin, what: string): string {
  const where = formatOrigin(origin);
  return where === '' ? what : `${where}: ${what}`;
}

function seeming(bytes: Uint8Array): Seeming {
  const text = readText(bytes);
  if (bytes.length === 0 || text?.trim() === '')
    return {
      what: 'nothing in it',
      hint: 'check the program that should have filled it',
      code: 'FILE_EMPTY',
    };
  const kind = detectKind(bytes);
  if (kind === 'yaml' || kind === 'json') return { what: 'a manifest, where PEM or DER belongs' };
  const wrongLength = wrongLengthOf(bytes);
  if (wrongLength) return wrongLength;
  return text === undefined || text.includes('\0')
    ? { what: 'binary data that is neither certificate nor key' }
    : seemingText(text);
}

/** A DER SEQUENCE (X.690 §8.1.3) that is shorter or longer than it says. */
function wrongLengthOf(bytes: Uint8Array): Seeming | undefined {
  const [tag, form = 0] = bytes;
  const octets = form - 0x80;
  if (tag !== 0x30 || octets < 1 || octets > 4 || bytes.length < 2 + octets) return undefined;
  const content = bytes.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  const announced = 2 + octets + content;
  if (announced > bytes.length)
    return {
      what: `DER that is cut off: ${announced} bytes announced, ${bytes.length} there`,
      hint: 'part of the file is missing: copy it again whole',
      code: 'DER_MALFORMED',
    };
  if (announced < bytes.length)
    return { what: `DER followed by ${bytes.length - announced} bytes that do not belong to it` };
  return undefined;
}

function seemingText(text: string): Seeming {
  if (/^\s*<(?:!doctype\s+html|html)[\s>]/i.test(text))
    return {
      what: 'a web page',
      hint: 'what was downloaded is a page, of an error or a login: check the address',
    };
  if (text.includes('ssh-'))
    return {
      what: 'a key in the format of SSH',
      hint: 'TLS has keys of its own: make one with mtls issue or mtls csr',
    };
  return { what: 'text without a certificate or a key' };
}
