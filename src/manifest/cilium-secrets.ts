// The TLS Secrets that Hubble and the mesh of clusters mount, by Cilium's chart: whose names they
// carry, and who checks them.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

export const CILIUM_NAMESPACE = 'kube-system';

/** How clusters name themselves to each other: all as `remote`, or each by its own name. */
export const AUTH_MODES = ['legacy', 'migration', 'cluster'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

export interface CiliumSecret {
  readonly secret: string;
  readonly profile: 'server' | 'client' | 'peer';
  /** DNS names and IP addresses; the first is the common name. */
  readonly names: readonly string[];
  /** Of a server: names that its clients look for. */
  readonly asked: readonly string[];
  /** Of a client: the server and its user, where the name says who it is. */
  readonly user?: string | undefined;
  /** Who checks it: the Secrets whose ca.crt must lead to it. */
  readonly checkedBy: readonly string[];
}

/** Of the chart and of ValidateClusterName; dots are of older versions. */
const CLUSTER_NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
const MAX_CLUSTER_NAME = 32;

/** Whether Cilium takes it for `cluster.name`. */
export function isClusterName(name: string): boolean {
  return name.length <= MAX_CLUSTER_NAME && CLUSTER_NAME.test(name) && !name.includes('..');
}

/** Refuses what is no `cluster.name`. Throws BAD_NAME. */
export function checkClusterName(name: string): void {
  if (isClusterName(name)) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is no name of a cluster`, {
    hint: `give cluster.name of the chart: at most ${MAX_CLUSTER_NAME} lower-case letters, digits and dashes`,
  });
}

/** As TLSServerName writes it: a name of one label, whatever the cluster is called. */
export function labelOf(cluster: string): string {
  return cluster.replaceAll('.', '-');
}

export interface HubbleParts {
  readonly relayTls: boolean;
  readonly metrics: boolean;
}

/** Hubble's: server and relay always, the rest as it is asked for. */
export function hubbleSecrets(
  cluster: string,
  { relayTls, metrics }: HubbleParts,
): readonly CiliumSecret[] {
  const label = labelOf(cluster);
  const relay = '*.hubble-relay.cilium.io';
  return [
    {
      secret: 'hubble-server-certs',
      // As certgen makes it
      profile: 'peer',
      names: [`*.${label}.hubble-grpc.cilium.io`],
      asked: [`node.${label}.hubble-grpc.cilium.io`, `hubble-peer.${label}.hubble-grpc.cilium.io`],
      checkedBy: ['hubble-relay-client-certs'],
    },
    {
      secret: 'hubble-relay-client-certs',
      profile: 'client',
      names: [relay],
      asked: [],
      checkedBy: ['hubble-server-certs'],
    },
    ...(relayTls
      ? [
          {
            secret: 'hubble-relay-server-certs',
            profile: 'server',
            names: [relay],
            asked: ['ui.hubble-relay.cilium.io'],
            checkedBy: ['hubble-ui-client-certs'],
          } as const,
          {
            secret: 'hubble-ui-client-certs',
            profile: 'client',
            names: ['*.hubble-ui.cilium.io'],
            asked: [],
            checkedBy: ['hubble-relay-server-certs'],
          } as const,
        ]
      : []),
    ...(metrics
      ? [
          {
            secret: 'hubble-metrics-server-certs',
            profile: 'server',
            names: [`${label}.hubble-metrics.cilium.io`],
            asked: [`${label}.hubble-metrics.cilium.io`],
            checkedBy: [],
          } as const,
        ]
      : []),
  ];
}

const CLUSTER_MESH_SERVER = 'clustermesh-apiserver-server-cert';

/** Those of clustermesh-apiserver: etcd's own, and its users by their common names. */
export function clusterMeshSecrets(
  cluster: string,
  { namespace, authMode }: { readonly namespace: string; readonly authMode: AuthMode },
): readonly CiliumSecret[] {
  const host = `clustermesh-apiserver.${namespace}.svc`;
  const client = (part: string, user: string): CiliumSecret => ({
    secret: `clustermesh-apiserver-${part}-cert`,
    profile: 'client',
    names: [user],
    asked: [],
    user,
    checkedBy: [CLUSTER_MESH_SERVER],
  });
  const clients = [
    client('admin', `admin-${cluster}`),
    client('remote', authMode === 'cluster' ? `remote-${cluster}` : 'remote'),
    client('local', `local-${cluster}`),
  ];
  return [
    {
      secret: CLUSTER_MESH_SERVER,
      profile: 'server',
      names: [host, '*.mesh.cilium.io', '127.0.0.1', '::1'],
      asked: [host, `${labelOf(cluster)}.mesh.cilium.io`],
      checkedBy: clients.map(({ secret }) => secret),
    },
    ...clients,
  ];
}
