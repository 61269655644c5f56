// mtls mesh consul agent: certificates and TLS settings for servers, clients and the command line.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { readDefaults } from '../../ca/defaults.ts';
import { issue, type Issued } from '../../ca/issue.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import {
  AGENT_FOLDER,
  AGENT_ROLES,
  agentFiles,
  agentNames,
  agentSettings,
  autoEncryptFiles,
  readLabel,
  type AgentFiles,
  type AgentPlace,
  type AgentRole,
} from '../../manifest/consul-agent.ts';
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName, parseNameAs } from '../../name/san.ts';
import { resolveLeaf } from '../../profile/resolve.ts';
import { stageFiles, type NewFile } from '../../store/atomic.ts';
import { makeFolder } from '../../store/folder.ts';
import { distinct } from '../../verify/asked.ts';
import { CA_OPTION, locateHome, openCa, sayNotices, undivided } from '../authority.ts';
import { argument, defineCommand, flag, value, values, type OptionValues } from '../command.ts';
import { ALSO_TRUST_OPTION, CONSUL_PLACE_OPTIONS, readConsulPlace } from '../consul-options.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { readNumber } from '../number-option.ts';
import { OUTPUT_OPTIONS } from '../output-options.ts';
import { certificateFacts } from '../render/authority.ts';
import { shellWord } from '../render/shell.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

/** More than anybody hands out at once. */
const MAX_AGENTS = 1000;

const OPTIONS = {
  ...CA_OPTION,
  ...CONSUL_PLACE_OPTIONS,
  count: value('--count <number>', 'how many agents; 1 by default'),
  node: values('--node <name>', 'a server for each, also named <node>.server.<dc>.<domain>'),
  dns: values('--dns <name>', 'add a DNS name'),
  ip: values('--ip <address>', 'add an IP address'),
  autoEncrypt: flag('--auto-encrypt', 'of clients: settings alone; servers give certificates'),
  ...ALSO_TRUST_OPTION,
  filesAt: value(
    '--files-at <folder>',
    `where the agents find the files; ${AGENT_FOLDER} by default`,
  ),
  out: OUTPUT_OPTIONS.out,
  force: flag('--force', 'number from 0 and replace; by default after those there', 'Files:'),
  ...KEY_TYPE_OPTION,
  ...VALIDITY_OPTIONS,
  ...CA_KEY_OPTIONS,
  ...LOCK_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  description:
    'Issue for agents of Consul as consul tls cert create does, with its names: for each the ' +
    'certificate with its chain, the key, and TLS settings for -config-dir; beside them the root. ' +
    'Agents let in whatever stands below that root: keep one for Consul alone.',
  arguments: { role: argument('required', 'role', 'server, client or cli') },
  options: OPTIONS,
  examples: [
    { line: 'mtls mesh consul agent server --count 3 --out tls', does: 'three servers of dc1' },
    {
      line: 'mtls mesh consul agent server --dc fra --node a --node b --out tls',
      does: 'two servers that mesh gateways reach by name',
    },
    {
      line: 'mtls mesh consul agent client --auto-encrypt --out tls',
      does: 'all that clients need, without a key',
    },
    { line: 'mtls mesh consul agent cli', does: 'then . ./dc1-cli-consul-0.sh' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or a file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const role = readRole(args.role);
    const place = readConsulPlace(options);
    const agents = readAgents(role, options);
    const folder = resolve(context.cwd, options.out ?? '.');
    const at = options.filesAt ?? (role === 'cli' ? folder : AGENT_FOLDER);
    const authority = openCa(invocation, options.ca);
    const roots = distinct([
      authority.root,
      ...(options.alsoTrust.length > 0 ? await gatherRoots(invocation, options.alsoTrust) : []),
    ]);
    warnOfFixtures(authority.path, output);

    const first = options.force ? 0 : firstFree(folder, role, place);
    const files = options.autoEncrypt
      ? [autoEncryptFiles(place)]
      : agents.map((_, index) => agentFiles(role, place, first + index));
    const path = (file: string) => join(folder, file);
    const plain: readonly NewFile[] = [
      {
        path: path(files[0]?.ca ?? ''),
        bytes: encodeBundle(roots),
        mode: 0o644,
        shared: true,
      },
      ...files.map((one) => ({
        path: path(one.settings),
        bytes: agentSettings(role, one, at),
        mode: 0o644,
      })),
    ];

    const now = context.clock();
    const defaults = await readDefaults(locateHome(invocation));
    const plans = options.autoEncrypt
      ? []
      : agents.map((node) =>
          resolveLeaf(
            {
              names: agentNames({ role, place, node, more: readMore(options) }),
              profile: role === 'cli' ? 'client' : 'peer',
              ...readKeyType(options),
              ...readValidity(options, now),
            },
            authority.path,
            { now, defaults },
          ),
        );
    for (const warning of new Set(plans.flatMap(({ warnings }) => warnings))) output.warn(warning);
    const signer = plans.length > 0 ? await unlockCa(invocation, options, authority) : undefined;
    const lock = lockOptions(invocation);
    makeFolder(folder, 0o755);
    const staged = stageFiles(plain, options);
    const made: (Issued & { readonly files: AgentFiles })[] = [];
    try {
      await undivided(invocation, async () => {
        for (const [index, plan] of plans.entries()) {
          const one = agentFiles(role, place, first + index);
          const paths = { certificate: path(one.certificate), key: path(one.key) };
          const { clock } = context;
          const { force } = options;
          if (signer)
            made.push({
              ...(await issue(authority, signer, plan, {
                clock,
                lock,
                force,
                delivery: { folder, paths },
              })),
              files: one,
            });
        }
      });
      staged.publish();
    } catch (error) {
      staged.discard();
      throw error;
    }
    for (const { notices } of made) sayNotices(invocation, notices);
    output.note(
      `agents let in whatever stands below ${roots.map(({ subject }) => quoteForeign(formatDn(subject))).join(', ')}: keep it for Consul alone`,
    );
    if (role === 'server')
      output.note('who reads the key of a server can become one, and read all that Consul holds');
    const written = [
      ...made.flatMap(({ files: { certificate, key } }) => [path(certificate), path(key)]),
      ...plain.map((file) => file.path),
    ];
    output.result({
      json: () => ({
        role,
        datacenter: place.dc,
        domain: place.domain,
        roots: roots.map(certificateFacts),
        files: plain.map((file) => file.path),
        agents: made.map(({ certificate, files: one }) => ({
          names: certificate.names.map(formatGeneralName),
          certificate: { ...certificateFacts(certificate), path: path(one.certificate) },
          key: path(one.key),
          settings: path(one.settings),
        })),
      }),
      text: () => written.map((one) => `wrote ${shellWord(one)}`).join('\n'),
    });
    return 0;
  },
});

