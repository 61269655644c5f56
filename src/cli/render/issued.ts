// A new certificate as people and programs see it: who, until when, and where the files are.
import { relative } from 'node:path';
import { quoteForeign } from '../../base/text.ts';
import { formatGeneralName } from '../../name/san.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { purposeName } from '../../x509/extension-names.ts';
import type { Issued } from '../../ca/issue.ts';
import type { IssuePlan } from '../../profile/plan.ts';
import type { OutputFile } from '../../store/events.ts';
import { shellWord } from './shell.ts';
import type { Style } from '../style.ts';
import { certificateFacts } from './authority.ts';
import { renderBlock } from './block.ts';
import { formatTimeFrom } from './time.ts';

/** A new certificate for JSON. */
export function issuedJson(issued: Issued, ca: string): Record<string, unknown> {
  const { certificate, plan, outputs } = issued;
  return {
    ca,
    profile: plan.profile.name,
    ...certificateFacts(certificate),
    names: plan.names.map(formatGeneralName),
    files: Object.fromEntries(outputs.map(({ kind, path }) => [kind, path])),
  };
}

const LABELS: Readonly<Record<OutputFile['kind'], string>> = {
  certificate: 'certificate and its chain',
  key: 'private key',
  roots: 'roots, for those who check it',
  combined: 'certificate, chain and key',
  pkcs12: 'PKCS#12',
  request: 'request',
};

function describeOutput({ kind, mode }: OutputFile): string {
  return kind === 'key' ? `${LABELS.key}, mode ${mode ?? '0600'}` : LABELS[kind];
}

/** A path as it would be typed from a folder. */
export function shortPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return shellWord(near === '' ? '.' : near.startsWith('..') ? path : near);
}

/** A new certificate for people, as an indented block. */
export function issuedBlock(issued: Issued, now: Date, cwd: string, style: Style): string {
  const { certificate, plan, outputs } = issued;
  const width = Math.max(0, ...outputs.map(({ path }) => shortPath(path, cwd).length));
  return renderBlock(
    [
      ['names', plan.names.map(formatGeneralName)],
      ['subject', formatDn(plan.subject) || '(empty)'],
      ['profile', `${describeProfile(plan)}, ${describeKey(certificate.publicKey)}`],
      ['expires', formatTimeFrom(certificate.notAfter, now)],
      [
        'files',
        outputs.map(
          (file) => `${shortPath(file.path, cwd).padEnd(width)}  ${describeOutput(file)}`,
        ),
      ],
    ],
    { style, indent: 2 },
  );
}

function describeProfile({ profile }: IssuePlan): string {
  const uses = profile.extendedKeyUsage.map((oid) => purposeName(oid) ?? oid);
  return uses.length > 0 ? `${profile.name} (${uses.join(', ')})` : profile.name;
}

/** What to call it in a sentence: its first name, else its subject. */
export function issuedTitle({ plan }: { readonly plan: IssuePlan }): string {
  const [first] = plan.names;
  return quoteForeign(
    first ? formatGeneralName(first).replace(/^[A-Za-z]+:/, '') : formatDn(plan.subject),
  );
}
