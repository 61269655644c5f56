// What to do about an error that does not say so itself.

import type { ErrorCode } from '../base/errors.ts';
import { ERRORS } from '../diagnose/catalogue.ts';

/** What these mean differs so much that only whoever throws them can help. */
const UNHINTED: ReadonlySet<ErrorCode> = new Set(['USAGE', 'DECLINED', 'INTERNAL']);

/** The hint of an error without one, where its code has something to say. */
export function hintFor(code: ErrorCode): string | undefined {
  return UNHINTED.has(code) ? undefined : ERRORS[code].remedy;
}
