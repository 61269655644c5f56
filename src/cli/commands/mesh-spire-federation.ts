// mtls mesh spire federation: what a SPIRE server is told of another trust domain.
import { MtlsError } from '../../base/errors.ts';
import { SECOND } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { ENDPOINT_PROFILES } from '../../manifest/spire-profiles.ts';
import { parseIp } from '../../name/ip.ts';
import { parseDuration } from '../../profile/duration.ts';
import { argument, choice, defineCommand, value } from '../command.ts';
import { readForeignBundle } from '../foreign-bundle.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate, readLabels } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { readNumber } from '../number-option.ts';
import { certificateFacts } from '../render/authority.ts';
import { shellLine } from '../render/shell.ts';

const FORMATS = ['server', 'commands', 'kubernetes'] as const;
const OWN = 'Endpoint of this server (server):';
const OBJECT = 'Object (kubernetes):';

export const command = defineCommand({
  description:
    'Print what lets a SPIRE server believe another trust domain: the block federation for ' +
    'server.conf, the lines of spire-server, or a ClusterFederatedTrustDomain for ' +
    'spire-controller-manager. The bundle that the other side hands over, a JWK Set or PEM, is ' +
    'held against the rules of SPIFFE first. The other side needs the same of this one.',
  arguments: { domain: argument('required', 'trust-domain', 'the other trust domain') },
  options: {
    url: value('--url <url>', 'the address of its bundle endpoint'),
    bundle: value('--bundle <file>', 'its bundle as it begins; needed for https_spiffe'),
    profile: choice(
      '--profile <name>',
      ENDPOINT_PROFILES,
      'how its endpoint is known: by an SVID (https_spiffe, the default) or by the web’s CAs',
    ),
    endpointId: value(
      '--endpoint-id <id>',
      'the SPIFFE ID of its endpoint; spiffe://<trust-domain>/spire/server by default',
    ),
    format: choice('--format <format>', FORMATS, 'server (the default), commands or kubernetes'),
    address: value('--address <ip>', 'where it listens; 0.0.0.0 by default', OWN),
    port: value('--port <port>', 'its port; 8443 by default', OWN),
    refreshHint: value('--refresh-hint <time>', 'how often others should look, such as 5m', OWN),
    serveCert: value(
      '--serve-cert <path>',
      'its certificate, where the server finds it: for https_web',
      OWN,
    ),
    serveKey: value('--serve-key <path>', 'the key of that', OWN),
    name: value('--name <name>', 'its name; the trust domain by default', OBJECT),
    className: value(
      '--class-name <name>',
      'className of the controller that is to heed it, as Helm’s chart sets one',
      OBJECT,
    ),
    ...CLUSTER_OBJECT_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh spire federation b.org --url https://spire.b.org --bundle b.json',
      does: 'for server of server.conf; --format commands while the server runs',
    },
    {
      line: 'mtls mesh spire federation b.org --url https://b.org --profile https_web',
      does: 'from an endpoint that the web’s CAs vouch for',
    },
    {
      line: 'mtls mesh spire federation b.org --url https://b.org --format kubernetes',
      does: 'for spire-controller-manager',
    },
  ],
  exitCodes: [0, 2, 3, [7, 'the bundle is refused, or the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { format = 'server', profile = 'https_spiffe', url, bundle: path } = options;
    if (url === undefined)
      throw new MtlsError('USAGE', 'a trust domain is reached by --url', {
        hint: 'mtls mesh spire federation example.com --url https://spire.example.com:8443 --bundle example.com.json',
      });
    refuseStray(options, format);
    const {
      bundleSet,
      federatedTrustDomain,
      federationCreate,
      federationSettings,
      relationshipOf,
    } = await import('../../manifest/spire-federation.ts');
    const other = relationshipOf({ ...options, trustDomain: args.domain, url, profile });
    const { trustDomain } = other;
    const place = await manifestPlace(options, context, `federation-${trustDomain}`);
    const bundle =
      path === undefined ? undefined : readForeignBundle(invocation, path, trustDomain);
    const file = bundle && path !== undefined ? { path, format: bundle.format } : undefined;
    const line = (argv: readonly string[]) => shellLine(argv);
    const texts = {
      server: () =>
        federationSettings(other, ownEndpoint(options)) +
        (file
          ? `# Once, before it is fetched for the first time:\n# ${line(bundleSet(trustDomain, file))}\n`
          : ''),
      commands: () =>
        [
          '# For the other side, by a way that only you write to',
          'spire-server bundle show -format spiffe',
          '# Its trust domain here',
          line(federationCreate(other, file)),
          '# Whether its bundle is fetched',
          line(['spire-server', 'federation', 'refresh', '-id', `spiffe://${trustDomain}`]),
          line(['spire-server', 'bundle', 'list', '-id', `spiffe://${trustDomain}`]),
          '',
        ].join('\n'),
      kubernetes: () =>
        federatedTrustDomain(
          other,
          {
            name: options.name ?? objectName(trustDomain),
            labels: readLabels(options.label),
            className: options.className,
            bundle: bundle?.jwks,
          },
          givenTemplate(options, context),
        ),
    };
    const yaml = texts[format]();
    if (!bundle && profile === 'https_spiffe')
      output.note(
        `the endpoint is known by the bundle of ${quoteForeign(trustDomain)}: give it with --bundle, or nothing is fetched`,
      );
    await deliverManifest(output, place, {
      yaml,
      title: {
        server: 'the block federation',
        commands: 'the lines of spire-server',
        kubernetes: 'ClusterFederatedTrustDomain',
      }[format],
      facts: () => ({
        format,
        trustDomain,
        url,
        profile,
        endpointId: other.endpointId ?? null,
        roots: bundle?.roots.map(certificateFacts) ?? null,
      }),
    });
    return 0;
  },
});

