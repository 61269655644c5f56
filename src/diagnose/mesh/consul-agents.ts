// The certificates of Consul's agents, by what tlsutil does with them when every check is on:
// verify_incoming, verify_outgoing and verify_server_hostname.
import { dirname } from 'node:path';
import { DAY, formatTime } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { sameKey } from '../../match/match.ts';
import { dnsNameMatches } from '../../name/dns.ts';
import { distinct } from '../../verify/asked.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { AgentRole } from '../../manifest/consul-agent.ts';
import type { Document } from '../document.ts';
import { certificatesOf, found, keyOf, troublesOf, type MeshFinding } from './mesh-set.ts';

/** Agents warn of what ends sooner. */
const WARN_DAYS = 28;

export interface ConsulAgents {
  readonly at: Date;
  /** Undefined where each certificate says it by itself. */
  readonly dc?: string | undefined;
  readonly domain: string;
}

interface Agent {
  readonly certificate: Document;
  readonly role: AgentRole;
  readonly dc: string | undefined;
}

/** Documents that begin with the certificate of an agent. */
export function agentsOf(
  documents: readonly Document[],
  { dc, domain }: ConsulAgents,
): readonly Agent[] {
  return documents.flatMap((certificate): Agent[] => {
    const [leaf] = certificatesOf(certificate);
    if (!leaf || leaf.basicConstraints?.ca === true) return [];
    const named = readName(certificate, leaf, domain);
    return [{ certificate, ...named, dc: dc ?? named.dc }];
  });
}

/** By the name of the file, as consul tls cert create gives it; else by those in the certificate. */
function readName(
  { name, object }: Document,
  leaf: Certificate,
  domain: string,
): Pick<Agent, 'role' | 'dc'> {
  const [, fileDc, fileRole] =
    /^([a-z0-9-]+?)-(server|client|cli)-.*?-\d+\.(?:pem|crt)$/i.exec(name) ?? [];
  if (fileRole !== undefined)
    return { role: fileRole.toLowerCase() as AgentRole, dc: fileDc?.toLowerCase() };
  const hosts = leaf.names.flatMap((one) => (one.kind === 'dns' ? one.value : []));
  const suffix = `.${domain}`;
  for (const host of hosts) {
    if (!host.endsWith(suffix)) continue;
    const [role, dc, ...more] = host.slice(0, -suffix.length).split('.');
    if ((role === 'server' || role === 'client' || role === 'cli') && more.length === 0)
      return { role, dc };
  }
  // The chart takes the certificate of servers alone from a Secret
  return { role: object || /server/i.test(name) ? 'server' : 'client', dc: undefined };
}

export function agentFindings(
  agent: Agent,
  documents: readonly Document[],
  check: ConsulAgents,
): readonly MeshFinding[] {
  const { certificate: document } = agent;
  const troubles = troublesOf(document);
  const [leaf, ...through] = certificatesOf(document);
  if (!leaf || troubles.length > 0) return troubles;
  return [
    ...keyFindings(agent, leaf, documents),
    ...pathFindings(agent, leaf, through, documents, check),
    ...nameFindings(agent, leaf, check),
  ];
}

function keyFindings(
  agent: Agent,
  leaf: Certificate,
  documents: readonly Document[],
): readonly MeshFinding[] {
  const { name, place, container } = agent.certificate;
  const beside = documents.filter(
    (one) => one.container === container && one.parts.some(({ kind }) => kind === 'key'),
  );
  const usual = name === 'tls.crt' ? 'tls.key' : name.replace(/(\.[^.]*)?$/, '-key$1');
  const own = beside.find((one) => one.name === usual);
  const match = (one: Document) => {
    const key = keyOf(one);
    return !('cause' in key) && sameKey(key.publicKey, leaf.publicKey);
  };
  if (!own && beside.some(match)) return [];
  if (!own)
    return [
      found(
        'MESH_FILE_MISSING',
        place,
        `there is no ${usual}, the key of ${titleOf(leaf)}`,
        anew(agent),
      ),
    ];
  const key = keyOf(own);
  if ('cause' in key) return [key];
  if (sameKey(key.publicKey, leaf.publicKey)) return [];
  return [found('KEY_MISMATCH', own.place, `it is not the key of ${titleOf(leaf)}`, anew(agent))];
}

