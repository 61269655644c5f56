// SPIFFE IDs (SPIFFE-ID.md §2): no normalisation, one text for one identity.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

declare const brand: unique symbol;

/** The whole text of a valid SPIFFE ID. */
type SpiffeIdText = string & { readonly [brand]: 'SpiffeId' };

export interface SpiffeId {
  readonly id: SpiffeIdText;
  readonly trustDomain: string;
  /** Empty, or begins with `/`. */
  readonly path: string;
}

const SCHEME = 'spiffe://';
// SPIFFE-ID.md §2.3
const MAX_ID = 2048;
const MAX_TRUST_DOMAIN = 255;

/**
 * Reads a SPIFFE ID, with or without a path.
 * @throws MtlsError BAD_SPIFFE_ID, with the rule that is broken
 */
export function parseSpiffeId(text: string): SpiffeId {
  const fail = (why: string, hint?: string) => bad(text, 'SPIFFE ID', why, hint);
  if (text === '') throw fail('it is empty');
  if (!text.startsWith(SCHEME))
    throw fail(
      'it must begin with spiffe://',
      /^spiffe:/i.test(text)
        ? 'the scheme is in lower case and followed by two slashes'
        : 'spiffe://example.org/ns/prod/sa/api',
    );
  const slash = text.indexOf('/', SCHEME.length);
  const end = slash < 0 ? text.length : slash;
  const trustDomain = text.slice(SCHEME.length, end);
  const path = text.slice(end);
  const fault = trustDomainFault(trustDomain) ?? pathFault(path);
  if (fault !== undefined) throw fail(...fault);
  // All characters are ASCII by now
  if (text.length > MAX_ID) throw fail(`it is longer than ${MAX_ID} bytes`);
  return { id: text as SpiffeIdText, trustDomain, path };
}

/**
 * Reads a trust domain, given by its name or by a SPIFFE ID in it.
 * @throws MtlsError BAD_SPIFFE_ID
 */
export function parseTrustDomain(text: string): string {
  if (text.includes(':/')) return parseSpiffeId(text).trustDomain;
  const fault = trustDomainFault(text);
  if (fault !== undefined) throw bad(text, 'trust domain', ...fault);
  return text;
}

export function memberOf(id: SpiffeId, trustDomain: string): boolean {
  return id.trustDomain === trustDomain;
}

type Fault = readonly [why: string, hint?: string];

function trustDomainFault(name: string): Fault | undefined {
  if (name === '') return ['the trust domain is missing', 'spiffe://example.org/ns/prod/sa/api'];
  if (!/^[a-z0-9._-]*$/.test(name)) {
    const why =
      'a trust domain holds only lower-case letters, digits, dots, dashes and underscores';
    if (/[@:]/.test(name)) return [why, 'leave out user and port'];
    const lower = name.toLowerCase();
    return /^[a-z0-9._-]*$/.test(lower) ? [why, `write ${lower}`] : [why];
  }
  if (name.length > MAX_TRUST_DOMAIN)
    return [`the trust domain is longer than ${MAX_TRUST_DOMAIN} bytes`];
  return undefined;
}

function pathFault(path: string): Fault | undefined {
  if (path === '') return undefined;
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '')
      return index === segments.length - 1
        ? ['the path ends with a slash', 'leave out the last slash']
        : ['the path has an empty segment', 'look for a doubled slash'];
    if (segment === '.' || segment === '..')
      return ['the path has a dot segment', 'write the path as it is meant: nothing resolves it'];
    if (!/^[A-Za-z0-9._-]*$/.test(segment))
      return [
        'a path holds only letters, digits, dots, dashes and underscores',
        'a SPIFFE ID has no query, fragment or %-escapes',
      ];
  }
  return undefined;
}

function bad(text: string, what: string, why: string, hint?: string): MtlsError {
  return new MtlsError('BAD_SPIFFE_ID', `${quoteForeign(text)} is not a ${what}: ${why}`, { hint });
}
