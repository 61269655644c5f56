// The objects of one reading, and which of them mean each other.
import type { Resource } from '../../document.ts';
import type { MeshSet } from '../mesh-set.ts';
import { caSecretOf, isIssuer, issuerRefOf, mayBeSame, specOf } from './objects.ts';

export interface Stream {
  readonly certificates: readonly Resource[];
  readonly issuers: readonly Resource[];
  readonly secrets: readonly Resource[];
  /** By their places. */
  readonly sets: ReadonlyMap<string, MeshSet>;
  /** Where cert-manager looks for the Secrets of ClusterIssuers. */
  readonly resourceNamespace: string;
}

export function streamOf(
  resources: readonly Resource[],
  sets: readonly MeshSet[],
  resourceNamespace: string,
): Stream {
  return {
    certificates: resources.filter(({ kind }) => kind === 'Certificate'),
    issuers: resources.filter(isIssuer),
    secrets: resources.filter(({ kind }) => kind === 'Secret'),
    sets: new Map(sets.map((set) => [set.place, set])),
    resourceNamespace,
  };
}

/** Where the Secret of an issuer is looked for; undefined where a manifest leaves it open. */
export function secretNamespaceOf(issuer: Resource, { resourceNamespace }: Stream) {
  return issuer.kind === 'ClusterIssuer' ? resourceNamespace : issuer.namespace;
}

/** Secrets of the name that a CA issuer gives, in whatever namespace. */
export function secretsNamedBy(issuer: Resource, { secrets }: Stream): readonly Resource[] {
  const name = caSecretOf(issuer);
  return secrets.filter((secret) => secret.name === name);
}

/** The Secret that a CA issuer signs with. */
export function secretOf(issuer: Resource, stream: Stream): Resource | undefined {
  const namespace = secretNamespaceOf(issuer, stream);
  return secretsNamedBy(issuer, stream).find((one) => mayBeSame(one.namespace, namespace));
}

/** What a Secret holds; undefined where it holds nothing. */
export function setOf(secret: Resource | undefined, { sets }: Stream): MeshSet | undefined {
  return secret && sets.get(secret.place);
}

/** The issuer that a Certificate names. */
export function issuerOf(certificate: Resource, { issuers }: Stream): Resource | undefined {
  const { name, kind, builtIn } = issuerRefOf(specOf(certificate));
  if (!builtIn) return undefined;
  return issuers.find(
    (one) =>
      one.kind === kind &&
      one.name === name &&
      (kind === 'ClusterIssuer' || mayBeSame(one.namespace, certificate.namespace)),
  );
}

/** The Secret that a Certificate writes. */
export function writtenBy(certificate: Resource, { secrets }: Stream): Resource | undefined {
  const { secretName } = specOf(certificate);
  return secrets.find(
    ({ name, namespace }) =>
      name !== undefined && name === secretName && mayBeSame(namespace, certificate.namespace),
  );
}
