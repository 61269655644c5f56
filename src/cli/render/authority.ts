// A CA as people and programs see it.
import { toColonHex, toHex } from '../../base/bytes.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { formatSubtree } from '../../name/constraints.ts';
import { formatTime as formatRfc3339 } from '../../base/clock.ts';
import { fingerprint } from '../../x509/fingerprint.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { serialText } from '../../store/records.ts';
import type { Authority } from '../../ca/authority.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import { formatTimeFrom } from './time.ts';

/** What every JSON document says of a certificate. */
export function certificateFacts(certificate: Certificate): Record<string, unknown> {
  return {
    subject: formatDn(certificate.subject),
    serial: serialText(certificate.serial),
    notBefore: formatRfc3339(certificate.notBefore),
    notAfter: formatRfc3339(certificate.notAfter),
    key: describeKey(certificate.publicKey),
    sha256: toHex(fingerprint(certificate, 'sha256')),
  };
}

function constraintTexts(certificate: Certificate): { permitted: string[]; excluded: string[] } {
  const { nameConstraints } = certificate;
  return {
    permitted: nameConstraints?.permitted.map(formatSubtree) ?? [],
    excluded: nameConstraints?.excluded.map(formatSubtree) ?? [],
  };
}

/** A CA for JSON. */
export function authorityJson(authority: Authority): Record<string, unknown> {
  const { store, certificate } = authority;
  return {
    name: store.name,
    kind: authority.path.length === 1 ? 'root' : 'intermediate',
    issuer: formatDn(certificate.issuer),
    ...certificateFacts(certificate),
    pathLength: certificate.basicConstraints?.pathLength ?? null,
    ...constraintTexts(certificate),
    trustDomain: store.info.trustDomain ?? null,
    keyFile: { path: store.paths.key, state: store.keyState() },
    certificateFile: store.paths.certificate,
  };
}

const NAME_KINDS = { dns: 'DNS names', ip: 'IP addresses', email: 'e-mail addresses', uri: 'URIs' };

/** Kinds of names that a CA with constraints is still free to vouch for (RFC 5280 §4.2.1.10). */
function unbounded({ nameConstraints }: Certificate): string {
  if (!nameConstraints || nameConstraints.permitted.length === 0) return '';
  const bound = new Set(nameConstraints.permitted.map(({ kind }) => kind));
  return Object.entries(NAME_KINDS)
    .filter(([kind]) => !bound.has(kind as keyof typeof NAME_KINDS))
    .map(([, name]) => name)
    .join(', ');
}

const KEY_STATES = {
  missing: 'not here',
  plain: 'unencrypted, mode 0600',
  encrypted: 'encrypted',
} as const;

/**
 * A CA for people, as an indented block.
 *
 * @param signer who signs as it, where its key is elsewhere
 */
export function authorityBlock(
  authority: Authority,
  now: Date,
  style: Style,
  signer?: string,
): string {
  const { store, certificate } = authority;
  const { permitted, excluded } = constraintTexts(certificate);
  const length = certificate.basicConstraints?.pathLength;
  const rows: BlockRow[] = [
    ['subject', formatDn(certificate.subject)],
    ['issuer', authority.path.length === 1 ? 'itself' : formatDn(certificate.issuer)],
    ['key', `${describeKey(certificate.publicKey)}, ${KEY_STATES[store.keyState()]}`],
    ['signed by', signer ?? []],
    ['expires', formatTimeFrom(certificate.notAfter, now)],
    [
      'CAs below',
      length === undefined
        ? 'any number of levels'
        : length === 0
          ? 'none'
          : `${length} level${length === 1 ? '' : 's'}`,
    ],
    ['permits', permitted],
    ['excludes', excluded],
    ['not bounded', unbounded(certificate) || []],
    ['trust domain', store.info.trustDomain ?? []],
    ['sha256', toColonHex(fingerprint(certificate, 'sha256'))],
    ['folder', store.paths.folder],
  ];
  return renderBlock(rows, { style, indent: 2 });
}
