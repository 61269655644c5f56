// What SPIRE and go-spiffe make of a trust bundle in SPIFFE's form: a JWK Set by the rules of SPIFFE
// Trust Domain and Bundle §4, X509-SVID §6 and JWT-SVID §5.
import { MtlsError } from '../../base/errors.ts';
import { formatTime } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatOrigin } from '../../codec/origin.ts';
import type { FoundJwk, FoundJwks } from '../../codec/part.ts';
import { sameKey } from '../../match/match.ts';
import { byteKey } from '../../verify/names.ts';
import { signingFaults } from '../../verify/spiffe.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { found, type MeshFinding } from './mesh-set.ts';
import { spiffeIdOf, strangers } from './spire-domains.ts';

const BUNDLE = 'SPIFFE Trust Domain and Bundle';
const X509_USE = 'x509-svid';
const KID_USES: ReadonlySet<unknown> = new Set(['jwt-svid', 'wit-svid']);
const USES: ReadonlySet<unknown> = new Set([X509_USE, ...KID_USES]);

/** Members that are text wherever they stand. */
const TEXTS = ['kty', 'use', 'kid', 'crv', 'alg', 'x', 'y', 'n', 'e', 'd', 'k'] as const;

/** What keeps others from reading the bundle, or from believing what it should vouch for. */
export function bundleFindings(
  { origin, keys, sequence, refreshHint }: FoundJwks,
  trustDomain: string | undefined,
  at: Date,
): readonly MeshFinding[] {
  const place = formatOrigin(origin);
  const numbers = [
    ...wholeFindings('spiffe_sequence', sequence, 2n ** 64n - 1n, '4.1.1', place),
    ...wholeFindings('spiffe_refresh_hint', refreshHint, 2n ** 63n - 1n, '4.1.2', place),
  ];
  if (!keys)
    return [
      ...numbers,
      form(place, 'there is no list of keys: SPIRE says "no authorities found"', '4.1.3'),
    ];
  if (keys.length === 0)
    return [
      ...numbers,
      form(
        place,
        'its list of keys is empty: whoever takes it believes nobody of this trust domain any more',
        '4.1.3',
        'warning',
      ),
    ];
  const roots = keys.flatMap(rootsOf);
  return [
    ...numbers,
    ...keys.flatMap(jwkFindings),
    ...twiceFindings(keys, place),
    ...dateFindings(roots, place, at),
    ...domainFindings(roots, trustDomain, place),
    ...(keys.some(({ members }) => members['use'] === X509_USE)
      ? []
      : [
          form(
            place,
            'no key in it is for X509-SVIDs: mutual TLS with this trust domain finds nobody to believe',
            '4.2.2',
            'warning',
          ),
        ]),
  ];
}

function form(
  place: string,
  cause: string,
  section: string,
  severity: 'error' | 'warning' = 'error',
  standard = BUNDLE,
): MeshFinding {
  return found('BUNDLE_FORM', place, cause, { severity, clause: `${standard} §${section}` });
}

/** Go reads 64 bits, and no other way to write a number than the plain one. */
function wholeFindings(
  name: string,
  written: string | undefined,
  most: bigint,
  section: string,
  place: string,
): readonly MeshFinding[] {
  if (written === undefined || written === 'null') return [];
  if (/^(?:0|[1-9]\d{0,19})$/.test(written) && BigInt(written) <= most) return [];
  return [
    form(
      place,
      `${name} is ${quoteForeign(written, 40)}, where a whole number from 0 to ${most} belongs`,
      section,
    ),
  ];
}

function jwkFindings(jwk: FoundJwk): readonly MeshFinding[] {
  const { members, publicKey, certificates } = jwk;
  const place = formatOrigin(jwk.origin);
  const wrong = TEXTS.find((name) => !['string', 'undefined'].includes(typeof members[name]));
  if (wrong !== undefined) return [form(place, `the member ${wrong} is no text`, '4.2')];
  const { kty, use, kid } = members;
  if ('d' in members || 'k' in members || kty === 'oct')
    return [
      found('TRUST_HOLDS_KEY', place, 'it holds the private key, or a secret one', {
        clause: `${BUNDLE} §4.2`,
        mend: 'take it out, and make a new key: whoever had the bundle has this one',
      }),
    ];
  const findings: MeshFinding[] = [];
  if (kty === undefined || kty === '')
    findings.push(form(place, 'it has no kty: SPIRE refuses the whole bundle', '4.2.1'));
  else if (publicKey === undefined)
    findings.push(
      form(place, 'its kind of key is not known to SPIRE, which refuses the whole bundle', '4.2.1'),
    );
  else if (publicKey instanceof MtlsError)
    findings.push(found('KEY_MALFORMED', place, publicKey.message));
  findings.push(...useFindings(use, kid, place));
  const broken = certificates?.find((one) => one instanceof MtlsError);
  if (broken) return [...findings, found('CERT_MALFORMED', place, broken.message)];
  const held = (certificates ?? []).filter(isCertificate);
  const [certificate] = held;
  if (use === X509_USE && held.length !== 1)
    findings.push(
      form(
        place,
        `x5c holds ${held.length} certificates, where exactly one belongs: SPIRE refuses the whole bundle`,
        '6.1',
        'error',
        'X509-SVID',
      ),
    );
  if (!certificate) return findings;
  if (publicKey && !(publicKey instanceof MtlsError) && !sameKey(publicKey, certificate.publicKey))
    findings.push(
      found('KEY_MISMATCH', place, 'its members say another key than the certificate in x5c', {
        clause: 'RFC 7517 §4.7',
      }),
    );
  return use === X509_USE ? [...findings, ...rootFindings(certificate, place)] : findings;
}

