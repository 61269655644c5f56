// cert-manager's manifests, by the API of cert-manager.io/v1: who signs, and what is wanted signed.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { HOUR, MINUTE, SECOND } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import { describeKey, type PublicKey } from '../crypto/key.ts';
import type { DistinguishedName } from '../name/dn.ts';
import { formatIp } from '../name/ip.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { formatDuration } from '../profile/duration.ts';
import { exactSubject, subjectFields } from './cert-manager-subject.ts';
import type { CertManagerUsage } from './cert-manager-usages.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { checkObjectName, type Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

/** Where the Secrets of ClusterIssuers stand unless cert-manager is told otherwise. */
export const CERT_MANAGER_NAMESPACE = 'cert-manager';

export type IssuerKind = 'ClusterIssuer' | 'Issuer';

export interface CaIssuer {
  readonly kind: IssuerKind;
  readonly name: string;
  readonly secretName: string;
  /** Of the Secret, and of an Issuer. */
  readonly namespace: string;
  readonly labels?: Labels | undefined;
  /** PEM of the CA that signs, of those above it, and of the root. */
  readonly certificates: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
}

/** The Secret of a CA, and the issuer that signs with it. Throws BAD_NAME, BAD_OPTION. */
export function caIssuer(issuer: CaIssuer, template?: GivenTemplate): string {
  const { kind, secretName, certificates, key } = issuer;
  checkObjectName(secretName);
  return renderManifest(
    `cert-manager/${kind === 'Issuer' ? 'issuer' : 'cluster-issuer'}.yaml`,
    {
      ...metaOf(issuer),
      secretName,
      certificates: toBase64(toUtf8(certificates)),
      key: toBase64(toUtf8(key)),
    },
    template,
  );
}

export interface WantedCertificate extends ObjectMeta {
  readonly secretName: string;
  readonly subject: DistinguishedName;
  /** Its order and its every part count, as in a certificate that is there. */
  readonly exact?: boolean | undefined;
  readonly names: readonly GeneralName[];
  readonly usages: readonly CertManagerUsage[];
  readonly key: CertificateKey;
  /** Milliseconds. */
  readonly duration: number;
  /** Milliseconds before the end; a third of the lifetime where absent, as cert-manager has it. */
  readonly renewBefore?: number | undefined;
  readonly rotationPolicy: 'Always' | 'Never';
  readonly issuer: { readonly kind: IssuerKind; readonly name: string };
}

export interface CertificateKey {
  readonly algorithm: 'ECDSA' | 'RSA' | 'Ed25519';
  /** Bits; Ed25519 has none to choose. */
  readonly size?: number | undefined;
}

/** Shortest lifetime, and shortest time before its end, that its webhook takes. */
const LEAST_DURATION = HOUR;
const LEAST_RENEWAL = 5 * MINUTE;
/** What Go’s durations hold, in whole seconds: 2^63 nanoseconds, 292 years. */
const LONGEST_DURATION = Number((2n ** 63n - 1n) / 10n ** 9n) * SECOND;

/**
 * A Certificate in YAML: what cert-manager is to keep issued.
 *
 * @throws MtlsError BAD_NAME for a name that it has no field for, BAD_SUBJECT likewise,
 *   BAD_DURATION for times that its webhook refuses
 */
export function certManagerCertificate(
  wanted: WantedCertificate,
  template?: GivenTemplate,
): string {
  const { secretName, subject, names, usages, key, duration, rotationPolicy, issuer } = wanted;
  checkObjectName(secretName);
  checkObjectName(issuer.name);
  const renewBefore = wanted.renewBefore ?? Math.floor(duration / 3 / SECOND) * SECOND;
  checkTimes(duration, renewBefore);
  return renderManifest(
    'cert-manager/certificate.yaml',
    {
      ...metaOf(wanted),
      secretName,
      ...(wanted.exact === true ? exactSubject : subjectFields)(subject),
      ...nameFields(names),
      duration: goDuration(duration),
      renewBefore: goDuration(renewBefore),
      usages,
      algorithm: key.algorithm,
      size: key.size,
      rotationPolicy,
      issuerKind: issuer.kind,
      issuer: issuer.name,
    },
    template,
  );
}

