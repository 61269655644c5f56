// What agents of Consul are handed: whose names their certificates have, what the files are called,
// and the settings that name them, as `consul tls cert create` and Consul's guides have them.
import { invariant } from '../base/assert.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseDnsName } from '../name/dns.ts';
import { parseNameAs, type GeneralName } from '../name/san.ts';
import { hclString } from './hcl.ts';
import { readTemplate } from './template.ts';

export const AGENT_ROLES = ['server', 'client', 'cli'] as const;

export type AgentRole = (typeof AGENT_ROLES)[number];

/** A datacenter under a domain. */
export interface AgentPlace {
  readonly dc: string;
  readonly domain: string;
}

/** Reads a datacenter and a domain. Throws BAD_NAME. */
export function readAgentPlace(dc: string, domain: string): AgentPlace {
  return { dc: readLabel(dc, 'datacenter'), domain: parseDnsName(domain) };
}

/** One label, which stands in the middle of a name. Throws BAD_NAME. */
export function readLabel(text: string, what: string): string {
  const label = parseDnsName(`${text}.consul`).slice(0, -'.consul'.length);
  if (!label.includes('.')) return label;
  throw new MtlsError('BAD_NAME', `${quoteForeign(text)} is no name of a ${what}`, {
    hint: 'letters, digits and hyphens, without a dot: dc1',
  });
}

/** By this name an agent is known; of a server, what `verify_server_hostname` asks for. */
export function agentHost(role: AgentRole, { dc, domain }: AgentPlace): string {
  return `${role}.${dc}.${domain}`;
}

export interface WantedAgent {
  readonly role: AgentRole;
  readonly place: AgentPlace;
  /** Of a server: also `<node>.server.<dc>.<domain>`, for federation through mesh gateways. */
  readonly node?: string | undefined;
  readonly more?: readonly GeneralName[];
}

/** The names of an agent's certificate, the one that it is known by first. Throws BAD_NAME. */
export function agentNames({ role, place, node, more = [] }: WantedAgent): readonly GeneralName[] {
  const host = agentHost(role, place);
  const hosts = [host, ...(node === undefined ? [] : [`${node}.${host}`]), 'localhost'];
  return [
    ...hosts.map((name) => parseNameAs('dns', name)),
    // The command line dials, and is dialled by nobody
    ...(role === 'cli' ? [] : [parseNameAs('ip', '127.0.0.1')]),
    ...more,
  ];
}

/** Names of the files, in one folder. */
export interface AgentFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly settings: string;
}

/** The files of the agent of this number. */
export function agentFiles(role: AgentRole, { dc, domain }: AgentPlace, index: number): AgentFiles {
  const stem = `${dc}-${role}-${domain}-${index}`;
  return {
    ca: `${domain}-agent-ca.pem`,
    certificate: `${stem}.pem`,
    key: `${stem}-key.pem`,
    settings: `${stem}.${role === 'cli' ? 'sh' : 'hcl'}`,
  };
}

/** The files of clients that ask a server for their certificates. */
export function autoEncryptFiles({ dc, domain }: AgentPlace): Pick<AgentFiles, 'ca' | 'settings'> {
  return { ca: `${domain}-agent-ca.pem`, settings: `${dc}-client-${domain}.hcl` };
}

/**
 * The settings of an agent; of one without a certificate, with auto_encrypt.
 *
 * @param at where the agent finds the files
 * @throws MtlsError BAD_OPTION for a folder that HCL would read otherwise
 */
export function agentSettings(
  role: AgentRole,
  files: Pick<AgentFiles, 'ca'> & Partial<AgentFiles>,
  at: string,
): string {
  const quote =
    role === 'cli' ? shellString : (text: string) => hclString(text, 'HCL', AGENT_FOLDER);
  const path = (file: string | undefined) =>
    file === undefined ? undefined : quote(`${at.replace(/\/+$/, '')}/${file}`);
  const values: Readonly<Record<string, string | undefined>> = {
    ca: path(files.ca),
    certificate: path(files.certificate),
    key: path(files.key),
  };
  const template = files.certificate === undefined ? 'auto-encrypt' : role;
  return readTemplate(`consul/${template}.${role === 'cli' ? 'sh' : 'hcl'}`).replace(
    /\$\{(\w+)\}/g,
    (found, name: string) => {
      const value = values[name];
      invariant(value !== undefined, `the template has no value for ${found}`);
      return value;
    },
  );
}

/** Where agents look for the files, unless told otherwise. */
export const AGENT_FOLDER = '/etc/consul.d/tls';

function shellString(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}
