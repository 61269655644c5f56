import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readMailbox } from '../name/mailbox.ts';
import { parseSpiffeId, parseTrustDomain } from '../name/spiffe.ts';
import { distinct, hostIdentity, leafAmong, trustAmong } from '../verify/asked.ts';
import { requireSvid } from '../verify/svid.ts';
import { anchorOf, type Identity, type Purpose } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import { originsOf } from './info/origins.ts';
import { verdictInfo, type BadVerdict, type GoodVerdict, type Question } from './info/verdict.ts';
import { listOf, momentOf, readData, refuseUnknown, type Data, type Secret } from './input.ts';

export interface VerifyOptions {
  /** Who is trusted: roots. Where an input holds no root, its CAs are trusted themselves. */
  readonly ca: Data | readonly Data[];
  /** CA certificates to build the chain with, besides those that come with the certificate. */
  readonly untrusted?: Data | readonly Data[] | undefined;
  /** It must stand for this DNS name or IP address. */
  readonly host?: string | undefined;
  /** It must name this e-mail address. */
  readonly email?: string | undefined;
  /** It must be the X509-SVID of this SPIFFE ID. */
  readonly spiffe?: string | undefined;
  /** It must be an X509-SVID of this trust domain. */
  readonly trustDomain?: string | undefined;
  /** What it is to be used for; `server` with `host`, else `any`. */
  readonly purpose?: Purpose | undefined;
  /** When; now where absent. As `'2027-01-31'` or `'+30d'`, too. */
  readonly at?: Date | string | undefined;
  /** Revocation lists to obey. */
  readonly crl?: Data | readonly Data[] | undefined;
  /** Fail where no current CRL vouches for a certificate. */
  readonly requireRevocation?: boolean | undefined;
  /** It must be an X509-SVID: one SPIFFE ID, under CAs fit for it. */
  readonly svid?: boolean | undefined;
  /** The rules of the web PKI as well as those of private CAs. */
  readonly strict?: boolean | undefined;
  /** Opens the PKCS#12 key stores among the inputs. */
  readonly passphrase?: Secret | undefined;
}

/** The answer: the path that was found, or the most telling fault and all that was tried. */
export type Verdict = (GoodVerdict | BadVerdict) & {
  /** What was asked, defaults included. */
  readonly checked: Question;
};

const KNOWN: Readonly<Record<keyof VerifyOptions, true>> = {
  ca: true,
  untrusted: true,
  host: true,
  email: true,
  spiffe: true,
  trustDomain: true,
  purpose: true,
  at: true,
  crl: true,
  requireRevocation: true,
  svid: true,
  strict: true,
  passphrase: true,
};

/**
 * Says whether a certificate is to be believed, by RFC 5280: its chain up to a trusted CA, dates,
 * purposes, names, constraints and revocation. A bad certificate is an answer, not an exception.
 *
 * @param certificate with its chain, in any order: the first that is no CA is judged
 * @throws MtlsError for what cannot be read or makes no sense: NOTHING_FOUND, CERT_MALFORMED,
 * BAD_NAME, BAD_SPIFFE_ID, BAD_TIME, BAD_OPTION …
 * @example
 * import { createCa, verify } from 'mtls-toolkit';
 *
 * const ca = await createCa();
 * const { cert } = await ca.issue({ names: 'api.example.internal', ttl: '90d' });
 *
 * verify(cert, { ca: ca.roots, host: 'api.example.internal' }).ok; // → true
 *
 * const late = verify(cert, { ca: ca.roots, at: '+91d' });
 * late.ok; // → false
 * late.fault?.code; // → 'EXPIRED'
 * late.fault?.clause; // → 'RFC 5280 §6.1.3 (a)(2)'
 */
export function verify(certificate: Data, options: VerifyOptions): Verdict {
  refuseUnknown(options, KNOWN);
  const { host, requireRevocation = false, svid = false, strict = false } = options;
  const given = readData(certificate, 'certificate', options.passphrase);
  const found = leafAmong(given.certificates);
  if (found === undefined) throw nothing('certificate', 'certificate');
  const roots = listOf(options.ca).map((data) => {
    const bundle = readData(data, 'ca', options.passphrase);
    const trust = trustAmong(bundle.certificates);
    if (trust.trusted.length === 0) throw nothing('CA certificate', 'ca');
    return { bundle, trust };
  });
  if (roots.length === 0)
    throw new MtlsError('CA_NOT_FOUND', 'nobody to trust', { hint: 'give the roots: ca' });
  const helpers = listOf(options.untrusted).map((data) =>
    readData(data, 'untrusted', options.passphrase),
  );
  const crls = listOf(options.crl).flatMap((data) => {
    const lists = readData(data, 'crl').crls;
    if (lists.length === 0) throw nothing('CRL', 'crl');
    return lists;
  });

  const now = new Date();
  const at = options.at === undefined ? now : momentOf(options.at, now);
  const purpose = purposeOf(options.purpose) ?? (host === undefined ? 'any' : 'server');
  const identities = identitiesOf(options);
  const judged = verifyCertificate({
    leaf: found.leaf,
    anchors: distinct(roots.flatMap(({ trust }) => trust.trusted)).map(anchorOf),
    untrusted: distinct([
      ...found.chain,
      ...helpers.flatMap(({ certificates }) => certificates),
      ...roots.flatMap(({ trust }) => trust.untrusted),
    ]),
    at,
    purpose,
    identity: identities,
    crls,
    requireRevocation,
    profile: strict ? 'webpki' : 'internal',
  });
  const result = svid ? requireSvid(judged) : judged;
  const origins = originsOf([given, ...helpers, ...roots.map(({ bundle }) => bundle)]);
  return {
    ...verdictInfo(result, origins),
    checked: { at, purpose, identities, crls: crls.length },
  };
}

function identitiesOf({ host, email, spiffe, trustDomain }: VerifyOptions): readonly Identity[] {
  const identities: Identity[] = [];
  if (host !== undefined) identities.push(hostIdentity(host));
  if (email !== undefined) identities.push({ kind: 'email', value: mailbox(email) });
  if (spiffe !== undefined) identities.push({ kind: 'spiffe', value: parseSpiffeId(spiffe).id });
  if (trustDomain !== undefined)
    identities.push({ kind: 'trustDomain', value: parseTrustDomain(trustDomain) });
  return identities;
}

function mailbox(text: string): string {
  if (readMailbox(text)) return text;
  throw new MtlsError('BAD_NAME', `${quoteForeign(text)} is no e-mail address`, {
    hint: 'write it as user@example.org',
  });
}

const PURPOSES: readonly Purpose[] = ['server', 'client', 'any'];

/** A misspelt purpose must not count for any. Throws BAD_OPTION. */
function purposeOf(given: Purpose | undefined): Purpose | undefined {
  if (given === undefined || PURPOSES.includes(given)) return given;
  throw new MtlsError('BAD_OPTION', `unknown purpose ${quoteForeign(given)}`, {
    hint: `one of ${PURPOSES.join(', ')}`,
  });
}

function nothing(what: string, name: string): MtlsError {
  return new MtlsError('NOTHING_FOUND', `no ${what} in ${quoteForeign(name)}`, {
    hint: 'inspect() says what it holds',
  });
}
