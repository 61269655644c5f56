// Objects of cert-manager.io as their fields are read: what is of another shape counts as left out.
import { isMapping, type Mapping } from '../../../codec/manifest-entries.ts';
import type { Resource } from '../../document.ts';
import { mappingAt, integerAt, textAt, textsAt } from '../shape.ts';
import { goDuration } from './go-duration.ts';

const GROUP = 'cert-manager.io';
const ISSUERS: readonly string[] = ['Issuer', 'ClusterIssuer'];

/** Nanoseconds; what is issued lives for 90 days unless told otherwise. */
const USUAL_DURATION = 90n * 24n * 3_600_000_000_000n;

/** Whether an object is one that the check reads: cert-manager's own, in any version, and Secrets. */
export function isCertManagers({ kind, apiVersion }: Resource): boolean {
  if (kind === 'Secret') return apiVersion === 'v1';
  return (
    (kind === 'Certificate' || ISSUERS.includes(kind)) &&
    /^(?:cert-manager\.io|certmanager\.k8s\.io)\//.test(apiVersion)
  );
}

export function isIssuer({ kind }: Resource): boolean {
  return ISSUERS.includes(kind);
}

export function specOf({ tree }: Resource): Mapping {
  return mappingAt(tree, 'spec');
}

export function annotationsOf({ tree }: Resource): Mapping {
  return mappingAt(mappingAt(tree, 'metadata'), 'annotations');
}

/** Two namespaces that may be the same: a manifest may leave them to whom applies it. */
export function mayBeSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

export interface IssuerRef {
  readonly name: string;
  /** Issuer where it is left out. */
  readonly kind: string;
  readonly kindSaid: boolean;
  /** Of cert-manager itself, not of somebody's extension. */
  readonly builtIn: boolean;
}

export function issuerRefOf(spec: Mapping): IssuerRef {
  const ref = mappingAt(spec, 'issuerRef');
  const kind = textAt(ref, 'kind') ?? '';
  return {
    name: textAt(ref, 'name') ?? '',
    kind: kind === '' ? 'Issuer' : kind,
    kindSaid: kind !== '',
    builtIn: ['', GROUP].includes(textAt(ref, 'group') ?? ''),
  };
}

/** The Secret of a CA issuer; undefined for other kinds of issuers. */
export function caSecretOf(issuer: Resource): string | undefined {
  const { ca } = specOf(issuer);
  return isMapping(ca) ? textAt(ca, 'secretName') : undefined;
}

/** Nanoseconds. */
export function durationOf(spec: Mapping): bigint {
  const text = textAt(spec, 'duration');
  return (text === undefined ? undefined : goDuration(text)) ?? USUAL_DURATION;
}

/**
 * How long before its end a certificate of a lifetime is renewed, in nanoseconds as both are: as
 * asked for where that can be, else a third.
 */
export function renewalOf(spec: Mapping, lifetime: bigint): bigint {
  const before = goDuration(textAt(spec, 'renewBefore') ?? '');
  if (before !== undefined && before > 0n && before < lifetime) return before;
  const percentage = integerAt(spec, 'renewBeforePercentage') ?? 0;
  if (percentage > 0 && percentage < 100) return (lifetime * BigInt(percentage)) / 100n;
  return lifetime / 3n;
}

export interface WantedNames {
  readonly commonName: string;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
}

export function namesOf(spec: Mapping): WantedNames {
  return {
    commonName: textAt(spec, 'commonName') ?? '',
    dns: textsAt(spec, 'dnsNames'),
    ip: textsAt(spec, 'ipAddresses'),
    uri: textsAt(spec, 'uris'),
    email: textsAt(spec, 'emailAddresses'),
  };
}
