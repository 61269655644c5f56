// mtls mesh istio gateway: mutual TLS where the mesh ends, in and out.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseIdentityName } from '../../name/san.ts';
import { argument, defineCommand, value, values } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { shellLine } from '../render/shell.ts';

export const command = defineCommand({
  description:
    'Print a Gateway that demands client certificates, by the Secret of --credential (tls.crt, ' +
    'tls.key and ca.crt, as mtls k8s secret writes them). With --to, print a DestinationRule ' +
    'instead, by which the pods of --workload show their certificate to a host outside.',
  arguments: {
    name: argument('required', 'name', 'name of the Gateway or the DestinationRule'),
    host: argument('any', 'host', 'names that clients call: api.example.org, *.example.org'),
  },
  options: {
    credential: value('--credential <secret>', 'the Secret; <name>-tls by default'),
    port: value('--port <number>', 'port of the gateway; 443 by default'),
    selector: values(
      '--selector <key=value>',
      'labels of the gateway’s pods; istio=ingressgateway by default',
    ),
    to: value('--to <host>', 'a DestinationRule for calls to this host'),
    workload: values('--workload <key=value>', 'with --to: labels of the calling pods'),
    san: values('--san <name>', 'with --to: a name that the server’s certificate must have'),
    ...OBJECT_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh istio gateway api api.example.org -n istio-system --file gw.yaml',
      does: 'clients need a certificate of the CA in the Secret api-tls',
    },
    {
      line: 'mtls mesh istio gateway bank --to bank.test --workload app=pay --san bank.test',
      does: 'calls to a bank outside show the certificate of the Secret bank-tls',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { mutualDestination, mutualGateway } = await import('../../manifest/istio-policy.ts');
    const { to, namespace } = options;
    const meta = readMeta(args.name, options);
    const template = givenTemplate(options, context);
    const credential = options.credential ?? `${meta.name}-tls`;
    const kind = to === undefined ? 'Gateway' : 'DestinationRule';
    const place = await manifestPlace(options, context, `${kind.toLowerCase()}-${meta.name}`);
    let yaml: string;
    if (to === undefined) {
      refuse(options.workload.length + options.san.length > 0, '--workload and --san go with --to');
      refuse(args.host.length === 0, 'no host is named');
      const selector = readLabels(
        options.selector.length > 0 ? options.selector : ['istio=ingressgateway'],
      );
      const port = readPort(options.port ?? '443');
      yaml = mutualGateway({ ...meta, selector, port, hosts: args.host, credential }, template);
    } else {
      refuse(args.host.length > 0, 'hosts before --to are those of a Gateway');
      refuse(
        options.selector.length > 0 || options.port !== undefined,
        '--selector and --port are those of a Gateway',
      );
      const workload = readLabels(options.workload);
      if (options.workload.length === 0)
        output.warn('sidecars read the Secret only where --workload selects them');
      if (options.san.length === 0)
        output.warn('without --san any server whose CA is trusted is believed');
      const names = options.san.map(checkedName);
      yaml = mutualDestination({ ...meta, host: to, workload, credential, names }, template);
    }
    const secret = [
      ...['mtls', 'k8s', 'secret', credential, '--cert', 'FILE', '--key', 'FILE'],
      ...['--ca', 'FILE', ...(namespace === undefined ? [] : ['--namespace', namespace])],
    ];
    output.note(`its Secret: ${shellLine(secret)}`);
    await deliverManifest(output, place, {
      yaml,
      title: `${kind} ${quoteForeign(meta.name)}`,
      facts: () => ({ kind, name: meta.name, namespace: namespace ?? null, credential }),
    });
    return 0;
  },
});

/** As Istio compares it: the name alone. Throws BAD_NAME. */
function checkedName(text: string): string {
  parseIdentityName(text);
  return text;
}

function refuse(wrong: boolean, what: string): void {
  if (wrong)
    throw new MtlsError('USAGE', what, {
      hint: 'see mtls mesh istio gateway --help for both',
    });
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no port`, {
    hint: 'give a number from 1 to 65535',
  });
}
