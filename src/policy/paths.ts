// Paths of a policy: whole, `/orders/*` for what begins so, `*.json` for what ends so.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readRequest } from './request.ts';
import type { PathPattern } from './policy.ts';

const MAX_PATH = 1024;
const PLAIN = /^[A-Za-z0-9~!$&'()+,=:@._/-]+$/;

/** Reads a path. Throws BAD_NAME. */
export function parsePath(text: string): PathPattern {
  const bad = (why: string, hint: string) =>
    new MtlsError('BAD_NAME', `${quoteForeign(text)} is not a path: ${why}`, { hint });
  if (text.length > MAX_PATH) throw bad(`it is longer than ${MAX_PATH} characters`, 'shorten it');
  if (text === '*' || text === '**') throw bad('it would be any', 'write /* for every path');
  const suffix = text.startsWith('*');
  const prefix = !suffix && text.endsWith('/*');
  const rest = suffix ? text.slice(1) : prefix ? text.slice(0, -1) : text;
  if (rest.includes('*'))
    throw bad(
      'a * stands for what comes after a last slash, or for what comes first',
      'write /orders/* or *.json',
    );
  if (!PLAIN.test(rest))
    throw bad(
      'it holds a character that programs read in different ways, or an escape',
      "write it without query, %, ; and \\: letters, digits and ~!$&'()+,=:@._-",
    );
  if (suffix) {
    if (rest.includes('//')) throw bad('it has an empty segment', 'look for a doubled slash');
    return { kind: 'suffix', text: rest };
  }
  const read = readRequest('GET', rest);
  if ('refused' in read)
    throw bad(read.refused.replace(/^.* is not in normal form: /s, ''), 'write it as /orders/*');
  return { kind: prefix ? 'prefix' : 'exact', text: rest };
}

/** As it is written in a policy. */
export function formatPath({ kind, text }: PathPattern): string {
  return kind === 'exact' ? text : kind === 'prefix' ? `${text}*` : `*${text}`;
}

/** Whether a path in normal form is meant by a pattern. */
export function pathMatches({ kind, text }: PathPattern, path: string): boolean {
  if (kind === 'prefix') return path.startsWith(text);
  return kind === 'suffix' ? path.endsWith(text) : path === text;
}
