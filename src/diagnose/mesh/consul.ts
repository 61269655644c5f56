// What Consul makes of the CA of its mesh and of the certificates of its agents.
import type { Document } from '../document.ts';
import { agentFindings, agentsOf, type ConsulAgents } from './consul-agents.ts';
import { connectCaFindings, isConnectCa } from './consul-ca.ts';
import { setsOf, type MeshFinding } from './mesh-set.ts';

export interface ConsulCheck extends ConsulAgents {
  /** What stands in the documents of a payload besides PEM, by their source. */
  readonly payloads: ReadonlyMap<string, unknown>;
  /** The trust domain of the cluster, where it is known. */
  readonly trustDomain?: string | undefined;
}

/** Findings, and the places of payloads and agents; no place where there is neither. */
export function checkConsul(
  documents: readonly Document[],
  check: ConsulCheck,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const payloads = setsOf(documents).filter(isConnectCa);
  const taken = new Set(payloads.flatMap(({ files }) => [...files.values()]));
  const rest = documents.filter((document) => !taken.has(document));
  const agents = agentsOf(rest, check);
  return {
    places: [
      ...payloads.map(({ place }) => place),
      ...agents.map(({ certificate: { place } }) => place),
    ],
    findings: [
      ...payloads.flatMap((set) => {
        const [source = ''] = [...set.files.values()].map((one) => one.source);
        return connectCaFindings(set, { ...check, payload: check.payloads.get(source) });
      }),
      ...agents.flatMap((agent) => agentFindings(agent, rest, check)),
    ],
  };
}
