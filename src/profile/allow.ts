// `--allow`: patterns that bound the names a request may have.
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { attributeByKeyword, COMMON_NAME, EMAIL_ADDRESS } from '../name/attributes.ts';
import { formatDn, type AttributeTypeAndValue, type DistinguishedName } from '../name/dn.ts';
import { parseCidr } from '../name/ip.ts';
import { formatGeneralName, parseIdentityName, type GeneralName } from '../name/san.ts';

/**
 * A pattern for names. `*` stands for one label, one path segment or one mailbox, `**` for any
 * number of them; it never crosses from a host into a path.
 */
export interface NamePattern {
  readonly text: string;
  readonly matches: (name: GeneralName) => boolean;
  /** Of a pattern such as `O=Example` or `CN=*`: an attribute of the subject. */
  readonly covers?: (attribute: AttributeTypeAndValue) => boolean;
}

/**
 * Reads `example.org`, `*.example.org`, `**.example.org`, `10.0.0.0/8`, `*@example.org`,
 * `spiffe://…`, `O=Example`. Throws BAD_OPTION.
 */
export function parseNamePattern(text: string): NamePattern {
  const fail = (what: string) =>
    new MtlsError('BAD_OPTION', `bad pattern ${quoteForeign(text)}: ${what}`, {
      hint: 'write *.example.org, 10.0.0.0/8, *@example.org or spiffe://example.org/ns/*/sa/*',
    });
  const pattern = text.trim();
  if (pattern.length > 2048) throw fail('it is too long');
  const attribute = /^([A-Za-z]+)=(.*)$/.exec(pattern);
  if (attribute) {
    const [, keyword = '', wanted = ''] = attribute;
    const oid = attributeByKeyword(keyword)?.oid;
    if (oid === undefined || wanted === '') throw fail('it is no attribute of a subject');
    return {
      text: pattern,
      matches: () => false,
      covers: (found) => found.oid === oid && (wanted === '*' || wanted === found.value),
    };
  }
  if (pattern === '' || /[\s\p{Cc}]/u.test(pattern)) throw fail('it is no pattern');
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

const isName = ({ oid }: AttributeTypeAndValue) => oid === COMMON_NAME || oid === EMAIL_ADDRESS;

/**
 * Refuses a request that asks for a name which no pattern covers. Common names and e-mail
 * addresses of the subject are names too: servers log people in by them. Throws NAME_NOT_ALLOWED.
 */
export function checkAllowed(
  names: readonly GeneralName[],
  subject: DistinguishedName,
  patterns: readonly NamePattern[],
): void {
  const covered = (name: GeneralName) => patterns.some((pattern) => pattern.matches(name));
  const stray = names.find((name) => !covered(name));
  if (stray) throw notAllowed(formatGeneralName(stray), patterns);
  for (const attribute of subject.rdns.flat().filter(isName)) {
    if (patterns.some((pattern) => pattern.covers?.(attribute))) continue;
    const name = asName(attribute.value);
    if (!name || !covered(name))
      throw notAllowed(`the subject ${formatDn({ rdns: [[attribute]] })}`, patterns);
  }
}

/**
 * The subject without what no pattern covers: a group in it, as Kubernetes reads O, is no name
 * and would still be a right. Its names are left to `checkAllowed`.
 */
export function allowedSubject(
  subject: DistinguishedName,
  patterns: readonly NamePattern[],
): { readonly subject: DistinguishedName; readonly leftOut: DistinguishedName } {
  const stays = (attribute: AttributeTypeAndValue) =>
    isName(attribute) || patterns.some((pattern) => pattern.covers?.(attribute));
  const only = (wanted: (attribute: AttributeTypeAndValue) => boolean): DistinguishedName => ({
    rdns: subject.rdns.map((rdn) => rdn.filter(wanted)).filter((rdn) => rdn.length > 0),
  });
  return { subject: only(stays), leftOut: only((attribute) => !stays(attribute)) };
}

function asName(text: string): GeneralName | undefined {
  try {
    return parseIdentityName(text);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

function notAllowed(what: string, patterns: readonly NamePattern[]): MtlsError {
  return new MtlsError(
    'NAME_NOT_ALLOWED',
    `the request asks for ${escapeControl(what)}, which no --allow covers`,
    {
      hint: 'add an --allow for it if it should have that name; --allow CN=… for a subject',
      data: { name: what, allow: patterns.map(({ text }) => text) },
    },
  );
}
