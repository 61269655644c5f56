// Requests: a path is decided on in its normal form, or not at all.
import { quoteForeign } from '../base/text.ts';

/** A method and a path that every program reads alike. */
export interface NormalRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

// The pieces are written without look-around, so that RE2 (Go, Rego, Envoy), PCRE and JavaScript
// read them alike, and each in linear time: no two alternatives begin with one character.
/** RFC 3986 pchar, without the dot, `;` (servers cut it off) and what needs no escape. */
const NOT_DOT =
  "(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))";
const ANY = `(?:${NOT_DOT}|[.])`;
/** Neither empty nor `.` nor `..`. */
const SEGMENT = `(?:${NOT_DOT}${ANY}*|[.]${NOT_DOT}${ANY}*|[.][.]${ANY}+)`;

/** A path in normal form, to be anchored at both ends. */
export const NORMAL_PATH = `/(?:${SEGMENT}(?:/${SEGMENT})*/?)?`;

/** A method, to be anchored at both ends. */
export const NORMAL_METHOD = '[A-Z][A-Z_-]*';

const PATH = RegExp(`^${NORMAL_PATH}$`);
const METHOD = RegExp(`^${NORMAL_METHOD}$`);

/**
 * Reads a method and a request target (RFC 9112 §3.2.1), or says why no rule is asked about it:
 * a path that programs read in several ways is refused, not guessed at.
 */
export function readRequest(method: string, target: string): NormalRequest | { refused: string } {
  if (!METHOD.test(method))
    return { refused: `${quoteForeign(method)} is not a method in upper case` };
  const [path = ''] = target.split('?', 1);
  return PATH.test(path) ? { method, path } : { refused: pathFault(path) };
}

function pathFault(path: string): string {
  const why = /^[^/]|^$/.test(path)
    ? 'it does not begin with a slash'
    : path.includes('//')
      ? 'it has an empty segment'
      : /(?:^|\/)\.\.?(?:\/|$)/.test(path)
        ? 'it has a dot segment'
        : path.includes('%')
          ? 'it escapes what needs no escape, or what could be read in two ways'
          : 'it holds a character that programs read in different ways';
  return `the path ${quoteForeign(path)} is not in normal form: ${why}`;
}