/** Another in its place: of a file by the same command, of a Secret by that of the chart's. */
function anew({ certificate: { object, place }, role, dc }: Agent) {
  const command = object ? ['secrets'] : ['agent', role];
  return {
    mend: object ? 'issue for the servers anew' : 'issue for the agent anew',
    commands: [
      [
        ...['mtls', 'mesh', 'consul', ...command],
        ...(dc === undefined || dc === DEFAULT_DC ? [] : ['--dc', dc]),
        ...(object ? [] : ['--out', dirname(place)]),
      ],
    ],
  } as const;
}

const DEFAULT_DC = 'dc1';

/** The same names for longer. */
function renewal(place: string) {
  return {
    mend: 'renew it in its place, then consul reload',
    commands: [['mtls', 'renew', place]],
  } as const;
}

/** The roots of agents: those that stand beside, or in another object. */
function rootsFor(agent: Document, documents: readonly Document[]): readonly Document[] {
  const cas = documents.filter((one) => {
    const [first] = certificatesOf(one);
    return first?.basicConstraints?.ca === true;
  });
  const beside = cas.filter(({ container }) => container === agent.container);
  return beside.length > 0 ? beside : cas;
}

function pathFindings(
  agent: Agent,
  leaf: Certificate,
  through: readonly Certificate[],
  documents: readonly Document[],
  { at }: ConsulAgents,
): readonly MeshFinding[] {
  const { certificate: document, role } = agent;
  const { place, object } = document;
  const trusted = rootsFor(document, documents);
  const anchors = distinct(trusted.flatMap(certificatesOf)).map(anchorOf);
  if (anchors.length === 0)
    return [
      found('MESH_FILE_MISSING', place, 'no CA is among what was given: ca_file names one', {
        mend: 'give its file too, consul-agent-ca.pem',
      }),
    ];
  // Servers dial each other too; what only dials shows its certificate as a client
  const purposes = role === 'server' ? (['server', 'client'] as const) : (['client'] as const);
  for (const purpose of purposes) {
    const result = verifyCertificate({ leaf, anchors, untrusted: through, at, purpose });
    if (result.ok) continue;
    const { code, message, clause } = result.fault;
    return [
      found(code, place, message, {
        clause,
        evidence: trusted.map((one) => ({ source: one.place, field: 'trusted', value: one.name })),
        ...(code === 'EXPIRED' && !object ? renewal(place) : anew(agent)),
      }),
    ];
  }
  if (leaf.notAfter.getTime() - at.getTime() >= WARN_DAYS * DAY) return [];
  return [
    found('EXPIRES_SOON', place, `${titleOf(leaf)} ends in less than ${WARN_DAYS} days`, {
      severity: 'warning',
      evidence: [{ field: 'not after', value: formatTime(leaf.notAfter) }],
      ...(object ? anew(agent) : renewal(place)),
    }),
  ];
}

/** A server is known by server.<dc>.<domain>, and nobody else may have that name. */
function nameFindings(
  agent: Agent,
  leaf: Certificate,
  { domain }: ConsulAgents,
): readonly MeshFinding[] {
  const { certificate, role, dc } = agent;
  const { place } = certificate;
  const hosts = leaf.names.flatMap((name) => (name.kind === 'dns' ? name.value : []));
  const stands = hosts.filter((host) =>
    dc === undefined
      ? /^server\.[^.]+\./.test(host) && host.endsWith(`.${domain}`)
      : dnsNameMatches(host, `server.${dc}.${domain}`),
  );
  const wanted = `server.${dc ?? 'DATACENTER'}.${domain}`;
  if (role === 'server' && stands.length === 0)
    return [
      found(
        'HOST_MISMATCH',
        place,
        `${titleOf(leaf)} does not name ${wanted}: with verify_server_hostname no agent takes it for a server`,
        { evidence: [{ field: 'names', value: hosts.join(', ') }], ...anew(agent) },
      ),
    ];
  if (role !== 'server' && stands.length > 0)
    return [
      found(
        'HOST_MISMATCH',
        place,
        `${titleOf(leaf)} is of a ${role} and names ${stands.map((host) => quoteForeign(host)).join(', ')}: who has its key can become a server, and read all that Consul holds`,
        { severity: 'warning', ...anew(agent) },
      ),
    ];
  return [];
}

function titleOf(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
