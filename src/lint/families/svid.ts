// X509-SVIDs: certificates with a SPIFFE ID among their names.
import { MtlsError } from '../../base/errors.ts';
import { parseSpiffeId, type SpiffeId } from '../../name/spiffe.ts';
import type { LintSubject } from '../subject.ts';

/** URI names of the subject. */
export function urisOf({ subjectNames }: LintSubject): readonly string[] {
  return subjectNames.filter(({ kind }) => kind === 'uri').map(({ text }) => text);
}

/** Those that mean to be SPIFFE IDs. */
export function spiffeUrisOf(subject: LintSubject): readonly string[] {
  return urisOf(subject).filter((uri) => /^spiffe:/i.test(uri));
}

export function isSvid(subject: LintSubject): boolean {
  return spiffeUrisOf(subject).length > 0;
}

/** The ID, or the reason why it is none. */
export function readSpiffe(uri: string): SpiffeId | string {
  try {
    return parseSpiffeId(uri);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return error.message;
  }
}

/** SPIFFE IDs that can be read. */
export function spiffeIdsOf(subject: LintSubject): readonly SpiffeId[] {
  return spiffeUrisOf(subject)
    .map(readSpiffe)
    .flatMap((read) => (typeof read === 'string' ? [] : [read]));
}