interface Options {
  readonly address: string | undefined;
  readonly port: string | undefined;
  readonly refreshHint: string | undefined;
  readonly serveCert: string | undefined;
  readonly serveKey: string | undefined;
  readonly name: string | undefined;
  readonly className: string | undefined;
  readonly label: readonly string[];
  readonly kustomize: string | undefined;
  readonly template: string | undefined;
}

/** Options of one format are no others'. */
function refuseStray(options: Options, format: (typeof FORMATS)[number]): void {
  const { address, port, refreshHint, serveCert, serveKey } = options;
  const { name, className, label, kustomize, template } = options;
  const own = [address, port, refreshHint, serveCert, serveKey].some((one) => one !== undefined);
  const object =
    [name, className, kustomize, template].some((one) => one !== undefined) || label.length > 0;
  if (own && format !== 'server')
    throw new MtlsError('USAGE', 'the endpoint of this server stands in server.conf alone', {
      hint: 'leave --format out, or the options of the endpoint',
    });
  if (object && format !== 'kubernetes')
    throw new MtlsError('USAGE', 'options of an object go with --format kubernetes', {
      hint: 'add --format kubernetes, or leave them out',
    });
  if ((serveCert === undefined) !== (serveKey === undefined))
    throw new MtlsError('USAGE', '--serve-cert and --serve-key go together', {
      hint: 'give both, or neither: then the endpoint shows an SVID',
    });
}

/** Throws BAD_OPTION, BAD_DURATION. */
function ownEndpoint({ address, port, refreshHint, serveCert, serveKey }: Options) {
  if (address !== undefined && !parseIp(address))
    throw new MtlsError('BAD_OPTION', `${quoteForeign(address)} is no IP address`, {
      hint: 'SPIRE listens on an address: --address 0.0.0.0',
    });
  return {
    address: address ?? '0.0.0.0',
    port: readNumber('--port', port, 1, 65_535) ?? 8443,
    // Go knows neither days nor weeks
    refreshHint:
      refreshHint === undefined ? undefined : `${Math.ceil(parseDuration(refreshHint) / SECOND)}s`,
    web:
      serveCert === undefined || serveKey === undefined
        ? undefined
        : { certificate: serveCert, key: serveKey },
  };
}

/** Trust domains may hold underscores, and names of objects none. */
function objectName(trustDomain: string): string {
  return trustDomain.replaceAll('_', '-');
}
