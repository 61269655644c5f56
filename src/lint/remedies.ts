// What mends a certificate: most of what is wrong in one is mended by another.
import { MtlsError } from '../base/errors.ts';
import { formatIp } from '../name/ip.ts';
import { parseIdentityName } from '../name/san.ts';
import { EXTENDED_KEY_USAGES } from '../x509/extensions.ts';
import type { LintRemedy } from './rule.ts';
import type { LintSubject } from './subject.ts';

/** More names than this make no line to paste. */
const MAX_NAMES = 8;

/** A new leaf for the same names; of a CA, a new CA. */
export function anew(text: string): LintRemedy {
  return { text, commands: (subject) => issueCommands(subject, purposesOf(subject)) };
}

/** The same, good for one side of a handshake that it is not good for. */
export function anewFor(side: Side, text: string): LintRemedy {
  return {
    text,
    commands: (subject) => issueCommands(subject, new Set([...purposesOf(subject), side])),
  };
}

type Side = 'server' | 'client';

export const ANEW = anew('issue the certificate anew; mtls writes none that breaks this rule');

/** Whoever runs the CA that issued it has to mend its settings. */
export const ASK_ISSUER = anew('have the CA leave it out, or issue the certificate anew with mtls');

function issueCommands(
  subject: LintSubject,
  sides: ReadonlySet<Side>,
): readonly (readonly string[])[] {
  if (subject.role === 'root') return [['mtls', 'ca', 'init']];
  if (subject.role === 'intermediate') return [];
  const names = identitiesOf(subject);
  if (names.length === 0 || names.length > MAX_NAMES) return [];
  return [['mtls', 'issue', ...names, ...profileOf(sides, names)]];
}

/** Names of a leaf that `mtls issue` takes as they stand. */
export function identitiesOf({ certificate, subjectNames }: LintSubject): readonly string[] {
  const [common] = certificate.subject.rdns.flat().filter(({ oid }) => oid === '2.5.4.3');
  const stated = subjectNames.flatMap(({ kind, content, text }) =>
    kind === 'ip'
      ? [formatIp(content)]
      : kind === 'dns' || kind === 'email' || kind === 'uri'
        ? [text]
        : [],
  );
  const wanted = stated.length > 0 || !common ? stated : [common.value];
  return [...new Set(wanted)].filter(isIdentity);
}

function isIdentity(text: string): boolean {
  try {
    parseIdentityName(text);
    return !text.startsWith('-');
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return false;
  }
}

function purposesOf({ certificate }: LintSubject): ReadonlySet<Side> {
  const stated = certificate.extendedKeyUsage;
  const sides = ['server', 'client'] as const;
  return new Set(sides.filter((side) => stated?.includes(EXTENDED_KEY_USAGES[`${side}Auth`])));
}

function profileOf(sides: ReadonlySet<Side>, names: readonly string[]): readonly string[] {
  const [only, another] = sides;
  // Those of SPIFFE are SVIDs, good for both
  if (only === undefined || names.some((name) => name.startsWith('spiffe://'))) return [];
  return ['--profile', another === undefined ? only : 'peer'];
}