function readRole(text: string): AgentRole {
  const role = AGENT_ROLES.find((one) => one === text);
  if (role) return role;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no role of an agent`, {
    hint: `one of ${AGENT_ROLES.join(', ')}`,
  });
}

/** The nodes of the agents; undefined for one that has no name of its own. */
function readAgents(role: AgentRole, options: Options): readonly (string | undefined)[] {
  const count = readNumber('--count', options.count, 1, MAX_AGENTS);
  const { node, autoEncrypt, dns, ip } = options;
  if (node.length > 0 && role !== 'server')
    throw new MtlsError('USAGE', '--node names servers', {
      hint: 'mesh gateways reach servers alone by name; --dns adds any name',
    });
  if (node.length > 0 && count !== undefined)
    throw new MtlsError('USAGE', '--node and --count exclude each other', {
      hint: 'there is one server for each --node',
    });
  if (autoEncrypt && role !== 'client')
    throw new MtlsError('USAGE', '--auto-encrypt is for clients', {
      hint: 'servers and the command line need certificates of their own',
    });
  if (autoEncrypt && (count !== undefined || dns.length + ip.length > 0))
    throw new MtlsError('USAGE', 'with --auto-encrypt no certificate is issued', {
      hint: 'leave --count, --dns and --ip out: the settings are those of every client',
    });
  if (node.length > 0) return node.map((one) => readLabel(one, 'node'));
  return new Array<undefined>(count ?? 1).fill(undefined);
}

function readMore({ dns, ip }: Options) {
  return [
    ...dns.map((text) => parseNameAs('dns', text)),
    ...ip.map((text) => parseNameAs('ip', text)),
  ];
}

/** As consul tls cert create numbers them. */
function firstFree(folder: string, role: AgentRole, place: AgentPlace): number {
  for (let index = 0; ; index++) {
    const { certificate, key } = agentFiles(role, place, index);
    if (![certificate, key].some((file) => existsSync(join(folder, file)))) return index;
  }
}
