// `--allow`: patterns that bound the names a request may have.
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { commonName, type DistinguishedName } from '../name/dn.ts';
import { parseCidr } from '../name/ip.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';

/**
 * A pattern for names. `*` stands for one label, one path segment or one mailbox, `**` for any
 * number of them; it never crosses from a host into a path.
 */
export interface NamePattern {
  readonly text: string;
  readonly matches: (name: GeneralName) => boolean;
}

/** Reads `example.org`, `*.example.org`, `**.example.org`, `10.0.0.0/8`, `*@example.org`, `spiffe://…`. Throws BAD_OPTION. */
export function parseNamePattern(text: string): NamePattern {
  const fail = (what: string) =>
    new MtlsError('BAD_OPTION', `bad pattern ${quoteForeign(text)}: ${what}`, {
      hint: 'write *.example.org, 10.0.0.0/8, *@example.org or spiffe://example.org/ns/*/sa/*',
    });
  const pattern = text.trim();
  if (pattern === '' || /[\s\p{Cc}]/u.test(pattern)) throw fail('it is no pattern');
  if (pattern.length > 2048) throw fail('it is too long');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(pattern);
  if (scheme) {
    const [, name = '', rest = ''] = scheme;
    const segments = rest.split('/');
    return {
      text: pattern,
      matches: (found) => {
        if (found.kind !== 'uri') return false;
        const parts = /^([a-z][a-z0-9+.-]*):\/\/([^?#]*)$/i.exec(found.value);
        if (!parts || parts[1]?.toLowerCase() !== name.toLowerCase()) return false;
        return matchParts(segments, (parts[2] ?? '').split('/'), 1);
      },
    };
  }
  const cidr = parseCidr(
    pattern.includes('/') ? pattern : `${pattern}/${pattern.includes(':') ? 128 : 32}`,
  );
  if (cidr) {
    const { address, mask } = cidr;
    return {
      text: pattern,
      matches: ({ kind, value }: GeneralName & { value?: unknown }) =>
        kind === 'ip' &&
        value instanceof Uint8Array &&
        value.length === address.length &&
        value.every(
          (octet, i) =>
            (octet & (mask[i] as number)) === ((address[i] as number) & (mask[i] as number)),
        ),
    };
  }
  const at = pattern.lastIndexOf('@');
  if (at >= 0) {
    const mailbox = pattern.slice(0, at);
    const host = pattern.slice(at + 1).toLowerCase();
    if (mailbox === '' || host === '') throw fail('an e-mail pattern is mailbox@host');
    return {
      text: pattern,
      matches: (found) => {
        if (found.kind !== 'email') return false;
        const cut = found.value.lastIndexOf('@');
        return (
          (mailbox === '*' || mailbox === found.value.slice(0, cut)) &&
          matchLabels(host, found.value.slice(cut + 1))
        );
      },
    };
  }
  if (!/^[\p{L}\p{N}*._-]+$/u.test(pattern)) throw fail('it is no pattern of a name');
  return {
    text: pattern,
    matches: (found) => found.kind === 'dns' && matchLabels(pattern.toLowerCase(), found.value),
  };
}

function matchLabels(pattern: string, host: string): boolean {
  // From the right, so that a `**` in front takes what is left
  return matchParts(pattern.split('.').reverse(), host.toLowerCase().split('.').reverse(), 0);
}

/** Whether parts fit a pattern; `**` only at the end takes one or more. A wildcard name fits wildcards only. */
function matchParts(pattern: readonly string[], parts: readonly string[], least: number): boolean {
  const last = pattern.length - 1;
  if (pattern[last] === '**')
    return (
      parts.length > last &&
      pattern.slice(0, last).every((part, i) => matchPart(part, parts[i] as string))
    );
  return (
    pattern.length === parts.length &&
    parts.length >= least &&
    pattern.every((part, i) => matchPart(part, parts[i] as string))
  );
}

function matchPart(pattern: string, part: string): boolean {
  return pattern === part || (pattern === '*' && part !== '');
}

/**
 * Refuses a request that asks for a name which no pattern covers. A common name that looks like a
 * host counts as a name: old clients read it. Throws NAME_NOT_ALLOWED.
 */
export function checkAllowed(
  names: readonly GeneralName[],
  subject: DistinguishedName,
  patterns: readonly NamePattern[],
): void {
  const cn = commonName(subject);
  const all: readonly GeneralName[] =
    cn !== undefined && /^[^\s@/]+\.[^\s@/]+$/.test(cn)
      ? [...names, { kind: 'dns', value: cn }]
      : names;
  const stray = all.find((name) => !patterns.some((pattern) => pattern.matches(name)));
  if (!stray) return;
  throw new MtlsError(
    'NAME_NOT_ALLOWED',
    `the request asks for ${escapeControl(formatGeneralName(stray))}, which no --allow covers`,
    {
      hint: 'add an --allow for it if it should have that name',
      data: { name: formatGeneralName(stray), allow: patterns.map(({ text }) => text) },
    },
  );
}