function useFindings(use: unknown, kid: unknown, place: string): readonly MeshFinding[] {
  if (use === undefined || use === '')
    return [form(place, 'it has no use: nobody takes it for an SVID of any kind', '4.2.2')];
  if (use === X509_USE && kid !== undefined)
    return [
      form(
        place,
        'it has a kid, which a key for X509-SVIDs never has',
        '6.1',
        'warning',
        'X509-SVID',
      ),
    ];
  if (KID_USES.has(use) && (kid === undefined || kid === ''))
    return [form(place, 'it has no kid: SPIRE refuses the whole bundle', '5', 'error', 'JWT-SVID')];
  const meant = typeof use === 'string' ? use.toLowerCase() : '';
  if (!USES.has(use) && USES.has(meant))
    return [form(place, `its use is not ${meant} in lower case: it is passed over`, '4.2.2')];
  return [];
}

function rootFindings(certificate: Certificate, place: string): readonly MeshFinding[] {
  const faults = signingFaults({ certificate, position: 0, role: 'anchor' });
  return [
    ...faults.map(({ code, message, clause }) => found(code, place, message, { clause })),
    ...(isSelfSigned(certificate) || faults.length > 0
      ? []
      : [
          found(
            'TRUST_WITHOUT_ROOT',
            place,
            `${title(certificate)} is no root: Go believes what is below it, and nginx, OpenSSL and Node do not`,
            { severity: 'warning', clause: 'X509-SVID §6.1' },
          ),
        ]),
  ];
}

function twiceFindings(keys: readonly FoundJwk[], place: string): readonly MeshFinding[] {
  const roots = keys.flatMap(rootsOf).map(({ der }) => byteKey(der));
  const kids = keys.flatMap(({ members: { use, kid } }) =>
    KID_USES.has(use) && typeof kid === 'string' ? [`${String(use)} ${kid}`] : [],
  );
  return [
    ...(new Set(roots).size < roots.length
      ? [form(place, 'a certificate is in it twice', '4.2', 'warning')]
      : []),
    ...(new Set(kids).size < kids.length
      ? [
          form(
            place,
            'two keys have one kid: the later takes the place of the former',
            '5',
            'error',
            'JWT-SVID',
          ),
        ]
      : []),
  ];
}

/** A root that has ended, or has not begun, does no harm beside one that is good. */
function dateFindings(
  roots: readonly Certificate[],
  place: string,
  at: Date,
): readonly MeshFinding[] {
  const good = roots.some(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter);
  return roots.flatMap((root): MeshFinding[] => {
    const evidence = [
      { field: 'not before', value: formatTime(root.notBefore) },
      { field: 'not after', value: formatTime(root.notAfter) },
    ];
    if (root.notAfter < at)
      return [
        found('EXPIRED', place, `${title(root)} has ended`, {
          severity: good ? 'warning' : 'error',
          evidence,
          mend: 'take it out, and raise spiffe_sequence',
        }),
      ];
    if (good || root.notBefore <= at) return [];
    return [found('NOT_YET_VALID', place, `${title(root)} is not valid yet`, { evidence })];
  });
}

function domainFindings(
  roots: readonly Certificate[],
  trustDomain: string | undefined,
  place: string,
): readonly MeshFinding[] {
  const first = roots.map(spiffeIdOf).find((id) => id !== undefined)?.trustDomain;
  const meant = trustDomain ?? first;
  return meant === undefined ? [] : strangers(roots, meant, place);
}

/** CAs that the bundle vouches for. */
export function rootsOf({ members, certificates = [] }: FoundJwk): readonly Certificate[] {
  if (members['use'] !== X509_USE) return [];
  return certificates.filter(isCertificate).slice(0, 1);
}

function isCertificate(one: Certificate | MtlsError): one is Certificate {
  return !(one instanceof MtlsError);
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
