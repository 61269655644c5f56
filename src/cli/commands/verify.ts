// mtls verify: whether a certificate would be believed, and if not, which one is to blame and why.
import type { Bundle } from '../../codec/bundle.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatDn } from '../../name/dn.ts';
import { originsOf } from '../../library/info/origins.ts';
import { parseSpiffeId, parseTrustDomain } from '../../name/spiffe.ts';
import { parseTime } from '../../profile/duration.ts';
import { distinct, hostIdentity, leafAmong } from '../../verify/asked.ts';
import { sameName } from '../../verify/names.ts';
import type { Identity, VerifyRequest } from '../../verify/types.ts';
import { requireSvid } from '../../verify/svid.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Crl } from '../../x509/crl.ts';
import { certificateTitle } from '../../x509/title.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import type { OptionValues } from '../command.ts';
import type { Output } from '../output.ts';
import { remedyOf } from '../remedy.ts';
import { verdictJson, verdictText } from '../render/verdict.ts';
import { fetchCrls } from '../fetched-crls.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readSource, refuseSecondInput } from '../source.ts';
import { homeCrls } from '../home-crls.ts';
import { warnOfFixtures } from '../test-fixtures.ts';
import { gatherTrust } from '../trust.ts';

const OPTIONS = {
  ca: values('--ca <ca>', 'who is trusted: a CA of the home, or a file of roots (with a / or .)'),
  untrusted: values('--untrusted <source>', 'CA certificates to build the chain with'),
  host: value('--host <name>', 'it must stand for this DNS name or IP address'),
  spiffe: value('--spiffe <id>', 'it must be the X509-SVID of this SPIFFE ID'),
  trustDomain: value('--trust-domain <domain>', 'it must be an X509-SVID of this trust domain'),
  purpose: choice('--purpose <purpose>', ['server', 'client', 'any'], 'what it is to be used for'),
  at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
  crl: values('--crl <source>', 'a revocation list to obey'),
  requireRevocation: flag(
    '--require-revocation',
    'fail where no current CRL vouches for a certificate',
  ),
  fetch: flag('--fetch', 'fetch the CRLs that the certificates name, over HTTP'),
  svid: flag('--svid', 'it must be an X509-SVID: one SPIFFE ID, under CAs fit for it'),
  strict: flag('--strict', 'hold it to the rules of the web PKI as well'),
  internal: flag('--internal', 'the rules of private CAs; the default'),
  ...PASSPHRASE_OPTIONS,
} as const;

export const command = defineCommand({
  description:
    'Say whether a certificate is valid: its chain up to a trusted CA, dates, purposes, names, ' +
    'constraints and revocation, by RFC 5280. Without --ca the CAs of the home are trusted. ' +
    'Purpose is "server" with --host, else "any".',
  arguments: {
    certificate: argument(
      'required',
      'cert',
      'file with the certificate and its chain; - for stdin',
    ),
  },
  options: OPTIONS,
  examples: [
    { line: 'mtls verify api.crt', does: 'against the CAs of the home' },
    {
      line: 'mtls verify api.crt --ca ./ca.crt --host api.example.internal',
      does: 'as a client that calls this name would',
    },
    {
      line: 'mtls verify client.crt --ca ./ca.crt --purpose client --at +30d',
      does: 'whether a client certificate still holds in a month',
    },
  ],
  exitCodes: [[0, 'valid'], [1, 'not valid'], 3, [4, 'nobody to trust, or no passphrase']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const now = context.clock();
    if (options.strict && options.internal)
      throw new MtlsError('USAGE', '--strict and --internal exclude each other', {
        hint: 'private CAs keep to --internal, which is the default',
      });
    const at = options.at === undefined ? now : parseTime(options.at, now);
    const identity = readIdentities(options);
    const purpose = options.purpose ?? (options.host === undefined ? 'any' : 'server');

    refuseSecondInput([args.certificate, ...options.ca, ...options.untrusted, ...options.crl]);
    const source = await readSource(invocation, args.certificate, invocation);
    const { leaf, chain } = chooseLeaf(source, args.certificate, output);
    const trust = await gatherTrust(invocation, options.ca, invocation);
    const helpers: Bundle[] = [];
    for (const one of options.untrusted)
      helpers.push(await readSource(invocation, one, invocation));
    const lists: Bundle[] = [];
    for (const one of options.crl) lists.push(await readCrls(invocation, one));

    const untrusted = distinct([
      ...chain,
      ...helpers.flatMap((one) => one.certificates),
      ...trust.untrusted,
    ]);
    const own = homeCrls(invocation, trust, { leaf, helpers: untrusted }, at);
    // A list is signed, so it may come with the certificate itself
    const bundles = [...lists, source, ...helpers, ...trust.files];
    const given = [...bundles.flatMap((one) => one.crls), ...own];
    const question = {
      leaf,
      anchors: trust.anchors,
      untrusted,
      at,
      purpose,
      identity,
      profile: options.strict ? ('webpki' as const) : ('internal' as const),
    };
    const fetched = options.fetch ? await fetchFor(question, output) : [];
    const crls = [...given, ...fetched];
    const { requireRevocation } = options;
    const judged = verifyCertificate({ ...question, crls, requireRevocation });
    const result = options.svid ? requireSvid(judged) : judged;
    if (result.ok) {
      const { certificates, anchor } = result.path;
      sayUnheard(lists, certificates, output);
      warnOfFixtures(
        [...certificates, ...(anchor.certificate ? [anchor.certificate] : [])],
        output,
      );
    }
    const hint = remedyOf(result.fault, identity);
    const verdict = {
      result,
      leaf,
      origins: originsOf([source, ...helpers, ...trust.files]),
      question: { at, purpose, identities: identity, crls: crls.length },
      hint,
      now,
    };
    output.result({
      ok: result.ok,
      json: () => verdictJson(verdict),
      text: () => verdictText(verdict, output.style),
    });
    if (hint !== undefined) output.hint(hint);
    return result.ok ? 0 : 1;
  },
});

