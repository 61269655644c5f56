// JWK Sets that hold certificates (RFC 7517): trust bundles as SPIFFE has them.
import { createPublicKey } from 'node:crypto';
import { fromBase64 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { parsePublicKey, type PublicKey } from '../crypto/public-key.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { formatOrigin, type Origin } from './origin.ts';
import type { BundlePart, FoundJwk, FoundParts, SkippedPart } from './part.ts';

/** More is no bundle of a trust domain. */
const MAX_TEXT = 4 * 1024 * 1024;

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The set that a JSON text is; undefined for any other text. Linear. */
function jwksOf(text: string): Members | undefined {
  if (text.length > MAX_TEXT || !/"(?:keys|spiffe_sequence|spiffe_refresh_hint)"/.test(text))
    return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) && isJwks(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJwks(value: Members): boolean {
  if ('apiVersion' in value || 'kind' in value) return false;
  if ('spiffe_sequence' in value || 'spiffe_refresh_hint' in value) return true;
  const { keys } = value;
  return (
    Array.isArray(keys) &&
    (keys.length === 0 ||
      keys.some((key) => isMembers(key) && ('kty' in key || 'use' in key || 'x5c' in key)))
  );
}

/** Whether a JSON text is a JWK Set. */
export function isJwksText(text: string): boolean {
  return jwksOf(text) !== undefined;
}

/**
 * Reads a JWK Set. What one key says wrong stands with it and leaves the others alone; of the
 * certificates only those that can be read are parts.
 */
export function readJwks(text: string, origin: Origin): FoundParts {
  const set = jwksOf(text);
  if (!set) return { parts: [], skipped: [] };
  const { keys } = set;
  const found = Array.isArray(keys)
    ? keys.map((key: unknown, index) => jwkOf(isMembers(key) ? key : {}, placeOf(origin, index)))
    : undefined;
  const written = memberTexts(text);
  return {
    parts: (found ?? []).flatMap(({ certificates = [], origin: place }) =>
      certificates.flatMap((certificate): BundlePart[] =>
        certificate instanceof MtlsError
          ? []
          : [{ kind: 'certificate', origin: place, certificate }],
      ),
    ),
    skipped: (found ?? []).flatMap(skippedOf),
    jwks: {
      origin,
      keys: found,
      sequence: written.get('spiffe_sequence'),
      refreshHint: written.get('spiffe_refresh_hint'),
    },
  };
}

function placeOf(origin: Origin, index: number): Origin {
  const entry = [origin.entry, `keys[${index}]`].filter((part) => part !== undefined).join(', ');
  return { ...origin, entry };
}

function skippedOf({ members, certificates = [], origin }: FoundJwk): SkippedPart[] {
  const broken = certificates.find((one) => one instanceof MtlsError);
  if (broken) return [{ origin, what: 'a certificate that cannot be read' }];
  if (certificates.length > 0) return [];
  const { use } = members;
  return [
    { origin, what: use === 'jwt-svid' ? 'a key for JWT-SVIDs' : 'a key without a certificate' },
  ];
}

function jwkOf(members: Members, origin: Origin): FoundJwk {
  const { x5c } = members;
  return {
    origin,
    members,
    certificates: Array.isArray(x5c)
      ? x5c.map((one: unknown) => certificateOf(one, origin))
      : undefined,
    publicKey: publicKeyOf(members, origin),
  };
}

function certificateOf(value: unknown, origin: Origin) {
  const fail = (why: string) =>
    new MtlsError('CERT_MALFORMED', `${formatOrigin(origin)}: ${why}`, { data: { ...origin } });
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  if (!bytes) return fail('x5c is not base64 of a certificate');
  try {
    return parseCertificate(bytes);
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return fail(error.message);
  }
}

/** Octets of a coordinate (RFC 7518 §6.2.1.2). */
const COORDINATES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** The key that the members say; undefined for a kind that Go's readers do not know. */
function publicKeyOf(members: Members, origin: Origin): PublicKey | MtlsError | undefined {
  const { kty, crv, x, y, n, e } = members;
  const fail = (why: string) =>
    new MtlsError('KEY_MALFORMED', `${formatOrigin(origin)}: ${why}`, { data: { ...origin } });
  const said: Record<string, unknown> | undefined =
    kty === 'EC' && typeof crv === 'string' && Object.hasOwn(COORDINATES, crv)
      ? { kty, crv, x, y }
      : kty === 'OKP' && crv === 'Ed25519'
        ? { kty, crv, x }
        : kty === 'RSA'
          ? { kty, n, e }
          : undefined;
  if (said === undefined) return undefined;
  for (const name of ['x', 'y', 'n', 'e']) {
    const value = said[name];
    if (!(name in said)) continue;
    if (typeof value !== 'string' || value === '') return fail(`the member ${name} is missing`);
    // Padding, and the characters of base64 that a URL does not take
    if (!/^[A-Za-z0-9_-]+$/.test(value)) return fail(`the member ${name} is not base64url`);
    if (kty === 'EC' && octetsOf(value) !== COORDINATES[crv as string])
      return fail(`the member ${name} is not as long as a coordinate of ${String(crv)}`);
  }
  try {
    const key = createPublicKey({ key: said, format: 'jwk' });
    return parsePublicKey(key.export({ type: 'spki', format: 'der' }));
  } catch {
    return fail('its members make no public key');
  }
}

function octetsOf(base64url: string): number {
  return Math.floor((base64url.length * 3) / 4);
}

/** How the members of a JSON object are written; of equals the last. The text is JSON. */
function memberTexts(json: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
  let depth = 0;
  let name: string | undefined;
  let start = 0;
  const end = (at: number): void => {
    if (name !== undefined) texts.set(name, json.slice(start, at).trim());
    name = undefined;
  };
  for (const { 0: token, index } of json.matchAll(tokens)) {
    if (token === '}' || token === ']') {
      depth--;
      if (depth === 0) end(index);
    } else if (token === '{' || token === '[') depth++;
    else if (depth !== 1) continue;
    else if (token === ',') end(index);
    else if (token === ':') start = index + 1;
    else name ??= token.startsWith('"') ? (JSON.parse(token) as string) : undefined;
  }
  return texts;
}
