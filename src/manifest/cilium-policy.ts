// A CiliumNetworkPolicy: which endpoints may call, and that both sides prove who they are first.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { CallMode } from './cilium-modes.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import {
  checkLabels,
  checkNamespace,
  checkPortName,
  parseLabel,
  type Labels,
} from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';
import type { TemplateData } from './yaml-nodes.ts';

/** What the agent gives every endpoint beside the labels of its pod. */
const NAMESPACE_LABEL = 'k8s:io.kubernetes.pod.namespace';

export interface Callers {
  /** Absent: that of the policy; `*`: every one. */
  readonly namespace?: string | undefined;
  /** Labels of the pods; none for all of them. */
  readonly labels: Labels;
}

export interface MutualPolicy extends ObjectMeta {
  /** Labels of the pods that are called; none for all of the namespace. */
  readonly workload: Labels;
  /** At least one. */
  readonly callers: readonly Callers[];
  /** `8080`, `http` or `53/UDP`; none for all. */
  readonly ports: readonly string[];
  readonly mode: CallMode;
}

/** The policy. Throws BAD_NAME, BAD_OPTION. */
export function ciliumPolicy(policy: MutualPolicy, template?: GivenTemplate): string {
  const { workload, callers, ports, mode } = policy;
  checkLabels(workload);
  const named = ports.map(portOf);
  if (ports.length > MAX_PORTS)
    throw new MtlsError('BAD_OPTION', `a rule of Cilium has ${MAX_PORTS} ports at most`, {
      hint: 'write a second policy',
    });
  return renderManifest(
    'cilium/policy.yaml',
    {
      ...metaOf(policy),
      workload: selector(workload),
      callers: callers.map(selectorOf),
      mode,
      ports: named.length > 0 ? [{ ports: named }] : undefined,
    },
    template,
  );
}

const MAX_PORTS = 40;

function selector(labels: Labels): TemplateData {
  return Object.keys(labels).length > 0 ? { matchLabels: labels } : {};
}

function selectorOf({ namespace, labels }: Callers): TemplateData {
  if (namespace === undefined) return selector(labels);
  if (namespace !== '*') return selector({ ...labels, [NAMESPACE_LABEL]: namespace });
  return {
    ...(Object.keys(labels).length > 0 && { matchLabels: labels }),
    matchExpressions: [{ key: NAMESPACE_LABEL, operator: 'Exists' }],
  };
}

/**
 * Reads `--from [namespace:]label,…`: `app=web`, `prod:app=web,tier=front`, `prod:*`, `*`. Throws
 * BAD_OPTION, BAD_NAME.
 */
export function parseCallers(text: string): Callers {
  const at = text.indexOf(':');
  const namespace = at < 0 ? undefined : text.slice(0, at);
  if (namespace !== undefined && namespace !== '*') checkNamespace(namespace);
  const rest = text.slice(at + 1);
  if (rest === '')
    throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} names no pods`, {
      hint: 'write app=web, prod:app=web, prod:* for a namespace, or * for that of the policy',
    });
  return {
    namespace,
    labels: rest === '*' ? {} : Object.fromEntries(rest.split(',').map(parseLabel)),
  };
}

function portOf(text: string): TemplateData {
  const [port = '', protocol = 'TCP', ...more] = text.split('/');
  const upper = protocol.toUpperCase();
  if (more.length > 0 || !['TCP', 'UDP', 'SCTP', 'ANY'].includes(upper))
    throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no port`, {
      hint: 'write 8080, http or 53/UDP',
    });
  const number = /^[1-9]\d{0,4}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) checkPortName(port);
  // The CRD takes a number as a text too
  return { port, protocol: upper };
}
