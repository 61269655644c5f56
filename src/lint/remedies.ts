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
  return { text, commands: issueCommands };
}

export const ANEW = anew('issue the certificate anew; mtls writes none that breaks this rule');

/** Whoever runs the CA that issued it has to mend its settings. */
export const ASK_ISSUER = anew('have the CA leave it out, or issue the certificate anew with mtls');

function issueCommands(subject: LintSubject): readonly (readonly string[])[] {
  if (subject.role === 'root') return [['mtls', 'ca', 'init']];
  if (subject.role === 'intermediate') return [];
  const names = identitiesOf(subject);
  if (names.length === 0 || names.length > MAX_NAMES) return [];
  return [['mtls', 'issue', ...names, ...profileOf(subject, names)]];
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

function profileOf({ certificate }: LintSubject, names: readonly string[]): readonly string[] {
  if (names.some((name) => name.startsWith('spiffe://'))) return [];
  const purposes = certificate.extendedKeyUsage;
  const serves = purposes?.includes(EXTENDED_KEY_USAGES.serverAuth) ?? false;
  const calls = purposes?.includes(EXTENDED_KEY_USAGES.clientAuth) ?? false;
  if (serves === calls) return serves ? ['--profile', 'peer'] : [];
  return ['--profile', serves ? 'server' : 'client'];
}
