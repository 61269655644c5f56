// mtls mesh consul check: whether Consul takes the CA of its mesh, and the certificates of agents.
import { Readable } from 'node:stream';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { checkConsul } from '../../diagnose/mesh/consul.ts';
import { consulTrustDomain } from '../../manifest/consul.ts';
import { readAgentPlace } from '../../manifest/consul-agent.ts';
import { defineCommand, value } from '../command.ts';
import { readPayloads } from '../consul-payloads.ts';
import type { Context } from '../context.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';
import { readStandardInput, STANDARD_INPUT } from '../source.ts';

export const command = defineCommand({
  description:
    'Say whether Consul takes what it is handed: the configuration of its CA (JSON, as mtls mesh ' +
    'consul connect-ca writes it), and certificates of agents with every check of TLS on: a ' +
    'folder as mtls mesh consul agent writes it, or the Secrets of its chart.',
  arguments: CHECK_ARGUMENTS,
  options: {
    clusterId: value('--cluster-id <uuid>', 'the cluster whose CA it is to be'),
    dc: value('--dc <name>', 'the datacenter of the agents; by default what their names say'),
    domain: value('--domain <name>', 'the domain of the cluster; consul by default'),
    ...CHECK_OPTIONS,
  },
  examples: [
    { line: 'mtls mesh consul check ca.json --cluster-id "$ID"', does: 'the CA of the mesh' },
    { line: 'mtls mesh consul check /etc/consul.d/tls', does: 'the files of an agent' },
    {
      line: 'kubectl get secret -n consul -o yaml | mtls mesh consul check -',
      does: 'what the chart reads',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  async run(invocation) {
    const { args, options, context } = invocation;
    const { dc, domain } = readAgentPlace(options.dc ?? 'dc1', options.domain ?? 'consul');
    const trustDomain =
      options.clusterId === undefined ? undefined : readCluster(options.clusterId);
    const input = args.sources.includes(STANDARD_INPUT)
      ? await readStandardInput(context.stdin)
      : undefined;
    const reading = input ? { ...invocation, context: withInput(context, input) } : invocation;
    return reportCheck(reading, 'CA and no agent of Consul', (documents, at) =>
      checkConsul(documents, {
        at,
        dc: options.dc === undefined ? undefined : dc,
        domain,
        trustDomain,
        payloads: readPayloads(documents, input),
      }),
    );
  },
});

/** The same context, with what was read from standard input there again. */
function withInput(context: Context, input: Uint8Array): Context {
  return Object.create(context, { stdin: { value: Readable.from([input]) } }) as Context;
}

function readCluster(text: string): string {
  const domain = consulTrustDomain(text);
  if (domain !== undefined) return domain;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no id of a cluster`, {
    hint: 'a UUID, with .consul or without',
  });
}