function readIdentities(options: OptionValues<typeof OPTIONS>): readonly Identity[] {
  const identities: Identity[] = [];
  const { host, spiffe, trustDomain } = options;
  if (host !== undefined) identities.push(hostIdentity(host));
  if (spiffe !== undefined) identities.push({ kind: 'spiffe', value: parseSpiffeId(spiffe).id });
  if (trustDomain !== undefined)
    identities.push({ kind: 'trustDomain', value: parseTrustDomain(trustDomain) });
  return identities;
}

/** The certificate that the others led up from; what does not belong to its chain is said. */
function chooseLeaf(
  source: Bundle,
  name: string,
  output: Output,
): { readonly leaf: Certificate; readonly chain: readonly Certificate[] } {
  const found = leafAmong(source.certificates);
  if (found === undefined)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(name)}`, {
      hint: 'mtls inspect says what it holds',
      data: { path: name },
    });
  const { leaf, chain } = found;
  for (const other of chain)
    if (other.basicConstraints?.ca !== true)
      output.warn(
        `${quoteForeign(certificateTitle(other))} in ${quoteForeign(name)} is not verified`,
      );
  if (source.certificates[0] !== leaf)
    output.warn(
      `${quoteForeign(name)} does not begin with ${quoteForeign(certificateTitle(leaf))}; a TLS peer needs it first`,
    );
  return found;
}

/**
 * Fetches the lists of a chain that holds, and of the next one while they speak against it: whoever
 * hands over a certificate does not say where to knock.
 */
async function fetchFor(question: VerifyRequest, output: Output): Promise<readonly Crl[]> {
  const fetched: Crl[] = [];
  const asked = new Set<Certificate>();
  for (;;) {
    const { path } = verifyCertificate({ ...question, crls: fetched });
    const more = path?.certificates.filter((certificate) => !asked.has(certificate)) ?? [];
    if (more.length === 0) return fetched;
    for (const certificate of more) asked.add(certificate);
    fetched.push(...(await fetchCrls(more, output)));
  }
}

/** Says which lists that were given are about none of these certificates: they prove nothing. */
function sayUnheard(lists: readonly Bundle[], path: readonly Certificate[], output: Output): void {
  for (const crl of lists.flatMap((one) => one.crls))
    if (!isAbout(crl, path))
      output.warn(
        `the CRL of ${quoteForeign(formatDn(crl.issuer))} is about none of these certificates`,
      );
}

/** By its issuer; one that speaks for others (RFC 5280 §5.2.5) is left to the verdict. */
function isAbout(crl: Crl, path: readonly Certificate[]): boolean {
  const indirect = crl.issuingDistributionPoint?.indirectCrl === true;
  return indirect || path.some(({ issuerDer }) => sameName(issuerDer, crl.issuerDer));
}

async function readCrls(
  reading: Parameters<typeof readSource>[0],
  source: string,
): Promise<Bundle> {
  const bundle = await readSource(reading, source);
  if (bundle.crls.length > 0) return bundle;
  throw new MtlsError('NOTHING_FOUND', `no CRL in ${quoteForeign(source)}`, {
    hint: 'mtls inspect says what it holds',
    data: { path: source },
  });
}
