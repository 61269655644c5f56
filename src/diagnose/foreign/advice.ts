// What to type, with what the message names put in its place.
import { isDnsName } from '../../name/dns.ts';
import { parseIp } from '../../name/ip.ts';
import type { Cause, CommandLine } from './types.ts';

export interface AdviceTell {
  readonly command: readonly string[];
  readonly shows: string;
}

/** A cause whose commands are ready to be pasted, but for words in capitals. */
export interface Advice {
  readonly cause: string;
  readonly tell: readonly AdviceTell[];
  readonly fix: string;
  readonly commands: readonly (readonly string[])[];
}

/** What a message names, as far as it can stand in a command. */
export interface Named {
  /** The DNS name or address that was to be verified. */
  readonly host?: string | undefined;
  /** What was connected to. */
  readonly address?: string | undefined;
  readonly port?: string | undefined;
  /** Names that a certificate has. */
  readonly names: readonly string[];
  readonly user?: string | undefined;
  /** Whether the certificate in question is a client’s. */
  readonly ofClient: boolean;
}

/** More names than this make no line to paste. */
const MAX_NAMES = 4;

/** Reads the values of a message; what is no name or port is left out. Nothing else gets into a command. */
export function namedIn(values: Readonly<Record<string, string>>, ofClient: boolean): Named {
  const target = endpointOf(values['target'] ?? '');
  const names = (values['names'] ?? '')
    .split(/[,\s]+/, 400)
    .map((word) => word.replace(/^(?:DNS|Address|DnsName|IpAddress)[:(]/i, ''))
    .map((word) => word.replace(/^["']|["')\]]+$/g, ''))
    .filter((word) => word.includes('.') || word === 'localhost' || parseIp(word) !== undefined)
    .filter(isHost);
  return {
    host: hostOf(values['host']) ?? target?.host,
    address: target?.host ?? hostOf(values['host']),
    port: portOf(values['port']) ?? target?.port,
    names: [...new Set(names)],
    user: userOf(values['user']),
    ofClient,
  };
}

/** `api.example.internal:8443` or `[::1]:8443`, as parts that may stand in a command. */
export function endpointOf(
  text: string,
): { readonly host: string; readonly port?: string | undefined } | undefined {
  const colon = text.lastIndexOf(':');
  const port = portOf(text.slice(colon + 1));
  const name = port === undefined ? text : text.slice(0, colon);
  const host = hostOf(name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name);
  return host === undefined ? undefined : { host, port };
}

function portOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? text : undefined;
}

function hostOf(text: string | undefined): string | undefined {
  const host = text?.replace(/\.$/, '');
  return host !== undefined && isHost(host) ? host : undefined;
}

function isHost(text: string): boolean {
  return text.length <= 253 && (parseIp(text) !== undefined || isDnsName(text, { wildcard: true }));
}

function userOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/.test(text) ? text : undefined;
}

/** A cause with what the message names. */
export function adviceOf({ cause, tell, fix, commands }: Cause, named: Named): Advice {
  return {
    cause,
    tell: tell.map(({ command, shows }) => ({ command: filled(command, named), shows })),
    fix,
    commands: commands.map((command) => filled(command, named)),
  };
}

const SPIFFE_ID = 'spiffe://example.org/ns/NAMESPACE/sa/ACCOUNT';

function filled(command: CommandLine, named: Named): readonly string[] {
  const { host, address = 'HOST', port = 'PORT', user = 'USER' } = named;
  const bracketed = address.includes(':') ? `[${address}]` : address;
  const words = withoutSameName(aboutClient(command, named.ofClient), named).map((word) =>
    word
      .replace('{target}', () => `${bracketed}:${port}`)
      .replace('{host}', () => host ?? 'HOST')
      .replace('{user}', () => user)
      .replace('{id}', () => SPIFFE_ID),
  );
  if (words[1] !== 'issue' || host === undefined || words[2] !== host) return words;
  const others = named.names.filter((name) => name !== host);
  return others.length >= MAX_NAMES ? words : [...words.slice(0, 3), ...others, ...words.slice(3)];
}

/** The name to ask for and to verify is said where it is not that of the address. */
function withoutSameName(command: CommandLine, { host, address }: Named): CommandLine {
  const at = command.indexOf('--servername');
  if (at === -1 || command[at + 1] !== '{host}') return command;
  if (host !== undefined && host !== address && isDnsName(host)) return command;
  return command.toSpliced(at, 2);
}

/** A server that speaks of its client means the client’s files. */
function aboutClient(command: CommandLine, ofClient: boolean): CommandLine {
  if (!ofClient || !command.some((word) => word.startsWith('server.') || word === '{host}'))
    return command;
  if (command[0] !== 'mtls' || command[1] === 'connect' || command[1] === 'why') return command;
  const words = command.map((word) => word.replace(/^server\./, 'client.'));
  const [, verb] = words;
  const host = words.indexOf('--host');
  if (verb === 'verify' && host !== -1) words.splice(host, 2, '--purpose', 'client');
  if (verb !== 'issue') return words;
  const rest = words.slice(2).filter((word) => word !== '{host}');
  return [
    'mtls',
    'issue',
    'client',
    ...(rest.includes('--profile') ? [] : ['--profile', 'client']),
    ...rest,
  ];
}
