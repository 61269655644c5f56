// NameConstraints (RFC 5280 §4.2.1.10): the extension, and the check of a certificate's names.
import { MtlsError } from '../base/errors.ts';
import { cutText } from '../base/text.ts';
import { contextConstructed, enterWhole, type DerReader } from '../asn1/reader.ts';
import { implicitConstructed, sequence } from '../asn1/writer.ts';
import { EMAIL_ADDRESS } from './attributes.ts';
import { attributeValues, formatDn, type DistinguishedName } from './distinguished-name.ts';
import { formatGeneralName, GENERAL_NAME_TAGS, type GeneralName } from './general-name.ts';
import { encodeSubtree, formatSubtree, readSubtree, type GeneralSubtree } from './subtree.ts';
import {
  prepareName,
  prepareSubtree,
  type JudgedForm,
  type List,
  type Matcher,
  type Prepared,
} from './subtree-match.ts';

export { formatSubtree, parseConstraint, type GeneralSubtree } from './subtree.ts';

export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[];
  readonly excluded: readonly GeneralSubtree[];
}

/** Counts work on hostile input; throws when it is spent. */
export interface Spending {
  spend(units: number): void;
}

/** The names of one certificate. */
export interface ConstrainedNames {
  readonly names: readonly GeneralName[];
  readonly subject: DistinguishedName;
}

export interface ConstraintViolation {
  readonly reason: 'excluded' | 'not-permitted' | 'not-judged' | 'malformed-constraint';
  /** The name as it is shown; absent when the constraint itself is at fault. */
  readonly name?: string;
  /** The constraint as it is shown; absent when several permit and none fits. */
  readonly constraint?: string;
  /** One sentence without a full stop. */
  readonly detail: string;
}

export function encodeNameConstraints(constraints: NameConstraints): Uint8Array {
  const list = (number: number, subtrees: readonly GeneralSubtree[]) =>
    subtrees.length === 0 ? [] : [implicitConstructed(number, ...subtrees.map(encodeSubtree))];
  return sequence(...list(0, constraints.permitted), ...list(1, constraints.excluded));
}

/** @throws MtlsError DER_MALFORMED, also when no subtree is given (RFC 5280 §4.2.1.10) */
export function decodeNameConstraints(der: Uint8Array): NameConstraints {
  const reader = enterWhole(der);
  if (reader.done) throw malformed('name constraints are empty', reader.offset);
  const permitted = readSubtrees(reader, 0);
  const excluded = readSubtrees(reader, 1);
  reader.end();
  return { permitted, excluded };
}

function readSubtrees(reader: DerReader, number: number): readonly GeneralSubtree[] {
  if (reader.peek() !== contextConstructed(number)) return [];
  const list = reader.enter(contextConstructed(number));
  const subtrees: GeneralSubtree[] = [];
  while (!list.done) subtrees.push(readSubtree(list));
  if (subtrees.length === 0) throw malformed('a list of subtrees is empty', list.offset);
  return subtrees;
}

function malformed(what: string, offset: number): MtlsError {
  return new MtlsError('DER_MALFORMED', `malformed DER: ${what} at byte ${offset}`);
}

interface JudgedName {
  readonly shown: string;
  readonly prepared: Prepared | string;
}

interface JudgedSubtree {
  readonly list: List;
  readonly shown: string;
  readonly matches: Matcher;
}

/**
 * Whether a CA's constraints hold for the names of a certificate below it; answers the first
 * violation (RFC 5280 §6.1.3 (b), (c)).
 *
 * Exclusion wins. A constraint that cannot be read is a violation whatever the names are; one of
 * a form that is not judged only when a name of that form is present. The subject counts as a
 * directory name unless empty, its e-mail attributes as mailboxes: beside alternative names too,
 * as OpenSSL has it. One unit is spent a name, a subtree, and a comparison.
 */
