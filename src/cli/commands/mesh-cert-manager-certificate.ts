// mtls mesh cert-manager certificate: what cert-manager is to keep issued.
import { HOUR } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatDn, type DistinguishedName } from '../../name/dn.ts';
import { fileStem, formatGeneralName, type GeneralName } from '../../name/san.ts';
import { PROFILES } from '../../profile/builtin.ts';
import { planCsr } from '../../profile/csr.ts';
import { formatDuration, parseDuration } from '../../profile/duration.ts';
import { checkLeafNames, inferProfile } from '../../profile/names.ts';
import { leafAmong } from '../../verify/asked.ts';
import type { CertificateKey } from '../../manifest/cert-manager.ts';
import type { CertManagerUsage } from '../../manifest/cert-manager-usages.ts';
import {
  argument,
  choice,
  defineCommand,
  value,
  type Invocation,
  type OptionValues,
} from '../command.ts';
import {
  KEY_TYPE_OPTION,
  NAME_OPTIONS,
  PROFILE_OPTION,
  readKeyType,
  readNames,
  readProfile,
  readSubject,
  refuseFiles,
  VALIDITY_OPTIONS,
} from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { readSource } from '../source.ts';

const ASKED = 'What is asked for:';
const OBJECT = 'Object:';

const OPTIONS = {
  issuer: value('--issuer <name>', 'who signs: the name of a ClusterIssuer', ASKED),
  issuerKind: choice(
    '--issuer-kind <kind>',
    ['ClusterIssuer', 'Issuer'],
    'ClusterIssuer by default',
    ASKED,
  ),
  from: value('--from <certificate>', 'want one like this, which is there', ASKED),
  renewBefore: value(
    '--renew-before <time>',
    'how long before its end it is renewed; a third of its lifetime by default',
    ASKED,
  ),
  rotationPolicy: choice(
    '--rotation-policy <policy>',
    ['Always', 'Never'],
    'Always makes a new key with each certificate, and is the default',
    ASKED,
  ),
  ...PROFILE_OPTION,
  ttl: VALIDITY_OPTIONS.ttl,
  ...KEY_TYPE_OPTION,
  ...NAME_OPTIONS,
  name: value('--name <name>', 'name of the Certificate; the first name by default', OBJECT),
  secret: value(
    '--secret <name>',
    'the Secret that cert-manager writes; <name>-tls by default',
    OBJECT,
  ),
  ...OBJECT_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

interface Asked {
  readonly subject: DistinguishedName;
  readonly exact?: boolean;
  readonly names: readonly GeneralName[];
  readonly usages: readonly CertManagerUsage[];
  readonly key: CertificateKey;
  readonly duration: number;
}

export const command = defineCommand({
  description:
    'Print a Certificate of cert-manager (cert-manager.io/v1) for an identity, or for one like ' +
    'a certificate that is there: its names, subject, lifetime, purposes and kind of key.',
  arguments: {
    identity: argument(
      'any',
      'identity',
      'DNS names, IP addresses, a spiffe://… ID: whom it is for',
    ),
  },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls mesh cert-manager certificate api.prod --issuer cert-manager --ttl 24h',
      does: 'a server, anew every 16 hours; --profile peer for one that calls too',
    },
    {
      line: 'mtls mesh cert-manager certificate --from api.crt --issuer cert-manager',
      does: 'hand to cert-manager what was issued by hand',
    },
  ],
  exitCodes: [0, 2, 3, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    if (options.issuer === undefined)
      throw new MtlsError('USAGE', 'nobody is named to sign', {
        hint: 'add --issuer <name>: mtls mesh cert-manager issuer makes one',
      });
    const { certManagerCertificate } = await import('../../manifest/cert-manager.ts');
    const asked =
      options.from === undefined
        ? await askedByName(invocation, args.identity, options)
        : await askedLike(invocation, args.identity, options.from, options);
    const meta = readMeta(options.name ?? stemOf(asked), options);
    const secretName = options.secret ?? `${meta.name}-tls`;
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `certificate-${meta.name}`);
    const yaml = certManagerCertificate(
      {
        ...meta,
        ...asked,
        secretName,
        renewBefore:
          options.renewBefore === undefined ? undefined : parseDuration(options.renewBefore),
        rotationPolicy: options.rotationPolicy ?? 'Always',
        issuer: { kind: options.issuerKind ?? 'ClusterIssuer', name: options.issuer },
      },
      template,
    );
    await deliverManifest(output, place, {
      yaml,
      title: `Certificate ${quoteForeign(meta.name)}`,
      facts: () => ({
        name: meta.name,
        namespace: meta.namespace ?? null,
        secret: secretName,
        subject: formatDn(asked.subject),
        names: asked.names.map(formatGeneralName),
        usages: asked.usages,
        duration: formatDuration(asked.duration),
      }),
    });
    return 0;
  },
});

