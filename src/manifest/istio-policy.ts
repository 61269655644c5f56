// Istio's policies of mutual TLS: who demands it (PeerAuthentication), at the gateway, and towards
// others (DestinationRule).
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { isDnsName } from '../name/dns.ts';
import type { MtlsMode } from './istio-modes.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { checkLabels, checkNamespace, checkObjectName, type Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export interface PeerPolicy extends ObjectMeta {
  /** Labels of the pods; without any the policy is that of its whole namespace. */
  readonly workload?: Labels | undefined;
  readonly mode: MtlsMode;
  /** Modes of single ports of the pods, by their numbers. */
  readonly ports?: Readonly<Record<string, MtlsMode>> | undefined;
}

/** A PeerAuthentication. Throws BAD_NAME, BAD_OPTION. */
export function peerAuthentication(policy: PeerPolicy, template?: GivenTemplate): string {
  const { workload = {}, mode, ports = {} } = policy;
  checkLabels(workload);
  const single = Object.entries(ports).map(([port, one]) => {
    checkPort(port);
    return [port, { mode: one.toUpperCase() }] as const;
  });
  if (single.length > 0 && Object.keys(workload).length === 0)
    throw new MtlsError('BAD_OPTION', 'modes of single ports are for single workloads', {
      hint: 'name the pods too: --workload app=api',
    });
  return renderManifest(
    'istio/peer-authentication.yaml',
    {
      ...metaOf(policy),
      workload: unlessEmpty(workload),
      mode: mode.toUpperCase(),
      ports: unlessEmpty(Object.fromEntries(single)),
    },
    template,
  );
}

export interface MutualGateway extends ObjectMeta {
  /** Labels of the gateway's pods. */
  readonly selector: Labels;
  readonly port: number;
  /** DNS names, also with a namespace in front, or with `*` for their first label. */
  readonly hosts: readonly string[];
  /** The Secret with `tls.crt`, `tls.key` and `ca.crt`, in the namespace of the gateway's pods. */
  readonly credential: string;
}

/** A Gateway that demands client certificates. Throws BAD_NAME, BAD_OPTION. */
export function mutualGateway(gateway: MutualGateway, template?: GivenTemplate): string {
  const { name, selector, port, hosts, credential } = gateway;
  checkGatewayName(name);
  checkLabels(selector);
  checkPort(String(port));
  checkObjectName(credential);
  for (const host of hosts) checkGatewayHost(host);
  return renderManifest(
    'istio/gateway.yaml',
    { ...metaOf(gateway), selector, port, hosts, credential },
    template,
  );
}

export interface MutualDestination extends ObjectMeta {
  readonly host: string;
  /** Labels of the calling pods: sidecars read a Secret only where the rule selects them. */
  readonly workload: Labels;
  readonly credential: string;
  /** One of these must be in the server's certificate. */
  readonly names: readonly string[];
}

/** A DestinationRule by which workloads show a certificate of their own. Throws BAD_NAME, BAD_OPTION. */
export function mutualDestination(rule: MutualDestination, template?: GivenTemplate): string {
  const { host, workload, credential, names } = rule;
  checkLabels(workload);
  checkObjectName(credential);
  checkHost(host, 'bank.example.org, or *.example.org');
  return renderManifest(
    'istio/destination-rule.yaml',
    {
      ...metaOf(rule),
      host,
      workload: unlessEmpty(workload),
      credential,
      names: names.length > 0 ? names : undefined,
      sni: host.startsWith('*') ? undefined : host,
    },
    template,
  );
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function checkPort(text: string): void {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no port`, {
    hint: 'give a number from 1 to 65535',
  });
}

/** Istio makes a label of it. Other names of Kubernetes may have dots, and be longer. */
function checkGatewayName(name: string): void {
  if (name.length <= 63 && !name.includes('.')) return;
  throw new MtlsError('BAD_NAME', `Istio takes no Gateway of the name ${quoteForeign(name)}`, {
    hint: 'use lower-case letters, digits and dashes, at most 63',
  });
}

/** A host of a Gateway: `api.example.org`, `*.example.org`, `*`, `prod/api.example.org`. */
function checkGatewayHost(text: string): void {
  const slash = text.indexOf('/');
  const [namespace, host] = [text.slice(0, Math.max(0, slash)), text.slice(slash + 1)];
  if (slash >= 0 && namespace !== '*' && namespace !== '.') checkNamespace(namespace);
  checkHost(host, 'api.example.org, *.example.org, or prod/api.example.org');
  if (host === '*' || host.includes('.')) return;
  throw new MtlsError('BAD_NAME', `Istio’s Gateways take no short name as ${quoteForeign(host)}`, {
    hint: 'write all of it: api.prod.svc.cluster.local',
  });
}

function checkHost(text: string, such: string): void {
  if (text === '*' || isDnsName(text.replace(/^\*\./, ''))) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(text)} is no host`, { hint: `write ${such}` });
}
