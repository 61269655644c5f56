// mtls mesh istio policy: who demands mutual TLS, and the way there.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { argument, choice, defineCommand, flag, values } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { MTLS_MODES, type MtlsMode } from '../../manifest/istio-modes.ts';
import { checkNamespace } from '../../manifest/kubernetes-names.ts';
import type { MigrationStep } from '../../manifest/istio-migration.ts';

export const command = defineCommand({
  description:
    'Print a PeerAuthentication: of the whole mesh, of a namespace with -n, or of the pods with ' +
    'the labels of --workload. --migrate prints the way of a namespace from plain text to strict ' +
    'mutual TLS in steps, each with the line that shows whether the next may come.',
  arguments: {
    name: argument('optional', 'name', 'name of the policy; default, as for mesh and namespace'),
  },
  options: {
    mode: choice('--mode <mode>', MTLS_MODES, 'strict by default'),
    workload: values('--workload <key=value>', 'only pods with this label'),
    port: values('--port <number=mode>', 'another mode for a port of these pods: 9090=permissive'),
    migrate: flag('--migrate', 'print the staged way to strict for the namespace of -n'),
    ...OBJECT_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh istio policy --mode permissive | kubectl apply -f -',
      does: 'the whole mesh takes both',
    },
    {
      line: 'mtls mesh istio policy api -n prod --workload app=api --port 9090=permissive',
      does: 'one workload demands it, but for its metrics',
    },
    { line: 'mtls mesh istio policy --migrate -n prod', does: 'the steps to strict, with checks' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    if (options.migrate) {
      const { namespace } = options;
      if (namespace === undefined)
        throw new MtlsError('USAGE', 'the steps are those of a namespace', {
          hint: 'name it: mtls mesh istio policy --migrate -n prod',
        });
      checkNamespace(namespace);
      const { migrationSteps } = await import('../../manifest/istio-migration.ts');
      const steps = migrationSteps(namespace);
      output.result({ json: () => ({ namespace, steps }), document: () => stepsText(steps) });
      return 0;
    }
    const { peerAuthentication } = await import('../../manifest/istio-policy.ts');
    const workload = readLabels(options.workload);
    const selective = Object.keys(workload).length > 0;
    if (selective && args.name === undefined)
      throw new MtlsError('USAGE', 'a policy of single workloads needs a name', {
        hint: 'default is that of the namespace: mtls mesh istio policy api --workload app=api',
      });
    if (!selective && options.label.length > 0)
      output.note('-l labels the policy itself, which is for all pods: --workload chooses some');
    const meta = readMeta(args.name ?? 'default', options);
    // Without a selector it is the policy of the mesh where it stands in the root namespace
    const namespace = options.namespace ?? (selective ? undefined : 'istio-system');
    const place = await manifestPlace(options, context, `peerauthentication-${meta.name}`);
    const mode = options.mode ?? 'strict';
    const ports = Object.fromEntries(options.port.map(parsePortMode));
    const yaml = peerAuthentication(
      { ...meta, namespace, workload, mode, ports },
      givenTemplate(options, context),
    );
    await deliverManifest(output, place, {
      yaml,
      title: `PeerAuthentication ${quoteForeign(meta.name)}`,
      facts: () => ({ name: meta.name, namespace: namespace ?? null, workload, mode, ports }),
    });
    return 0;
  },
});

function parsePortMode(text: string): readonly [string, MtlsMode] {
  const [port = '', given, ...rest] = text.split('=');
  const mode = MTLS_MODES.find((one) => one === given?.toLowerCase());
  if (mode !== undefined && rest.length === 0) return [port, mode];
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no port with a mode`, {
    hint: `write --port 9090=permissive; modes are ${MTLS_MODES.join(', ')}`,
  });
}

function stepsText(steps: readonly MigrationStep[]): string {
  return steps
    .map(({ does, run, check }, index) =>
      [
        `${index + 1}. ${does}`,
        ...run.map((line) => `   ${line}`),
        `   check: ${check.run}`,
        `   shows: ${check.shows}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