/** A name of Kubernetes from the first of the certificate’s own. */
function stemOf({ names }: Asked): string {
  const [first] = names;
  const stem = first === undefined ? '' : fileStem(first).toLowerCase();
  const name = stem.replace(/[^a-z0-9.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  if (name !== '') return name;
  throw new MtlsError('USAGE', 'the Certificate has no name', { hint: 'add --name api' });
}

async function askedByName(
  { context, output }: Pick<Invocation, 'context' | 'output'>,
  identities: readonly string[],
  options: Options,
): Promise<Asked> {
  refuseFiles(identities, context.cwd);
  const { subject, names } = planCsr(readNames(identities, options), readSubject(options));
  const profileName = readProfile(options).profile ?? inferProfile(names);
  const profile = PROFILES[profileName];
  for (const warning of checkLeafNames(profile, names, subject.rdns.length > 0))
    output.warn(warning);
  const { certificateKeyOf } = await import('../../manifest/cert-manager.ts');
  const { profileUsages } = await import('../../manifest/cert-manager-usages.ts');
  const key = certificateKeyOf(readKeyType(options).keyType ?? profile.keyType);
  return {
    subject,
    names,
    key,
    usages: profileUsages(profileName, { rsa: key.algorithm === 'RSA' }),
    duration: options.ttl === undefined ? profile.ttl : parseDuration(options.ttl),
  };
}

async function askedLike(
  invocation: Pick<Invocation, 'context' | 'output'>,
  identities: readonly string[],
  source: string,
  options: Options,
): Promise<Asked> {
  const { subject, commonName } = readSubject(options);
  const more = [subject, commonName, options.profile];
  if (readNames(identities, options).length > 0 || more.some((one) => one !== undefined))
    throw new MtlsError('USAGE', 'a certificate that is there has its names and its purposes', {
      hint: 'leave --from out to name them',
    });
  const bundle = await readSource(invocation, source);
  const certificate = leafAmong(bundle.certificates)?.leaf;
  if (certificate === undefined)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(source)}`, {
      hint: 'mtls inspect says what it holds',
      data: { path: source },
    });
  if (certificate.basicConstraints?.ca === true)
    throw new MtlsError('BAD_OPTION', `${quoteForeign(formatDn(certificate.subject))} is a CA`, {
      hint: 'a CA signs for cert-manager as an issuer: mtls mesh cert-manager issuer',
    });
  const { certificateKey, certificateKeyOf } = await import('../../manifest/cert-manager.ts');
  const { certificateUsages } = await import('../../manifest/cert-manager-usages.ts');
  const { usages, unknown } = certificateUsages(certificate);
  for (const purpose of unknown)
    invocation.output.warn(`cert-manager has no word for the purpose ${purpose}: left out`);
  const { keyType } = readKeyType(options);
  const { notBefore, notAfter } = certificate;
  return {
    subject: certificate.subject,
    exact: true,
    names: certificate.names,
    usages,
    key: keyType === undefined ? certificateKey(certificate.publicKey) : certificateKeyOf(keyType),
    duration:
      options.ttl === undefined
        ? wholeHours(notAfter.getTime() - notBefore.getTime())
        : parseDuration(options.ttl),
  };
}

/** Without the minutes that a certificate begins early, so that clocks may differ. */
function wholeHours(milliseconds: number): number {
  return milliseconds < HOUR ? milliseconds : Math.floor(milliseconds / HOUR) * HOUR;
}