export function checkNameConstraints(
  constraints: NameConstraints,
  subject: ConstrainedNames,
  budget: Spending,
): ConstraintViolation | undefined {
  const byForm = new Map<JudgedForm, JudgedSubtree[]>();
  for (const list of ['excluded', 'permitted'] as const) {
    budget.spend(constraints[list].length);
    for (const subtree of constraints[list]) {
      if (subtree.kind === 'unsupported') {
        const hit = subject.names.find((name) => GENERAL_NAME_TAGS[name.kind] === subtree.tag);
        budget.spend(subject.names.length);
        const shown =
          hit === undefined ? subjectOfTag(subject, subtree.tag) : formatGeneralName(hit);
        if (shown !== undefined) return notJudged(shown, formatSubtree(subtree));
        continue;
      }
      const matches = prepareSubtree(subtree);
      const shown = formatSubtree(subtree);
      if (typeof matches === 'string')
        return {
          reason: 'malformed-constraint',
          constraint: shown,
          detail: `the constraint ${cutText(shown)} ${matches}`,
        };
      const known = byForm.get(subtree.kind);
      if (known) known.push({ list, shown, matches });
      else byForm.set(subtree.kind, [{ list, shown, matches }]);
    }
  }
  for (const [form, subtrees] of byForm) {
    for (const name of namesOf(form, subject)) {
      budget.spend(1 + subtrees.length);
      const violation = judge(name, subtrees);
      if (violation !== undefined) return violation;
    }
  }
  return undefined;
}

function judge(
  name: JudgedName,
  subtrees: readonly JudgedSubtree[],
): ConstraintViolation | undefined {
  const { shown, prepared } = name;
  if (typeof prepared === 'string')
    return {
      reason: 'not-judged',
      name: shown,
      detail: `${cutText(shown)} ${prepared}, so its constraints cannot be checked`,
    };
  let permitting = 0;
  let permitted = false;
  let only: string | undefined;
  for (const { list, matches, shown: constraint } of subtrees) {
    const within = matches(prepared, list);
    if (list === 'permitted') {
      permitting++;
      only = constraint;
      permitted ||= within;
    } else if (within)
      return {
        reason: 'excluded',
        name: shown,
        constraint,
        detail: `${cutText(shown)} is excluded by the constraint ${cutText(constraint)}`,
      };
  }
  if (permitting === 0 || permitted) return undefined;
  return {
    reason: 'not-permitted',
    name: shown,
    ...(permitting === 1 && only !== undefined ? { constraint: only } : {}),
    detail:
      permitting === 1
        ? `${cutText(shown)} is outside the permitted ${cutText(String(only))}`
        : `${cutText(shown)} is outside each of ${permitting} permitted subtrees`,
  };
}

function notJudged(shown: string, constraint: string): ConstraintViolation {
  return {
    reason: 'not-judged',
    name: shown,
    constraint,
    detail: `${cutText(shown)} is of a kind whose constraint ${cutText(constraint)} cannot be checked`,
  };
}

function namesOf(form: JudgedForm, subject: ConstrainedNames): readonly JudgedName[] {
  const found: JudgedName[] = [];
  for (const name of subject.names)
    if (name.kind === form)
      found.push({ shown: formatGeneralName(name), prepared: prepareName(form, name.value) });
  if (form === 'dirName' && subject.subject.rdns.length > 0)
    found.push({
      shown: `subject ${formatDn(subject.subject)}`,
      prepared: prepareName(form, subject.subject),
    });
  if (form === 'email')
    for (const value of attributeValues(subject.subject, EMAIL_ADDRESS))
      found.push({
        shown: `subject ${formatGeneralName({ kind: 'email', value })}`,
        prepared: prepareName(form, value),
      });
  return found;
}

/** What in the subject has the form of this tag, where no alternative name has. */
function subjectOfTag({ subject }: ConstrainedNames, tag: number): string | undefined {
  if (tag === GENERAL_NAME_TAGS.dirName && subject.rdns.length > 0)
    return `subject ${formatDn(subject)}`;
  if (tag === GENERAL_NAME_TAGS.email) {
    const [value] = attributeValues(subject, EMAIL_ADDRESS);
    if (value !== undefined) return `subject ${formatGeneralName({ kind: 'email', value })}`;
  }
  return undefined;
}