function checkTimes(duration: number, renewBefore: number): void {
  if (duration < LEAST_DURATION)
    throw new MtlsError(
      'BAD_DURATION',
      `cert-manager issues for an hour at least, and ${formatDuration(duration)} is asked for`,
      { hint: 'write --ttl 24h' },
    );
  if (duration > LONGEST_DURATION)
    throw new MtlsError(
      'BAD_DURATION',
      `cert-manager knows no lifetime over 292 years, and ${formatDuration(duration)} is asked for`,
      { hint: 'write --ttl 24h' },
    );
  if (renewBefore < LEAST_RENEWAL)
    throw new MtlsError(
      'BAD_DURATION',
      `cert-manager renews five minutes ahead at least, and ${formatDuration(renewBefore)} is asked for`,
      { hint: 'write --renew-before 8h' },
    );
  if (renewBefore >= duration)
    throw new MtlsError(
      'BAD_DURATION',
      `a certificate of ${formatDuration(duration)} cannot be renewed ${formatDuration(renewBefore)} before it ends`,
      { hint: 'a third of the lifetime is usual: leave --renew-before out' },
    );
}

interface NameFields {
  readonly dnsNames: readonly string[] | undefined;
  readonly ipAddresses: readonly string[] | undefined;
  readonly uris: readonly string[] | undefined;
  readonly emailAddresses: readonly string[] | undefined;
}

function nameFields(names: readonly GeneralName[]): NameFields {
  const stray = names.find(({ kind }) => !['dns', 'ip', 'uri', 'email'].includes(kind));
  if (stray)
    throw new MtlsError(
      'BAD_NAME',
      `cert-manager has no field for the name ${quoteForeign(formatGeneralName(stray))}`,
      { hint: 'give DNS names, IP addresses, URIs and e-mail addresses alone' },
    );
  const of = (kind: 'dns' | 'uri' | 'email') =>
    some(names.flatMap((name) => (name.kind === kind ? name.value : [])));
  return {
    dnsNames: of('dns'),
    ipAddresses: some(names.flatMap((name) => (name.kind === 'ip' ? formatIp(name.value) : []))),
    uris: of('uri'),
    emailAddresses: of('email'),
  };
}

function some(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}

/** As Go's time.ParseDuration reads it, which knows no days. */
function goDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? `${count}${unit}` : [])).join('');
}

const EC_SIZES: Readonly<Record<string, number>> = { 'P-256': 256, 'P-384': 384, 'P-521': 521 };

/** The kind of a key that is there. Throws KEY_UNSUPPORTED for one that cert-manager does not make. */
export function certificateKey(key: PublicKey): CertificateKey {
  if (key.kind === 'ed25519') return { algorithm: 'Ed25519' };
  const size = key.kind === 'ec' ? EC_SIZES[key.curve ?? ''] : key.bits;
  if (key.kind === 'ec' && size !== undefined) return { algorithm: 'ECDSA', size };
  if (key.kind === 'rsa' && size !== undefined && size >= 2048 && size <= 8192)
    return { algorithm: 'RSA', size };
  throw new MtlsError('KEY_UNSUPPORTED', `cert-manager makes no key like ${describeKey(key)}`, {
    hint: 'name another: --key-type ec-p256',
  });
}

/** The kind of a key that is to be made. */
export function certificateKeyOf(type: KeyType): CertificateKey {
  const [family, size] = type.split('-');
  if (family === 'rsa') return { algorithm: 'RSA', size: Number(size) };
  if (family === 'ed25519') return { algorithm: 'Ed25519' };
  return { algorithm: 'ECDSA', size: Number(size?.slice(1)) };
}
