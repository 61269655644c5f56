// What Consul's Helm chart is handed: the servers' certificate, the roots of all agents, and the
// values that name them. The chart takes a CA's key too, and needs none with auto-encrypt.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { parseNameAs, type GeneralName } from '../name/san.ts';
import { agentHost, agentNames, type AgentPlace } from './consul-agent.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

/** Names of the Secrets, by the name of the release (`global.name`). */
export function consulSecrets(name: string): { readonly ca: string; readonly server: string } {
  return { ca: `${name}-ca-cert`, server: `${name}-server-cert` };
}

/**
 * The names that the chart asks for beside those of any server. `*.<name>-server` is left out: a
 * wildcard above one label counts for Go alone.
 */
export function chartNames(
  place: AgentPlace,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): readonly GeneralName[] {
  const service = `${name}-server`;
  const hosts = [
    `*.${agentHost('server', place)}`,
    service,
    ...[`${service}.${namespace}`, `${service}.${namespace}.svc`].flatMap((host) => [
      host,
      `*.${host}`,
    ]),
  ];
  return agentNames({
    role: 'server',
    place,
    more: [...hosts.map((host) => parseNameAs('dns', host)), parseNameAs('ip', '::1')],
  });
}

/** The Secret of the roots, without any key. Throws BAD_NAME, BAD_OPTION. */
export function caCertSecret(
  { roots, ...meta }: ObjectMeta & { readonly roots: string },
  template?: GivenTemplate,
): string {
  return renderManifest(
    'consul/ca-cert.yaml',
    { ...metaOf(meta), roots: toBase64(toUtf8(roots)) },
    template,
  );
}

/** Helm's values. */
export function consulValues(
  name: string,
  { dc, domain }: AgentPlace,
  template?: GivenTemplate,
): string {
  const { ca, server } = consulSecrets(name);
  return renderManifest(
    'consul/values.yaml',
    { name, datacenter: dc, domain, caSecret: ca, serverSecret: server },
    template,
  );
}
